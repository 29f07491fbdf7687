"""The one door for commands, on the real Redis: two processes on one center, lost wires, midnight, failover."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, time
from typing import cast

import pytest

from app.center import Center, Centers, Done
from app.domain.change import Outcome
from app.domain.commands import AnyPress, Command, Issue, Next, Pause, Recall, TakeCounter
from app.domain.day import LEAP, SKIPPED
from app.domain.events import Recovered
from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.plan import Channel, Plan, Window
from app.domain.refusals import IssueNotOpen, NameTaken, NobodyCalled, NobodyWaiting, StoreAway, UnknownCenter
from app.store.client import connect
from app.store.entry import Entry
from app.store.journal import Head, Store
from tests.conftest import FRIDAY, HandClock, Snapshot, Wire, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]
QN = "quang-ninh"


def issue(at: int | str, service: str = "visa") -> Issue:
    return Issue("citizen/hoa", f"request-{at}", service, Channel.WEB, "hoa")


def press(key: type[AnyPress], turn: int, counter: str = "86") -> AnyPress:
    return key("staff/lan", counter, turn)


async def do_all(doors: Sequence[Centers], commands: Sequence[Command]) -> list[Done]:
    """All at once, spread over the doors."""
    return await asyncio.gather(*(doors[at % len(doors)].do(QN, command) for at, command in enumerate(commands)))


def numbers(done: Sequence[Done]) -> list[str]:
    return sorted(one.answer.number for one in done)


def gapless(count: int) -> list[str]:
    return [f"86{at:03}" for at in range(1, count + 1)]


def after_loss(running: int) -> str:
    """The number that would be the `running`th at counter 86, had not the store lost its last moments."""
    return f"86{running + SKIPPED:03}"


async def kept(store: Store) -> tuple[Head, Hall]:
    """What the store holds."""
    loaded = await store.load(QN)
    assert loaded
    return loaded[0], Hall(loaded[1])


async def tickets(store: Store) -> list[str]:
    _, hall = await kept(store)
    return sorted(fact.number for fact in hall.facts.values() if isinstance(fact, Ticket))


async def journal(store: Store) -> list[Entry]:
    """The entries of the present epoch."""
    head = await store.head(QN)
    return await store.after(QN, Head(head.epoch))


async def script_calls(store: Store) -> int:
    stats = await store.redis.info("commandstats")
    return int(stats.get("cmdstat_evalsha", {"calls": 0})["calls"])


@contextlib.asynccontextmanager
async def process(url: str, clock: HandClock, patience: float = 8.0) -> AsyncIterator[Centers]:
    """The doors of a web process with its own connections."""
    async with connect(url) as redis:
        centers = Centers(Store(redis), clock, patience)
        try:
            yield centers
        finally:
            await centers.close()


@pytest.fixture
async def one(store: Store, redis_url: str, clock: HandClock, plan: Plan) -> AsyncIterator[Centers]:
    """A process, and the demo center founded by it."""
    quick = tuple(replace(service, minutes=0.5) for service in plan.services)  # crowds are served before closing
    async with process(redis_url, clock) as centers:
        await centers.found(replace(plan, services=quick, windows=(Window(serve_until=time(23)),)))
        yield centers


@pytest.fixture
async def two(one: Centers, redis_url: str, clock: HandClock) -> AsyncIterator[Centers]:
    """Another process on the same center."""
    async with process(redis_url, clock) as centers:
        yield centers


@pytest.fixture
async def far(one: Centers, wire: Wire, clock: HandClock) -> AsyncIterator[Centers]:
    """Another process, on a wire that can be cut; it has taken number 86001."""
    async with process(wire.url, clock) as centers:
        assert numbers([await centers.do(QN, issue("first"))]) == ["86001"]
        yield centers


async def test_a_command_is_answered_with_its_position_when_it_stands_in_the_store(
    one: Centers, store: Store
) -> None:
    done = await one.do(QN, issue(1))
    head, hall = await kept(store)
    assert (done.answer.number, done.position) == ("86001", head.position)
    assert head.version == 2
    assert hall.ticket("86001").service == "visa"


async def test_a_center_is_founded_once_and_others_are_unknown(one: Centers, plan: Plan) -> None:
    with pytest.raises(NameTaken):
        await one.found(plan)
    with pytest.raises(UnknownCenter):
        await one.do("ha-long", issue(1))


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


async def test_a_crowd_at_a_door_just_opened_is_let_in_in_order(one: Centers, store: Store) -> None:
    connections = len(await store.redis.client_list())
    done = await do_all([one], [issue(at) for at in range(500)])
    assert [one.answer.number for one in done] == gapless(500)
    assert len(await store.redis.client_list()) <= connections + 1


async def test_a_refusal_is_for_who_asked_and_changes_nothing_for_the_others(one: Centers, store: Store) -> None:
    asked = [one.do(QN, command) for command in (issue(1), press(TakeCounter, 1), press(Recall, 2), issue(2))]
    first, _, refused, second = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert isinstance(refused, NobodyCalled)
    assert await tickets(store) == gapless(2)


@pytest.mark.parametrize(
    "poison",
    [Pause("staff/lan", "86", 2, "a lone half \ud800"), cast(Command, "not a command")],
    ids=["cannot-be-written", "breaks-a-rule"],
)
async def test_a_poisoned_command_does_not_spoil_its_batch(one: Centers, store: Store, poison: Command) -> None:
    await one.do(QN, press(TakeCounter, 1))
    asked = [one.do(QN, command) for command in (issue(1), poison, issue(2), press(Next, 2), issue(3))]
    first, fault, second, called, third = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(fault, Exception)
    assert not isinstance(fault, StoreAway)
    done = [one for one in (first, second, third, called) if isinstance(one, Done)]
    assert numbers(done) == ["86001", "86001", "86002", "86003"]
    _, hall = await kept(store)
    assert (hall.counter("86").ticket, hall.counter("86").reason) == ("86001", "")


async def test_whoever_goes_away_spoils_nothing(one: Centers, store: Store) -> None:
    asked = [asyncio.ensure_future(one.do(QN, issue(at))) for at in range(10)]
    await asyncio.sleep(0)
    for gone in asked[::2]:
        gone.cancel()
    done = [one for one in await asyncio.gather(*asked, return_exceptions=True) if isinstance(one, Done)]
    assert len(done) == 5
    assert (await one.do(QN, issue("last"))).answer.number in gapless(11)
    assert len(await tickets(store)) == len(set(await tickets(store)))


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


async def test_at_midnight_the_rules_of_the_new_day_are_asked(one: Centers, clock: HandClock) -> None:
    clock.set(FRIDAY, time(16, 29))
    await one.do(QN, issue(1))
    clock.set(date(2020, 4, 4), time(0))
    with pytest.raises(IssueNotOpen):
        await one.do(QN, issue(2))
    await one.do(QN, press(TakeCounter, 1))
    with pytest.raises(NobodyWaiting):
        await one.do(QN, press(Next, 2))


async def test_time_does_not_run_backwards_in_a_hall(one: Centers, clock: HandClock, store: Store) -> None:
    await one.do(QN, issue(1))
    then = clock()
    clock.forward(-3_600_000)
    await one.do(QN, issue(2))
    _, hall = await kept(store)
    assert hall.ticket("86002").issued_at == then


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
    async with process(wire.url, clock, patience=0.15) as far:
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
    async with process(wire.url, clock, patience=0.15) as far:
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
        assert (await far.do(QN, issue(0))).answer.number in gapless(601)
        assert len(await tickets(store)) == len(set(await tickets(store)))


async def test_a_door_first_opened_while_the_store_is_away_says_so_and_opens_later(
    one: Centers, wire: Wire, clock: HandClock, plan: Plan
) -> None:
    async with process(wire.url, clock, patience=0.2) as far:
        for gone in (wire.down, wire.hang):
            gone()
            with pytest.raises(StoreAway):
                await far.do(QN, issue(1))
            wire.up()
        wire.down()
        with pytest.raises(StoreAway):
            await far.found(replace(plan, id="ha-long"))
        wire.up()
        assert (await far.do(QN, issue(1))).answer.number == "86001"


async def test_closing_leaves_nobody_without_an_answer(one: Centers, wire: Wire, clock: HandClock) -> None:
    async with process(wire.url, clock) as far:
        await far.do(QN, issue("first"))
        door = await far.door(QN)
        wire.down()
        asked = [asyncio.ensure_future(far.do(QN, issue(at))) for at in range(300)]
        await asyncio.sleep(0)
        await far.close()
        async with asyncio.timeout(1):
            answers = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoreAway}
        with pytest.raises(StoreAway):
            await door.do(issue("late"))


async def test_a_center_of_another_schema_is_left_alone_and_the_others_go_on(
    one: Centers, two: Centers, store: Store, plan: Plan
) -> None:
    await one.found(replace(plan, id="ha-long"))
    await do_all([one, two], [issue(1), issue(2)])
    head = await store.head(QN)
    await store.redis.xadd(f"goiso:{{{QN}}}:journal:{head.epoch}", {"entry": '{"schema":2}'}, id="4-0")
    await store.redis.hset(f"goiso:{{{QN}}}:head", mapping={"version": 4, "hash": "x"})
    with pytest.raises(StoreAway):
        await one.do(QN, issue(3))
    assert (await one.do("ha-long", issue(3))).answer.number == "86001"
    assert (await store.head(QN)).version == 4


async def test_scripts_forgotten_by_a_restart_are_loaded_again(one: Centers, store: Store) -> None:
    await one.do(QN, issue(1))
    await store.redis.script_flush()
    assert (await one.do(QN, issue(2))).answer.number == "86002"


async def test_a_door_without_a_process_around_it_can_be_opened_alone(
    one: Centers, store: Store, clock: HandClock
) -> None:
    door = Center(QN, store, clock)
    running = asyncio.create_task(door.run())
    assert (await door.do(issue(1))).answer.number == "86001"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
