"""The one door for commands, on the real Redis; what it promises on each kind of store: `store/test_contract`."""

import asyncio
from dataclasses import replace
from datetime import date, time
from typing import cast

import pytest

from app.center import Center, Centers, Done
from app.domain.commands import Command
from app.domain.plan import Plan
from app.domain.presses import Next, Pause, Recall, TakeCounter
from app.domain.refusals import IssueNotOpen, NameTaken, NobodyCalled, NobodyWaiting, StoreAway, UnknownCenter
from app.store.journal import Store
from tests.conftest import FRIDAY, HandClock, Wire
from tests.doors import (
    QN,
    do_all,
    gapless,
    issue,
    kept,
    numbers,
    press,
    process,
    tickets,
)

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_a_center_is_founded_once_and_others_are_unknown(one: Centers, plan: Plan) -> None:
    with pytest.raises(NameTaken):
        await one.found(plan)
    with pytest.raises(UnknownCenter):
        await one.do("ha-long", issue(1))


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


async def test_a_door_without_a_process_around_it_can_be_opened_alone(
    one: Centers, store: Store, clock: HandClock
) -> None:
    door = Center(QN, store, clock)
    running = asyncio.create_task(door.run())
    assert (await door.do(issue(1))).answer.number == "86001"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
