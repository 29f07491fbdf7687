"""What every store promises to those who write through it, run on each kind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.center import Centers, Done
from app.domain.change import Outcome
from app.domain.commands import Command
from app.domain.day import LEAP
from app.domain.events import Recovered
from app.domain.hall import Hall
from app.domain.presses import Next, TakeCounter
from app.domain.refusals import StoreAway
from app.feed import Feed
from app.store.client import connect
from app.store.journal import LOST, Head, Store
from tests.conftest import HandClock, Snapshot, Wire, until
from tests.doors import (
    QN,
    after_loss,
    do_all,
    gapless,
    issue,
    journal,
    kept,
    numbers,
    press,
    process,
    script_calls,
    tickets,
)
from tests.store.servers import KINDS, Kind

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture(scope="module", params=KINDS)
async def kind(request: pytest.FixtureRequest) -> AsyncIterator[Kind]:
    """A kind of store, running."""
    with TemporaryDirectory(prefix="gs-", dir="/tmp") as folder:  # short enough for a socket
        async with KINDS[request.param](Path(folder)) as running:
            yield running


@pytest.fixture(scope="module")
def redis_url(kind: Kind) -> str:
    return kind.url


@pytest.fixture
async def wire(kind: Kind) -> AsyncIterator[Wire]:
    async with kind.wire() as wire:
        yield wire


async def test_a_command_is_answered_with_its_position_when_it_stands_in_the_store(
    one: Centers, store: Store
) -> None:
    done = await one.do(QN, issue(1))
    head, hall = await kept(store)
    assert (done.answer.number, done.position) == ("86001", head.position)
    assert head.version == 2
    assert hall.ticket("86001").service == "visa"


async def test_fifty_at_once_over_two_processes_get_fifty_gapless_numbers(
    one: Centers, two: Centers, store: Store
) -> None:
    done = await do_all([one, two], [issue(at) for at in range(50)])
    assert numbers(done) == gapless(50)
    assert await tickets(store) == gapless(50)


async def test_the_same_request_at_both_processes_gets_one_number(
    one: Centers, two: Centers, store: Store
) -> None:
    done = await do_all([one, two], [issue(at // 2) for at in range(40)])
    assert numbers(done) == sorted(gapless(20) * 2)
    assert sum(one.answer.outcome is Outcome.DONE for one in done) == 20
    assert await tickets(store) == gapless(20)


async def test_the_same_press_at_both_processes_calls_once(one: Centers, two: Centers) -> None:
    await do_all([one], [*(issue(at) for at in range(9)), press(TakeCounter, 1)])
    for turn in range(2, 7):
        done = await do_all([one, two], [press(Next, turn)] * 4)
        assert sorted(one.answer.outcome.value for one in done) == ["done"] + ["unchanged"] * 3
        assert {one.answer.number for one in done} == {f"8600{turn - 1}"}
        assert {one.answer.turn for one in done} == {turn + 1}


async def test_what_waits_together_is_written_together(one: Centers, store: Store) -> None:
    await one.do(QN, issue("first"))
    before = await script_calls(store)
    done = await do_all([one], [issue(at) for at in range(600)])
    assert len(done) == 600
    assert await script_calls(store) - before <= 5
    assert [entry.version for entry in await journal(store)] == list(range(1, 603))


async def test_every_entry_holds_the_hash_of_the_one_before(one: Centers, two: Centers, store: Store) -> None:
    await do_all([one, two], [issue(at) for at in range(20)])
    entries = await journal(store)
    assert [entry.prev for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]
    assert (await store.head(QN)).hash == entries[-1].hash


async def test_a_process_that_is_behind_catches_up_before_it_answers(one: Centers, two: Centers) -> None:
    await two.do(QN, issue("first"))
    await do_all([one], [*(issue(at) for at in range(3)), press(TakeCounter, 1), press(Next, 2)])
    late = await two.do(QN, press(Next, 2))
    assert (late.answer.outcome, late.answer.number, late.answer.turn) == (Outcome.UNCHANGED, "86001", 3)
    assert (await two.do(QN, issue(1))).answer.outcome is Outcome.REPEATED


async def test_a_process_more_than_a_thousand_entries_behind_catches_up(one: Centers, two: Centers) -> None:
    await two.do(QN, issue("first"))
    services = ("visa", "thue", "y-te")
    await do_all([one], [issue(at, services[at % 3]) for at in range(1100)])
    assert (await two.do(QN, issue(1099, services[1099 % 3]))).answer.outcome is Outcome.REPEATED
    assert (await two.do(QN, issue("last"))).answer.number == "86369"


async def test_an_answer_lost_on_the_way_is_found_again(far: Centers, wire: Wire, store: Store) -> None:
    wire.lose_answer()
    asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(20)]
    await until(lambda: wire.lost)
    assert not any(one.done() for one in asked)
    wire.up()
    done = await asyncio.gather(*asked)
    assert all(one.answer.outcome is Outcome.DONE for one in done)
    assert numbers(done) == gapless(21)[1:]
    assert await tickets(store) == gapless(21)
    assert {one.position for one in done} == {(await store.head(QN)).position}


async def test_a_question_lost_on_the_way_is_asked_again(far: Centers, wire: Wire, store: Store) -> None:
    wire.lose_question()
    asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(20)]
    await until(lambda: wire.lost)
    assert await tickets(store) == gapless(1)
    wire.up()
    assert numbers(await asyncio.gather(*asked)) == gapless(21)[1:]
    assert await tickets(store) == gapless(21)


async def test_an_answer_lost_is_found_among_what_others_wrote_since(
    one: Centers, far: Centers, wire: Wire, store: Store
) -> None:
    wire.lose_answer()
    asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(3)]
    await until(lambda: wire.lost)
    others = await do_all([one], [issue(f"other-{at}") for at in range(5)])
    wire.up()
    assert numbers(await asyncio.gather(*asked)) == gapless(4)[1:]
    assert numbers(others) == gapless(9)[4:]
    assert (await far.do(QN, issue("last"))).answer.number == "86010"
    assert await tickets(store) == gapless(10)


async def test_a_question_lost_is_decided_again_on_what_others_wrote_since(
    one: Centers, far: Centers, wire: Wire, store: Store
) -> None:
    wire.lose_question()
    asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(3)]
    await until(lambda: wire.lost)
    others = await do_all([one], [issue(f"other-{at}") for at in range(5)])
    wire.up()
    assert numbers(others) == gapless(6)[1:]
    assert numbers(await asyncio.gather(*asked)) == gapless(9)[6:]
    assert await tickets(store) == gapless(9)


async def test_an_answer_lost_before_midnight_is_found_after_it(
    one: Centers, far: Centers, wire: Wire, clock: HandClock, store: Store
) -> None:
    wire.lose_answer()
    asked = asyncio.ensure_future(far.do(QN, issue(1)))
    await until(lambda: wire.lost)
    clock.set(date(2020, 4, 6), time(8))
    assert (await one.do(QN, issue("monday"))).answer.number == "86001"
    wire.up()
    done = await asked
    assert (done.answer.outcome, done.answer.number) == (Outcome.DONE, "86002")
    assert (await far.do(QN, issue("monday-2"))).answer.number == "86002"
    assert await tickets(store) == gapless(2)


async def test_a_new_day_begins_with_the_first_command_and_once(
    one: Centers, two: Centers, clock: HandClock, store: Store
) -> None:
    await do_all([one, two], [*(issue(at) for at in range(5)), press(TakeCounter, 1)])
    friday = await store.head(QN)
    clock.set(date(2020, 4, 6), time(8))
    assert numbers(await do_all([one, two], [issue(f"monday-{at}") for at in range(10)])) == gapless(10)
    monday = await store.head(QN)
    assert monday.epoch.startswith("20200406-")
    assert monday.version == friday.version + 2 + 10  # one closes Friday, one opens Monday
    _, hall = await kept(store)
    assert (hall.day.date, hall.counter("86").clerk, hall.counter("86").turn) == ("2020-04-06", "", 3)
    assert len(await store.redis.keys("goiso:{quang-ninh}:journal:*")) == 2


async def test_a_store_that_lost_its_last_moments_begins_a_new_epoch(
    one: Centers, two: Centers, store: Store
) -> None:
    await do_all([one, two], [issue(1), press(TakeCounter, 1), issue(2)])
    snapshot, old = await Snapshot.of(store), await store.head(QN)
    await one.do(QN, press(Next, 2))
    await one.do(QN, issue("lost"))
    await snapshot.put_back()
    done = await one.do(QN, issue("after"))
    head = await store.head(QN)
    assert done.answer.number == after_loss(3)  # 86003 was given, though nobody knows it any more
    assert head.epoch != old.epoch
    assert (await journal(store))[0].events == (Recovered(old.version),)
    assert (await two.do(QN, issue("after-2"))).answer.number == after_loss(4)
    assert (await store.head(QN)).epoch == head.epoch
    _, hall = await kept(store)
    assert hall.counter("86").turn == 2 + LEAP
    assert (await one.do(QN, press(Next, 3))).answer.outcome is Outcome.UNCHANGED
    assert (await one.do(QN, press(Next, 2 + LEAP))).answer.number == "86001"


async def test_a_loss_that_reaches_back_into_the_day_before_gives_no_number_of_today_again(
    one: Centers, two: Centers, store: Store, clock: HandClock
) -> None:
    await do_all([one, two], [issue(at) for at in range(3)])
    snapshot = await Snapshot.of(store)
    clock.set(date(2020, 4, 6), time(8))
    given = await do_all([one, two], [issue(f"today-{at}") for at in range(30)])
    assert numbers(given) == gapless(30)
    await snapshot.put_back()
    again = await do_all([one, two], [issue(f"after-{at}") for at in range(10)])
    assert not set(numbers(given)) & set(numbers(again))
    assert (await store.head(QN)).epoch.startswith("20200406")


async def test_both_processes_find_the_loss_at_once(one: Centers, two: Centers, store: Store) -> None:
    await do_all([one], [issue(at) for at in range(3)])
    snapshot = await Snapshot.of(store)
    await one.do(QN, issue("lost"))
    await two.do(QN, issue("lost-2"))
    await snapshot.put_back()
    done = await do_all([one, two], [issue(f"after-{at}") for at in range(10)])
    assert numbers(done) == [after_loss(at) for at in range(4, 14)]
    assert (await journal(store))[0].events == (Recovered(4),)
    assert len(await store.redis.keys("goiso:{quang-ninh}:journal:*")) == 2


@pytest.mark.parametrize("more", [1, 2, 5])
async def test_a_loss_is_found_when_others_have_gone_on_from_it(
    one: Centers, two: Centers, store: Store, redis_url: str, clock: HandClock, more: int
) -> None:
    """Another process that never saw the lost entries has written as many, or more, in their place."""
    await do_all([one], [issue(at) for at in range(3)])
    snapshot, old = await Snapshot.of(store), await store.head(QN)
    await do_all([one], [issue("lost-1"), issue("lost-2")])
    await snapshot.put_back()
    others = await do_all([two], [issue(f"other-{at}") for at in range(more)])
    assert numbers(others) == gapless(3 + more)[3:]
    assert (await store.head(QN)).epoch == old.epoch
    assert (await one.do(QN, issue("after"))).answer.number == after_loss(4 + more)
    assert (await store.head(QN)).epoch != old.epoch
    assert (await two.do(QN, issue("after-2"))).answer.number == after_loss(5 + more)


@pytest.mark.parametrize("more", [0, 1, 2])
async def test_a_loss_is_found_also_after_an_outage_that_made_the_door_forget_its_hall(
    one: Centers, store: Store, wire: Wire, clock: HandClock, more: int
) -> None:
    async with process(wire.url, clock, patience=0.6) as far:
        await far.do(QN, issue("first"))
        snapshot, old = await Snapshot.of(store), await store.head(QN)
        await far.do(QN, issue("lost"))
        wire.down()
        with pytest.raises(StoreAway):
            await far.do(QN, issue("away"))
        await snapshot.put_back()
        await do_all([one], [issue(f"other-{at}") for at in range(more)])
        wire.up()
        assert (await far.do(QN, issue("after"))).answer.number == after_loss(2 + more)
        assert (await store.head(QN)).epoch != old.epoch
        assert (await journal(store))[0].events == (Recovered(old.version + more),)


async def test_a_recovery_that_could_not_be_written_is_made_up_for(
    one: Centers, store: Store, wire: Wire, clock: HandClock
) -> None:
    async with process(wire.url, clock, patience=0.6) as far:
        await far.do(QN, issue("first"))
        snapshot, old = await Snapshot.of(store), await store.head(QN)
        await far.do(QN, issue("lost"))
        await snapshot.put_back()
        wire.lose_question(after=1)  # the first tells the door of the loss, the second is the recovery
        with pytest.raises(StoreAway):
            await far.do(QN, issue("away"))
        assert wire.lost
        assert (await store.head(QN)).epoch == old.epoch
        wire.up()
        assert (await far.do(QN, issue("after"))).answer.number == after_loss(2)
        assert (await store.head(QN)).epoch != old.epoch


@pytest.mark.parametrize("gone", [Wire.down, Wire.hang])
async def test_a_store_that_is_away_is_told_within_the_patience_to_all_who_wait(
    one: Centers, wire: Wire, clock: HandClock, store: Store, gone: object
) -> None:
    assert callable(gone)
    async with process(wire.url, clock, patience=0.2) as far:
        await far.do(QN, issue("first"))
        gone(wire)
        asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(600)]  # more than two batches
        async with asyncio.timeout(1):
            answers = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreAway}
        wire.up()
        assert (await _once_it_is_back(far, issue(0))).answer.number in gapless(601)
        assert len(await tickets(store)) == len(set(await tickets(store)))


async def _once_it_is_back(far: Centers, command: Command) -> Done:
    """What is answered when the connection stands again, which may take longer than one asker's patience."""
    while True:
        with contextlib.suppress(StoreAway):
            return await far.do(QN, command)


async def test_scripts_forgotten_by_a_restart_are_loaded_again(one: Centers, store: Store) -> None:
    await one.do(QN, issue(1))
    await store.redis.script_flush()
    assert (await one.do(QN, issue(2))).answer.number == "86002"


async def test_a_store_that_may_not_write_is_asked_again_until_it_may(one: Centers, store: Store) -> None:
    await one.do(QN, issue(1))
    await store.redis.config_set("min-replicas-to-write", 2)  # as for a master that has lost its replicas
    asked = asyncio.ensure_future(one.do(QN, issue(2)))
    await asyncio.sleep(0)
    done, _ = await asyncio.wait([asked], timeout=0.1)
    assert not done
    assert await tickets(store) == gapless(1)
    await store.redis.config_set("min-replicas-to-write", 0)
    assert (await asked).answer.number == "86002"
    assert await tickets(store) == gapless(2)


async def kept_again(store: Store) -> tuple[Head, Hall]:
    """What the store holds, as soon as the sentinels agree on who leads."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(*LOST):
                return await kept(store)
            await asyncio.sleep(0.05)


async def test_what_was_answered_outlives_the_sudden_death_of_the_server(
    kind: Kind, one: Centers, two: Centers, store: Store
) -> None:
    """Four ask on, each again with the same request when told that the store is away. What a promoted server had
    not heard of is gone, which a new epoch says, and its numbers are not given again."""
    answered: list[str] = []
    enough = asyncio.Event()

    async def ask_on(doors: Centers, name: str) -> None:
        at = 0
        while not enough.is_set():
            with contextlib.suppress(StoreAway):
                answered.append((await doors.do(QN, issue(f"{name}-{at}"))).answer.number)
                at += 1

    async with connect(kind.url) as of_feed:
        feed = Feed(Store(of_feed))
        await feed.start()
        following = asyncio.create_task(feed.run())
        asking = [asyncio.create_task(ask_on(doors, f"{at}")) for at, doors in enumerate((one, two, one, two))]
        await until(lambda: len(answered) >= 40)
        await kind.lose_server()
        before = len(answered)
        await until(lambda: len(answered) >= before + 40, 20)
        enough.set()
        await asyncio.gather(*asking)
        head, hall = await kept_again(store)
        await until(lambda: feed.shown(QN).head == head, 10)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert len(set(answered)) == len(answered)
    entries = await journal(store)
    assert [entry.prev for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    if not any(isinstance(event, Recovered) for event in entries[0].events):
        assert set(answered) <= set(await tickets(store))
    else:
        assert kind.may_lose_moments
    assert feed.hall(QN).facts == hall.facts
