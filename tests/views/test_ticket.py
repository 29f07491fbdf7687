"""One citizen's number."""

import pytest

from app.domain.commands import Next
from app.domain.refusals import UnknownNumber
from app.views import ticket
from tests.conftest import Played


def test_a_number_that_waits(busy: Played) -> None:
    busy.issue("visa")
    shown = ticket.rows(busy.hall, "86003")["ticket"]
    assert shown == {
        "number": "86003",
        "state": "waiting",
        "service": "Visa",
        "zone": "Tầng 3",
        "ahead": 1,
        "arrive_before": busy.hall.ticket("86003").arrive_before,
        "counter": "",
        "counters": ["86"],
        "calls": 0,
        "current": "86001",
    }


def test_a_number_that_is_called_and_over(busy: Played) -> None:
    shown = ticket.rows(busy.hall, "86001")["ticket"]
    assert (shown["state"], shown["counter"], shown["ahead"]) == ("called", "86", 0)
    busy.press(Next, "86")
    states = [ticket.rows(busy.hall, number)["ticket"]["state"] for number in ("86001", "86002", "85001")]
    assert states == ["finished", "called", "aside"]


def test_an_unknown_number_is_refused(played: Played) -> None:
    with pytest.raises(UnknownNumber):
        ticket.rows(played.hall, "86001")
