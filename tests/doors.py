"""Doors to one center from several processes, and what they are asked; for tests of the center and the store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import time

import pytest

from app.center import Centers, Done
from app.domain.commands import Command, Issue
from app.domain.day import SKIPPED
from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.plan import Channel, Plan, Window
from app.domain.presses import AnyPress
from app.store.client import connect
from app.store.entry import Entry
from app.store.journal import Head, Store
from tests.conftest import HandClock, Wire

QN = "quang-ninh"


def issue(at: int | str, service: str = "visa") -> Issue:
    return Issue("citizen/hoa", f"request-{at}", service, Channel.WEB, "hoa")


def press(key: type[AnyPress], turn: int, counter: str = "86") -> AnyPress:
    return key("staff/lan", counter, turn)


async def do_all(doors: Sequence[Centers], commands: Sequence[Command]) -> list[Done]:
    """All at once, spread over the doors."""
    return await asyncio.gather(*(doors[at % len(doors)].do(QN, command) for at, command in enumerate(commands)))


def numbers(done: Sequence[Done]) -> list[str]:
    return sorted(one.answer.number for one in done)


def gapless(count: int) -> list[str]:
    return [f"86{at:03}" for at in range(1, count + 1)]


def after_loss(running: int) -> str:
    """The number that would be the `running`th at counter 86, had not the store lost its last moments."""
    return f"86{running + SKIPPED:03}"


async def kept(store: Store) -> tuple[Head, Hall]:
    """What the store holds."""
    loaded = await store.load(QN)
    assert loaded
    return loaded[0], Hall(loaded[1])


async def tickets(store: Store) -> list[str]:
    _, hall = await kept(store)
    return sorted(fact.number for fact in hall.facts.values() if isinstance(fact, Ticket))


async def journal(store: Store) -> list[Entry]:
    """The entries of the present epoch."""
    head = await store.head(QN)
    return await store.after(QN, Head(head.epoch))


async def script_calls(store: Store) -> int:
    stats = await store.redis.info("commandstats")
    return int(stats.get("cmdstat_evalsha", {"calls": 0})["calls"])


@contextlib.asynccontextmanager
async def process(url: str, clock: HandClock, patience: float = 8.0) -> AsyncIterator[Centers]:
    """The doors of a web process with its own connections."""
    async with connect(url) as redis:
        centers = Centers(Store(redis), clock, patience)
        try:
            yield centers
        finally:
            await centers.close()


@pytest.fixture
async def one(store: Store, redis_url: str, clock: HandClock, plan: Plan) -> AsyncIterator[Centers]:
    """A process, and the demo center founded by it."""
    quick = tuple(replace(service, minutes=0.5) for service in plan.services)  # crowds are served before closing
    async with process(redis_url, clock) as centers:
        await centers.found(replace(plan, services=quick, windows=(Window(serve_until=time(23)),)))
        yield centers


@pytest.fixture
async def two(one: Centers, redis_url: str, clock: HandClock) -> AsyncIterator[Centers]:
    """Another process on the same center."""
    async with process(redis_url, clock) as centers:
        yield centers


@pytest.fixture
async def far(one: Centers, wire: Wire, clock: HandClock) -> AsyncIterator[Centers]:
    """Another process, on a wire that can be cut; it has taken number 86001."""
    async with process(wire.url, clock) as centers:
        assert numbers([await centers.do(QN, issue("first"))]) == ["86001"]
        yield centers
