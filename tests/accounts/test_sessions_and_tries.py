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
        assert not [key for key in keys if token.encode() in key + (await redis.get(key) or b"")]
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
