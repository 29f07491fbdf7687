"""The notices process under `kill -9`, before a bad gateway: nobody is forgotten, and nobody is told twice where
the gateway honours the key. Where it cannot, the doubled are counted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.demo import plan_of
from app.domain.plan import Limits, NoticesPlan, NumberForm
from app.notices.push import Subscription
from app.wiring import now
from tests.notices.browser import Browser
from tests.notices.killed import LIMIT_SECONDS, Runner, kill_over, rough, slow
from tests.notices.post import CENTER, Post, open_post
from tests.notices.provider import LOST, Provider

pytestmark = [pytest.mark.redis, pytest.mark.anyio]
AT_ONCE = 8  # of SMS: so many may be under way when the process is killed


@pytest.fixture
async def post(redis_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    """A center with numbers for everybody, where only the number taken is told."""
    plan = plan_of(CENTER)
    many = replace(
        plan,
        number=NumberForm(2, 4),
        counters=tuple(replace(counter, board=None) for counter in plan.counters),
        limits=Limits(0, 0, 0),
        notices=NoticesPlan(near=0, called=False),
    )
    async with open_post(redis_url, tmp_path, many, now) as post:
        yield post


async def take_many(post: Post, count: int, browser: Subscription | None) -> None:
    """Numbers of all services, a hundred at a time; of citizens with phones, or with this browser alone."""
    citizen = post.by_push if browser else post.by_phone
    services = [service.id for service in plan_of(CENTER).services]
    for first in range(0, count, 100):
        asked = range(first, min(first + 100, count))
        await asyncio.gather(*(post.take(citizen, services[at % len(services)], browser) for at in asked))


@pytest.mark.parametrize(
    ("way", "honours", "count", "kills"),
    [
        pytest.param("sms", True, 200, 4, id="keys honoured"),
        pytest.param("sms", False, 200, 4, id="keys not known"),
        pytest.param("push", True, 200, 4, id="push, topics honoured"),
        pytest.param("sms", True, 10_000, 10, id="10,000 with keys honoured", marks=pytest.mark.proof),
        pytest.param("sms", False, 2_000, 10, id="2,000 with keys not known", marks=pytest.mark.proof),
        pytest.param("push", False, 2_000, 10, id="2,000 pushed, already delivered", marks=pytest.mark.proof),
    ],
)
async def test_nobody_is_forgotten(
    redis_url: str, tmp_path: Path, post: Post, way: str, honours: bool, count: int, kills: int
) -> None:
    async with Provider(answer=rough, honours_key=honours, slow=slow) as provider, asyncio.timeout(LIMIT_SECONDS):
        await take_many(post, count, Browser(provider.url).subscription if way == "push" else None)
        runner = Runner(f"{redis_url}?db=7", provider.url, tmp_path)
        await kill_over(runner, provider, count, kills)
        async with runner.running():
            while not await post.idle():
                await asyncio.sleep(0.05)
    assert len(provider.taken) == count, "0 lost"
    assert await post.dead() == []
    doubled = sum(provider.taken.values()) - count
    print(f"\n{count} by {way}, {len(provider.asked)} requests, {kills} kills, {honours=}, {doubled} doubled")
    if honours:
        assert doubled == 0
    else:
        unanswered = sum(rough(at) == LOST for at in range(1, len(provider.asked) + 1))
        assert 0 < doubled <= unanswered + (kills + kills // 2) * AT_ONCE, "only what nobody can know"
