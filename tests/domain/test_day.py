"""A day closes once, by hand or by itself; nobody who waits is lost without a word."""

from dataclasses import replace
from datetime import date, time

import pytest

from app.domain import day
from app.domain.change import Outcome
from app.domain.commands import CheckInTicket, CloseDay, OpenDay, Tick
from app.domain.events import DayClosed, DayOpened, Ended, Expired
from app.domain.plan import Channel
from app.domain.presses import Next, Park, ReturnToQueue
from app.domain.refusals import DayIsClosed, NumberOver
from app.domain.states import TicketState
from tests.conftest import FRIDAY, Played


def test_closing_by_hand_ends_every_number_that_waits_with_an_event(played: Played) -> None:
    waits, put_away = played.issue("visa"), played.issue("thue", channel=Channel.KIOSK)
    there = played.issue("cong-an-pccc", channel=Channel.KIOSK)
    played.sit("85")
    played.press(Next, "85")
    events = played.do(CloseDay("staff/quan")).events
    assert {event.number for event in events if isinstance(event, Expired)} == {waits, put_away}
    assert all(event.why == "day" for event in events if isinstance(event, Expired))
    assert events[-1] == DayClosed("2020-04-03", 2)
    assert played.hall.ticket(there).state is TicketState.CALLED
    assert played.do(CloseDay("staff/quan")).answer.outcome is Outcome.UNCHANGED


def test_a_parked_number_ends_with_its_day_too(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.sit("86")
    played.press(Next, "86")
    played.press(Park, "86")
    played.do(CloseDay("staff/quan"))
    assert played.hall.ticket(number).state is TicketState.EXPIRED


def test_the_day_closes_half_an_hour_after_its_last_service(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.clock.set(FRIDAY, time(17, 30))
    played.clock.forward(-1)
    assert not any(isinstance(event, DayClosed) for event in played.do(Tick()).events)
    played.clock.forward(1)
    assert played.do(Tick()).events[-1] == DayClosed("2020-04-03", 1)
    assert played.hall.ticket(number).state is TicketState.EXPIRED
    assert played.do(Tick()).events == ()
    with pytest.raises(DayIsClosed):
        played.issue("visa")


def test_a_day_opened_by_hand_closes_by_hand_or_at_midnight_only(played: Played) -> None:
    assert played.do(OpenDay("staff/quan")).events == (DayOpened("2020-04-03"),)
    assert played.do(OpenDay("staff/quan")).answer.outcome is Outcome.UNCHANGED
    played.clock.set(FRIDAY, time(22))
    assert played.do(Tick()).events == ()
    assert played.issue("visa") == "86001"


def test_a_visit_under_way_is_finished_after_closing_and_at_midnight_for_good(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.sit("86")
    played.press(Next, "86")
    played.do(CloseDay("staff/quan"))
    assert not day.is_settled(played.hall)
    events = played.put(day.close_day(played.hall, played.clock(), by_midnight=True)).events
    assert events[0] == Ended(number, "86", "finished")
    assert day.is_settled(played.hall)
    assert not played.hall.counter("86").ticket


def test_who_is_sent_back_to_the_queue_after_closing_ends_with_the_day(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.sit("86")
    played.press(Next, "86")
    played.do(CloseDay("staff/quan"))
    played.press(ReturnToQueue, "86")
    assert not day.is_settled(played.hall)
    played.put(day.close_day(played.hall, played.clock(), by_midnight=True))
    assert played.hall.ticket(number).state is TicketState.EXPIRED


def test_a_holiday_never_closes_by_itself_for_it_never_opened(played: Played) -> None:
    played.hall.apply({"plan": replace(played.hall.plan, holidays=(FRIDAY,))})
    played.clock.set(FRIDAY, time(23))
    assert played.do(Tick()).events == ()


def test_a_number_of_yesterday_is_told_as_such(played: Played) -> None:
    number = played.issue("visa")
    with pytest.raises(NumberOver, match="02/04/2020"):
        played.do(CheckInTicket("kiosk", date(2020, 4, 2).isoformat(), number))
