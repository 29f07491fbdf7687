"""An empty database of accounts on the real Redis."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from app.accounts.tries import Tries
from app.store.client import connect


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with connect(f"{redis_url}?db=6") as redis:
        await redis.flushdb()
        yield redis


@pytest.fixture
def tries(redis: Redis) -> Tries:
    return Tries(redis)
