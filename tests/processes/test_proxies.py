"""nginx and HAProxy, with the configuration of `docs/proxies`, before two web servers: pages, commands, websockets
go through, and the citizen's own address is known."""

import asyncio
import contextlib
import json
import re
import socket as sockets
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import trustme
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect as connect_sync

from app.demo import plan_of
from tests.processes.proxies import PROXIES, Ports, free_ports, open_proxy
from tests.processes.room import (
    QUEUE,
    RESTARTING,
    Counter,
    following,
    opened,
    peers,
    waits,
    waits_no_more,
)
from tests.processes.running import CENTER, LIMIT_SECONDS, Site, free_port, open_site, wait_for

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

TRUSTED, KIOSK, CITIZEN, OTHER = "127.0.0.1", "127.0.0.7", "127.0.0.8", "127.0.0.9"
PER_ADDRESS = 10
SILENT_SECONDS = 65  # the proxies wait for 60
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="goiso-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(folder: Path, authority: trustme.CA) -> Path:
    path = folder / "certificate.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    return path


@pytest.fixture(scope="module")
def site(authority: trustme.CA) -> Iterator[Site]:
    """Two web servers, and where their proxy will listen."""
    plan = replace(plan_of(CENTER), double_press_ms=0, kiosk_addresses=(TRUSTED, KIOSK))
    origin = f"https://127.0.0.1:{free_port()}"
    with open_site(
        2, plan, ORIGIN=origin, TRUSTED_PROXIES=TRUSTED, SOCKETS_PER_ADDRESS=str(PER_ADDRESS)
    ) as running:
        running.trusts = ssl.create_default_context()
        authority.configure_trust(running.trusts)
        yield running


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request: pytest.FixtureRequest, site: Site, folder: Path, certificate: Path) -> Iterator[Ports]:
    ports = Ports(int(site.origin().rpartition(":")[2]), free_port(), site.ports)
    with open_proxy(request.param, folder, certificate, ports):
        yield ports


@pytest.fixture
def counter(site: Site, proxy: Ports) -> Counter:
    """Its clerk and its kiosk come through the proxy."""
    return Counter(site)


async def test_a_websocket_goes_through(site: Site, counter: Counter) -> None:
    async with following(site, origin=site.origin()) as socket:
        number = counter.issue()
        await socket.until(waits(socket, number))
        assert counter.call()["number"] == number
        await socket.until(waits_no_more(socket, number))
        await socket.say(clock=1)
        assert (await socket.hear())["clock"] == 1


@pytest.mark.proof
async def test_a_silent_websocket_is_let_be(site: Site, counter: Counter) -> None:
    """For longer than a proxy waits for a word: the server's pings are words enough, the client says none."""
    async with following(site, ping_interval=None) as socket:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SILENT_SECONDS):
                await socket.connection.recv()
        number = counter.issue()
        await socket.until(waits(socket, number))
        counter.call()


async def test_another_site_is_refused(site: Site, proxy: Ports) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with opened(site, origin=EVIL):
            pass


async def test_a_restart_of_one_server_is_told_and_the_other_serves_on(site: Site, counter: Counter) -> None:
    """The proxy spreads sockets evenly over both."""
    async with contextlib.AsyncExitStack() as stack:
        socket_list = [await stack.enter_async_context(following(site)) for _ in range(6)]
        number = counter.issue()
        site.stop_web(1)
        codes = [socket.connection.close_code for socket in socket_list]
        async with asyncio.timeout(LIMIT_SECONDS):
            while codes.count(RESTARTING) < 3:
                await asyncio.sleep(0.02)
                codes = [socket.connection.close_code for socket in socket_list]
        assert sorted(codes, key=str) == [RESTARTING] * 3 + [None] * 3
        for socket in socket_list:
            if socket.connection.close_code is None:
                await socket.until(waits(socket, number))
        async with following(site) as back:
            assert waits(back, number)()
        counter.call()
    site.start_web(1)
    site.wait_ready()


def test_pages_and_commands_go_through(site: Site, proxy: Ports) -> None:
    with site.visitor() as http:
        page = http.get("/")
        assert page.status_code == 200
        assert "Đăng ký" in page.text
        style = re.search(r'href="(/[^"]+\.css[^"]*)"', page.text)
        assert style
        assert http.get(style[1]).headers["content-type"].startswith("text/css")
        assert http.get("/api/centers").json()["centers"][0]["id"] == CENTER
        refused = http.post("/sign-in", data={"login": "x", "password": "y"}, headers={"origin": EVIL})
        assert refused.status_code == 403
        clear = httpx.get(f"http://127.0.0.1:{proxy.plain}/centers?a=b")
        assert clear.status_code == 301
        assert re.fullmatch(r"https://127\.0\.0\.1(:\d+)?/centers\?a=b", clear.headers["location"])


def test_the_citizens_own_address_is_known_and_only_the_proxy_is_believed(site: Site, proxy: Ports) -> None:
    """A kiosk may be at one address only. What a client says itself about where it comes from is nothing."""

    def kiosk(comes_from: str, says: str = "", at: str = "") -> str:
        headers = {"authorization": f"Bearer {site.kiosk}"} | ({"x-forwarded-for": says} if says else {})
        with site.visitor(comes_from, headers, at) as http:
            body = {"service": "tu-phap", "request": f"asked-from-{comes_from}"}
            answer = http.post(f"/api/centers/{CENTER}/tickets", json=body).json()
        return str(answer["refusal"]["hint_vi"] if "refusal" in answer else answer["number"])

    assert kiosk(KIOSK).isdigit()
    assert CITIZEN in kiosk(CITIZEN)
    assert CITIZEN in kiosk(CITIZEN, says=KIOSK)
    assert CITIZEN in kiosk(CITIZEN, says=f"{KIOSK}, {TRUSTED}")
    assert CITIZEN in kiosk(CITIZEN, says=KIOSK, at=site.address()), "nobody else is believed"


async def test_sockets_are_counted_by_the_citizens_own_address(site: Site, proxy: Ports) -> None:
    async with contextlib.AsyncExitStack() as stack:
        let_in = 0
        for _ in range(3 * PER_ADDRESS):
            with contextlib.suppress(ConnectionClosedError):
                await stack.enter_async_context(following(site, local_addr=(CITIZEN, 0)))
                let_in += 1
        assert PER_ADDRESS <= let_in <= 2 * PER_ADDRESS, "so many at each of two servers"
        await stack.enter_async_context(following(site, local_addr=(OTHER, 0)))


def request(sock: sockets.socket, path: str, *headers: str) -> tuple[int, bytes]:
    """Ask over a connection that stays; the status and the body."""
    lines = (f"GET {path} HTTP/1.1", "host: layso.example.vn", *headers, "", "")
    sock.sendall("\r\n".join(lines).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while len(body) < int(length[1] if length else 0):
        body += sock.recv(65536)
    return int(head.split()[1]), body


@pytest.fixture(params=["nothing", *PROXIES])
def dial(
    request: pytest.FixtureRequest, site: Site, folder: Path, certificate: Path
) -> Iterator[Callable[[], sockets.socket]]:
    """Opens connections to one web server, with nothing or a proxy before it."""
    if request.param == "nothing":
        yield lambda: sockets.create_connection(("127.0.0.1", site.ports[0]), LIMIT_SECONDS)
        return
    ports = free_ports(site.ports[:1])

    def secure() -> sockets.socket:
        assert isinstance(site.trusts, ssl.SSLContext)
        plain = sockets.create_connection(("127.0.0.1", ports.secure), LIMIT_SECONDS)
        return site.trusts.wrap_socket(plain, server_hostname="127.0.0.1")

    with open_proxy(request.param, folder, certificate, ports):
        yield secure


UPGRADE = (
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
)


def test_a_websocket_begins_where_pages_were_served(site: Site, dial: Callable[[], sockets.socket]) -> None:
    """Proxies keep their connections: the one that a page came over becomes a websocket."""
    with dial() as sock:
        assert request(sock, "/healthz")[0] == 200
        before = peers(site)
        url = f"ws://layso.example.vn/live?join={quote(QUEUE, safe='')}"
        with connect_sync(url, sock=sock, proxy=None, legacy=True) as socket:
            assert "whole" in json.loads(socket.recv(LIMIT_SECONDS)), "it came with the handshake's answer"
            socket.send(json.dumps({"join": QUEUE}))
            assert "whole" in json.loads(socket.recv(LIMIT_SECONDS))
            wait_for("no connection was added for it", lambda: peers(site) <= before)


def test_there_is_no_other_websocket(dial: Callable[[], sockets.socket]) -> None:
    for first in ("/healthz", ""):
        with dial() as sock:
            if first:
                assert request(sock, first)[0] == 200
            assert request(sock, "/lives", *UPGRADE)[0] == 404
