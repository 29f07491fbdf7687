"""What another plan would mean for those who wait: each thing a supervisor should hear of before."""

from dataclasses import replace
from datetime import time

from app.domain.meaning import Kind, Meaning, meaning_of
from app.domain.plan import Channel, CheckIn, CounterPlan, LateRule, Order, Plan, Quota, Window
from app.domain.states import TicketState
from tests.conftest import FRIDAY, Played


def means(played: Played, **changes: object) -> list[Meaning]:
    return meaning_of(played.hall, replace(played.hall.plan, **changes), played.clock())  # type: ignore[arg-type]


def with_counters(plan: Plan, counter: str, *services: str) -> tuple[CounterPlan, ...]:
    return tuple(replace(one, services=services) if one.id == counter else one for one in plan.counters)


def test_what_nobody_notices_means_nothing(played: Played) -> None:
    played.issue("visa")
    assert means(played, name="Tên mới", lead_minutes=20) == []


def test_a_service_that_nobody_at_work_serves_any_more(plan: Plan, played: Played) -> None:
    number = played.issue("visa")
    counters = with_counters(plan, "86")
    assert means(played, counters=counters) == [], "nobody worked there anyway"
    played.sit("86")
    assert means(played, counters=counters) == [Meaning(Kind.UNSERVED, "visa", (number,))]


def test_a_closing_that_is_earlier_than_a_promise(played: Played) -> None:
    first, second = played.issue("visa"), played.issue("visa")
    promised = played.hall.plan.local(played.hall.ticket(second).high).time()
    noon = Window(time(7), time(11), time(12))
    assert means(played, windows=(noon,)) == []
    soon = Window(time(7), time(8, 1), time(8, 2))
    assert promised > soon.serve_until
    [told] = means(played, windows=(soon,))
    assert (told.kind, told.service) == (Kind.AFTER_CLOSING, "visa")
    assert second in told.numbers
    [*_, holiday] = [one for one in means(played, holidays=(FRIDAY,)) if one.kind is Kind.AFTER_CLOSING]
    assert holiday.numbers == (first, second), "on a holiday nobody is served"


def test_numbers_that_must_check_in_first(played: Played) -> None:
    online = played.issue("visa")
    played.issue("visa", channel=Channel.KIOSK)
    assert means(played, check_in=CheckIn.REQUIRED) == [Meaning(Kind.NO_CHECK_IN, "visa", (online,))]


def test_numbers_that_end_when_their_holders_are_late(played: Played) -> None:
    played.hall.apply({"plan": replace(played.hall.plan, late=LateRule.SLIDE)})
    online = played.issue("visa")
    assert means(played, late=LateRule.EXPIRE) == [Meaning(Kind.WILL_EXPIRE, "visa", (online,))]


def test_a_priority_group_that_is_gone(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.hall.apply({f"ticket/{number}": replace(played.hall.ticket(number), group="cao-tuoi")})
    assert means(played, order=Order()) == [Meaning(Kind.GROUPLESS, "visa", (number,))]


def test_numbers_that_are_not_issued_now_any_more(plan: Plan, played: Played) -> None:
    told = means(played, windows=(Window(time(13), time(16), time(17)),))
    assert {one.kind for one in told} == {Kind.CLOSED_NOW}
    assert len(told) == len(plan.services)


def test_a_quota_that_is_used_up_already(played: Played) -> None:
    played.issue("visa")
    played.issue("visa")
    [window] = played.hall.plan.windows
    assert means(played, windows=(replace(window, quota=Quota(3)),)) == []
    assert means(played, windows=(replace(window, quota=Quota(2)),)) == [Meaning(Kind.FULL, "visa")]
    assert means(played, windows=(replace(window, quota=Quota(web=1)),)) == [Meaning(Kind.FULL, "visa")]


def test_who_is_at_a_counter_is_served_whatever_the_plan_says(plan: Plan, played: Played) -> None:
    number = played.issue("visa")
    played.hall.apply({f"ticket/{number}": replace(played.hall.ticket(number), state=TicketState.SERVING)})
    played.sit("86")
    assert means(played, counters=with_counters(plan, "86")) == []
