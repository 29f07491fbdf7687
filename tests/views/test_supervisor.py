"""What a supervisor sees: counters, services, the room, and what needs a hand."""

from dataclasses import replace
from datetime import time

import pytest

from app.domain.commands import RevokeDevice, SetPlan, StopIssuing
from app.domain.plan import MINUTE, Channel, LastNumber
from app.domain.presses import Absent, ChangeServices, Next, Pause, Recall, ServeGuest, Start
from app.domain.refusals import UnknownZone
from app.domain.states import DeviceKind
from app.views import supervisor
from app.views.rows import Rows
from tests.conftest import FRIDAY, Played

QUAN = "staff/quan"


def seen(played: Played, key: str = "tang-3") -> Rows:
    return supervisor.rows(played.hall, key)


def crowd(played: Played, service: str, count: int, every: int = 0) -> list[str]:
    numbers = []
    for _ in range(count):
        numbers.append(played.issue(service, channel=Channel.KIOSK))
        played.clock.forward(every)
    return numbers


def test_a_counter_with_its_clerk_its_number_and_since_when(busy: Played) -> None:
    sat = busy.clock()
    assert seen(busy)["counter/86"] == {
        "counter": "86",
        "zone": "tang-3",
        "state": "open",
        "reason": "",
        "clerk": "planted-clerk-86",
        "turn": 3,
        "since": sat,
        "number": "86001",
        "service": "Visa",
        "guest": False,
        "began": sat,
        "started": 0,
        "calls": 1,
        "services": ["visa"],
        "moved": False,
    }
    busy.clock.forward(MINUTE)
    busy.press(Start, "86")
    assert seen(busy)["counter/86"]["started"] == sat + MINUTE
    paused = seen(busy)["counter/68"]
    assert (paused["state"], paused["reason"], paused["number"]) == ("paused", "họp", "")


def test_a_guest_is_shown_by_his_service(busy: Played) -> None:
    busy.do(ServeGuest("staff/planted-clerk-86", "86", 3, service="y-te"))
    row = seen(busy)["counter/86"]
    assert (row["number"], row["service"], row["guest"]) == ("", "Y tế", True)


def test_a_service_with_who_waits_how_long_and_what_to_expect(busy: Played) -> None:
    row = seen(busy)["service/visa"]
    assert (row["name"], row["waiting"], row["today"], row["open"], row["counters"]) == ("Visa", 1, 2, 1, ["86"])
    assert row["oldest"] == busy.clock()
    assert "phút" in str(row["wait"])
    assert (row["issuing"], row["opens"]) == ("", 0)
    assert row["closes"] == busy.hall.plan.moment(FRIDAY, time(16, 30))
    assert seen(busy)["service/y-te"]["oldest"] == 0


def test_why_no_numbers_of_a_service_are_given(played: Played) -> None:
    played.do(StopIssuing(QUAN, ("visa",), "máy in hỏng"))
    row = seen(played)["service/visa"]
    assert (row["issuing"], row["reason"], row["stopped"]) == ("issue-stopped", "máy in hỏng", played.clock())
    played.clock.set(FRIDAY, time(6))
    played.hall.now = played.clock()
    row = seen(played)["service/y-te"]
    assert (row["issuing"], row["opens"]) == ("issue-not-open", played.hall.plan.moment(FRIDAY, time(7)))


def test_a_counter_that_was_moved_is_marked(played: Played) -> None:
    turn = played.hall.counter("86").turn
    played.do(ChangeServices(QUAN, "86", turn, ("visa", "y-te"), supervisor=True))
    row = seen(played)["counter/86"]
    assert (row["services"], row["moved"]) == (["visa", "y-te"], True)
    assert seen(played)["service/y-te"]["counters"] == [played.hall.service("y-te").lead, "86"]


def test_one_zone_or_the_whole_center(played: Played) -> None:
    one, all_of_it = seen(played), seen(played, "all")
    assert [name for name in all_of_it if name.startswith("zone/")] == [f"zone/tang-{at}" for at in (1, 2, 3)]
    assert one.keys() < all_of_it.keys()
    assert "counter/01" in all_of_it.keys() - one.keys()
    with pytest.raises(UnknownZone):
        seen(played, "tang-9")


def test_a_row_says_moments_so_that_time_alone_changes_none(busy: Played) -> None:
    before = seen(busy)
    busy.hall.now += 20_000
    assert seen(busy) == before


# What needs a hand


def test_a_wait_that_will_grow_too_long_is_told_before(played: Played) -> None:
    services = tuple(replace(one, minutes=4) if one.id == "visa" else one for one in played.hall.plan.services)
    played.do(SetPlan(QUAN, replace(played.hall.plan, services=services)))
    played.sit("86")
    played.issue("visa", channel=Channel.KIOSK)
    assert not [name for name in seen(played) if name.startswith("alert/")]
    while "alert/wait/visa" not in seen(played):
        crowd(played, "visa", 1, MINUTE)
        assert "alert/long/visa" not in seen(played)
    row = seen(played)["alert/wait/visa"]
    assert (row["kind"], row["name"], row["limit"], row["at"]) == ("wait", "Visa", 45, 0)
    assert (row["when"], row["expected"], row["more"]) == (0, 35, 1), "near the limit, though few come"
    while not row["when"]:
        crowd(played, "visa", 1)
        row = seen(played)["alert/wait/visa"]
    assert played.clock() - 5 * MINUTE <= int(str(row["when"])) <= played.clock() + 45 * MINUTE
    assert int(str(row["when"])) % (5 * MINUTE) == 0
    assert row["more"] == 1
    crowd(played, "visa", 12)
    assert "alert/long/visa" in seen(played)
    assert "alert/wait/visa" not in seen(played)


def test_the_days_last_number_is_told_before(played: Played) -> None:
    played.sit("86")
    played.clock.set(FRIDAY, time(16))
    crowd(played, "visa", 4, MINUTE)
    row = seen(played)["alert/last/visa"]
    assert played.clock() - 5 * MINUTE <= int(str(row["when"])) < played.hall.plan.moment(FRIDAY, time(16, 30))
    played.do(SetPlan(QUAN, replace(played.hall.plan, last_number=LastNumber.OFF)))
    assert "alert/last/visa" not in seen(played)


def test_a_pause_longer_than_its_reason_takes(played: Played) -> None:
    played.sit("86")
    here = played.hall.counter("86")
    played.do(Pause("staff/86", "86", here.turn, "Nghỉ trưa"))
    row = seen(played)["alert/pause/86"]
    assert (row["at"], row["usual"], row["clerk"]) == (played.clock() + 90 * MINUTE, 90, "86")


def test_a_call_nobody_came_to(played: Played) -> None:
    played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    assert "alert/nobody/86" not in seen(played)
    played.clock.forward(MINUTE)
    played.press(Recall, "86")
    row = seen(played)["alert/nobody/86"]
    assert (row["number"], row["calls"], row["at"]) == ("86001", 2, played.clock() + 2 * MINUTE)
    played.press(Absent, "86")
    assert "alert/nobody/86" not in seen(played)


def test_a_visit_that_takes_unusually_long(played: Played) -> None:
    played.issue("visa")
    played.sit("86")
    played.press(Next, "86")
    usual = played.hall.service("visa").usual
    assert seen(played)["alert/visit/86"]["at"] == played.clock() + max(20 * MINUTE, 4 * usual)


def test_a_room_that_is_almost_full(played: Played) -> None:
    zones = tuple(replace(zone, cap=10) if zone.id == "tang-3" else zone for zone in played.hall.plan.zones)
    played.do(SetPlan(QUAN, replace(played.hall.plan, zones=zones, cap=100)))
    crowd(played, "visa", 8)
    played.issue("visa")  # online, and on the way
    assert (seen(played)["zone/tang-3"]["present"], seen(played)["center"]["present"]) == (8, 8)
    assert "alert/room/tang-3" not in seen(played)
    played.issue("y-te", channel=Channel.KIOSK)
    row = seen(played)["alert/room/tang-3"]
    assert (row["present"], row["cap"]) == (9, 10)
    assert "alert/room/" not in seen(played)
    assert "alert/room/tang-3" not in seen(played, "tang-1")


def test_a_voice_that_nobody_holds(played: Played) -> None:
    assert seen(played)["zone/tang-3"]["voice"] == ""
    played.ready("loa-1")
    assert seen(played)["zone/tang-3"]["voice"] == "held"
    played.pair("tv-1", DeviceKind.TV)
    played.do(RevokeDevice(QUAN, "loa-1"))
    assert seen(played)["zone/tang-3"]["voice"] == "none"
    assert "alert/voice/tang-3" in seen(played)
