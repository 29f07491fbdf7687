"""Notices that were given up: kept with reason and time, sent again by an operator; and what SMS cost."""

import logging
from collections.abc import AsyncIterator

import pytest

from app.notices.meter import Meter, Used
from app.notices.record import Outcome, Record
from app.notices.senders import open_sms
from app.notices.steps import Kind
from app.store.client import connect
from tests.notices.post import CENTER, Post, until
from tests.notices.provider import Provider

pytestmark = [pytest.mark.redis, pytest.mark.anyio]
DAY = "2020-04-03"


@pytest.fixture
async def record(post: Post) -> Record:
    return Record(post.store.redis)


async def is_dead(post: Post, count: int) -> bool:
    return len(await post.dead()) == count


async def test_what_was_refused_for_good_is_kept_with_its_reason_and_sent_again_once(
    post: Post, record: Record
) -> None:
    refused = True
    async with Provider(answer=lambda count: (422, "no +84912345678") if refused else None) as provider:
        async with post.running(open_sms(provider.url)):
            numbers = [await post.take(post.by_phone) for _ in range(2)]
            await until("both are given up", lambda: is_dead(post, 2))
            newest, oldest = await record.dead(CENTER)
            assert (oldest.notice.ticket.number, newest.notice.ticket.number) == tuple(numbers)
            assert oldest.reason == "the gateway answers 422"
            assert oldest.at > 0
            day = await record.day(CENTER, oldest.notice.day)
            assert day["sms", Kind.TAKEN, Outcome.GIVEN_UP] == 2
            refused = False
            assert await record.send_again(CENTER, [oldest.notice.key]) == 1
            assert await record.send_again(CENTER, [oldest.notice.key]) == 0, "somebody else asked already"
            await until("the first is sent", lambda: provider.taken[oldest.notice.key] == 1)
            await until("all is done", post.idle)
            assert await post.dead() == [newest.notice.key]
        assert await record.send_again(CENTER, await post.dead()) == 1
        async with post.running(open_sms(provider.url)):
            await until("the other is sent after a restart", lambda: provider.taken[newest.notice.key] == 1)
            await until("all is done", post.idle)
    day = await record.day(CENTER, newest.notice.day)
    assert day["sms", Kind.TAKEN, Outcome.SENT] == 2
    assert [asked.key for asked in provider.asked].count(newest.notice.key) == 2, "under the same key"


async def test_beyond_the_limit_of_the_day_sms_are_given_up_and_e_mails_go(post: Post, record: Record) -> None:
    post.meter = Meter(post.store.redis, price=700, most=2)
    async with post.running():
        for _ in range(3):
            await post.take(post.by_phone)
        await post.take(post.by_mail)
        await until("one is given up", lambda: is_dead(post, 1))
        await until("the letter is sent", lambda: len(post.letters()) == 1)
        await until("all is done", post.idle)
    assert len(post.texts()) == 2
    [dead] = await record.dead(CENTER)
    assert "GOISO_SMS_A_DAY" in dead.reason
    reading = await post.meter.read(dead.notice.day)
    assert (reading.used, reading.cost, reading.is_near, reading.is_over) == (2, 1400, True, True)


@pytest.fixture
async def meter(redis_url: str) -> AsyncIterator[Meter]:
    async with connect(f"{redis_url}?db=7") as redis:
        await redis.flushdb()
        yield Meter(redis, most=10)


async def test_it_warns_once_before_the_limit_is_reached(meter: Meter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for count in range(1, 11):
        assert (await meter.read(DAY)).is_near is (count > 8)
        await meter.use(DAY)
    with pytest.raises(Used):
        await meter.use(DAY)
    assert (await meter.read(DAY)).used == 10, "one that did not go is not counted"
    assert [record.getMessage()[:22] for record in caplog.records] == ["! 8 SMS today, 10 are "]
    await meter.give_back(DAY)
    await meter.use(DAY)


async def test_without_a_limit_it_only_counts(redis_url: str) -> None:
    async with connect(f"{redis_url}?db=7") as redis:
        await redis.flushdb()
        meter = Meter(redis)
        for _ in range(3):
            await meter.use(DAY)
        reading = await meter.read(DAY)
        assert (reading.used, reading.is_near, reading.is_over, reading.cost) == (3, False, False, 0)
