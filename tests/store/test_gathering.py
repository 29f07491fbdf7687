"""What is asked together goes together: few connections, each asker its own answer, a loss told to all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from app.store import gathering
from app.store.client import connect
from app.store.gathering import UNDER_WAY, GatheringRedis
from tests.conftest import Wire

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[GatheringRedis]:
    async with connect(redis_url) as redis:
        assert isinstance(redis, GatheringRedis)
        yield redis


async def said(redis: GatheringRedis, words: str) -> object:
    return await redis.echo(words)


async def connections(redis: GatheringRedis) -> int:
    return len(await redis.client_list())


async def test_a_thousand_at_once_have_each_its_own_answer_on_few_connections(redis: GatheringRedis) -> None:
    before = await connections(redis)
    answers = await asyncio.gather(*(said(redis, f"{at}") for at in range(1000)))
    assert answers == [f"{at}".encode() for at in range(1000)]
    assert await connections(redis) - before < UNDER_WAY


async def test_what_one_asker_asks_is_done_in_its_order(redis: GatheringRedis) -> None:
    async def count(key: str) -> list[int]:
        return [await redis.incr(key) for _ in range(20)]

    counted = await asyncio.gather(*(count(f"gathering:{at}") for at in range(50)))
    assert counted == [list(range(1, 21))] * 50
    await redis.delete(*(f"gathering:{at}" for at in range(50)))


async def test_a_wrong_command_fails_alone(redis: GatheringRedis) -> None:
    asked = [said(redis, f"{at}") if at % 10 else redis.execute_command("NONSENSE") for at in range(100)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(answer, ResponseError) for answer in answers] == [at % 10 == 0 for at in range(100)]


async def test_who_goes_away_takes_nobody_else_along(redis: GatheringRedis) -> None:
    asked = [asyncio.create_task(said(redis, f"{at}")) for at in range(100)]
    await asyncio.sleep(0)
    for gone in asked[::3]:
        gone.cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answer for at, answer in enumerate(answers) if at % 3] == [
        f"{at}".encode() for at in range(100) if at % 3
    ]
    assert await redis.echo("still there") == b"still there"


async def test_whoever_waits_for_what_is_to_come_holds_nobody_up(redis: GatheringRedis) -> None:
    async def follow() -> None:
        await redis.xread({"gathering:none": "$"}, block=5000)

    waiting = [asyncio.create_task(follow()) for _ in range(2 * UNDER_WAY)]
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2):
        assert await redis.echo("at once") == b"at once"
    for one in waiting:
        one.cancel()


@pytest.fixture
async def wired(redis_url: str, tmp_path: Path) -> AsyncIterator[tuple[Wire, GatheringRedis]]:
    async with Wire.unix(redis_url, str(tmp_path / "wire.sock")).laid() as wire, connect(wire.url) as redis:
        assert isinstance(redis, GatheringRedis)
        yield wire, redis


async def test_a_lost_connection_is_told_to_all_and_the_next_is_a_new_one(
    wired: tuple[Wire, GatheringRedis],
) -> None:
    wire, redis = wired
    await redis.ping()
    wire.hang()
    asked = [asyncio.create_task(said(redis, "behind them")) for _ in range(50)]
    await asyncio.sleep(0.05)
    wire.down()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, RedisConnectionError) for answer in answers)
    wire.up()
    assert await redis.echo("again") == b"again"


async def test_a_link_that_hangs_is_given_up(
    wired: tuple[Wire, GatheringRedis], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "HUNG_SECONDS", 0.2)
    wire, redis = wired
    wire.hang()
    asked = [said(redis, "nobody hears it") for _ in range(3 * UNDER_WAY)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, RedisConnectionError) for answer in answers)
    wire.up()
    assert await redis.echo("again") == b"again"


async def test_who_still_waits_when_the_client_is_closed_is_told_so(wired: tuple[Wire, GatheringRedis]) -> None:
    wire, redis = wired
    wire.hang()
    asked = [asyncio.create_task(said(redis, "too late")) for _ in range(50)]
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(redis.aclose())
    wire.down()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, RedisConnectionError) for answer in answers)
    await closing
