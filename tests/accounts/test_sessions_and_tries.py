"""Sessions and limited tries: what is kept of them, for how long, and side by side."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from app.accounts.sessions import LIFETIME_SECONDS, Session, Sessions, hash_token
from app.accounts.tries import MINUTES, Tries
from app.domain.refusals import TooManyTries

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_a_session_is_found_by_its_token_and_kind(redis: Redis) -> None:
    sessions = Sessions(redis)
    token = await sessions.begin("staff", "lan")
    assert await sessions.find("staff", token) == Session("staff", "lan")
    assert await sessions.find("citizen", token) is None
    for wrong in ("", "x", token[:-1], token + "x" * 64):
        assert await sessions.find("staff", wrong) is None
    await sessions.end(token)
    assert await sessions.find("staff", token) is None
    await sessions.end(token)


async def test_only_the_hash_of_a_token_is_kept_and_not_for_ever(redis: Redis) -> None:
    sessions = Sessions(redis)
    for kind, seconds in LIFETIME_SECONDS.items():
        token = await sessions.begin(kind, "somebody")
        keys: Any = await redis.keys()
        assert not [key for key in keys if token.encode() in key + (await redis.dump(key) or b"")]
        left = await redis.ttl(f"goiso:session:{hash_token(token)}")
        assert seconds - 5 <= left <= seconds
    assert await sessions.begin("staff", "lan") != await sessions.begin("staff", "lan")


async def test_tries_run_out_and_come_back(redis: Redis, tries: Tries) -> None:
    for _ in range(3):
        await tries.spend("a door", 3)
    with pytest.raises(TooManyTries, match=f"in {MINUTES} minutes"):
        await tries.spend("a door", 3)
    await tries.spend("another door", 3)
    assert 0 < await redis.ttl("goiso:tries:a door") <= MINUTES * 60
    await redis.pexpire("goiso:tries:a door", 1)
    async with asyncio.timeout(2):
        while await redis.exists("goiso:tries:a door"):
            await asyncio.sleep(0.005)
    await tries.spend("a door", 3)


async def test_going_on_trying_does_not_lengthen_the_wait(redis: Redis, tries: Tries) -> None:
    await tries.spend("a door", 1)
    await redis.expire("goiso:tries:a door", 7)
    for _ in range(3):
        with pytest.raises(TooManyTries):
            await tries.spend("a door", 1)
    assert await redis.ttl("goiso:tries:a door") <= 7


async def test_tries_side_by_side_cannot_pass_together(tries: Tries) -> None:
    outcomes = await asyncio.gather(*(tries.spend("a door", 10) for _ in range(50)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 10


async def test_what_was_right_is_given_back(redis: Redis, tries: Tries) -> None:
    for _ in range(5):
        await tries.spend("a door", 1)
        await tries.refund("a door")
    await tries.spend("a door", 1)
    await tries.forget("a door")
    await tries.refund("a door")
    assert not await redis.exists("goiso:tries:a door"), "a refund leaves nothing behind that lasts for ever"


async def test_sessions_of_staff_are_listed_and_end_one_by_one(redis: Redis) -> None:
    sessions = Sessions(redis)
    old = await sessions.begin("staff", "lan", "proof", "Firefox", "10.0.0.1", 1_000)
    new = await sessions.begin("staff", "lan", "proof", "Chrome", "10.0.0.2", 2_000)
    await sessions.begin("staff", "minh", at=3_000)
    await sessions.begin("citizen", "lan", at=3_000)
    await sessions.note_used(old, 90_000)
    listed = await sessions.of("lan")
    assert [(one.session.agent, one.session.began, one.used) for one in listed] == [
        ("Chrome", 2_000, 0),
        ("Firefox", 1_000, 90_000),
    ]
    assert not await sessions.end_one("minh", listed[0].id), "nobody ends another's by its id"
    assert not await sessions.end_one("lan", "x")
    assert await sessions.end_one("lan", listed[0].id)
    assert await sessions.find("staff", new) is None
    assert await sessions.find("staff", old)
    await sessions.end_all("lan")
    assert await sessions.of("lan") == []
    assert await sessions.find("staff", old) is None
    assert len(await sessions.of("minh")) == 1


async def test_the_last_use_is_noted_once_a_minute(redis: Redis) -> None:
    sessions = Sessions(redis)
    token = await sessions.begin("staff", "lan", at=0)
    for at in (70_000, 80_000, 129_999):
        await sessions.note_used(token, at)
    assert (await sessions.of("lan"))[0].used == 70_000
    await sessions.note_used(token, 130_000)
    assert (await sessions.of("lan"))[0].used == 130_000


async def test_a_list_forgets_sessions_that_are_over(redis: Redis) -> None:
    sessions = Sessions(redis)
    token = await sessions.begin("staff", "lan")
    await redis.delete(f"goiso:session:{hash_token(token)}")
    assert await sessions.of("lan") == []
    assert await redis.scard("goiso:sessions:lan") == 1, "to look changes nothing"
    again = await sessions.begin("staff", "lan")
    assert await redis.smembers("goiso:sessions:lan") == {hash_token(again).encode()}
