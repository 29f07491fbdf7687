"""A center in an empty database, with the real time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.demo import plan_of
from app.wiring import now
from tests.notices.post import CENTER, Post, open_post


@pytest.fixture
async def post(redis_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(redis_url, tmp_path, plan_of(CENTER), now) as post:
        yield post
