"""The keys of a counter: who is called, and why a doubled, late or replayed press changes nothing."""

from dataclasses import replace

import pytest

from app.domain.change import Answer, Change, Outcome
from app.domain.events import Called, CounterChanged, Ended
from app.domain.plan import Channel
from app.domain.presses import Absent, AnyPress, Finish, LeaveCounter, Next, Pause, Recall, Resume, TakeCounter
from app.domain.refusals import (
    ClerkElsewhere,
    CounterPaused,
    CounterTaken,
    NobodyCalled,
    NobodyWaiting,
    NotAtThisCounter,
    UnknownCounter,
)
from app.domain.states import CounterState, TicketState
from tests.conftest import Played


def test_next_calls_the_first_of_a_service(played: Played) -> None:
    first, second = played.issue("visa"), played.issue("visa")
    played.sit("86")
    assert [played.press(Next, "86").number for _ in range(2)] == [first, second]


def test_a_counter_of_several_services_calls_in_the_order_of_taking(played: Played) -> None:
    taken = [played.issue(service) for service in ("tra-ket-qua", "tiep-nhan", "tra-ket-qua", "tiep-nhan")]
    played.sit("07")
    assert [played.press(Next, "07").number for _ in taken] == taken == ["02001", "01001", "02002", "01002"]


def test_several_counters_of_one_service_never_call_the_same_number(played: Played) -> None:
    taken = [played.issue("tiep-nhan") for _ in range(6)]
    played.sit("01")
    played.sit("07")
    called = [played.press(Next, counter).number for counter in ("01", "07", "07", "01", "07", "01")]
    assert called == taken


def test_next_finishes_the_visit_before(played: Played) -> None:
    first, second = played.issue("visa"), played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.clock.forward(60_000)
    played.press(Next, "86")
    ended = played.hall.ticket(first)
    assert (ended.state, ended.ended_at) == (TicketState.FINISHED, played.clock())
    called = played.hall.ticket(second)
    assert (called.state, called.counter, called.called_at) == (TicketState.CALLED, "86", played.clock())
    kinds = [type(event) for event in played.changes[-1].events]
    assert kinds == [Ended, Called]


def test_next_with_nobody_waiting_finishes_the_visit_and_then_refuses(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    assert played.press(Next, "86") == Answer(number="", turn=4)
    assert played.hall.ticket(number).state is TicketState.FINISHED
    with pytest.raises(NobodyWaiting):
        played.press(Next, "86")


def _press_all(played: Played, *keys: type[AnyPress]) -> None:
    for key in keys:
        played.press(key, "86", clerk="staff/86")


LATER: list[tuple[type[AnyPress], ...]] = [
    (Next,),
    (Next, Finish),
    (Next, Absent),
    (Next, Recall),
    (Pause, Resume),
    (Next, Pause, Resume),
    (LeaveCounter, TakeCounter),
    (Next, LeaveCounter, TakeCounter),
]


@pytest.mark.parametrize("late", [Next, Recall, Absent, Finish, Pause, Resume, LeaveCounter, TakeCounter])
@pytest.mark.parametrize("between", LATER, ids=lambda keys: "-".join(key.__name__ for key in keys))
def test_a_press_with_an_old_turn_changes_nothing(
    played: Played, late: type[AnyPress], between: tuple[type[AnyPress], ...]
) -> None:
    for _ in range(3):
        played.issue("visa")
    played.sit("86")
    old = played.hall.counter("86").turn
    _press_all(played, *between)
    before = dict(played.hall.facts)
    counter = played.hall.counter("86")
    answer = played.press(late, "86", turn=old)
    assert answer == Answer(Outcome.UNCHANGED, counter.ticket, counter.turn)
    assert played.hall.facts == before


def test_a_turn_not_yet_reached_changes_nothing_either(played: Played) -> None:
    played.issue("visa")
    played.sit("86")
    assert played.press(Next, "86", turn=99).outcome is Outcome.UNCHANGED


def test_every_key_that_changes_something_makes_the_turn_grow_by_one(played: Played) -> None:
    for _ in range(3):
        played.issue("visa")
    played.sit("86")
    turns = [played.press(key, "86").turn for key in (Next, Recall, Pause, Resume, Absent, Next, Finish)]
    assert turns == [3, 4, 5, 6, 7, 8, 9]


def test_recall_calls_the_same_number_again(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    called_at = played.clock()
    played.press(Next, "86")
    played.clock.forward(30_000)
    assert played.press(Recall, "86").number == number
    ticket = played.hall.ticket(number)
    assert (ticket.calls, ticket.called_at, ticket.state) == (2, called_at, TicketState.CALLED)


@pytest.mark.parametrize(("key", "state"), [(Absent, TicketState.ABSENT), (Finish, TicketState.FINISHED)])
def test_absent_and_finish_end_the_visit_and_call_nobody(
    played: Played, key: type[AnyPress], state: TicketState
) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    assert played.press(key, "86").number == ""
    assert played.hall.ticket(number).state is state
    assert played.changes[-1].events[0] == Ended(number, "86", state.value)
    counter = played.hall.counter("86")
    assert (counter.ticket, counter.last, counter.state) == ("", number, CounterState.OPEN)


@pytest.mark.parametrize("key", [Recall, Absent, Finish])
def test_there_must_be_somebody_to_recall_or_to_end(played: Played, key: type[AnyPress]) -> None:
    played.sit("86")
    with pytest.raises(NobodyCalled):
        played.press(key, "86")


def test_a_paused_counter_calls_nobody_but_ends_its_visit(played: Played) -> None:
    number = played.issue("visa")
    played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.do(Pause("staff/86", "86", 3, "  họp  "))
    counter = played.hall.counter("86")
    assert (counter.state, counter.reason, counter.ticket) == (CounterState.PAUSED, "họp", number)
    with pytest.raises(CounterPaused):
        played.press(Next, "86")
    played.press(Finish, "86")
    played.press(Resume, "86")
    counter = played.hall.counter("86")
    assert (counter.state, counter.reason) == (CounterState.OPEN, "")
    assert played.press(Next, "86").number == "86002"


def test_a_reason_is_cut_to_what_a_screen_can_show(played: Played) -> None:
    played.sit("86")
    played.do(Pause("staff/86", "86", 2, "x" * 500))
    assert len(played.hall.counter("86").reason) == 80


def test_one_clerk_at_a_counter_and_one_counter_for_a_clerk(played: Played) -> None:
    played.sit("86", "staff/lan")
    with pytest.raises(CounterTaken):
        played.sit("86", "staff/minh")
    with pytest.raises(ClerkElsewhere) as refused:
        played.sit("85", "staff/lan")
    assert refused.value.data == {"counter": "86"}
    played.press(LeaveCounter, "86")
    played.sit("86", "staff/minh")
    played.sit("85", "staff/lan")
    assert [played.hall.counter(counter).clerk for counter in ("86", "85")] == ["staff/minh", "staff/lan"]


def test_taking_a_counter_opens_it_and_leaving_finishes_the_visit_and_closes_it(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    assert played.changes[-1].events == (CounterChanged("86", CounterState.OPEN, "staff/86", ""),)
    played.press(Next, "86")
    played.press(LeaveCounter, "86")
    counter = played.hall.counter("86")
    assert (counter.state, counter.clerk, counter.ticket) == (CounterState.CLOSED, "", "")
    assert played.hall.ticket(number).state is TicketState.FINISHED


def test_taking_ones_own_counter_again_keeps_the_visit(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.sit("86")
    assert played.hall.counter("86").ticket == number


@pytest.mark.parametrize("key", [LeaveCounter, Next, Recall, Absent, Finish, Pause, Resume])
def test_only_the_clerk_at_a_counter_presses_its_keys(played: Played, key: type[AnyPress]) -> None:
    played.issue("visa")
    with pytest.raises(NotAtThisCounter):
        played.press(key, "86", clerk="staff/lan")
    played.sit("86", "staff/lan")
    with pytest.raises(NotAtThisCounter):
        played.press(key, "86", clerk="staff/minh")
    with pytest.raises(NotAtThisCounter):
        played.press(key, "86", turn=1, clerk="staff/minh")


@pytest.mark.parametrize("key", [TakeCounter, LeaveCounter, Next])
def test_nobody_is_not_a_clerk(played: Played, key: type[AnyPress]) -> None:
    with pytest.raises(NotAtThisCounter):
        played.do(key("", "86", 1))


def test_an_unknown_counter_is_refused(played: Played) -> None:
    with pytest.raises(UnknownCounter):
        played.do(Next("staff/lan", "98", 1))


def test_the_screens_of_the_counters_zone_list_the_last_calls_each_number_once(played: Played) -> None:
    for _ in range(10):
        played.issue("visa")
    played.sit("86")
    for _ in range(10):
        played.press(Next, "86")
    played.press(Recall, "86")
    calls = played.hall.zone_calls("tang-3").calls
    assert [call.number for call in calls] == [f"860{at:02}" for at in range(10, 2, -1)]
    assert played.hall.zone_calls("tang-1").calls == ()


def test_a_counter_without_a_number_may_call_for_a_service_led_by_another(played: Played) -> None:
    plan = played.hall.plan
    moved = tuple(replace(c, services=("visa",)) if c.id in ("85", "86") else c for c in plan.counters)
    played.hall.apply({"plan": replace(plan, counters=moved)})
    played.issue("visa")
    played.sit("85")
    assert played.press(Next, "85").number == "86001"
    [called] = [event for event in played.changes[-1].events if isinstance(event, Called)]
    assert (called.number, called.counter) == ("86001", "85")


@pytest.mark.parametrize("key", [Next, Recall])
@pytest.mark.parametrize("gap", [0, 40, 450, 1499])
def test_a_finger_that_presses_twice_calls_once(played: Played, key: type[AnyPress], gap: int) -> None:
    played.put(Change(sets={"plan": replace(played.hall.plan, double_press_ms=1500)}))
    for _ in range(3):
        played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    here = played.hall.counter("86")
    played.clock.forward(gap)
    assert played.press(key, "86") == Answer(Outcome.UNCHANGED, "86001", here.turn)
    assert played.hall.counter("86") == here
    played.clock.forward(1500 - gap)
    assert played.press(Next, "86").number == "86002"


def test_after_the_visit_has_ended_the_next_press_is_meant(played: Played) -> None:
    played.put(Change(sets={"plan": replace(played.hall.plan, double_press_ms=1500)}))
    for _ in range(2):
        played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.press(Absent, "86")
    assert played.press(Next, "86").number == "86002"
