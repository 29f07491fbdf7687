"""The websocket `/live`, over a real connection: who may follow what, what is sent, and when it closes."""

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from app.accounts.staff import Role
from app.domain.commands import RevokeDevice
from app.domain.states import DeviceKind
from app.live.outgoing import MOST_HELD
from app.live.socket import LiveSocket
from app.web import socket as plain
from tests.web.house import (
    CENTER,
    LIMIT_SECONDS,
    OTHER,
    House,
    Socket,
    Web,
    cookie_header,
    device_cookie,
    live,
    open_house,
    until,
)
from tests.web.servers import PLAIN, as_goiso_serves

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

SERVICES = f"services/{CENTER}/tang-3"
PANEL = f"panel/{CENTER}/66"


OURS = "as goiso serves"
BY_US = pytest.mark.parametrize("house", [OURS], indirect=True)  # about the fast way alone
SLOW_ELSEWHERE = pytest.mark.parametrize(
    "house", [OURS, *(pytest.param(name, marks=pytest.mark.proof) for name in PLAIN)], indirect=True
)


@pytest.fixture(scope="module", params=[OURS, *PLAIN])
async def house(request: pytest.FixtureRequest, redis_url: str, data: Path) -> AsyncIterator[House]:
    """Any ASGI server serves the same."""
    async with open_house(redis_url, data, 6, PLAIN.get(request.param, as_goiso_serves)) as house:
        yield house


async def closed(socket: Socket) -> int:
    """The code a socket is closed with."""
    async with asyncio.timeout(LIMIT_SECONDS):
        await socket.connection.wait_closed()
    assert socket.connection.close_code
    return socket.connection.close_code


async def take(house: House, service: str = "nuoc-sach") -> str:
    """A number taken by a kiosk."""
    key = await house.device(DeviceKind.KIOSK)
    async with house.web.http(headers={"authorization": f"Bearer {key}"}) as kiosk:
        return str((await house.take(kiosk, service))["number"])


async def test_joining_gives_the_whole_view_then_what_changes(house: House) -> None:
    async with live(house.web) as socket:
        frame = await socket.join(SERVICES)
        assert set(frame) == {"topic", "at", "whole"}
        assert len(frame["whole"]) == 18
        number = await take(house)
        await socket.until(lambda: socket.rows[SERVICES]["service/nuoc-sach"]["latest"] == number)
        assert socket.at[SERVICES].partition(".")[0] == frame["at"].partition(".")[0]


async def test_joining_with_a_position_gives_only_what_is_newer(house: House) -> None:
    async with live(house.web) as stays, live(house.web) as comes:
        await stays.join(SERVICES)
        have = stays.at[SERVICES]
        current = await comes.join(SERVICES, have)
        assert (current["rows"], current["gone"]) == ({}, []), "nothing is newer, and the client knows it"
        await comes.say(leave=SERVICES)
        number = await take(house)
        await stays.until(lambda: stays.rows[SERVICES]["service/nuoc-sach"]["latest"] == number)
        newer = await comes.join(SERVICES, have)
        assert list(newer["rows"]) == ["service/nuoc-sach"]
        for unknown in ("", "x", "20200403-aaaaaa.7", have.rpartition(".")[0] + ".0", "x" * 70):
            assert "whole" in await comes.join(SERVICES, unknown)


async def test_a_topic_may_be_asked_for_in_the_address(house: House) -> None:
    """Its rows come with the handshake's answer; a position counts there, too, and so does a refusal."""
    async with live(house.web, f"?{urlencode({'join': SERVICES})}") as socket:
        assert len((await socket.hear())["whole"]) == 18
        asked = {"join": SERVICES, "have": socket.at[SERVICES]}
        async with live(house.web, f"?{urlencode(asked)}") as again:
            assert (await again.hear())["rows"] == {}
    async with live(house.web, f"?{urlencode({'join': PANEL})}") as stranger:
        assert (await stranger.hear())["code"] == "not-signed-in"
        assert "whole" in await stranger.join(SERVICES)


async def test_rows_that_are_no_more_are_named(house: House) -> None:
    """The TV's list holds the last eight calls: the ninth sends the first away."""
    clerk = await house.staff("van")
    await house.sit("van", "66")
    topic = f"tv/{CENTER}/tang-3"
    async with live(house.web, cookie=cookie_header(clerk)) as socket:
        await socket.join(topic)
        first = await take(house, "thong-tin-truyen-thong")
        await house.press(clerk, "66", "next")
        await socket.until(lambda: f"call/{first}" in socket.rows[topic])
        gone: list[str] = []
        for _ in range(8):
            await take(house, "thong-tin-truyen-thong")
            await house.press(clerk, "66", "next")
        while f"call/{first}" in socket.rows[topic]:
            gone += (await socket.hear()).get("gone", [])
        assert f"call/{first}" in gone
    await house.press(clerk, "66", "leave")


async def test_who_may_not_follow_is_told_why_and_the_others_go_on(house: House) -> None:
    async with live(house.web) as stranger:
        for topic, code in [
            (PANEL, "not-signed-in"),
            (f"tv/{CENTER}/tang-3", "not-paired"),
            (f"board/{CENTER}/all", "not-paired"),
            (f"speaker/{CENTER}/tang-3", "not-paired"),
            (f"nothing/{CENTER}/x", "unknown-topic"),
            ("services", "unknown-topic"),
            ("x" * 500, "unknown-topic"),
            ("services/mong-cai/tang-3", "unknown-center"),
            (f"services/{CENTER}/tang-9", "unknown-zone"),
        ]:
            told = await stranger.join(topic)
            assert (told["refused"], told["code"]) == (topic[:160], code)
            assert told["vi"]
            assert told["en"]
        assert "whole" in await stranger.join(SERVICES)


@pytest.mark.parametrize(
    ("kind", "zone", "own", "others"),
    [
        (DeviceKind.TV, "tang-1", f"tv/{CENTER}/tang-1", [f"tv/{CENTER}/tang-2", f"board/{CENTER}/all", PANEL]),
        (DeviceKind.SPEAKER, "tang-1", f"speaker/{CENTER}/tang-1", [f"tv/{CENTER}/tang-1", PANEL]),
        (DeviceKind.BOARDS, "", f"board/{CENTER}/all", [f"speaker/{CENTER}/tang-1", f"board/{OTHER}/all"]),
        (DeviceKind.KIOSK, "", SERVICES, [f"tv/{CENTER}/tang-1", PANEL]),
    ],
)
async def test_a_device_follows_its_own_screen(
    house: House, kind: DeviceKind, zone: str, own: str, others: list[str]
) -> None:
    key = await house.device(kind, zone)
    async with live(house.web, authorization=f"Bearer {key}") as socket:
        assert "whole" in await socket.join(own)
        for topic in others:
            told = await socket.join(topic)
            assert told["code"] in ("not-allowed", "not-signed-in"), topic


async def test_staff_follow_their_center_only(house: House) -> None:
    async with live(house.web, cookie=cookie_header(await house.staff("van"))) as socket:
        for topic in (PANEL, f"tv/{CENTER}/tang-1", f"board/{CENTER}/all", f"speaker/{CENTER}/tang-3"):
            assert "whole" in await socket.join(topic)
        assert (await socket.join(f"panel/{OTHER}/01"))["code"] == "not-allowed"
        assert (await socket.join(f"panel/{CENTER}/97"))["code"] == "unknown-counter"


async def test_another_site_cannot_open_a_socket(house: House) -> None:
    for origin in ("https://evil.example", "null", house.web.settings.origin + ":1"):
        with pytest.raises(InvalidStatus, match="403"):
            async with live(house.web, origin=origin):
                pass
    async with live(house.web, origin=house.web.settings.origin) as socket:
        assert "whole" in await socket.join(SERVICES)


@pytest.mark.parametrize(
    "message",
    ["", "x", "[]", "{}", '{"join": 7}', '{"join": "a", "more": 1}', '{"join": ""}', '{"clock": "x"}', "[" * 4000],
)
async def test_what_cannot_be_read_closes(house: House, message: str) -> None:
    async with live(house.web) as socket:
        await socket.connection.send(message)
        assert await closed(socket) == 4400


async def test_bytes_and_long_messages_close(house: House) -> None:
    async with live(house.web) as socket:
        await socket.connection.send(b'{"clock": 1}')
        assert await closed(socket) == 4400
    async with live(house.web) as socket:
        await socket.connection.send('{"join": "' + "x" * 4096 + '"}')
        assert await closed(socket) == 1009


async def test_the_time(house: House) -> None:
    async with live(house.web) as socket:
        before = house.parts.clock()
        for said in (1_763_800_000_000, 0, -5, 10**40):
            await socket.say(clock=said)
            told = await socket.hear()
            assert told["clock"] == said
            assert before <= told["now"] <= house.parts.clock()


async def test_at_most_32_topics_on_one_socket(house: House) -> None:
    async with live(house.web, cookie=cookie_header(await house.staff("van"))) as socket:
        for at in range(32):
            assert "whole" in await socket.join(f"board/{CENTER}/tang-1,{at}")
        assert "whole" in await socket.join(f"board/{CENTER}/tang-1,31"), "one that is followed may be joined anew"
        await socket.say(leave=f"board/{CENTER}/tang-1,0")
        assert "whole" in await socket.join(f"board/{CENTER}/tang-1,32")
        await socket.say(join=f"board/{CENTER}/tang-1,33")
        assert await closed(socket) == 4429


async def test_a_device_that_was_never_paired_is_told_at_once(house: House) -> None:
    async with live(house.web, "?device=none") as socket:
        assert await closed(socket) == 4401


@pytest.mark.parametrize("where", ["here", "there"])
async def test_a_revoked_device_is_closed_at_once(house: House, second: Web, where: str) -> None:
    """Also when another web process shut it out, and while it follows nothing."""
    web = house.web if where == "here" else second
    key = await house.device(DeviceKind.TV, "tang-1")
    device = key.partition(".")[0]
    await until("the device is known", lambda: f"device/{device}" in web.parts.feed.hall(CENTER).facts)
    quan = await house.staff("quan", Role.OPERATOR)
    async with (
        live(web, f"?device={device}", cookie=cookie_header(device_cookie(key))) as follows,
        live(web, authorization=f"Bearer {key}") as idles,
        live(web) as other,
    ):
        assert "whole" in await follows.join(f"tv/{CENTER}/tang-1")
        await other.join(SERVICES)
        async with house.web.http(quan) as http:
            await http.post(f"/api/centers/{CENTER}/devices/{device}/revoke")
        assert await closed(follows) == await closed(idles) == 4401
        await other.say(clock=1)
        assert (await other.hear())["clock"] == 1
    async with live(web, f"?device={device}", cookie=cookie_header(device_cookie(key))) as again:
        assert await closed(again) == 4401


async def test_a_revoked_device_that_does_not_read_is_closed_too(house: House) -> None:
    key = await house.device(DeviceKind.BOARDS)
    async with stuck(house.web, f"authorization: Bearer {key}\r\n") as writer:
        await fill(writer)
        there = len(house.parts.topics.hub.readers())
        command = RevokeDevice("staff/quan", key.partition(".")[0])
        await house.parts.centers.do(CENTER, command)
        await until("its socket is gone", lambda: len(house.parts.topics.hub.readers()) < there)


@SLOW_ELSEWHERE
async def test_a_reader_that_stops_reading_delays_nobody_and_gets_the_whole_view_later(house: House) -> None:
    clerk = await house.staff("van")
    await house.sit("van", "79")
    topic = f"panel/{CENTER}/79"
    headers = {"cookie": cookie_header(clerk)}
    url = f"ws://127.0.0.1:{house.web.port}/live"
    async with (
        live(house.web, **headers) as reads,
        connect(
            url, additional_headers=headers, max_queue=1, sock=narrow(house.web), close_timeout=0.1
        ) as slow_connection,
    ):
        slow = Socket(slow_connection)
        await reads.join(topic)
        await slow.join(topic)
        slow_connection.transport.pause_reading()
        with contextlib.suppress(TimeoutError):  # fill every buffer on the way
            while True:
                async with asyncio.timeout(0.5):
                    await slow.say(join="x" * 2000)
        for _ in range(40):
            await house.press(clerk, "79", "pause")
            await house.press(clerk, "79", "resume")
        turn = house.parts.feed.hall(CENTER).counter("79").turn
        await reads.until(lambda: reads.rows[topic]["counter"]["turn"] == turn)
        slow_connection.transport.resume_reading()
        wholes = 0
        while slow.rows[topic]["counter"]["turn"] != turn:
            wholes += "whole" in await slow.hear()
        if house.web.serve is as_goiso_serves:
            assert wholes == 1  # elsewhere a server's buffers may have held all it missed
        assert slow.rows[topic] == reads.rows[topic]
    await house.press(clerk, "79", "leave")


@BY_US
async def test_who_asks_without_reading_is_not_listened_to(house: House) -> None:
    """A client that only asks cannot fill the server's memory: what waits for it stays small."""
    async with stuck(house.web) as writer:
        await fill(writer)
        for reader in house.parts.topics.hub.readers():
            assert isinstance(reader, LiveSocket)
            assert len(reader._held) <= MOST_HELD
            assert reader._transport.get_write_buffer_size() <= MOST_HELD
        async with live(house.web) as socket:
            assert "whole" in await socket.join(SERVICES)


async def test_a_fault_in_the_greeting_keeps_no_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the plain endpoint."""

    def fail(*_: object) -> None:
        raise ValueError("a view cannot be rendered")

    monkeypatch.setattr(plain, "greet", fail)
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        if sent:
            await asyncio.Event().wait()
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "app": house.web.app, "path": "/live", "query_string": b"", "headers": [],
             "client": ("203.0.113.99", 1)}  # fmt: skip
    there = house.parts.topics.hub.count()
    await plain.live(WebSocket(scope, receive, send))
    assert sent[-1]["code"] == 1011
    assert "203.0.113.99" not in house.parts.limits._there
    assert house.parts.topics.hub.count() == there


def narrow(web: Web) -> sockets.socket:
    """A connection whose buffers are soon full."""
    raw = sockets.socket()
    for side in (sockets.SO_RCVBUF, sockets.SO_SNDBUF):
        raw.setsockopt(sockets.SOL_SOCKET, side, 32768)
    raw.connect(("127.0.0.1", web.port))
    raw.setblocking(False)
    return raw


@contextlib.asynccontextmanager
async def stuck(web: Web, headers: str = "") -> AsyncIterator[sockets.socket]:
    """A websocket client that writes and never reads, with a small buffer."""
    raw = narrow(web)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(
        raw,
        b"GET /live HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        + headers.encode()
        + b"\r\n",
    )
    assert b" 101 " in await loop.sock_recv(raw, 200)
    try:
        yield raw
    finally:
        raw.close()


async def fill(raw: sockets.socket) -> None:
    """Ask for what does not exist again and again, until the server takes no more."""
    message = Frame(Opcode.TEXT, b'{"join": "%s"}' % (b"x" * 1000)).serialize(mask=True, extensions=[])
    loop = asyncio.get_running_loop()
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < 50_000:
            async with asyncio.timeout(0.5):
                await loop.sock_sendall(raw, message * 50)
            sent += 50
    assert sent < 50_000, "the server listens for ever"
