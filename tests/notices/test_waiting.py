"""Notices of what can be undone: they wait until it cannot be, survive a kill, and are not sent when it was."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.commands import CheckInTicket, CloseDay, Tick
from app.domain.plan import MINUTE, CheckIn, LateRule, Limits, NoticesPlan, Plan
from app.domain.presses import Absent, Next, UndoLast
from app.domain.undoing import UNDO
from app.notices.record import OUT
from app.notices.steps import RAISE_PAUSE, SURE
from tests.conftest import FRIDAY, HandClock
from tests.notices.post import CENTER, Post, open_post, until

UNTOLD = NoticesPlan(near=0, called=False)
pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def post(redis_url: str, tmp_path: Path, plan: Plan, clock: HandClock) -> AsyncIterator[Post]:
    """A center by the clock of the test, where check-in helps and the late slide."""
    rules = replace(plan, check_in=CheckIn.OPTIONAL, late=LateRule.SLIDE, limits=Limits(0, 0, 0), notices=UNTOLD)
    async with open_post(redis_url, tmp_path, rules, clock) as post:
        yield post


async def read(post: Post) -> bool:
    """Whether the journal is read to its end."""
    cursor: Any = await post.store.redis.get(f"goiso:notices:cursor:{CENTER}") or b""
    return bool(cursor.decode() == str((await post.store.head(CENTER)).position))


async def call_in_vain(post: Post) -> str:
    """A number taken, called, and its holder not there."""
    number = await post.take(post.by_phone)
    await post.press(Next, "86")
    await post.press(Absent, "86")
    return number


async def test_it_waits_until_it_cannot_be_undone(post: Post, clock: HandClock) -> None:
    async with post.running():
        number = await call_in_vain(post)
        await until("the first message is sent", lambda: len(post.texts()) == 1)
        await until("the journal is read", lambda: read(post))
        clock.forward(UNDO + SURE - 1)
        later = await post.take(post.by_phone)
        await until("a later one is told", lambda: len(post.texts()) == 2)
        assert later in post.texts()[1], "while this one waits"
        clock.forward(1)
        await until("it is told", lambda: len(post.texts()) == 3)
        assert f"So {number} da den luot o quay 86" in post.texts()[2]
        await until("all is done", post.idle)


async def test_what_was_undone_is_told_to_nobody(post: Post, clock: HandClock) -> None:
    async with post.running():
        await call_in_vain(post)
        await post.press(UndoLast, "86")
        await until("the journal is read", lambda: read(post))
        clock.forward(UNDO + SURE)
        await until("all is done", post.idle)
    assert len(post.texts()) == 1
    assert await post.dead() == [], "it was not given up: there is nothing to tell"


async def test_undone_and_pressed_again_it_is_told_once(post: Post, clock: HandClock) -> None:
    async with post.running():
        await call_in_vain(post)
        await post.press(UndoLast, "86")
        await post.press(Absent, "86")
        await until("the journal is read", lambda: read(post))
        clock.forward(UNDO + SURE)
        await until("all is done", post.idle)
    assert [text[:9] for text in post.texts()] == ["So giao d", "So 86001 "]


async def test_killed_while_it_waits_it_is_told_after_a_restart(post: Post, clock: HandClock) -> None:
    async with post.running():
        number = await call_in_vain(post)
        await until("the journal is read", lambda: read(post))
        await until("the first message is sent", lambda: len(post.texts()) == 1)
    assert await post.store.redis.hlen(OUT) == 1
    clock.forward(UNDO + SURE)
    async with post.running():
        await until("all is done", post.idle)
    assert len(post.texts()) == 2
    assert number in post.texts()[1]


async def test_killed_while_it_waits_and_undone_meanwhile_it_is_not_told(post: Post, clock: HandClock) -> None:
    async with post.running():
        await call_in_vain(post)
        await until("the journal is read", lambda: read(post))
        await until("the first message is sent", lambda: len(post.texts()) == 1)
    await post.press(UndoLast, "86")
    clock.forward(UNDO + SURE)
    async with post.running():
        await until("all is done", post.idle)
    assert len(post.texts()) == 1


async def test_who_comes_while_it_waits_is_not_told_to_come(post: Post, clock: HandClock) -> None:
    async with post.running():
        number = await call_in_vain(post)
        await post.do(CheckInTicket("citizen", FRIDAY.isoformat(), number))
        await until("the journal is read", lambda: read(post))
        clock.forward(UNDO + SURE)
        await until("all is done", post.idle)
    assert len(post.texts()) == 1


async def test_what_the_clock_does_is_told_at_once_by_both_ways(post: Post, clock: HandClock) -> None:
    async with post.running():
        number = await call_in_vain(post)
        letter = await post.take(post.by_mail)
        clock.forward(UNDO + SURE)
        await until("three are told", lambda: len(post.texts()) == 2 and len(post.letters()) == 1)
        clock.forward(30 * MINUTE)
        await post.do(Tick("system"))
        await until("it slid", lambda: len(post.texts()) == 3)
        assert f"So {number} qua gio nen lui lai sau 5 so khac" in post.texts()[2]
        await post.do(CloseDay("staff/quan"))
        await until("the end is told", lambda: len(post.texts()) == 4 and len(post.letters()) == 2)
        assert f"so {number} het hieu luc" in post.texts()[3]
        assert f"{letter}: hết hiệu lực" in post.letters()[1]
        await until("all is done", post.idle)


async def test_raised_promises_are_told_now_and_then_the_newest(post: Post, clock: HandClock) -> None:
    """A long queue with no counter that moves: each minute a tick looks at the promises."""
    for _ in range(12):
        await post.take(post.by_mail)
    number = await post.take(post.by_phone)
    await post.press(Next, "86")
    async with post.running():
        await until("it is taken", lambda: len(post.texts()) == 1)
        for _ in range(40):
            clock.forward(MINUTE)
            await post.do(Tick("system", promises=True))
            await until("the journal is read", lambda: read(post))
    raised = [text for text in post.texts() if f"So {number}: hang cho cham hon" in text]
    assert raised
    assert len(set(raised)) == len(raised)
    assert len(raised) <= 1 + 40 * MINUTE // RAISE_PAUSE


async def test_a_waiting_notice_names_nobody(post: Post) -> None:
    async with post.running():
        await call_in_vain(post)
        await until("the journal is read", lambda: read(post))
    content = repr(await post.store.redis.hgetall(OUT)) + repr(await post.store.redis.keys("goiso:notices:*"))
    assert "912345678" not in content
    assert "Hoa" not in content
