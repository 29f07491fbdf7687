"""What the TV of a zone shows."""

import pytest

from app.domain.announcing import AHEAD
from app.domain.commands import SetBulletin, SetVoice, ShowMedium
from app.domain.media import Medium
from app.domain.plan import Channel, VoiceLengths
from app.domain.presses import Absent, CallNumber, Next, UndoLast
from app.domain.refusals import UnknownZone
from app.views import tv
from tests.conftest import Played


def test_an_empty_hall_shows_closed_counters_and_no_calls(played: Played) -> None:
    rows = tv.rows(played.hall, "tang-3")
    counters = [c.id for c in played.hall.plan.counters_in("tang-3")]
    assert list(rows) == ["center", "zone/tang-3", *(f"counter/{counter}" for counter in counters)]
    assert rows["center"] == {"name": "Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh", "bulletin": []}
    assert rows["zone/tang-3"] == {
        "zone": "tang-3",
        "place": 0,
        "name": "Tầng 3",
        "voice": "tang-3",
        "holder": "",
        "since": 0,
    }
    assert rows["counter/86"] == {
        "counter": "86",
        "zone": "tang-3",
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
        "zone": "tang-3",
        "at": busy.clock(),
    }
    assert rows["zone/tang-3"]["holder"] == "loa-1"


def test_an_announcement_is_shown_with_its_slot_and_its_sound(busy: Played) -> None:
    busy.do(SetVoice("system", VoiceLengths("hoa")))
    rows = tv.rows(busy.hall, "tang-3")
    start = busy.clock() + AHEAD
    assert rows["say/tang-3/1"] == {
        "voice": "tang-3",
        "seq": 1,
        "zone": "tang-3",
        "counter": "86",
        "number": "86001",
        "at": busy.clock(),
        "start": start,
        "end": start + 4950,
        "state": "planned",
        "kind": "call",
        "sound": "/sound/hoa/86001-86.wav",
    }
    assert rows["say/tang-3/2"]["state"] == "cancelled"


def test_without_a_pack_there_is_no_sound(busy: Played) -> None:
    assert tv.rows(busy.hall, "tang-3")["say/tang-3/1"]["sound"] == ""


def test_another_floor_shows_nothing_of_it(busy: Played) -> None:
    rows = tv.rows(busy.hall, "tang-1")
    assert not [name for name in rows if name.startswith(("call/", "say/"))]


def test_an_unknown_zone_is_refused(played: Played) -> None:
    for key in ("tang-9", "tang-3,tang-9", ""):
        with pytest.raises(UnknownZone):
            tv.rows(played.hall, key)


def test_one_to_whom_nobody_came_is_shown_until_called_again(busy: Played) -> None:
    number = busy.issue("cong-an-pccc", channel=Channel.KIOSK)
    busy.press(Next, "85")
    seq = busy.said()[-1].seq
    busy.press(Absent, "85")
    missed = tv.rows(busy.hall, "tang-3")[f"missed/{number}"]
    assert missed == {"seq": seq, "number": number, "counter": "85", "zone": "tang-3", "at": busy.clock()}
    busy.press(UndoLast, "85")
    assert f"missed/{number}" not in tv.rows(busy.hall, "tang-3")
    busy.press(Absent, "85")
    busy.clock.forward(60_000)
    busy.do(CallNumber("staff/planted-clerk-85", "85", busy.hall.counter("85").turn, number=number))
    assert f"missed/{number}" not in tv.rows(busy.hall, "tang-3")
    busy.press(UndoLast, "85")
    again = tv.rows(busy.hall, "tang-3")[f"missed/{number}"]
    assert (again["counter"], again["at"]) == ("85", missed["at"])


def test_several_zones_on_one_screen(busy: Played) -> None:
    both = tv.rows(busy.hall, "tang-3,tang-1")
    assert [name for name in both if name.startswith("zone/")] == ["zone/tang-3", "zone/tang-1"]
    one, other = tv.rows(busy.hall, "tang-3"), tv.rows(busy.hall, "tang-1")
    assert both == other | one | {"zone/tang-1": other["zone/tang-1"] | {"place": 1}}
    everything = tv.rows(busy.hall, tv.topic_key([""]))
    assert {row["zone"] for name, row in everything.items() if name.startswith("counter/")} == {
        zone.id for zone in busy.hall.plan.zones
    }


def test_pictures_and_films_of_the_zones_shown(busy: Played) -> None:
    for medium in (Medium("a.webp"), Medium("b.mp4", ("tang-3",), heard=True), Medium("c.webp", ("tang-1",), 30)):
        busy.do(ShowMedium("staff/quan", medium))

    def shown(key: str) -> list[object]:
        return [row["url"] for name, row in tv.rows(busy.hall, key).items() if name.startswith("media/")]

    [a, b, c] = [f"/media/quang-ninh/{file}" for file in ("a.webp", "b.mp4", "c.webp")]
    assert shown("tang-2") == [a]
    assert shown("tang-1,tang-3") == shown("all") == [a, b, c]
    assert tv.rows(busy.hall, "tang-1")["media/1"] == {
        "place": 1,
        "url": c,
        "film": False,
        "seconds": 30,
        "heard": False,
    }


def test_the_bulletin(busy: Played) -> None:
    busy.do(SetBulletin("staff/quan", ("Thứ bảy trung tâm nghỉ.",)))
    assert tv.rows(busy.hall, "tang-1")["center"]["bulletin"] == ["Thứ bảy trung tâm nghỉ."]
