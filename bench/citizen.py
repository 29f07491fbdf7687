"""`make bench-citizen`: numbers taken a second over HTTP by citizens who are signed in, each from the request to
the answer with its slip, on the disk (`appendfsync always`) before it is given.

Citizens ask for the next number as soon as they have theirs, on kept connections from one process on a core of
its own. Beside it, in turns, the same server answers `/healthz`, a page with next to nothing in it, to the same
connections. Medians of the turns; a number answered twice, or not at all, ends the bench.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import cast

import uvloop

from app.accounts.citizens import Citizens
from app.accounts.sessions import Sessions
from app.accounts.tries import Tries
from app.store.client import connect
from app.web.access import COOKIES
from bench.live.machine import Missing, settle_here
from bench.live.plans import CENTER, SERVICES
from bench.live.product import Product
from bench.table import Row, quantile, report

WORKERS = (1, 2)
CLIENTS = (16, 64, 1000)
GOAL_FROM, GOAL = 64, 0.5  # clients, and the least share of the empty page
TURNS, SECONDS = 3, 2.0
ACCOUNTS = 2_400  # one takes at most 40 numbers in ten minutes
PATH = f"/api/centers/{CENTER}/tickets"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn reached: answers a second, and their latencies (ms)."""

    rate: float
    p50: float
    p99: float


class Furnished(Product):
    """The product with citizens who are signed in; `cookies` has a session of each."""

    async def _furnish(self, waiting: int, running: int) -> None:
        await super()._furnish(waiting, running)
        async with connect(self._url) as redis:
            citizens, sessions = Citizens(redis, Tries(redis)), Sessions(redis)
            self.cookies = [await self._sign_in(citizens, sessions, f"+8490{at:07}") for at in range(ACCOUNTS)]

    @staticmethod
    async def _sign_in(citizens: Citizens, sessions: Sessions, phone: str) -> str:
        citizen = await citizens.make("Nguyễn Thị Lan", phone, "", "no password", False)
        now = time.time_ns() // 1_000_000
        return await sessions.begin("citizen", citizen.id, citizen.proof, "", "", now)

    def requests(self) -> Iterator[bytes]:
        """Numbers asked for, by one citizen after the other, of one service after the other."""
        for at in count():
            body = json.dumps({"service": SERVICES[at % len(SERVICES)], "request": secrets.token_hex(8)}).encode()
            cookie = self.cookies[at % ACCOUNTS]
            head = (
                f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\ncookie: {COOKIES['citizen']}={cookie}\r\n"
            )
            yield f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    def empty(self) -> Iterator[bytes]:
        page = f"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n\r\n".encode()
        while True:
            yield page


class Client(asyncio.Protocol):
    """A connection that asks again as soon as it is answered, until told to stop."""

    def __init__(self, requests: Iterator[bytes], answers: list[bytes], latencies: list[float]) -> None:
        self._requests, self._answers, self._latencies = requests, answers, latencies
        self._taken = b""
        self.ends = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own has no base of asyncio's

    def ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._taken += data
        head, blank, body = self._taken.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            return self.done.set_exception(Missing(f"a request was answered {self._taken[:600]!r}"))
        now = time.perf_counter()
        self._latencies.append((now - self._began) * 1000)
        self._answers.append(body)
        self._taken = b""
        if now < self.ends:
            self.ask()
        else:
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(Missing(f"a connection was lost: {exc}"))


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def _turn(port: int, clients: int, requests: Iterator[bytes]) -> tuple[Turn, list[bytes]]:
    loop = asyncio.get_running_loop()
    answers: list[bytes] = []
    latencies: list[float] = []
    connected = [
        await loop.create_connection(lambda: Client(requests, answers, latencies), "127.0.0.1", port)
        for _ in range(clients)
    ]
    begun = time.perf_counter()
    for _, client in connected:
        client.ends = begun + SECONDS
        client.ask()
    try:
        await asyncio.gather(*(client.done for _, client in connected))
    finally:
        took = time.perf_counter() - begun
        for transport, _ in connected:
            transport.close()
    return Turn(len(latencies) / took, quantile(latencies, 0.5), quantile(latencies, 0.99)), answers


def _rows(workers: int) -> Iterator[Row]:
    product = Furnished(running=4, workers=workers)
    try:
        numbers: set[str] = set()
        taking = product.requests()
        for clients in CLIENTS:
            turns = []
            for _ in range(TURNS):
                page, _answers = uvloop.run(_turn(product.port, clients, product.empty()))
                taken, answers = uvloop.run(_turn(product.port, clients, taking))
                given = {json.loads(answer)["number"] for answer in answers}
                if len(given) < len(answers) or given & numbers:
                    raise Missing("a number was given twice")
                numbers |= given
                turns.append((taken, page))
            yield from _reached(workers, clients, turns)
    finally:
        product.stop()


def _reached(workers: int, clients: int, turns: list[tuple[Turn, Turn]]) -> Iterator[Row]:
    def middle(of: Callable[[Turn, Turn], float]) -> float:
        return median(of(taken, page) for taken, page in turns)

    who = f"{clients:,} citizens, {workers} web process{'es' if workers > 1 else ''}"
    page = {"the empty page": middle(lambda taken, page: page.rate)}
    yield Row(f"{who}: numbers taken", "a second", middle(lambda taken, page: taken.rate), peers=page)
    least = GOAL if clients >= GOAL_FROM else None
    share = middle(lambda taken, page: taken.rate / page.rate)
    yield Row(f"{who}: share of the empty page", "×", share, least, at_least=True)
    page = {"the empty page": middle(lambda taken, page: page.p99)}
    yield Row(f"{who}: p50", "ms", middle(lambda taken, page: taken.p50))
    yield Row(f"{who}: p99", "ms", middle(lambda taken, page: taken.p99), peers=page)


def main() -> None:
    settle_here()
    report("citizen", [row for workers in WORKERS for row in _rows(workers)])


if __name__ == "__main__":
    main()
