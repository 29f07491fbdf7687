"""Which steps of a number its holder is told of: those of a real hall, an entry at a time."""

from dataclasses import replace

import pytest

from app.domain.change import Change
from app.domain.commands import Cancel, CheckInTicket, CloseDay, Command, Tick
from app.domain.plan import MINUTE, CheckIn, LateRule, Plan
from app.domain.presses import Absent, Finish, Next, ReturnToQueue, Start, UndoLast
from app.domain.undoing import UNDO
from app.notices.steps import RAISE_PAUSE, SURE, Kind, Step, is_still_so, next_raise, steps_of
from app.store.entry import Entry
from tests.conftest import HandClock, Played, play


def steps(change: Change, at: int, by: str = "") -> list[Step]:
    return list(steps_of(Entry(1, at, by, "", "", "", change.events, change.sets)))


def last(played: Played) -> list[Step]:
    """What the last entry is told of."""
    return steps(played.changes[-1], played.clock())


def does(played: Played, command: Command) -> list[Kind]:
    """The kinds of steps told of a command."""
    return [step.kind for step in steps(played.do(command), played.clock())]


def center(plan: Plan, clock: HandClock, check_in: CheckIn, late: LateRule = LateRule.EXPIRE) -> Played:
    played = play(replace(plan, check_in=check_in, late=late), clock)
    played.sit("86")
    return played


def test_a_number_taken_is_told_at_once(played: Played, clock: HandClock) -> None:
    played.issue("visa")
    [step] = last(played)
    assert (step.kind, step.sure_at, step.ticket.number) == (Kind.TAKEN, clock(), "86001")


def test_called_while_away_is_told_once_it_cannot_be_undone(plan: Plan, clock: HandClock) -> None:
    played = center(plan, clock, CheckIn.OPTIONAL)
    number = played.issue("visa")
    played.press(Next, "86")
    [step] = last(played)
    assert (step.kind, step.counter, step.sure_at) == (Kind.CALLED, "86", clock()), "at once, undone or not"
    played.press(Absent, "86")
    [step] = last(played)
    assert (step.kind, step.counter, step.sure_at) == (Kind.ASIDE, "86", clock() + UNDO + SURE)
    assert is_still_so(step, played.hall.ticket(number))
    played.press(UndoLast, "86")
    assert last(played) == []
    assert not is_still_so(step, played.hall.ticket(number)), "it was taken back"


def test_who_was_set_aside_and_came_needs_no_telling(plan: Plan, clock: HandClock) -> None:
    played = center(plan, clock, CheckIn.OPTIONAL)
    number = played.issue("visa")
    played.press(Next, "86")
    played.press(Absent, "86")
    [step] = last(played)
    assert does(played, CheckInTicket("citizen", played.hall.day.date, number)) == []
    assert not is_still_so(step, played.hall.ticket(number))


def test_one_whose_turn_comes_while_he_is_away_is_set_aside(plan: Plan, clock: HandClock) -> None:
    played = center(plan, clock, CheckIn.REQUIRED)
    away, there = played.issue("visa"), played.issue("visa")
    played.do(CheckInTicket("citizen", played.hall.day.date, there))
    played.press(Next, "86")
    step, called = last(played)
    assert (step.kind, step.ticket.number, step.sure_at) == (Kind.ASIDE, away, clock() + UNDO + SURE)
    assert (called.kind, called.ticket.number, called.sure_at) == (Kind.CALLED, there, clock())


@pytest.mark.parametrize(
    ("check_in", "late", "kind"),
    [
        (CheckIn.REQUIRED, LateRule.EXPIRE, Kind.EXPIRED),
        (CheckIn.REQUIRED, LateRule.SLIDE, Kind.SLID),
        (CheckIn.OFF, LateRule.EXPIRE, Kind.AGAIN),
    ],
)
def test_what_the_clock_does_is_told_at_once(
    plan: Plan, clock: HandClock, check_in: CheckIn, late: LateRule, kind: Kind
) -> None:
    played = center(plan, clock, check_in, late)
    number = played.issue("visa")
    if check_in is CheckIn.OFF:
        played.press(Next, "86")
        played.press(Absent, "86")
    clock.now = played.hall.ticket(number).arrive_before
    [step] = steps(played.do(Tick("system")), clock())
    assert (step.kind, step.ticket.number, step.sure_at) == (kind, number, clock())


@pytest.mark.parametrize(("late", "kind"), [(LateRule.EXPIRE, Kind.MISSED), (LateRule.SLIDE, Kind.SLID)])
def test_called_after_its_time_with_nobody_there(plan: Plan, clock: HandClock, late: LateRule, kind: Kind) -> None:
    played = center(plan, clock, CheckIn.OPTIONAL, late)
    number = played.issue("visa")
    clock.now = played.hall.ticket(number).arrive_before
    played.press(Next, "86")
    played.press(Absent, "86")
    [step] = last(played)
    assert (step.kind, step.sure_at) == (kind, clock() + UNDO + SURE)


def test_one_that_slid_and_is_away_when_its_turn_comes_again_is_told_its_end(plan: Plan, clock: HandClock) -> None:
    played = center(replace(plan, order=replace(plan.order, slide=0)), clock, CheckIn.REQUIRED, LateRule.SLIDE)
    number = played.issue("visa")
    clock.now = played.hall.ticket(number).arrive_before
    played.do(Tick("system"))
    there = played.issue("visa")
    played.do(CheckInTicket("citizen", played.hall.day.date, there))
    played.press(Next, "86")
    assert [(step.kind, step.ticket.number) for step in last(played)[:1]] == [(Kind.EXPIRED, number)]


def test_the_end_of_the_day_is_told_to_all_who_wait(played: Played, clock: HandClock) -> None:
    numbers = [played.issue("visa") for _ in range(2)]
    told = steps(played.do(CloseDay("staff/quan")), clock())
    assert [(step.kind, step.ticket.number) for step in told] == [(Kind.CLOSED, number) for number in numbers]
    assert all(is_still_so(step, None) for step in told), "also when the next day has begun meanwhile"


def test_what_its_holder_sees_at_the_counter_is_not_told(plan: Plan, clock: HandClock) -> None:
    played = center(plan, clock, CheckIn.OPTIONAL)
    played.issue("visa")
    for key in (Next, Start, ReturnToQueue, Next, Start, Finish):
        played.press(key, "86")
        told = [step.kind for step in last(played)]
        assert told == ([Kind.CALLED] if key is Next else []), key


def test_a_call_that_is_taken_back_is_told_at_once(plan: Plan, clock: HandClock) -> None:
    played = center(plan, clock, CheckIn.OPTIONAL)
    number = played.issue("visa")
    played.press(Next, "86")
    [called] = last(played)
    assert is_still_so(called, played.hall.ticket(number))
    played.press(UndoLast, "86")
    [step] = last(played)
    assert (step.kind, step.ticket.number, step.sure_at) == (Kind.WITHDRAWN, number, clock())
    assert is_still_so(step, played.hall.ticket(number))
    assert not is_still_so(called, played.hall.ticket(number))


def test_one_cancelled_by_staff_is_told_and_one_given_back_is_not(played: Played, clock: HandClock) -> None:
    for by, kinds in (("citizen", []), ("staff/quan", [Kind.CANCELLED])):
        change = played.do(Cancel(by, played.hall.day.date, played.issue("visa")))
        assert [step.kind for step in steps(change, clock(), by)] == kinds


def test_a_live_step_of_a_day_that_is_over_is_not_told(played: Played) -> None:
    number = played.issue("visa")
    ticket = played.hall.ticket(number)
    assert is_still_so(Step(Kind.TAKEN, ticket), None), "that it was taken is told in any case"
    assert not is_still_so(Step(Kind.RAISED, ticket), None)
    assert not is_still_so(Step(Kind.RAISED, ticket), replace(ticket, contact="of somebody else"))


def test_raises_are_told_every_ten_minutes_at_most_and_the_newest_counts() -> None:
    at = 1_000 * MINUTE
    assert next_raise(at, at - RAISE_PAUSE) == at
    soon = next_raise(at, at - MINUTE)
    assert soon == at - MINUTE + RAISE_PAUSE
    assert next_raise(at + MINUTE, soon) == soon, "one that waits is replaced in its place"
