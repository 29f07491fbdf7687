"""What the TV of a zone shows."""

import pytest

from app.domain.announcing import AHEAD
from app.domain.commands import Absent, SetVoice, UndoLast
from app.domain.plan import VoiceLengths
from app.domain.refusals import UnknownZone
from app.views import tv
from tests.conftest import Played


def test_an_empty_hall_shows_closed_counters_and_no_calls(played: Played) -> None:
    rows = tv.rows(played.hall, "tang-3")
    counters = [c.id for c in played.hall.plan.counters_in("tang-3")]
    assert list(rows) == ["zone", *(f"counter/{counter}" for counter in counters)]
    assert rows["zone"] == {
        "center": "Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh",
        "name": "Tầng 3",
        "voice": "tang-3",
        "holder": "",
        "since": 0,
    }
    assert rows["counter/86"] == {
        "counter": "86",
        "state": "closed",
        "reason": "",
        "number": "",
        "serving": False,
        "services": ["Visa"],
    }


def test_a_busy_hall_shows_each_counter_and_the_calls(busy: Played) -> None:
    rows = tv.rows(busy.hall, "tang-3")
    shown = {c: (rows[f"counter/{c}"]["state"], rows[f"counter/{c}"]["number"]) for c in ("86", "85", "68")}
    assert shown == {"86": ("open", "86001"), "85": ("open", "85001"), "68": ("paused", "")}
    assert (rows["counter/86"]["serving"], rows["counter/85"]["serving"]) == (True, False)
    assert rows["counter/68"]["reason"] == "họp"
    assert rows["call/86001"] == {
        "seq": 1,
        "number": "86001",
        "counter": "86",
        "at": busy.clock(),
        "missed": False,
    }
    assert rows["zone"]["holder"] == "loa-1"


def test_an_announcement_is_shown_with_its_slot_and_its_sound(busy: Played) -> None:
    busy.do(SetVoice("system", VoiceLengths("hoa")))
    rows = tv.rows(busy.hall, "tang-3")
    start = busy.clock() + AHEAD
    assert rows["say/1"] == {
        "seq": 1,
        "zone": "tang-3",
        "counter": "86",
        "number": "86001",
        "start": start,
        "end": start + 4950,
        "state": "planned",
        "kind": "call",
        "sound": "/sound/hoa/86001-86.wav",
    }
    assert rows["say/2"]["state"] == "cancelled"


def test_without_a_pack_there_is_no_sound(busy: Played) -> None:
    assert tv.rows(busy.hall, "tang-3")["say/1"]["sound"] == ""


def test_a_call_that_nobody_came_to_is_marked(busy: Played) -> None:
    busy.press(Absent, "86")
    assert tv.rows(busy.hall, "tang-3")["call/86001"]["missed"] is True
    busy.press(UndoLast, "86")
    assert tv.rows(busy.hall, "tang-3")["call/86001"]["missed"] is False


def test_another_floor_shows_nothing_of_it(busy: Played) -> None:
    rows = tv.rows(busy.hall, "tang-1")
    assert not [name for name in rows if name.startswith(("call/", "say/"))]


def test_an_unknown_zone_is_refused(played: Played) -> None:
    with pytest.raises(UnknownZone):
        tv.rows(played.hall, "tang-9")
