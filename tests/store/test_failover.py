"""Sentinels change the master: writers go on, and only with one that keeps what it answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.domain.facts import Fact
from app.domain.plan import LastNumber, Plan
from app.domain.refusals import StoreAway
from app.store.client import connect
from app.store.journal import Store
from tests.conftest import HandClock
from tests.doors import QN, issue, process
from tests.store.servers import SERVICE, Group, Server

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    with TemporaryDirectory(prefix="gs-", dir="/tmp") as folder:
        async with Group(Path(folder)).running() as group:
            yield group


async def configure(server: Server, appendfsync: str) -> None:
    async with connect(server.url) as redis:
        await redis.config_set("appendfsync", appendfsync)


async def stored(server: Server) -> dict[str, Fact]:
    """The facts of the center that a server keeps."""
    async with connect(server.url) as redis:
        loaded = await Store(redis).load(QN)
    return loaded[1] if loaded else {}


@pytest.mark.proof  # the sentinels take ten seconds to tell the old master
async def test_a_master_that_is_demoted_alive_is_left_for_the_new_one(
    group: Group, clock: HandClock, plan: Plan
) -> None:
    old = await group.master()
    async with process(group.url(SERVICE), clock, patience=20) as doors:
        await doors.found(replace(plan, last_number=LastNumber.OFF))
        given = [(await doors.do(QN, issue(0))).answer.number]
        async with connect(group.sentinels[0].url) as sentinel:
            await sentinel.sentinel_failover(SERVICE)
        while await old.role() == "master":
            given.append((await doors.do(QN, issue(len(given)))).answer.number)
            await asyncio.sleep(0.02)  # a citizen's pause, so that the numbers last
        given.append((await doors.do(QN, issue(len(given)))).answer.number)
        assert len(set(given)) == len(given)
        assert f"ticket/{given[-1]}" in await stored(await group.master())


async def test_a_promoted_master_that_would_lose_what_it_answers_is_not_written_to(
    group: Group, clock: HandClock, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(group.url(SERVICE), clock, patience=1) as doors:
        await doors.found(replace(plan, last_number=LastNumber.OFF))
        leading = await group.master()
        (other,) = (server for server in group.servers if server is not leading)
        await configure(other, "everysec")
        await group.lose_master()
        async with asyncio.timeout(20):
            while "has not appendfsync always: nothing is written to it" not in caplog.text:
                with pytest.raises(StoreAway):
                    await doors.do(QN, issue(1))
        assert "ticket/86001" not in (await stored(other))
        await configure(other, "always")
        assert (await doors.do(QN, issue(1))).answer.number == "86001"
        assert "ticket/86001" in (await stored(other))
