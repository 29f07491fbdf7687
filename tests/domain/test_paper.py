"""Numbers on paper: kept for an outage, given by hand, entered afterwards."""

from dataclasses import replace
from datetime import time

import pytest

from app.domain.change import Outcome
from app.domain.commands import CloseDay, EnterPaper, Issue, ReservePaper, SetPlan
from app.domain.events import Ended, Issued, PaperReserved
from app.domain.plan import MINUTE, Channel
from app.domain.presses import Next
from app.domain.refusals import (
    BadPaperCount,
    BadPaperTime,
    DayIsClosed,
    NumbersUsedUp,
    PaperNotReserved,
    PlanInUse,
    RequestReused,
    UnknownGroup,
    UnknownService,
)
from app.domain.states import TicketState
from tests.conftest import Played


def reserve(played: Played, count: int = 3, request: str = "outage-1", service: str = "visa") -> str:
    return played.do(ReservePaper("staff/quan", request, service, count)).answer.number


def enter(played: Played, number: str, ago: int = 0, group: str = "", served: bool = False) -> Outcome:
    command = EnterPaper("staff/quan", number, played.clock() - ago * MINUTE, group, served)
    return played.do(command).answer.outcome


def called(played: Played, counter: str) -> str:
    return played.press(Next, counter).number


def test_a_range_is_given_by_nobody_else(played: Played) -> None:
    assert played.issue("visa") == "86001"
    assert reserve(played) == "86002"
    assert played.changes[-1].events == (PaperReserved("visa", "86002", "86004"),)
    assert played.issue("visa") == "86005"
    assert reserve(played, 2, "outage-2") == "86006"
    assert played.issue("visa") == "86008"


def test_the_same_request_keeps_one_range(played: Played) -> None:
    assert reserve(played) == reserve(played) == "86001"
    assert played.hall.series("86").issued == 3
    with pytest.raises(RequestReused):
        reserve(played, 4)


def test_a_number_entered_stands_by_the_time_it_was_given(played: Played) -> None:
    before = played.issue("visa", channel=Channel.KIOSK)
    reserve(played)
    played.clock.forward(30 * MINUTE)
    after = played.issue("visa", channel=Channel.KIOSK)
    played.clock.forward(MINUTE)
    assert enter(played, "86002", ago=20) is Outcome.DONE
    assert enter(played, "86003", ago=10) is Outcome.DONE
    played.sit("86")
    assert [called(played, "86") for _ in range(4)] == [before, "86002", "86003", after]


def test_entered_twice_it_is_one_ticket(played: Played) -> None:
    reserve(played)
    assert enter(played, "86001") is Outcome.DONE
    version = played.hall.version
    assert enter(played, "86001", served=True) is Outcome.REPEATED
    assert played.hall.version == version
    ticket = played.hall.ticket("86001")
    assert (ticket.state, ticket.channel, ticket.holder, ticket.contact) == (
        TicketState.WAITING,
        Channel.DESK,
        "",
        "",
    )


def test_who_was_served_meanwhile_is_entered_as_served_even_in_the_evening(played: Played) -> None:
    reserve(played)
    played.clock.forward(10 * MINUTE)
    played.do(CloseDay("staff/quan"))
    with pytest.raises(DayIsClosed):
        enter(played, "86001")
    assert enter(played, "86001", ago=5, served=True) is Outcome.DONE
    issued, ended = played.changes[-1].events
    assert isinstance(issued, Issued)
    assert ended == Ended("86001", "", "finished")
    assert played.hall.ticket("86001").state is TicketState.FINISHED
    assert played.hall.waiting("visa") == 0
    with pytest.raises(DayIsClosed):
        reserve(played, request="outage-2")


def test_the_latest_number_never_goes_back(played: Played) -> None:
    reserve(played)
    assert played.hall.figures("visa").latest == ""
    played.clock.forward(MINUTE)
    assert played.issue("visa") == "86004"
    enter(played, "86002")
    assert played.hall.figures("visa").latest == "86004"


def test_numbers_that_were_not_kept_are_refused(played: Played) -> None:
    given = played.issue("visa")
    reserve(played)
    for number in (given, "86005", "05001", "86", "", "8600²", "86002x"):
        with pytest.raises(PaperNotReserved):
            enter(played, number)


def test_what_cannot_be_is_refused(played: Played) -> None:
    for count in (0, -1, 51):
        with pytest.raises(BadPaperCount):
            reserve(played, count)
    with pytest.raises(UnknownService):
        reserve(played, service="khong-co")
    played.clock.forward(10 * MINUTE)
    reserve(played)
    played.clock.forward(5 * MINUTE)
    for ago in (10, -1):
        with pytest.raises(BadPaperTime):
            enter(played, "86001", ago=ago)
    with pytest.raises(UnknownGroup):
        enter(played, "86001", group="khong-co")
    for at in range(19):
        reserve(played, 50, f"many-{at}")
    with pytest.raises(NumbersUsedUp):
        reserve(played, 50, "too-many")


def test_the_minute_in_which_a_range_was_kept_counts(played: Played) -> None:
    """Staff write hours and minutes."""
    played.clock.set(played.hall.plan.local(played.clock()).date(), time(9, 30, 40))
    reserve(played)
    played.clock.forward(MINUTE)
    command = EnterPaper("staff/quan", "86001", played.clock() // MINUTE * MINUTE - MINUTE)
    assert played.do(command).answer.outcome is Outcome.DONE


def test_a_service_with_paper_out_stays_in_the_plan(played: Played) -> None:
    reserve(played)
    plan = played.hall.plan
    less = replace(plan, services=tuple(service for service in plan.services if service.id != "visa"))
    counters = tuple(replace(c, services=tuple(s for s in c.services if s != "visa")) for c in plan.counters)
    with pytest.raises(PlanInUse):
        played.do(SetPlan("staff/quan", replace(less, counters=counters)))


def test_quotas_and_windows_do_not_hold_for_paper(played: Played) -> None:
    reserve(played)
    enter(played, "86001")
    command = Issue("device/k", "request-1", "visa", Channel.KIOSK)
    assert played.do(command).answer.number == "86004"
    assert sum(played.hall.taken("visa", f"{w.issue_from:%H%M}").desk for w in played.hall.plan.windows) == 1
