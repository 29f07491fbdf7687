"""Rating a visit: one touch, once for each number, after its visit; a reason may follow."""

import pytest

from app.domain import day
from app.domain.change import Change, Outcome
from app.domain.commands import CloseDay, Rate
from app.domain.events import Rated
from app.domain.presses import Finish, Next, UndoLast
from app.domain.rating import Rating
from app.domain.refusals import AlreadyRated, BadRating, NotServedYet, NumberOver, UnknownNumber
from tests.conftest import FRIDAY, Played

TODAY = FRIDAY.isoformat()


@pytest.fixture
def served(played: Played) -> str:
    """A number whose visit at counter 86 has ended."""
    number = played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    played.press(Finish, "86")
    return number


def rate(played: Played, number: str, face: int = 4, reason: str = "", date: str = TODAY) -> Change:
    return played.do(Rate("citizen", date, number, face, reason))


def test_a_visit_that_has_ended_is_rated(played: Played, served: str) -> None:
    assert rate(played, served, 3).events == (Rated(served, 3, ""),)
    assert played.hall.rating(served) == Rating(3, "", played.clock())


def test_the_same_touch_again_is_one_rating(played: Played, served: str) -> None:
    rate(played, served, 3)
    again = rate(played, served, 3)
    assert (again.answer.outcome, again.events) == (Outcome.REPEATED, ())


def test_another_face_is_refused(played: Played, served: str) -> None:
    rate(played, served, 1)
    with pytest.raises(AlreadyRated):
        rate(played, served, 4)
    kept = played.hall.rating(served)
    assert kept
    assert kept.face == 1


def test_a_reason_may_follow_once(played: Played, served: str) -> None:
    rate(played, served, 1)
    assert rate(played, served, 1, "wait").events == (Rated(served, 1, "wait"),)
    assert rate(played, served, 1, "wait").events == ()
    assert rate(played, served, 1).events == ()
    with pytest.raises(AlreadyRated):
        rate(played, served, 1, "manner")


def test_nobody_rates_a_visit_that_has_not_ended(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86")
    for _ in ("waiting", "called"):
        with pytest.raises(NotServedYet):
            rate(played, number)
        played.press(Next, "86")


def test_faces_and_reasons_that_are_none(played: Played, served: str) -> None:
    for face, reason in ((0, ""), (5, ""), (4, "vì Lan rất tốt")):
        with pytest.raises(BadRating):
            rate(played, served, face, reason)
    with pytest.raises(UnknownNumber):
        rate(played, "86999")
    with pytest.raises(NumberOver):
        rate(played, served, date="2020-04-02")


def test_a_rating_stays_when_the_end_is_undone_and_done_again(played: Played, served: str) -> None:
    rate(played, served, 2)
    played.press(UndoLast, "86")
    with pytest.raises(NotServedYet):
        rate(played, served, 2)
    played.press(Finish, "86")
    assert rate(played, served, 2).answer.outcome is Outcome.REPEATED


def test_also_after_the_day_was_closed_and_not_on_the_next(played: Played, served: str) -> None:
    played.do(CloseDay("staff/quan"))
    rate(played, served)
    played.clock.forward(86_400_000)
    played.put(day.open_day(played.hall, played.clock()))
    assert played.hall.rating(served) is None


def test_the_counter_knows_whom_it_served_last(played: Played, served: str) -> None:
    assert played.hall.counter("86").served == served
    second = played.issue("visa")
    played.press(Next, "86")
    assert played.hall.counter("86").served == served, "until the next visit ends"
    played.press(Finish, "86")
    assert played.hall.counter("86").served == second
    played.press(UndoLast, "86")
    assert played.hall.counter("86").served == served
