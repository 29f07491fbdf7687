"""`goiso serve --workers 2`: two web processes at one port are one web server, also while one is replaced."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import Counter as Counted
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes.room import (
    ESTABLISHED,
    LISTENING,
    QUEUE,
    RESTARTING,
    Counter,
    closed,
    ends,
    following,
    waits,
    waits_no_more,
)
from tests.processes.running import CENTER, LIMIT_SECONDS, Site, open_site, wait_for
from tests.web.house import Socket

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

SOCKETS = 200
FEWEST = 58  # of 200 that chance sends to either of two: six times its spread (√200 / 2) below the half


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_site(workers=2) as running:
        both_listen(running)
        yield running


@pytest.fixture(scope="module")
def counter(site: Site) -> Counter:
    return Counter(site)


def workers(site: Site) -> set[int]:
    """The processes that serve, as the kernel knows them."""
    keeper = site.webs[0].pid
    return {int(pid) for pid in Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()}


def is_there(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def both_listen(site: Site) -> None:
    wait_for("both listen", lambda: len(ends(site.ports[0], LISTENING)) == 2 == len(workers(site)))


def connections(site: Site) -> dict[int, int]:
    """Who serves whom: the ports of clients, and the process that holds the other end."""
    peers = ends(site.ports[0], ESTABLISHED)
    held: dict[int, int] = {}
    for pid in workers(site):
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if (port := peers.get(os.readlink(one))) is not None:
                    held[port] = pid
    return held


def port_of(socket: Socket) -> int:
    port: int = socket.connection.local_address[1]
    return port


@contextlib.asynccontextmanager
async def one_at_each(site: Site) -> AsyncIterator[dict[int, Socket]]:
    """Sockets that follow the queue, by the process that serves them."""
    found: dict[int, Socket] = {}
    async with contextlib.AsyncExitStack() as stack:
        while len(found) < 2:
            socket = await stack.enter_async_context(following(site))
            found.setdefault(connections(site)[port_of(socket)], socket)
        yield found


async def test_sockets_spread_evenly(site: Site) -> None:
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(following(site)) for _ in range(SOCKETS)]
        served_by = connections(site)
        count = Counted(served_by[port_of(socket)] for socket in sockets)
    assert set(count) == workers(site)
    assert min(count.values()) >= FEWEST, count


async def test_a_press_is_the_same_to_whomever_serves_it(site: Site, counter: Counter) -> None:
    async with one_at_each(site) as sockets:
        one, other = sockets.values()
        number = counter.issue()
        for socket in (one, other):
            await socket.until(waits(socket, number))
        pressed = counter.call()
        assert pressed["number"] == number
        for socket in (one, other):
            await socket.until(waits_no_more(socket, number))
            assert socket.at[QUEUE] == pressed["position"]
        assert one.rows == other.rows


async def test_one_that_is_killed_is_seen_by_its_own_sockets_only(site: Site, counter: Counter) -> None:
    async with one_at_each(site) as sockets:
        (killed, cut), (stays, follows) = sockets.items()
        os.kill(killed, signal.SIGKILL)
        assert await closed(cut) == 1006
        number = counter.issue()
        await follows.until(waits(follows, number))
        wait_for("it is gone", lambda: killed not in workers(site))
        both_listen(site)
        async with one_at_each(site) as again:
            assert stays in again
            assert killed not in again
            counter.call()
            for socket in (follows, *again.values()):
                await socket.until(waits_no_more(socket, number))


class Asking(threading.Thread):
    """Takes numbers without a pause, each over a connection of its own, as kiosks do: a request that got no answer
    is repeated. `refused` says what was seen instead of answers, `most` how often one was repeated."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self._site = site
        self._ends = threading.Event()
        self.numbers: list[str] = []
        self.refused: Counted[str] = Counted()
        self.most = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self._ends.is_set():
            self._ask({"service": "tu-phap", "request": f"during-the-restart-{len(self.numbers)}"})

    def _ask(self, body: dict[str, str]) -> None:
        for tries in range(10):
            with contextlib.closing(self._site.machine()) as kiosk:
                try:
                    answer = kiosk.post(f"/api/centers/{CENTER}/tickets", json=body)
                except httpx.TransportError as fault:
                    self.refused[type(fault).__name__] += 1
                    self.most = max(self.most, tries + 1)
                    continue
            if answer.status_code == 200:
                self.numbers.append(answer.json()["number"])
                return
            self.wrong.append(answer.text)
        self._ends.set()

    def end(self) -> None:
        self._ends.set()
        self.join()


async def test_sighup_replaces_each_and_every_request_is_answered(site: Site, counter: Counter) -> None:
    """What a client may see: a connection that waits to be accepted by the one that stops is reset by the kernel.
    Who asks again is served by another."""
    before = workers(site)
    asking = Asking(site)
    asking.start()
    async with one_at_each(site) as sockets:
        wait_for("numbers are taken", lambda: len(asking.numbers) > 5)
        site.webs[0].send_signal(signal.SIGHUP)
        for socket in sockets.values():
            assert await closed(socket) == RESTARTING
    wait_for("all are replaced", lambda: "have been replaced" in site.log())
    taken = len(asking.numbers)
    wait_for("numbers are taken on", lambda: len(asking.numbers) > taken + 5)
    asking.end()
    assert not asking.wrong
    assert asking.most <= 2, asking.refused
    assert len(set(asking.numbers)) == len(asking.numbers)
    assert not before & workers(site)
    assert len(workers(site)) == 2
    async with one_at_each(site) as again:
        number = counter.issue()
        counter.call()
        for socket in again.values():
            await socket.until(waits_no_more(socket, number))


async def test_one_that_cannot_be_replaced_now_takes_nobody_along(site: Site) -> None:
    """A restart while the store is away: the old ones stay, and one that was killed is tried until it serves."""
    killed = min(workers(site))
    stays = max(workers(site))
    site.kill_redis()
    site.webs[0].send_signal(signal.SIGHUP)
    os.kill(killed, signal.SIGKILL)
    wait_for("it was tried", lambda: "the others go on" in site.log())
    assert is_there(stays)
    assert site.webs[0].poll() is None
    await asyncio.to_thread(site.start_redis)
    both_listen(site)
    site.wait_ready()
    async with one_at_each(site) as again:
        assert killed not in again


async def test_sigterm_ends_all_and_leaves_nothing_behind(site: Site) -> None:
    pids = workers(site)
    async with one_at_each(site) as sockets:
        assert site.stop_web() == 0
        for socket in sockets.values():
            assert await closed(socket) == RESTARTING
    assert not any(map(is_there, pids))
    with pytest.raises(httpx.ConnectError):
        httpx.get(site.address())
    site.start_web()
    both_listen(site)


async def test_a_keeper_that_is_killed_leaves_nothing_behind_either(site: Site) -> None:
    pids = workers(site)
    async with one_at_each(site) as sockets:
        site.kill_web()
        for socket in sockets.values():
            assert await closed(socket) == RESTARTING
    wait_for("they end", lambda: not any(map(is_there, pids)))
    site.start_web()
    both_listen(site)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"GOISO_SECRET": "short"}, "goiso: GOISO_SECRET must be set to at least 32 random characters"),
        ({"GOISO_PORT": "0"}, "goiso: GOISO_PORT must name the port that the workers share"),
        ({"GOISO_STORE_URL": "unix:///nowhere/r.sock"}, "goiso: the store does not answer: "),
        ({}, "goiso: cannot listen on 127.0.0.1:{port}: Address already in use"),
    ],
)
def test_what_stands_against_a_start_is_said_in_a_sentence(
    site: Site, settings: dict[str, str], said: str
) -> None:
    with contextlib.ExitStack() as stack:
        import socket as sockets

        taken = stack.enter_context(sockets.create_server(("127.0.0.1", 0)))
        port = taken.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        environment |= {
            "GOISO_ORIGIN": "https://layso.example.vn",
            "GOISO_SECRET": "a secret of the tests that is long enough",
            "GOISO_STORE_URL": site.url,
            "GOISO_DATA": str(site.folder),
            "GOISO_PORT": str(port),
        }
        started = subprocess.run(
            [sys.executable, "-m", "app", "serve", "--workers", "2"],
            env=environment | settings,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    assert started.returncode == 2
    sentences = [line for line in started.stderr.splitlines() if line.startswith("goiso: ")]
    assert sentences[0].startswith(said.format(port=port))
    assert "Traceback" not in started.stderr
