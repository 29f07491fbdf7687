"""When is sent: at once after quiet, no oftener than the interval, never twice at the same time."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from app.live.pace import BURSTS, Pace
from tests.live.lines import until

pytestmark = pytest.mark.anyio
SECONDS = 0.05


class Flushes:
    """When was flushed; each takes `takes` seconds."""

    def __init__(self, takes: float = 0.0, fails: bool = False) -> None:
        self.began: list[float] = []
        self.running = self.most_running = 0
        self._takes, self._fails = takes, fails

    async def __call__(self) -> None:
        self.began.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(self._takes)
        self.running -= 1
        if self._fails:
            raise ValueError("a fault in a flush")

    @property
    def pauses(self) -> list[float]:
        return [after - before for before, after in zip(self.began, self.began[1:], strict=False)]


@contextlib.asynccontextmanager
async def paced(
    flush: Callable[[], Awaitable[None]], seconds: float = SECONDS, burst: float = 0.0
) -> AsyncIterator[Pace]:
    pace = Pace(flush, seconds, burst)
    running = asyncio.create_task(pace.run())
    await asyncio.sleep(0)
    try:
        yield pace
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_at_once_after_quiet() -> None:
    flushes = Flushes()
    async with paced(flushes, seconds=60.0) as pace:
        pace.ask()
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(flushes.began) == 1


async def test_unasked_nothing_is_sent() -> None:
    flushes = Flushes()
    async with paced(flushes, seconds=0.0):
        for _ in range(20):
            await asyncio.sleep(0)
        assert not flushes.began


async def test_never_oftener_than_the_interval_and_what_comes_meanwhile_together() -> None:
    flushes = Flushes()
    async with paced(flushes) as pace:
        asked = 0
        while len(flushes.began) < 5:
            pace.ask()
            asked += 1
            await asyncio.sleep(0.001)
        assert min(flushes.pauses) >= SECONDS * 0.99
        assert asked > 20


async def test_the_last_asking_is_answered() -> None:
    """Also one that comes while a flush is running."""
    flushes = Flushes(takes=0.01)
    async with paced(flushes, seconds=0.02) as pace:
        pace.ask()
        await until("it flushes", lambda: flushes.running)
        pace.ask()
        await until("it flushes again", lambda: len(flushes.began) == 2)


async def test_never_two_at_once() -> None:
    flushes = Flushes(takes=0.02)
    async with paced(flushes, seconds=0.001) as pace:
        while len(flushes.began) < 4:
            pace.ask()
            await asyncio.sleep(0.001)
        assert flushes.most_running == 1
        assert min(flushes.pauses) >= 0.019


async def test_a_fault_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    flushes = Flushes(fails=True)
    async with paced(flushes, seconds=0.001) as pace:
        with caplog.at_level(logging.CRITICAL + 1, logger="app.live.pace"):
            while len(flushes.began) < 3:
                pace.ask()
                await asyncio.sleep(0.001)


async def test_a_burst_is_sent_once_when_it_is_over() -> None:
    flushes, loop = Flushes(), asyncio.get_running_loop()
    async with paced(flushes, burst=0.03) as pace:
        for _ in range(10):
            pace.ask()
            last = loop.time()
            await asyncio.sleep(0)
        await until("it flushes", lambda: flushes.began)
        assert flushes.began[0] - last >= 0.029
        await asyncio.sleep(SECONDS)
        assert len(flushes.began) == 1


async def test_a_burst_that_does_not_end_is_not_waited_for_for_ever() -> None:
    flushes, loop = Flushes(), asyncio.get_running_loop()
    began = loop.time()
    async with paced(flushes, burst=0.02) as pace:
        while not flushes.began:
            pace.ask()
            await asyncio.sleep(0.001)
        assert flushes.began[0] - began < 0.02 * BURSTS + 1.0
