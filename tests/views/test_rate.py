"""The tablet at a counter asks of the number it served last, until somebody has rated it."""

from app.domain.commands import Rate
from app.domain.presses import Finish, Next, UndoLast
from app.views.rate import rows
from tests.conftest import Played


def asks(played: Played) -> str:
    return str(rows(played.hall, "86")["rate"]["number"])


def test_it_asks_after_the_end_of_a_visit_and_once(played: Played) -> None:
    first, second = played.issue("visa"), played.issue("visa")
    played.sit("86")
    assert asks(played) == ""
    played.press(Next, "86")
    assert asks(played) == "", "not while the visit lasts"
    played.press(Next, "86")
    assert asks(played) == first
    assert rows(played.hall, "86")["rate"]["ended"] == played.clock()
    played.do(Rate("device/t", played.hall.day.date, first, 4))
    assert asks(played) == ""
    played.press(Finish, "86")
    assert asks(played) == second
    played.press(UndoLast, "86")
    assert asks(played) == ""
