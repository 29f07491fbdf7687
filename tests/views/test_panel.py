"""The panel of a counter."""

import pytest

from app.domain.commands import Finish, RevokeDevice, Told
from app.domain.refusals import UnknownCounter
from app.views import panel
from tests.conftest import Played


def test_a_closed_counter(played: Played) -> None:
    rows = panel.rows(played.hall, "86")
    assert rows == {
        "counter": {
            "counter": "86",
            "state": "closed",
            "reason": "",
            "clerk": "",
            "turn": 1,
            "last": "",
            "number": "",
            "service": "",
            "channel": "",
            "issued": 0,
            "called": 0,
            "calls": 0,
        },
        "waiting": {"count": 0, "next": [], "oldest": 0},
        "service/visa": {"name": "Visa", "waiting": 0},
    }


def test_a_counter_that_serves(busy: Played) -> None:
    now = busy.clock()
    rows = panel.rows(busy.hall, "86")
    assert rows["counter"] == {
        "counter": "86",
        "state": "open",
        "reason": "",
        "clerk": "planted-clerk-86",
        "turn": 3,
        "last": "86001",
        "number": "86001",
        "service": "Visa",
        "channel": "web",
        "issued": now,
        "called": now,
        "calls": 1,
    }
    assert rows["waiting"] == {"count": 1, "next": ["86002"], "oldest": now}


def test_who_waits_for_several_services_is_listed_in_the_order_of_taking(played: Played) -> None:
    taken = [played.issue(service) for service in ("tra-ket-qua", "tiep-nhan") * 6]
    rows = panel.rows(played.hall, "07")
    assert rows["waiting"] == {"count": 12, "next": taken[:8], "oldest": played.clock()}
    assert [rows[f"service/{s}"]["waiting"] for s in ("tiep-nhan", "tra-ket-qua")] == [6, 6]


def test_who_was_told_of_the_call(busy: Played) -> None:
    told = panel.rows(busy.hall, "86")["told"]
    assert (told["seq"], told["spoken"], told["silent"], told["tv"], told["boards"]) == (1, False, False, 1, 0)
    busy.do(Told("device/loa-1", "loa-1", "tang-3", 1))
    assert panel.rows(busy.hall, "86")["told"]["spoken"] is True


def test_a_device_shut_out_no_longer_counts(busy: Played) -> None:
    busy.do(RevokeDevice("staff/quan", "tv-1"))
    assert panel.rows(busy.hall, "86")["told"]["tv"] == 0


def test_after_the_visit_nobody_need_be_told(busy: Played) -> None:
    busy.press(Finish, "86")
    assert "told" not in panel.rows(busy.hall, "86")


def test_without_a_speaking_device_nothing_was_spoken(busy: Played) -> None:
    busy.do(RevokeDevice("staff/quan", "loa-1"))
    assert panel.rows(busy.hall, "86")["told"]["spoken"] is False


def test_an_unknown_counter_is_refused(played: Played) -> None:
    with pytest.raises(UnknownCounter):
        panel.rows(played.hall, "98")
