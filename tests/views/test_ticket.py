"""One citizen's number."""

from dataclasses import replace

import pytest

from app.domain.commands import CheckInTicket
from app.domain.plan import Channel, CheckIn
from app.domain.presses import Next
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
        "queue": "visa",
        "zone": "Tầng 3",
        "arrive_before": busy.hall.ticket("86003").arrive_before,
        "presence": "awaited",
        "counter": "",
        "counters": ["86"],
        "calls": 0,
    }


def test_a_number_that_is_called_and_over(busy: Played) -> None:
    shown = ticket.rows(busy.hall, "86001")["ticket"]
    assert (shown["state"], shown["counter"]) == ("called", "86")
    busy.press(Next, "86")
    states = [ticket.rows(busy.hall, number)["ticket"]["state"] for number in ("86001", "86002", "85001")]
    assert states == ["finished", "called", "aside"]


def test_an_unknown_number_is_refused(played: Played) -> None:
    with pytest.raises(UnknownNumber):
        ticket.rows(played.hall, "86001")


def test_whether_its_holder_is_there(played: Played) -> None:
    def presence(number: str) -> object:
        return ticket.rows(played.hall, number)["ticket"]["presence"]

    played.issue("visa")
    played.issue("visa", channel=Channel.KIOSK)
    assert (presence("86001"), presence("86002")) == ("awaited", "")
    played.do(CheckInTicket("device/ki-ot", played.hall.day.date, "86001"))
    assert presence("86001") == "there"
    played.hall.apply({"plan": replace(played.hall.plan, check_in=CheckIn.OFF)})
    assert presence("86001") == ""
