"""The picture follows the journal: the same hall as the door's, through epochs, outages, losses and faults."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time

import pytest

from app.center import Centers
from app.domain.commands import Issue, Tick
from app.domain.events import Issued, Recovered
from app.domain.plan import Channel, Plan
from app.domain.presses import Absent, AnyPress, Finish, LeaveCounter, Next, Pause, Recall, Resume, TakeCounter
from app.domain.refusals import Refusal, UnknownCenter
from app.feed import REACH_SECONDS, Feed, Heard
from app.position import Position
from app.store.client import connect
from app.store.journal import Store
from tests.conftest import HandClock, Snapshot, Wire, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]
QN = "quang-ninh"
MONDAY = date(2020, 4, 6)


def issue(at: int | str) -> Issue:
    return Issue("citizen/hoa", f"request-{at}", "visa", Channel.WEB)


@contextlib.asynccontextmanager
async def following(feed: Feed) -> AsyncIterator[list[Heard]]:
    """A feed that runs; what a listener was told."""
    heard: list[Heard] = []
    feed.listen(heard.append)
    await feed.start()
    running = asyncio.create_task(feed.run())
    try:
        yield heard
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def centers(store: Store, clock: HandClock, plan: Plan) -> AsyncIterator[Centers]:
    """A process that writes, and the demo center."""
    centers = Centers(store, clock)
    await centers.found(plan)
    yield centers
    await centers.close()


@pytest.fixture
async def feed(centers: Centers, redis_url: str) -> AsyncIterator[Feed]:
    """Another process that shows."""
    async with connect(redis_url) as redis:
        yield Feed(Store(redis))


@pytest.fixture
async def heard(feed: Feed) -> AsyncIterator[list[Heard]]:
    async with following(feed) as heard:
        yield heard


async def shows_what_is_kept(feed: Feed, store: Store) -> None:
    head = await store.head(QN)
    await until(lambda: feed.shown(QN).head == head)
    loaded = await store.load(QN)
    assert loaded == (head, feed.hall(QN).facts)
    assert feed.hall(QN).version == head.version


async def test_a_listener_is_told_what_changed_and_sees_the_hall_after_it(
    centers: Centers, feed: Feed, heard: list[Heard]
) -> None:
    assert [(one.center, one.names) for one in heard] == [(QN, None)]
    done = await centers.do(QN, issue(1))
    await feed.reach(QN, done.position)
    told = heard[-1]
    names = ("ticket/86001", "series/86", "service/visa", "taken/visa/0700", "request/citizen/hoa/request-1")
    assert told.names == frozenset(names)
    assert told.shown.head.position == done.position
    [entry] = told.entries
    assert isinstance(entry.events[0], Issued)
    assert told.shown.hall.ticket("86001").service == "visa"


async def test_after_any_commands_the_picture_is_what_the_store_keeps(
    centers: Centers, feed: Feed, heard: list[Heard], store: Store
) -> None:
    chance = random.Random(86)
    keys: list[type[AnyPress]] = [TakeCounter, LeaveCounter, Next, Next, Recall, Absent, Finish, Pause, Resume]
    for round_ in range(40):
        commands = [
            issue(f"{round_}-{at}")
            if chance.random() < 0.4
            else chance.choice(keys)(f"staff/{at}", chance.choice(["85", "86"]), chance.randrange(round_ + 2))
            for at in range(5)
        ]
        await asyncio.gather(*(centers.do(QN, command) for command in commands), return_exceptions=True)
    await shows_what_is_kept(feed, store)
    versions = [entry.version for one in heard for entry in one.entries]
    assert versions == list(range(2, len(versions) + 2))


async def test_an_unknown_center_is_refused(feed: Feed, heard: list[Heard]) -> None:
    assert feed.centers() == [QN]
    with pytest.raises(UnknownCenter):
        feed.hall("ha-long")


async def test_a_listener_that_fails_does_not_stop_the_others(centers: Centers, feed: Feed) -> None:
    def fail(heard: Heard) -> None:
        raise ValueError("a listener's own fault")

    feed.listen(fail)
    async with following(feed) as heard:
        await feed.reach(QN, (await centers.do(QN, issue(1))).position)
        assert len(heard) == 2


async def test_a_new_day_is_a_whole_new_picture(
    centers: Centers, feed: Feed, heard: list[Heard], store: Store, clock: HandClock
) -> None:
    await centers.do(QN, issue(1))
    clock.set(MONDAY, time(8))
    done = await centers.do(QN, issue("monday"))
    await feed.reach(QN, done.position)
    assert feed.hall(QN).day.date == "2020-04-06"
    assert feed.shown(QN).head.epoch == done.position.epoch
    assert any(one.names is None and one.shown.head.epoch == done.position.epoch for one in heard)
    await shows_what_is_kept(feed, store)


async def test_reach_waits_for_the_picture_also_into_a_new_epoch(
    centers: Centers, feed: Feed, clock: HandClock
) -> None:
    await feed.start()  # nobody follows yet: the picture stands still
    friday = await centers.do(QN, issue(1))
    clock.set(MONDAY, time(8))
    monday = await centers.do(QN, issue("monday"))
    for done in (friday, monday):
        reached = asyncio.create_task(feed.reach(QN, done.position))
        await asyncio.sleep(0)
        assert not reached.done()
        reached.cancel()
    reached = asyncio.create_task(feed.reach(QN, monday.position))
    async with following(feed):
        await asyncio.wait_for(reached, 1)
        assert feed.hall(QN).ticket("86001").issued_at == clock()
        await asyncio.wait_for(feed.reach(QN, friday.position), 0.1)


async def test_reach_gives_up_after_a_while(feed: Feed, heard: list[Heard]) -> None:
    here = feed.shown(QN).head.position
    async with asyncio.timeout(REACH_SECONDS + 1):
        await asyncio.gather(
            feed.reach(QN, Position(here.epoch, here.version + 99)), feed.reach("ha-long", Position("e", 1))
        )


async def test_a_center_founded_while_following_is_found(
    centers: Centers, feed: Feed, heard: list[Heard], plan: Plan
) -> None:
    await centers.found(replace(plan, id="ha-long"))
    await until(lambda: feed.centers() == ["ha-long", QN])
    done = await centers.do("ha-long", issue(1))
    await feed.reach("ha-long", done.position)
    assert feed.hall("ha-long").ticket("86001").number == "86001"
    with pytest.raises(Refusal):
        feed.hall(QN).ticket("86001")


async def test_a_feed_that_starts_before_any_center_waits_for_one(
    store: Store, clock: HandClock, plan: Plan
) -> None:
    feed, centers = Feed(store), Centers(store, clock)
    async with following(feed) as heard:
        assert heard == []
        await centers.found(plan)
        await until(lambda: feed.centers() == [QN])
    await centers.close()


@pytest.mark.parametrize("gone", [Wire.down, Wire.hang])
async def test_a_store_that_was_away_leaves_no_gap(
    centers: Centers, store: Store, wire: Wire, gone: object
) -> None:
    assert callable(gone)
    async with connect(wire.url) as redis:
        feed = Feed(Store(redis), patience=0.1)
        async with following(feed) as heard:
            await feed.reach(QN, (await centers.do(QN, issue(1))).position)
            gone(wire)
            await until(lambda: feed.behind_since)
            for at in range(2, 6):
                await centers.do(QN, issue(at))
            wire.up()
            await shows_what_is_kept(feed, store)
            assert [entry.version for one in heard for entry in one.entries] == [2, 3, 4, 5, 6]
            await until(lambda: feed.behind_since is None)


async def test_a_loss_is_shown_at_once_when_a_door_finds_it(
    centers: Centers, feed: Feed, heard: list[Heard], store: Store
) -> None:
    await centers.do(QN, issue(1))
    snapshot = await Snapshot.of(store)
    await feed.reach(QN, (await centers.do(QN, issue("lost"))).position)
    await snapshot.put_back()
    await centers.do(QN, issue("after"))
    await until(lambda: feed.shown(QN).head.epoch != heard[0].shown.head.epoch or heard[-1].names is None)
    await shows_what_is_kept(feed, store)
    entries = await store.after(QN, replace(feed.shown(QN).head, version=0))
    assert isinstance(entries[0].events[0], Recovered)


@pytest.mark.parametrize("instead", [0, 1, 2, 3])
async def test_a_loss_is_shown_also_when_no_door_knows_of_it(
    centers: Centers, feed: Feed, heard: list[Heard], store: Store, clock: HandClock, instead: int
) -> None:
    """Two entries are lost; others that never saw them write none, as many, or more in their place."""
    snapshot = await Snapshot.of(store)
    await centers.do(QN, issue("lost-1"))
    await feed.reach(QN, (await centers.do(QN, issue("lost-2"))).position)
    await snapshot.put_back()
    others = Centers(store, clock)
    for at in range(instead):
        await others.do(QN, issue(f"instead-{at}"))
    await shows_what_is_kept(feed, store)
    assert heard[-1].names is None or instead == 3
    await others.close()


async def test_a_center_that_cannot_be_read_does_not_stop_the_others(
    centers: Centers, feed: Feed, store: Store, plan: Plan
) -> None:
    await centers.found(replace(plan, id="ha-long"))
    async with following(feed):
        head = await store.head(QN)
        await store.redis.xadd(f"goiso:{{{QN}}}:journal:{head.epoch}", {"entry": '{"schema":2}'}, id="2-0")
        await asyncio.sleep(0)
        done = await centers.do("ha-long", issue(1))
        await feed.reach("ha-long", done.position)
        assert feed.hall("ha-long").ticket("86001").number == "86001"


async def test_a_hall_that_cannot_be_read_does_not_stop_the_others(
    centers: Centers, feed: Feed, store: Store, plan: Plan, clock: HandClock
) -> None:
    await centers.found(replace(plan, id="ha-long"))
    async with following(feed):
        clock.set(MONDAY, time(8))
        await centers.do(QN, Tick())
        epoch = (await store.head(QN)).epoch
        await store.redis.hset(f"goiso:{{{QN}}}:hall:{epoch}", "balloon/1", "{}")
        done = await centers.do("ha-long", issue(1))
        await feed.reach("ha-long", done.position)
        assert feed.hall("ha-long").ticket("86001").number == "86001"


async def test_a_process_starts_also_when_one_center_cannot_be_read(
    centers: Centers, feed: Feed, store: Store, plan: Plan
) -> None:
    await centers.found(replace(plan, id="ha-long"))
    await store.redis.hset(f"goiso:{{{QN}}}:hall:{(await store.head(QN)).epoch}", "balloon/1", "{}")
    async with following(feed):
        assert feed.centers() == ["ha-long"]


async def test_an_answer_the_feed_does_not_understand_does_not_end_it(
    centers: Centers, feed: Feed, heard: list[Heard], store: Store
) -> None:
    key = f"goiso:{{{QN}}}:journal:{(await store.head(QN)).epoch}"
    snapshot = await Snapshot.of(store)
    await store.redis.set(key, "not a stream")
    await until(lambda: feed.behind_since)
    await snapshot.put_back()
    done = await centers.do(QN, issue(1))
    await until(lambda: feed.hall(QN).version == done.position.version)
