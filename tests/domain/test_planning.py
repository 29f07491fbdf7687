"""Founding, the change of days, recovery, putting a plan in force, pairing devices."""

from dataclasses import replace
from datetime import date, time

import pytest

from app.domain import day
from app.domain.commands import (
    HideMedium,
    PairDevice,
    ReadyVoice,
    RenameDevice,
    RevokeDevice,
    SetBulletin,
    SetPlan,
    SetVoice,
    ShowMedium,
    Tick,
    Told,
)
from app.domain.editions import Editions
from app.domain.events import (
    BulletinSet,
    DayOpened,
    DevicePaired,
    DeviceRenamed,
    DeviceRevoked,
    MediumHidden,
    MediumShown,
    PlanSet,
    Recovered,
    VoiceSet,
)
from app.domain.facts import Counter, Day, Figures, Request, Series, ZoneCalls
from app.domain.media import MOST, Medium
from app.domain.plan import Plan, VoiceLengths, Window
from app.domain.presses import Finish, LeaveCounter, Next
from app.domain.refusals import (
    BadPlan,
    MediaFull,
    NotAllowed,
    NotAtThisCounter,
    PlanInUse,
    UnknownDevice,
    UnknownNumber,
    UnknownZone,
)
from app.domain.states import CounterState, DeviceKind
from tests.conftest import FRIDAY, Played

MONDAY = date(2020, 4, 6)


def test_a_center_begins_with_its_plan_and_its_day(plan: Plan, played: Played) -> None:
    change = day.found(plan, played.clock())
    assert change.events == (PlanSet("quang-ninh"), DayOpened("2020-04-03"))
    editions = Editions().with_next(plan, played.clock(), "system")
    assert change.sets == {"plan": plan, "editions": editions, "day": Day("2020-04-03", played.clock())}
    assert change.new_epoch == "2020-04-03"


def test_a_center_does_not_begin_with_a_faulty_plan(plan: Plan) -> None:
    with pytest.raises(BadPlan, match="lead_minutes: must be from 1 to 240"):
        day.found(replace(plan, lead_minutes=0), 0)


def test_the_day_is_over_at_the_centers_midnight(played: Played) -> None:
    played.clock.set(FRIDAY, time(23, 59, 59))
    assert not day.day_is_over(played.hall, played.clock())
    played.clock.forward(1000)
    assert day.day_is_over(played.hall, played.clock())


def test_a_clock_set_back_does_not_end_the_day(played: Played) -> None:
    played.clock.set(date(2020, 4, 2), time(12))
    assert not day.day_is_over(played.hall, played.clock())


def _busy_friday(played: Played) -> None:
    played.ready("loa-1")
    played.issue("visa", "friday-1")
    played.issue("visa", "friday-2")
    played.sit("86", "staff/lan")
    played.press(Next, "86")


def _monday(played: Played) -> None:
    played.clock.set(MONDAY, time(7, 30))
    played.put(day.open_day(played.hall, played.clock()))


def test_a_new_day_begins_with_number_001_and_closed_counters(played: Played) -> None:
    _busy_friday(played)
    _monday(played)
    hall = played.hall
    assert hall.day == Day("2020-04-06", played.clock())
    assert hall.counter("86").state is CounterState.CLOSED
    assert (hall.counter("86").clerk, hall.counter("86").ticket, hall.counter("86").last) == ("", "", "")
    assert (hall.series("86"), hall.figures("visa"), hall.zone_calls("tang-3")) == (
        Series(),
        Figures(),
        ZoneCalls(),
    )
    assert hall.waiting("visa") == 0
    with pytest.raises(UnknownNumber):
        hall.ticket("86001")
    assert played.issue("visa") == "86001"


def test_what_goes_on_over_night(played: Played) -> None:
    _busy_friday(played)
    friday = played.hall
    _monday(played)
    assert played.hall.plan == friday.plan
    assert played.hall.device("loa-1") == friday.device("loa-1")
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.ready, voice.seq) == ("loa-1", ("loa-1",), 1)
    assert played.said() == ()
    assert played.hall.request("citizen/hoa", "friday-1") is not None


def test_requests_are_remembered_one_day_past_their_own(played: Played) -> None:
    _busy_friday(played)
    _monday(played)
    played.issue("visa", "monday-1")
    played.clock.set(date(2020, 4, 7), time(7, 30))
    played.put(day.open_day(played.hall, played.clock()))
    names = [name for name, fact in played.hall.facts.items() if isinstance(fact, Request)]
    assert names == ["request/citizen/hoa/monday-1"]


def test_a_press_of_yesterday_stays_old(played: Played) -> None:
    _busy_friday(played)
    turn = played.hall.counter("86").turn
    _monday(played)
    assert played.hall.counter("86").turn > turn
    played.issue("visa")
    with pytest.raises(NotAtThisCounter):
        played.press(Next, "86", turn, "staff/lan")
    played.sit("86", "staff/lan")
    before = dict(played.hall.facts)
    for old in range(turn + 1):
        played.press(Next, "86", old)
    assert played.hall.facts == before


def test_recovery_keeps_the_hall_and_leaps_over_what_may_have_been_lost(played: Played) -> None:
    _busy_friday(played)
    before = played.hall
    change = played.put(day.recover(before))
    assert change.events == (Recovered(before.version),)
    assert change.new_epoch == "2020-04-03"
    after = played.hall
    assert after.counter("86") == replace(before.counter("86"), turn=before.counter("86").turn + day.LEAP)
    assert after.voice("tang-3").seq == before.voice("tang-3").seq + day.LEAP
    assert after.series("86").issued == before.series("86").issued + day.SKIPPED
    assert played.issue("visa") == "86053"
    leapt = {"counter/86", "voice/tang-3", *(name for name in after.facts if name.startswith("series/"))}
    assert {n: f for n, f in before.facts.items() if n not in leapt | {"plan"}}.items() <= change.sets.items()


def _without_counter(plan: Plan, counter: str) -> Plan:
    return replace(plan, counters=tuple(c for c in plan.counters if c.id != counter))


def _without_service(plan: Plan, service: str) -> Plan:
    counters = (replace(c, services=tuple(s for s in c.services if s != service)) for c in plan.counters)
    services = tuple(s for s in plan.services if s.id != service)
    return replace(plan, services=services, counters=tuple(counters))


def test_another_plan_is_put_in_force_but_the_voice_stays(played: Played) -> None:
    voice = VoiceLengths("hoa", 1000)
    assert played.do(SetVoice("system", voice)).events == (VoiceSet("hoa"),)
    other = replace(played.hall.plan, name="Tên mới", voice=VoiceLengths("la", 1))
    assert played.do(SetPlan("staff/quan", other)).events == (PlanSet("quang-ninh"),)
    assert (played.hall.plan.name, played.hall.plan.voice) == ("Tên mới", voice)


def test_the_same_plan_and_the_same_voice_change_nothing(played: Played) -> None:
    assert played.do(SetPlan("staff/quan", played.hall.plan)).events == ()
    assert played.do(SetVoice("system", played.hall.plan.voice)).events == ()


def test_a_faulty_plan_or_one_of_another_center_is_refused(played: Played) -> None:
    with pytest.raises(BadPlan, match=r"windows\[0\].days"):
        played.do(SetPlan("staff/quan", replace(played.hall.plan, windows=(Window(days=()),))))
    with pytest.raises(BadPlan, match="id: this center is 'quang-ninh'"):
        played.do(SetPlan("staff/quan", replace(played.hall.plan, id="cam-pha")))


def test_a_service_with_numbers_of_today_stays_in_the_plan(played: Played) -> None:
    smaller = _without_service(played.hall.plan, "visa")
    played.issue("visa")
    with pytest.raises(PlanInUse) as refused:
        played.do(SetPlan("staff/quan", smaller))
    assert refused.value.data == {"what": "Visa (86001)"}
    played.sit("86")
    played.press(Next, "86")
    played.press(Finish, "86")
    with pytest.raises(PlanInUse):
        played.do(SetPlan("staff/quan", smaller))
    played.press(LeaveCounter, "86")
    _monday(played)
    played.do(SetPlan("staff/quan", smaller))
    assert played.hall.plan.service("visa") is None


def test_a_counter_with_a_clerk_stays_where_it_is(played: Played) -> None:
    plan = _without_service(played.hall.plan, "visa")
    away = _without_counter(plan, "86")
    moved = replace(plan, counters=tuple(replace(c, zone="tang-1") if c.id == "86" else c for c in plan.counters))
    played.sit("86")
    for changed in (away, moved):
        with pytest.raises(PlanInUse) as refused:
            played.do(SetPlan("staff/quan", changed))
        assert refused.value.data == {"what": "86"}
    played.press(LeaveCounter, "86")
    played.do(SetPlan("staff/quan", moved))
    played.do(SetPlan("staff/quan", away))
    assert "86" not in [counter.id for counter in played.hall.counters()]


def test_a_device_is_let_in_and_shut_out(played: Played) -> None:
    played.pair("tv-1", DeviceKind.TV)
    assert played.changes[-1].events == (DevicePaired("tv-1", DeviceKind.TV, "tang-3"),)
    assert [device.id for device in played.hall.devices()] == ["tv-1"]
    assert played.do(RevokeDevice("staff/quan", "tv-1")).events == (DeviceRevoked("tv-1"),)
    assert played.hall.devices() == []
    with pytest.raises(UnknownDevice):
        played.do(RevokeDevice("staff/quan", "tv-1"))


def test_a_device_may_stand_for_the_whole_center_but_not_for_an_unknown_zone(played: Played) -> None:
    played.pair("ban", DeviceKind.BOARDS, zone="")
    with pytest.raises(UnknownZone):
        played.do(PairDevice("staff/quan", "x", DeviceKind.TV, "TV", "tang-9", "hash"))


def test_a_tv_of_several_zones_names_zones_of_the_plan_each_once(played: Played) -> None:
    several = ("tang-3", "tang-1", "tang-1")
    played.do(PairDevice("staff/quan", "tv-1", DeviceKind.TV, "TV", "tang-3", "hash", several))
    assert played.hall.device("tv-1").also == ("tang-1",)
    assert [zone for zone in ("tang-1", "tang-2", "tang-3") if played.hall.device("tv-1").is_of(zone)] == [
        "tang-1",
        "tang-3",
    ]
    for zone, also in (("tang-3", ("tang-9",)), ("", ("tang-1",))):
        with pytest.raises(UnknownZone):
            played.do(PairDevice("staff/quan", "x", DeviceKind.TV, "TV", zone, "hash", also))


def test_a_tv_of_several_zones_hears_all_and_speaks_for_its_own(played: Played) -> None:
    played.do(PairDevice("staff/quan", "tv-1", DeviceKind.TV, "TV", "tang-3", "hash", ("tang-1",)))
    played.do(Told("device/tv-1", "tv-1", "tang-1", 1))
    played.do(ReadyVoice("device/tv-1", "tv-1", "tang-3"))
    with pytest.raises(NotAllowed):
        played.do(ReadyVoice("device/tv-1", "tv-1", "tang-1"))
    with pytest.raises(NotAllowed):
        played.do(Told("device/tv-1", "tv-1", "tang-2", 1))


def test_a_device_gets_another_name(played: Played) -> None:
    played.pair("tv-1", DeviceKind.TV)
    assert played.do(RenameDevice("staff/quan", "tv-1", "  TV   cửa chính ")).events == (DeviceRenamed("tv-1"),)
    assert played.hall.device("tv-1").name == "TV cửa chính"
    assert played.do(RenameDevice("staff/quan", "tv-1", " ")).events == ()
    with pytest.raises(UnknownDevice):
        played.do(RenameDevice("staff/quan", "tv-9", "TV"))


def test_the_bulletin_stays_over_night_until_it_is_taken_away(played: Played) -> None:
    lines = ("Thứ bảy trung tâm nghỉ.", "  ", "x" * 300)
    assert played.do(SetBulletin("staff/quan", lines)).events == (BulletinSet(2),)
    assert played.do(SetBulletin("staff/quan", lines)).events == ()
    played.clock.forward(86_400_000)
    played.put(day.open_day(played.hall, played.clock()))
    assert played.hall.bulletin().lines == ("Thứ bảy trung tâm nghỉ.", "x" * 200)
    assert played.do(SetBulletin("staff/quan", ())).events == (BulletinSet(0),)
    assert played.hall.bulletin().lines == ()


def files(played: Played) -> list[str]:
    return [medium.file for medium in played.hall.media().shown]


def test_pictures_and_films_are_shown_in_an_order_until_they_are_taken_away(played: Played) -> None:
    for file in ("a.webp", "b.mp4", "c.webp"):
        assert played.do(ShowMedium("staff/quan", Medium(file))).events == (MediumShown(file),)
    assert played.do(ShowMedium("staff/quan", Medium("b.mp4"))).events == ()
    played.do(ShowMedium("staff/quan", Medium("c.webp", seconds=900), place=0))
    assert files(played) == ["c.webp", "a.webp", "b.mp4"]
    played.do(ShowMedium("staff/quan", Medium("a.webp", ("tang-1",), 1), place=99))
    assert files(played) == ["c.webp", "b.mp4", "a.webp"]
    assert [medium.seconds for medium in played.hall.media().shown] == [120, 12, 5]
    played.clock.forward(86_400_000)
    played.put(day.open_day(played.hall, played.clock()))
    assert files(played) == ["c.webp", "b.mp4", "a.webp"]
    assert played.do(HideMedium("staff/quan", "b.mp4")).events == (MediumHidden("b.mp4"),)
    assert played.do(HideMedium("staff/quan", "b.mp4")).events == ()
    for file in ("a.webp", "c.webp"):
        played.do(HideMedium("staff/quan", file))
    assert "media" not in played.hall.facts


def test_what_stands_in_no_zone_or_is_too_much_is_refused(played: Played) -> None:
    with pytest.raises(UnknownZone):
        played.do(ShowMedium("staff/quan", Medium("a.webp", ("tang-9",))))
    for at in range(MOST):
        played.do(ShowMedium("staff/quan", Medium(f"{at}.webp")))
    with pytest.raises(MediaFull):
        played.do(ShowMedium("staff/quan", Medium("a.webp")))
    played.do(ShowMedium("staff/quan", Medium("3.webp", seconds=20)))


def test_a_tick_that_changes_nothing_writes_nothing(played: Played) -> None:
    assert played.do(Tick()).events == ()


def test_a_counter_never_touched_is_closed(played: Played) -> None:
    assert played.hall.counter("86") == Counter("86")
