"""What the tests of clients, proxies and workers share: a counter that calls, sockets that follow its queue."""

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.processes.running import CENTER, LIMIT_SECONDS, Site
from tests.web.house import Socket

SERVICE, COUNTER = "visa", "86"
QUEUE = f"queue/{CENTER}/{SERVICE}"
RESTARTING = 1012
TRIES = 5
ESTABLISHED, LISTENING = "01", "0A"  # in /proc/net/tcp


class Counter:
    """A clerk at the counter of one service, and the kiosk that gives its numbers."""

    _requests = itertools.count()

    def __init__(self, site: Site) -> None:
        self._kiosk = site.machine()
        self._clerk = site.clerk("lan")
        told = self._press("take", 0)["turn"]  # an old turn changes nothing and is told the present one
        self._turn = self._press("take", told)["turn"]

    def issue(self) -> str:
        """A number is taken."""
        body = {"service": SERVICE, "request": f"request-of-the-room-{next(self._requests)}"}
        return str(_ask(self._kiosk, f"/api/centers/{CENTER}/tickets", body)["number"])

    def call(self) -> dict[str, Any]:
        """Press *next*; the answer."""
        pressed = self._press("next", self._turn)
        self._turn = pressed["turn"]
        return pressed

    def _press(self, verb: str, turn: int) -> dict[str, Any]:
        return _ask(self._clerk, f"/api/centers/{CENTER}/counters/{COUNTER}/{verb}", {"turn": turn})


def _ask(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask until there is an answer, as a kiosk and a panel do: a command may be repeated."""
    for _ in range(TRIES):
        with contextlib.suppress(httpx.TransportError):
            answer = http.post(path, json=body)
            assert answer.status_code == 200, answer.text
            told: dict[str, Any] = answer.json()
            return told
    raise AssertionError(f"{path} was not answered")


def live_url(site: Site, web: int = 0) -> str:
    return f"ws{site.origin(web).removeprefix('http')}/live"


@contextlib.asynccontextmanager
async def following(site: Site, **options: Any) -> AsyncIterator[Socket]:
    """An open websocket that has the whole view of the queue."""
    async with opened(site, **options) as socket:
        assert "whole" in await socket.join(QUEUE)
        yield socket


@contextlib.asynccontextmanager
async def opened(site: Site, **options: Any) -> AsyncIterator[Socket]:
    if isinstance(site.trusts, ssl.SSLContext):
        options["ssl"] = site.trusts
    async with connect(live_url(site), proxy=None, max_size=2**22, **options) as connection:
        yield Socket(connection)


def waits(socket: Socket, number: str) -> Callable[[], bool]:
    """Whether a socket was told that a number waits."""
    return lambda: f"number/{number}" in socket.rows[QUEUE]


def waits_no_more(socket: Socket, number: str) -> Callable[[], bool]:
    return lambda: f"number/{number}" not in socket.rows[QUEUE]


async def closed(socket: Socket) -> int | None:
    """The code a socket is closed with."""
    async with asyncio.timeout(LIMIT_SECONDS):
        await socket.connection.wait_closed()
    return socket.connection.close_code


def ends(port: int, state: str) -> dict[str, int]:
    """A server's ends of its connections in a state, by the kernel's names for them: the ports of the peers."""
    found: dict[str, int] = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, is_in, *rest = line.split()
        if local.endswith(f":{port:04X}") and is_in == state:
            found[f"socket:[{rest[5]}]"] = int(remote.rpartition(":")[2], 16)
    return found


def peers(site: Site) -> set[int]:
    """The ports of all who are connected to a site's web servers."""
    return {peer for port in site.ports for peer in ends(port, ESTABLISHED).values()}
