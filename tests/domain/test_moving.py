"""A number that is at no counter goes where a supervisor sends it."""

import pytest

from app.domain.change import Answer, Outcome
from app.domain.commands import MoveTicket
from app.domain.events import Rejoined
from app.domain.presses import Next, Park, Recall
from app.domain.refusals import (
    BadRequest,
    NumberBusy,
    NumberEnded,
    NumberOver,
    UnknownService,
)
from app.domain.states import Reason
from tests.conftest import Played

QUAN = "staff/quan"


def move(played: Played, number: str, **where: str | bool) -> Answer:
    seen = played.hall.ticket(number).changed
    return played.do(MoveTicket(QUAN, played.hall.day.date, number, seen, **where)).answer  # type: ignore[arg-type]


def test_a_waiting_number_goes_to_another_service_and_keeps_its_number(played: Played) -> None:
    number, other = played.issue("visa"), played.issue("y-te")
    answer = move(played, number, service="y-te")
    assert (answer.outcome, answer.number) == (Outcome.DONE, number)
    assert played.changes[-1].events == (Rejoined(number, "moved", "y-te", "", "contact-hoa"),)
    lead = played.hall.service("y-te").lead
    played.sit(lead)
    assert [played.press(Next, lead).number for _ in range(2)] == [other, number]


def test_a_number_goes_to_one_counter_in_front(played: Played) -> None:
    number = played.issue("visa")
    lead = played.hall.service("y-te").lead
    played.issue("y-te")
    move(played, number, to=lead, front=True)
    played.sit(lead)
    assert played.press(Next, lead).number == number
    assert (why := played.hall.why(number)) is not None
    assert why.reason is Reason.SENT_HERE


def test_a_number_comes_to_the_front_of_its_own_queue_once(played: Played) -> None:
    first, second = played.issue("visa"), played.issue("visa")
    assert move(played, second, service="visa").outcome is Outcome.UNCHANGED
    assert move(played, second, service="visa", front=True).outcome is Outcome.DONE
    assert move(played, second, service="visa", front=True).outcome is Outcome.UNCHANGED
    played.sit("86")
    assert [played.press(Next, "86").number for _ in range(2)] == [second, first]


def test_a_number_put_away_waits_again(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.press(Park, "86")
    move(played, number, service="visa")
    assert played.press(Next, "86").number == number


def test_a_move_of_what_has_changed_meanwhile_does_nothing(played: Played) -> None:
    number = played.issue("visa")
    seen = played.hall.ticket(number).changed
    date = played.hall.day.date
    there = MoveTicket(QUAN, date, number, seen, service="y-te")
    assert played.do(there).answer.outcome is Outcome.DONE
    played.do(MoveTicket(QUAN, date, number, played.hall.ticket(number).changed, service="visa"))
    assert played.do(there).answer.outcome is Outcome.UNCHANGED
    assert played.hall.ticket(number).service == "visa"


def test_what_cannot_be_moved(played: Played) -> None:
    number = played.issue("visa")
    with pytest.raises(BadRequest):
        move(played, number)
    with pytest.raises(UnknownService):
        move(played, number, service="khong-co")
    with pytest.raises(NumberOver):
        played.do(MoveTicket(QUAN, "2020-04-02", number, 1, service="y-te"))
    played.sit("86")
    played.press(Next, "86")
    with pytest.raises(NumberBusy):
        move(played, number, service="y-te")
    played.press(Recall, "86")
    played.issue("visa")
    played.press(Next, "86")
    with pytest.raises(NumberEnded):
        move(played, number, service="y-te")
