"""Taking a number: `XXYYY` from 001, one running number per lead counter, once per request, within hours."""

from dataclasses import replace
from datetime import date, time

import pytest

from app.domain import day
from app.domain.change import Outcome
from app.domain.commands import Issue
from app.domain.events import Issued
from app.domain.facts import Series
from app.domain.order import ahead
from app.domain.plan import Channel, Plan, ServicePlan
from app.domain.presses import Next
from app.domain.refusals import IssueNotOpen, NumbersUsedUp, RequestOver, RequestReused, UnknownService
from app.domain.states import TicketState
from tests.conftest import FRIDAY, HandClock, Played, play


def test_the_sample_of_the_notice(played: Played) -> None:
    played.clock.set(FRIDAY, time(15, 6, 41))
    change = played.do(Issue("citizen/hoa", "r1", "visa", Channel.WEB, "hoa", "contact-hoa"))
    assert change.answer.number == "86001"
    [event] = change.events
    assert isinstance(event, Issued)
    assert event.contact == "contact-hoa"
    assert f"{played.hall.plan.local(event.arrive_before):%H:%M %d/%m/%Y}" == "15:17 03/04/2020"


def test_web_kiosk_and_desk_share_one_running_number(played: Played) -> None:
    assert [played.issue("visa", channel=channel) for channel in Channel] == ["86001", "86002", "86003"]


def test_a_number_is_text_with_its_leading_zero(played: Played) -> None:
    assert played.issue("bao-hiem") == "05001"


def test_services_with_one_lead_counter_share_its_running_number(plan: Plan, clock: HandClock) -> None:
    lead = ServicePlan("ho-chieu", "Hộ chiếu", "tang-3", "86")
    counters = [replace(c, services=(*c.services, "ho-chieu")) if c.id == "86" else c for c in plan.counters]
    played = play(replace(plan, services=(*plan.services, lead), counters=tuple(counters)), clock)
    assert [played.issue(service) for service in ("visa", "ho-chieu", "visa")] == ["86001", "86002", "86003"]


def test_a_repeated_request_gets_the_first_number(played: Played) -> None:
    assert played.issue("visa", "r1") == "86001"
    assert played.issue("visa") == "86002"
    again = played.do(Issue("citizen/hoa", "r1", "visa", Channel.WEB))
    assert (again.answer.outcome, again.answer.number, again.events) == (Outcome.REPEATED, "86001", ())


def test_a_repeat_is_answered_even_when_the_number_is_called_and_issuing_is_over(played: Played) -> None:
    played.issue("visa", "r1")
    played.sit("86")
    played.press(Next, "86")
    played.clock.set(FRIDAY, time(17))
    assert played.issue("visa", "r1") == "86001"


@pytest.mark.parametrize(("service", "channel"), [("thue", Channel.WEB), ("visa", Channel.KIOSK)])
def test_a_request_id_used_for_something_else_is_refused(played: Played, service: str, channel: Channel) -> None:
    played.issue("visa", "r1")
    with pytest.raises(RequestReused):
        played.issue(service, "r1", channel)


def test_the_same_request_id_of_somebody_else_is_another_request(played: Played) -> None:
    played.issue("visa", "r1")
    assert played.do(Issue("citizen/lan", "r1", "visa", Channel.WEB)).answer.number == "86002"


def test_a_request_of_yesterday_is_not_answered_with_a_number_that_is_somebody_elses_today(played: Played) -> None:
    played.clock.set(date(2020, 4, 2), time(16))
    played.put(day.found(played.hall.plan, played.clock()))
    played.issue("visa", "r1")
    played.clock.set(FRIDAY, time(8))
    played.put(day.open_day(played.hall, played.clock()))
    assert played.issue("visa", "r2") == "86001"
    with pytest.raises(RequestOver, match="86001 on 02/04/2020"):
        played.issue("visa", "r1")


def test_the_last_number_is_999(played: Played) -> None:
    played.hall.apply({"series/86": Series(998)})
    assert played.issue("visa") == "86999"
    with pytest.raises(NumbersUsedUp) as refused:
        played.issue("visa")
    assert refused.value.data == {"counter": "86"}
    assert played.issue("thue") == "03001"


def test_an_unknown_service_is_refused(played: Played) -> None:
    with pytest.raises(UnknownService):
        played.issue("khong-co")


@pytest.mark.parametrize(
    ("day", "at", "opens"),
    [
        (FRIDAY, time(6, 59, 59), ("07:00", "03/04/2020")),
        (FRIDAY, time(16, 30), ("07:00", "06/04/2020")),
        (FRIDAY, time(23, 59), ("07:00", "06/04/2020")),
        (date(2020, 4, 4), time(8), ("07:00", "06/04/2020")),
        (date(2020, 4, 5), time(23), ("07:00", "06/04/2020")),
        (date(2020, 4, 6), time(0), ("07:00", "06/04/2020")),
        (date(2020, 4, 7), time(18), ("07:00", "08/04/2020")),
    ],
)
def test_outside_hours_the_next_opening_is_named(
    played: Played, day: date, at: time, opens: tuple[str, str]
) -> None:
    played.clock.set(day, at)
    with pytest.raises(IssueNotOpen) as refused:
        played.issue("visa")
    assert (refused.value.data["time"], refused.value.data["date"]) == opens


@pytest.mark.parametrize("at", [time(7), time(16, 29, 59)])
def test_hours_include_their_first_minute_and_end_before_their_last(played: Played, at: time) -> None:
    played.clock.set(FRIDAY, at)
    assert played.issue("visa") == "86001"


def test_arrive_before_follows_the_queue_when_it_is_long(played: Played) -> None:
    played.hall.apply({"plan": replace(played.hall.plan, lead_minutes=10)})
    minutes = []
    for _ in range(10):
        ticket = played.hall.ticket(played.issue("dat-dai"))  # 12 minutes a visit, one counter
        minutes.append((ticket.arrive_before - ticket.issued_at) // 60_000)
    assert minutes[:2] == [10, 10]  # the plan's lead
    assert minutes == sorted(minutes)
    assert 45 < minutes[-1] < 12 * 9  # nine in ten are called later; nine visits of twelve minutes are before it


def test_arrive_before_stays_within_the_day(played: Played) -> None:
    played.hall.apply({"day": replace(played.hall.day, by_hand=True)})
    played.clock.set(FRIDAY, time(20))
    for _ in range(100):
        number = played.issue("dat-dai")
    assert f"{played.hall.plan.local(played.hall.ticket(number).arrive_before):%H:%M %d/%m}" == "23:59 03/04"


def test_a_ticket_knows_its_place_and_its_holder(played: Played) -> None:
    first, second, other = played.issue("visa"), played.issue("visa"), played.issue("thue")
    hall = played.hall
    assert [ahead(hall, hall.ticket(number)) for number in (first, second, other)] == [0, 1, 0]
    assert hall.ticket(first).state is TicketState.WAITING
    assert [ticket.number for ticket in hall.held_by("hoa")] == [first, second, other]
    assert hall.held_by("lan") == []
