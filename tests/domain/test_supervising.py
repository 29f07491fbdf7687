"""What supervisors do beside the keys of a counter: other services for today, issuing stopped."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from app.domain import day
from app.domain.change import Answer, Change, Outcome
from app.domain.commands import ReopenIssuing, SetPlan, StopIssuing
from app.domain.events import IssuingReopened, IssuingStopped, ServicesChanged
from app.domain.plan import Channel
from app.domain.presses import ChangeClerk, ChangeServices, Finish, Next, Park, Pause, Resume
from app.domain.refusals import (
    ClerkElsewhere,
    DayIsClosed,
    IssueStopped,
    NotAtThisCounter,
    PlanInUse,
    ServiceLeftAlone,
    UnknownService,
)
from app.domain.states import CounterState
from tests.conftest import FRIDAY, Played

QUAN = "staff/quan"


def serve(played: Played, counter: str, *services: str, supervisor: bool = True) -> Change:
    turn = played.hall.counter(counter).turn
    return played.do(ChangeServices(QUAN, counter, turn, services, supervisor=supervisor))


# Other services for today


def test_a_counter_calls_from_the_services_it_was_moved_to(played: Played) -> None:
    number = played.issue("thue")
    change = serve(played, "07", "thue", "tiep-nhan")
    assert change.events == (ServicesChanged("07", ("thue", "tiep-nhan")),)
    played.sit("07")
    assert played.press(Next, "07").number == number
    assert [one.id for one in played.hall.counters_of("thue")] == ["03", "07"]


def test_a_clerk_may_not_move_his_own_counter(played: Played) -> None:
    played.sit("07", QUAN)
    with pytest.raises(NotAtThisCounter):
        serve(played, "07", "thue", supervisor=False)


def test_a_move_with_an_old_turn_changes_nothing(played: Played) -> None:
    played.sit("07")
    old = ChangeServices(QUAN, "07", played.hall.counter("07").turn - 1, ("thue",), supervisor=True)
    assert played.do(old).answer.outcome is Outcome.UNCHANGED
    assert played.hall.counter_plan("07").services == ("tiep-nhan", "tra-ket-qua")


def test_no_service_is_left_without_a_counter(played: Played) -> None:
    with pytest.raises(ServiceLeftAlone, match="Thuế"):
        serve(played, "03", "kho-bac")
    serve(played, "04", "kho-bac", "thue")
    serve(played, "03", "kho-bac")
    with pytest.raises(ServiceLeftAlone, match="Thuế"):
        serve(played, "04")
    with pytest.raises(UnknownService):
        serve(played, "03", "khong-co")


def test_the_plans_services_are_no_override(played: Played) -> None:
    serve(played, "07", "tiep-nhan")
    assert serve(played, "07", "tiep-nhan", "tra-ket-qua").events == (ServicesChanged("07", ()),)
    assert "serves/07" not in played.hall.facts
    assert serve(played, "07").answer.outcome is Outcome.UNCHANGED


def test_the_next_day_begins_with_the_plan(played: Played) -> None:
    serve(played, "07", "thue")
    played.do(StopIssuing(QUAN))
    played.clock.set(FRIDAY + timedelta(days=3), time(7))
    played.put(day.open_day(played.hall, played.clock()))
    assert played.hall.counter_plan("07").services == ("tiep-nhan", "tra-ket-qua")
    played.issue("thue")


def test_a_plan_waits_until_what_it_would_break_is_taken_back(played: Played) -> None:
    serve(played, "04", "kho-bac", "thue")
    serve(played, "03", "kho-bac")
    plan = played.hall.plan
    gone = replace(plan, counters=tuple(one for one in plan.counters if one.id != "04"))
    gone = replace(gone, services=tuple(replace(s, lead="03") if s.lead == "04" else s for s in gone.services))
    gone = replace(
        gone,
        counters=tuple(replace(c, services=("kho-bac", "thue")) if c.id == "03" else c for c in gone.counters),
    )
    with pytest.raises(PlanInUse, match="Thuế; 04"):
        played.do(SetPlan(QUAN, gone))
    serve(played, "03")
    serve(played, "04")
    played.do(SetPlan(QUAN, gone))


# Opening a counter for somebody


def test_a_supervisor_opens_a_closed_counter_for_a_clerk(played: Played) -> None:
    def give(clerk: str, by: str = QUAN, supervisor: bool = True) -> Answer:
        turn = played.hall.counter("86").turn
        return played.do(ChangeClerk(by, "86", turn, clerk, supervisor=supervisor)).answer

    with pytest.raises(NotAtThisCounter):
        give("staff/lan", by="staff/lan", supervisor=False)
    played.sit("85", "staff/minh")
    with pytest.raises(ClerkElsewhere):
        give("staff/minh")
    give("staff/lan")
    here = played.hall.counter("86")
    assert (here.state, here.clerk, here.stands_since) == (CounterState.OPEN, "staff/lan", played.clock())


def test_a_counter_tells_since_when_it_stands_as_it_does(played: Played) -> None:
    played.issue("visa")
    played.sit("86")
    sat = played.clock()
    played.clock.forward(60_000)
    played.press(Next, "86")
    assert played.hall.counter("86").stands_since == sat
    played.clock.forward(60_000)
    played.press(Finish, "86")
    assert played.hall.counter("86").stands_since == played.clock()
    played.clock.forward(60_000)
    played.press(Pause, "86")
    assert played.hall.counter("86").stands_since == played.clock()
    played.clock.forward(60_000)
    played.press(Resume, "86")
    assert played.hall.counter("86").stands_since == played.clock()


# Issuing is stopped


def test_no_numbers_of_a_service_are_given_while_it_is_stopped(played: Played) -> None:
    change = played.do(StopIssuing(QUAN, ("visa",), " máy in   hỏng "))
    assert change.events == (IssuingStopped("visa", "máy in hỏng"),)
    for channel in Channel:
        with pytest.raises(IssueStopped, match="Visa are issued for now: máy in hỏng"):
            played.issue("visa", channel=channel)
    played.issue("y-te")
    assert played.do(StopIssuing(QUAN, ("visa",), "lý do khác")).answer.outcome is Outcome.UNCHANGED
    assert played.do(ReopenIssuing(QUAN, ("visa",))).events == (IssuingReopened("visa"),)
    assert played.do(ReopenIssuing(QUAN, ("visa",))).answer.outcome is Outcome.UNCHANGED
    assert played.issue("visa") == "86001"


def test_all_services_are_stopped_and_one_reopened(played: Played) -> None:
    waiting = played.issue("visa")
    played.do(StopIssuing(QUAN))
    played.do(ReopenIssuing(QUAN, ("y-te",)))
    played.issue("y-te")
    with pytest.raises(IssueStopped):
        played.issue("visa")
    played.sit("86")
    assert played.press(Next, "86").number == waiting


def test_a_closed_day_is_not_stopped(played: Played) -> None:
    played.put(day.close_day(played.hall, played.clock()))
    with pytest.raises(DayIsClosed):
        played.do(StopIssuing(QUAN))
    with pytest.raises(UnknownService):
        played.do(ReopenIssuing(QUAN, ("khong-co",)))


# Who is in the room


def test_the_present_are_those_issued_on_site_or_checked_in_and_not_done(played: Played) -> None:
    def present() -> int:
        return played.hall.present("visa")

    away = played.issue("visa")
    assert present() == 0
    here = played.issue("visa", channel=Channel.KIOSK)
    assert (present(), len(played.hall.issued("visa"))) == (1, 2)
    played.sit("86")
    assert played.press(Next, "86").number == away
    played.press(Park, "86")  # who was at the counter is there
    assert present() == 2
    assert played.press(Next, "86").number == here
    played.press(Next, "86")
    assert present() == 1
