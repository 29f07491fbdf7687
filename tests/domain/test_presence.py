"""The table of `docs/rules.md`, row by row: who is away when called, and what is promised."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from app.domain.change import Outcome
from app.domain.commands import Cancel, CheckInTicket, Postpone, Tick
from app.domain.events import Cancelled, CheckedIn, Event, Expired, Promised, Rejoined, SetAside
from app.domain.facts import Ticket
from app.domain.plan import MINUTE, Channel, CheckIn, LateRule, Order
from app.domain.presses import Absent, CallNumber, Finish, Next, Start
from app.domain.refusals import (
    CheckInIsOff,
    NobodyBehind,
    NobodyWaiting,
    NotInLine,
    NumberBusy,
    NumberEnded,
    NumberExpired,
    PostponedEnough,
)
from app.domain.states import Reason, TicketState
from tests.conftest import FRIDAY, Played

DAY = FRIDAY.isoformat()
AWAY = [CheckIn.OPTIONAL, CheckIn.OFF]


@pytest.fixture
def played(played: Played) -> Played:
    """A clerk at counter 86, and the plainest order."""
    rule(played, order=Order(slide=2))
    played.sit("86")
    return played


def rule(played: Played, **given: Any) -> None:
    played.hall.apply({"plan": replace(played.hall.plan, **given)})


def ticket(played: Played, number: str) -> Ticket:
    return played.hall.ticket(number)


def there(played: Played) -> str:
    """A number of somebody who stands in the room, taken a moment after the last."""
    played.clock.forward(1)
    return played.issue("visa", channel=Channel.KIOSK)


def arrive(played: Played, number: str) -> tuple[Event, ...]:
    return played.do(CheckInTicket("kiosk", DAY, number)).events


def at_its_time(played: Played, number: str) -> tuple[Event, ...]:
    played.clock.now = ticket(played, number).arrive_before
    return played.do(Tick()).events


def called_in_vain(played: Played) -> str:
    """A number taken online, called before its time with nobody there."""
    number = played.issue("visa")
    assert played.press(Next, "86").number == number
    played.press(Absent, "86")
    return number


def test_required_who_is_away_is_not_called_but_set_aside_when_the_turn_comes(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    away, here = played.issue("visa"), there(played)
    assert played.press(Next, "86").number == here
    assert ticket(played, away).state is TicketState.ASIDE
    assert SetAside(away, "86", "contact-hoa") in played.changes[-1].events


def test_required_with_only_people_away_nobody_waits(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    played.issue("visa")
    with pytest.raises(NobodyWaiting):
        played.press(Next, "86")


def test_required_who_has_checked_in_waits_in_the_place_of_the_number(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    first, second = played.issue("visa"), there(played)
    assert arrive(played, first) == (CheckedIn(first),)
    assert [played.press(Next, "86").number for _ in range(2)] == [first, second]


def test_required_who_comes_after_being_set_aside_is_next(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    away, here, later = played.issue("visa"), there(played), there(played)
    assert played.press(Next, "86").number == here
    assert arrive(played, away) == (
        CheckedIn(away),
        Rejoined(away, "arrived", "visa", contact="contact-hoa"),
    )
    assert [played.press(Next, "86").number for _ in range(2)] == [away, later]
    why = played.hall.why(away)
    assert why
    assert why.reason is Reason.IN_FRONT


def test_required_who_is_not_there_at_the_time_expires_waiting_or_aside(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    away = played.issue("visa")
    assert at_its_time(played, away) == (Expired(away, "late", "contact-hoa"),)
    assert ticket(played, away).state is TicketState.EXPIRED
    with pytest.raises(NumberExpired):
        arrive(played, away)


@pytest.mark.parametrize("check_in", AWAY)
def test_called_before_its_time_with_nobody_there_a_number_is_kept(played: Played, check_in: CheckIn) -> None:
    rule(played, check_in=check_in)
    number = called_in_vain(played)
    assert ticket(played, number).state is TicketState.ASIDE
    assert any(isinstance(event, SetAside) for event in played.changes[-1].events)


def test_optional_who_comes_then_is_next(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL)
    number, other = called_in_vain(played), there(played)
    arrive(played, number)
    assert [played.press(Next, "86").number for _ in range(2)] == [number, other]


def test_optional_who_does_not_come_expires_at_the_time(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL)
    number = called_in_vain(played)
    played.clock.now = ticket(played, number).arrive_before - 1
    assert played.do(Tick()).events == ()
    assert at_its_time(played, number) == (Expired(number, "late", "contact-hoa"),)
    assert played.do(Tick()).events == ()


def test_off_the_number_comes_back_in_front_at_its_time_and_a_clerk_may_call_it_before(played: Played) -> None:
    rule(played, check_in=CheckIn.OFF)
    number, other = called_in_vain(played), there(played)
    assert at_its_time(played, number) == (Rejoined(number, "deadline", "visa", contact="contact-hoa"),)
    assert [played.press(Next, "86").number for _ in range(2)] == [number, other]
    played.press(Finish, "86")
    early = called_in_vain(played)
    here = played.hall.counter("86")
    called = played.do(CallNumber(here.clerk, "86", here.turn, number=early)).answer
    assert called.number == early


def test_off_there_is_no_check_in(played: Played) -> None:
    rule(played, check_in=CheckIn.OFF)
    with pytest.raises(CheckInIsOff):
        arrive(played, played.issue("visa"))


def test_off_after_its_second_call_in_vain_it_is_over(played: Played) -> None:
    rule(played, check_in=CheckIn.OFF)
    number = called_in_vain(played)
    at_its_time(played, number)
    assert played.press(Next, "86").number == number
    played.press(Absent, "86")
    assert ticket(played, number).state is TicketState.ABSENT


def test_who_slides_goes_behind_as_many_as_the_plan_says_once(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL, late=LateRule.SLIDE)
    number = called_in_vain(played)
    others = [there(played) for _ in range(4)]
    assert at_its_time(played, number) == (Rejoined(number, "late", "visa", contact="contact-hoa"),)
    assert [played.press(Next, "86").number for _ in range(3)] == [*others[:2], number]
    played.press(Absent, "86")
    assert ticket(played, number).state not in (TicketState.WAITING, TicketState.ASIDE)


def test_called_after_its_time_with_nobody_there_the_same_rule_holds(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL, late=LateRule.SLIDE)
    number, others = played.issue("visa"), [there(played) for _ in range(3)]
    played.clock.now = ticket(played, number).arrive_before + 1
    assert played.press(Next, "86").number == number
    played.press(Absent, "86")
    assert [played.press(Next, "86").number for _ in range(3)] == [*others[:2], number]


def test_who_was_there_and_is_called_in_vain_is_absent(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL)
    number = played.issue("visa")
    arrive(played, number)
    played.press(Next, "86")
    played.press(Absent, "86")
    assert ticket(played, number).state is TicketState.ABSENT
    with pytest.raises(NumberExpired):
        arrive(played, number)


def test_check_in_twice_is_once_and_a_kiosk_number_needs_none(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL)
    number, here = played.issue("visa"), there(played)
    arrive(played, number)
    for known in (number, here):
        assert played.do(CheckInTicket("kiosk", DAY, known)).answer.outcome is Outcome.UNCHANGED


def test_a_number_in_service_or_done_cannot_be_given_back(played: Played) -> None:
    rule(played, check_in=CheckIn.OPTIONAL)
    number = played.issue("visa")
    played.press(Next, "86")
    with pytest.raises(NumberBusy):
        played.do(Cancel("citizen/hoa", DAY, number))
    played.press(Start, "86")
    played.press(Finish, "86")
    with pytest.raises(NumberEnded):
        played.do(Cancel("citizen/hoa", DAY, number))
    with pytest.raises(NumberEnded):
        arrive(played, number)


def test_a_number_given_back_is_gone_and_giving_it_back_again_is_the_same(played: Played) -> None:
    number, other = there(played), there(played)
    assert played.do(Cancel("citizen/hoa", DAY, number)).events == (Cancelled(number),)
    assert played.do(Cancel("citizen/hoa", DAY, number)).answer.outcome is Outcome.UNCHANGED
    assert played.press(Next, "86").number == other


def test_arrive_before_is_the_later_of_the_lead_and_the_early_end_of_the_range(played: Played) -> None:
    rule(played, lead_minutes=15)
    first = ticket(played, played.issue("visa"))
    assert first.arrive_before == played.clock() + 15 * MINUTE
    for _ in range(30):
        last = ticket(played, played.issue("visa"))
    assert last.arrive_before == last.low // MINUTE * MINUTE > played.clock() + 60 * MINUTE


def test_arrive_before_is_rounded_down_to_the_minute(played: Played) -> None:
    played.clock.forward(29_000)
    promised = ticket(played, played.issue("visa")).arrive_before
    assert promised % MINUTE == 0
    assert played.clock() + 10 * MINUTE <= promised <= played.clock() + 11 * MINUTE


def test_a_promise_is_raised_when_the_queue_is_slow_and_never_lowered(played: Played) -> None:
    for _ in range(12):
        number = played.issue("visa")
    promised = ticket(played, number).arrive_before
    assert played.do(Tick(promises=True)).events == ()
    played.clock.set(FRIDAY, time(8, 40))  # forty minutes, and nobody was called
    raised = [event for event in played.do(Tick(promises=True)).events if isinstance(event, Promised)]
    assert raised
    assert raised[-1].number == number
    assert raised[-1].arrive_before == ticket(played, number).arrive_before >= promised + 5 * MINUTE
    for _ in range(11):
        played.press(Next, "86")
    later = ticket(played, number).arrive_before
    played.do(Tick(promises=True))
    assert ticket(played, number).arrive_before == later


def more_time(played: Played, number: str, nth: int = 1) -> Outcome:
    return played.do(Postpone("citizen", DAY, number, nth)).answer.outcome


def called(played: Played) -> str:
    """The next number, whose visit ends at once."""
    number = played.press(Next, "86").number
    played.press(Start, "86")
    played.press(Finish, "86")
    played.clock.forward(MINUTE)
    return number


@pytest.mark.parametrize("check_in", CheckIn)
def test_who_asks_for_more_time_lets_the_next_ones_go_first(played: Played, check_in: CheckIn) -> None:
    rule(played, check_in=check_in)
    mine, *others = [there(played) for _ in range(5)]
    assert more_time(played, mine) is Outcome.DONE
    assert [called(played) for _ in range(5)] == [others[0], others[1], mine, others[2], others[3]]


def test_those_on_their_way_are_let_before_too(played: Played) -> None:
    rule(played, check_in=CheckIn.REQUIRED)
    mine, on_the_way, here, last = there(played), played.issue("visa"), there(played), there(played)
    more_time(played, mine)
    arrive(played, on_the_way)
    assert [called(played) for _ in range(4)] == [on_the_way, here, mine, last]


def test_a_repeat_moves_nothing_and_there_is_an_end(played: Played) -> None:
    mine, *_ = [there(played) for _ in range(9)]
    assert more_time(played, mine) is Outcome.DONE
    place = ticket(played, mine).place
    assert more_time(played, mine) is Outcome.UNCHANGED
    assert ticket(played, mine).place == place
    assert more_time(played, mine, 2) is Outcome.DONE
    with pytest.raises(PostponedEnough):
        more_time(played, mine, 3)


def test_the_last_of_all_has_nobody_to_let_before(played: Played) -> None:
    there(played)
    last = there(played)
    with pytest.raises(NobodyBehind):
        more_time(played, last)
    behind = there(played)
    more_time(played, last)
    assert ticket(played, last).place > ticket(played, behind).place


def test_the_appointment_moves_with_the_place_and_never_back(played: Played) -> None:
    mine = played.issue("visa")
    before = ticket(played, mine).arrive_before
    for _ in range(12):
        there(played)
    rule(played, order=Order(slide=10))
    more_time(played, mine)
    assert ticket(played, mine).arrive_before > before
    other = played.issue("visa")
    there(played)
    rule(played, order=Order(slide=1))
    before = ticket(played, other).arrive_before
    more_time(played, other)
    assert ticket(played, other).arrive_before >= before


def test_who_is_called_set_aside_or_done_is_not_in_line(played: Played) -> None:
    aside = called_in_vain(played)
    there(played)
    with pytest.raises(NotInLine):
        more_time(played, aside)
    at_the_counter = played.press(Next, "86").number
    with pytest.raises(NotInLine):
        more_time(played, at_the_counter)


def test_who_asked_for_more_time_was_overtaken_by_nobody(played: Played) -> None:
    rule(played, order=Order(slide=2, most_overtaken=1))
    mine, *others = [there(played) for _ in range(4)]
    more_time(played, mine)
    assert [called(played) for _ in range(2)] == others[:2]
    assert played.hall.why(others[1]).reason is Reason.FIRST_COME  # type: ignore[union-attr]
