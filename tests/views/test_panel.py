"""The panel of a counter."""

from dataclasses import replace

import pytest

from app.domain.commands import CheckInTicket, Issue, RevokeDevice, SetPlan, Told
from app.domain.plan import Channel
from app.domain.presses import Absent, Finish, Next, Park, ReturnToQueue, ServeGuest, Start, Transfer, UndoLast
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
            "since": 0,
            "seat": "",
            "guest": "",
            "number": "",
            "service": "",
            "group": "",
            "channel": "",
            "note": "",
            "issued": 0,
            "called": 0,
            "calls": 0,
            "started": 0,
            "undo_until": 0,
            "undo_what": "",
            "undo_number": "",
        },
        "choices": {
            "services": [service.id for service in played.hall.plan.services],
            "names": [service.name for service in played.hall.plan.services],
            "counters": [counter.id for counter in played.hall.plan.counters if counter.id != "86"],
            "outcomes": list(played.hall.plan.outcomes),
            "pauses": list(played.hall.plan.pause_reasons),
            "groups": [group.id for group in played.hall.plan.order.groups],
            "group_names": [group.name for group in played.hall.plan.order.groups],
            "day": "2020-04-03",
        },
        "waiting": {"count": 0, "next": [], "why": "", "parked": [], "aside": [], "oldest": 0},
        "service/visa": {"name": "Visa", "waiting": 0},
        "voice": {"holder": ""},
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
        "since": now,
        "seat": "",
        "guest": "",
        "number": "86001",
        "service": "Visa",
        "group": "",
        "channel": "web",
        "note": "",
        "issued": now,
        "called": now,
        "calls": 1,
        "started": 0,
        "undo_until": now + 10_000,
        "undo_what": "called",
        "undo_number": "86001",
    }
    assert rows["waiting"] == {
        "count": 1,
        "next": ["86002"],
        "why": "chờ lâu nhất trong 1 số",
        "parked": [],
        "aside": [],
        "oldest": now,
    }
    assert rows["number/86002"] == {
        "service": "Visa",
        "group": "",
        "issued": now,
        "sent": False,
        "awaited": True,
        "note": "",
    }


def test_who_waits_for_several_services_is_listed_in_the_order_of_taking(played: Played) -> None:
    taken = [played.issue(service) for service in ("tra-ket-qua", "tiep-nhan") * 6]
    rows = panel.rows(played.hall, "07")
    assert (rows["waiting"]["count"], rows["waiting"]["next"]) == (12, taken[:8])
    assert [name for name in rows if name.startswith("number/")] == [f"number/{number}" for number in taken[:8]]
    assert [rows[f"number/{number}"]["service"] for number in taken[:2]] == [
        "Trả kết quả",
        "Tiếp nhận và hướng dẫn",
    ]
    assert [rows[f"service/{s}"]["waiting"] for s in ("tiep-nhan", "tra-ket-qua")] == [6, 6]


def test_the_longest_wait_is_of_all_who_wait_and_the_first_says_why(played: Played) -> None:
    began = played.clock()
    first = played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    for _ in range(10):
        played.clock.forward(60_000)
        played.issue("visa", channel=Channel.KIOSK)
    played.press(ReturnToQueue, "86")
    waiting = panel.rows(played.hall, "86")["waiting"]
    coming = waiting["next"]
    assert isinstance(coming, list)
    assert first not in coming[:3]  # it went back behind three
    assert waiting["oldest"] == began
    played.do(Issue("citizen/hoa", "request-group", "visa", Channel.KIOSK, group="co-cong"))
    assert panel.rows(played.hall, "86")["waiting"]["why"] == "đến lượt nhóm ưu tiên “Người có công”"


def test_who_has_come_is_served_and_no_longer_called(busy: Played) -> None:
    busy.clock.forward(40_000)
    busy.press(Start, "86")
    assert panel.rows(busy.hall, "86")["counter"]["started"] == busy.clock()


def test_a_guest_is_shown_by_the_service(busy: Played) -> None:
    busy.do(ServeGuest("staff/planted-clerk-86", "86", 3, service="y-te"))
    here = panel.rows(busy.hall, "86")["counter"]
    assert (here["number"], here["guest"], here["since"]) == ("", "Y tế", busy.clock())


def test_what_was_put_away_or_set_aside_is_listed_with_its_note(busy: Played) -> None:
    busy.do(Park("staff/planted-clerk-86", "86", 3, note="chờ bản sao"))
    busy.press(Next, "86")
    busy.press(Absent, "86")  # its holder is on the way still
    rows = panel.rows(busy.hall, "86")
    assert (rows["waiting"]["parked"], rows["waiting"]["aside"]) == (["86001"], ["86002"])
    assert rows["number/86001"]["note"] == "chờ bản sao"
    assert rows["number/86002"]["awaited"] is True
    other = panel.rows(busy.hall, "85")["waiting"]
    assert (other["parked"], other["aside"]) == ([], ["85001"])
    busy.do(CheckInTicket("citizen/hoa", busy.hall.day.date, "86002"))
    again = panel.rows(busy.hall, "86")
    assert (again["waiting"]["next"], again["waiting"]["aside"]) == (["86002"], [])
    assert again["number/86002"]["awaited"] is False


def test_a_number_sent_here_is_marked_and_brings_its_note(busy: Played) -> None:
    busy.do(Transfer("staff/planted-clerk-86", "86", 3, to="85", note="ký lại tờ khai"))
    rows = panel.rows(busy.hall, "85")
    assert rows["waiting"]["next"] == ["86001"]
    assert (rows["number/86001"]["sent"], rows["number/86001"]["service"]) == (True, "Visa")
    busy.press(Next, "85")
    assert panel.rows(busy.hall, "85")["counter"]["note"] == "ký lại tờ khai"


def test_a_priority_group_is_named(played: Played) -> None:
    played.do(Issue("citizen/hoa", "request-group", "visa", Channel.KIOSK, group="co-cong"))
    assert panel.rows(played.hall, "86")["number/86001"]["group"] == "Người có công"
    played.sit("86")
    played.press(Next, "86")
    assert panel.rows(played.hall, "86")["counter"]["group"] == "Người có công"


@pytest.mark.parametrize(("key", "what"), [(Finish, "finished"), (Absent, "absent")])
def test_what_can_be_taken_back_is_named(busy: Played, key: type[Finish | Absent], what: str) -> None:
    busy.clock.forward(60_000)
    busy.press(key, "86")
    here = panel.rows(busy.hall, "86")["counter"]
    undone = (here["undo_until"], here["undo_what"], here["undo_number"])
    assert undone == (busy.clock() + 10_000, what, "86001")
    busy.press(UndoLast, "86")
    again = panel.rows(busy.hall, "86")["counter"]
    assert (again["undo_until"], again["number"]) == (0, "86001")


def test_nothing_can_be_taken_back_after_another_press_or_once_the_number_moved_on(busy: Played) -> None:
    busy.press(Absent, "86")  # set aside, for its holder is on the way
    busy.do(CheckInTicket("citizen/hoa", busy.hall.day.date, "86001"))
    assert panel.rows(busy.hall, "86")["counter"]["undo_until"] == 0
    busy.press(Next, "86")
    busy.press(Start, "86")
    assert panel.rows(busy.hall, "86")["counter"]["undo_until"] == 0


def test_the_reasons_of_the_plan_can_be_chosen(busy: Played) -> None:
    busy.do(SetPlan("staff/quan", replace(busy.hall.plan, pause_reasons=("Đi tiêm chủng",))))
    assert panel.rows(busy.hall, "86")["choices"]["pauses"] == ["Đi tiêm chủng"]


def test_the_outcomes_of_the_plan_can_be_chosen(busy: Played) -> None:
    busy.do(SetPlan("staff/quan", replace(busy.hall.plan, outcomes=("Đã nhận", "Thiếu giấy tờ"))))
    assert panel.rows(busy.hall, "86")["choices"]["outcomes"] == ["Đã nhận", "Thiếu giấy tờ"]


def test_who_was_told_of_the_call(busy: Played) -> None:
    rows = panel.rows(busy.hall, "86")
    told = rows["told"]
    assert rows["voice"] == {"holder": "thiết bị"}
    assert (told["seq"], told["spoken"], told["silent"], told["devices"]) == (1, False, False, 1)
    busy.do(Told("device/loa-1", "loa-1", "tang-3", 1))
    told = panel.rows(busy.hall, "86")["told"]
    assert (told["spoken"], told["devices"]) == (True, 2)


def test_after_the_visit_nobody_need_be_told(busy: Played) -> None:
    busy.press(Finish, "86")
    assert "told" not in panel.rows(busy.hall, "86")


def test_without_a_speaking_device_nothing_was_spoken(busy: Played) -> None:
    busy.do(RevokeDevice("staff/quan", "loa-1"))
    rows = panel.rows(busy.hall, "86")
    assert rows["told"]["spoken"] is False
    assert rows["voice"] == {"holder": ""}


def test_an_unknown_counter_is_refused(played: Played) -> None:
    with pytest.raises(UnknownCounter):
        panel.rows(played.hall, "98")
