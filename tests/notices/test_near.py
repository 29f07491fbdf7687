"""Who is told that few go before him, that he is called, and what waits until the quiet hours are over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.commands import Cancel, CloseDay
from app.domain.plan import MINUTE, CheckIn, Limits, NoticesPlan, Plan
from app.domain.presses import Next, UndoLast
from app.notices.notices import after_quiet
from tests.conftest import FRIDAY, HandClock
from tests.notices.post import Post, open_post, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def post(redis_url: str, tmp_path: Path, plan: Plan, clock: HandClock) -> AsyncIterator[Post]:
    """A center where all numbers are called in turn, and the second in line is told so."""
    notices = NoticesPlan(near=1, called=True)
    rules = replace(plan, check_in=CheckIn.OFF, limits=Limits(0, 0, 0), notices=notices)
    async with open_post(redis_url, tmp_path, rules, clock) as post:
        yield post


def said(post: Post, words: str) -> list[str]:
    """The numbers of the SMS with these words, in the order sent."""
    return [text.split()[1].strip(":.") for text in post.texts() if words in text and text.startswith("So ")]


NEAR, CALLED = "con 1 so nua", "dang duoc goi"


async def take(post: Post, count: int) -> list[str]:
    return [await post.take(post.by_phone) for _ in range(count)]


async def test_each_is_told_once_when_one_goes_before_it(post: Post) -> None:
    async with post.running():
        numbers = await take(post, 4)
        await until("all is done", post.idle)
        assert said(post, NEAR) == [], "who is near when he takes the number knows when to come"
        for _ in range(3):
            await post.press(Next, "86")
            await until("all is done", post.idle)
        await until("all are told", lambda: len(said(post, CALLED)) == 3)
    assert said(post, NEAR) == numbers[2:]
    assert said(post, CALLED) == numbers[:3]


async def test_a_place_that_is_given_back_brings_the_next_one_near(post: Post) -> None:
    async with post.running():
        numbers = await take(post, 3)
        await post.do(Cancel("citizen", FRIDAY.isoformat(), numbers[0]))
        await until("it is told", lambda: said(post, NEAR) == [numbers[2]])
        await until("all is done", post.idle)


async def test_killed_and_started_again_it_tells_who_came_near_meanwhile_and_nobody_twice(post: Post) -> None:
    async with post.running():
        numbers = await take(post, 5)
        await post.press(Next, "86")
        await until("the first is near", lambda: said(post, NEAR) == [numbers[2]])
        await until("all is done", post.idle)
    await post.press(Next, "86")
    async with post.running():
        await until("the second is near", lambda: said(post, NEAR) == numbers[2:4])
        await until("all is done", post.idle)
    async with post.running():
        door = await post.centers.door("quang-ninh")
        await door._recover()
        await until("all is done", post.idle)
    assert said(post, NEAR) == numbers[2:4], "nor after the store has lost moments"


async def test_a_call_taken_back_is_told_too(post: Post) -> None:
    async with post.running():
        [number] = await take(post, 1)
        await post.press(Next, "86")
        await until("it is called", lambda: said(post, CALLED) == [number])
        await post.press(UndoLast, "86")
        await until("it is taken back", lambda: said(post, "goi nham") == [number])
        await post.press(Next, "86")
        await until("it is called again", lambda: said(post, CALLED) == [number, number])


async def test_at_night_who_is_called_is_told_and_the_rest_waits(
    redis_url: str, tmp_path: Path, plan: Plan, clock: HandClock
) -> None:
    quiet = NoticesPlan(near=0, called=True, quiet_from=time(7, 30), quiet_until=time(9))
    async with open_post(redis_url, tmp_path, replace(plan, notices=quiet), clock) as post, asyncio.timeout(60):
        async with post.running():
            called, cancelled = await take(post, 2)
            await post.press(Next, "86")
            await post.do(Cancel("staff/quan", FRIDAY.isoformat(), cancelled))
            await until("the call is told", lambda: said(post, CALLED) == [called])
            assert not any("bi trung tam huy" in text for text in post.texts())
            clock.forward(60 * MINUTE - 1)
            await post.do(CloseDay("staff/quan"))
            assert not await post.idle()
        clock.forward(1)
        async with post.running():
            await until("the rest is told", lambda: any("bi trung tam huy" in text for text in post.texts()))
            await until("all is done", post.idle)


@given(begins=st.times(), ends=st.times(), minutes=st.integers(0, 2 * 24 * 60))
def test_quiet_hours_end_at_their_end_and_delay_by_less_than_a_day(
    plan: Plan, begins: time, ends: time, minutes: int
) -> None:
    quiet = replace(plan, notices=NoticesPlan(quiet_from=begins, quiet_until=ends))
    at = plan.moment(FRIDAY, time(0)) + minutes * MINUTE
    told = after_quiet(quiet, at)
    assert at <= told < at + 24 * 60 * MINUTE
    assert after_quiet(quiet, told) == told
    if told != at:
        assert abs(told - plan.moment(plan.local(told).date(), ends)) < 1000
    if begins == ends:
        assert told == at


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (time(20, 59), (0, time(20, 59))),
        (time(21), (1, time(6))),
        (time(23, 59), (1, time(6))),
        (time(0), (0, time(6))),
        (time(6), (0, time(6))),
    ],
)
def test_the_usual_night(plan: Plan, at: time, told: tuple[int, time]) -> None:
    days, moment = told
    then = plan.moment(FRIDAY, moment) + days * 24 * 60 * MINUTE
    assert after_quiet(plan, plan.moment(FRIDAY, at)) == then
