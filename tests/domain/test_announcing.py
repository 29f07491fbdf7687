"""Announcements: slots ahead, in order, without overlap; merged, cancelled, silent; which device speaks."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.domain.announcing import AHEAD, GRACE, KEPT, PATIENCE
from app.domain.commands import LoseVoice, ReadyVoice, RevokeDevice, Told
from app.domain.events import AnnouncementCancelled, Called, VoiceChanged, WasTold
from app.domain.facts import Announcement
from app.domain.plan import VoiceLengths
from app.domain.presses import Absent, AnyPress, Finish, LeaveCounter, Next, Recall
from app.domain.refusals import NotAllowed, UnknownDevice, UnknownZone
from app.domain.states import DeviceKind, SayState
from app.domain.verbs import decide
from app.domain.visits import CALLS_SHOWN
from tests.conftest import Played

LENGTH = 2500 + 5 * 350 + 700  # a call without a voice pack


def calling(played: Played, *services: str) -> None:
    """Somebody waits for each service, and a clerk sits at the counter that leads it."""
    for service in services:
        for _ in range(4):
            played.issue(service)
        played.sit(played.hall.service(service).lead)


def slots(said: Sequence[Announcement]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in said]


def test_an_announcement_begins_a_moment_after_its_call(played: Played) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    [said] = played.said()
    now = played.clock()
    assert said == Announcement(1, "tang-3", "86", "86001", now + AHEAD, now + AHEAD + LENGTH, at=now)


def test_announcements_of_a_voice_follow_one_another_in_the_order_of_the_calls(played: Played) -> None:
    calling(played, "visa", "y-te", "du-lich")
    for counter in ("86", "75", "72"):
        played.press(Next, counter)
        played.clock.forward(100)
    said = played.said()
    assert [one.counter for one in said] == ["86", "75", "72"]
    assert [later.start for later in said[1:]] == [earlier.end for earlier in said[:-1]]


def test_zones_with_a_voice_of_their_own_speak_at_once(played: Played) -> None:
    calling(played, "visa", "thue")
    played.press(Next, "86")
    played.press(Next, "03")
    assert slots(played.said("tang-1")) == slots(played.said("tang-3"))


def test_zones_that_hear_each_other_share_one_voice(played: Played) -> None:
    plan = played.hall.plan
    played.hall.apply({"plan": replace(plan, zones=tuple(replace(z, voice="sanh") for z in plan.zones))})
    calling(played, "visa", "thue")
    played.press(Next, "86")
    played.press(Next, "03")
    said = played.said("sanh")
    assert [one.zone for one in said] == ["tang-3", "tang-1"]
    assert said[0].end == said[1].start


def test_lengths_are_those_of_the_voice_pack(played: Played) -> None:
    lengths = VoiceLengths("hoa", 1000, (tuple(range(200, 210)), tuple(range(100, 110))), {"86": 5000, "5": 300})
    played.hall.apply({"plan": replace(played.hall.plan, voice=lengths)})
    calling(played, "visa", "bao-hiem")
    played.press(Next, "86")
    played.press(Next, "05")
    [high], [low] = played.said(), played.said("tang-1")
    assert high.end - high.start == 1000 + (208 + 106 + 100 + 100 + 101) + 5000
    assert low.end - low.start == 1000 + (200 + 105 + 100 + 100 + 101) + 300


def test_a_repeat_that_has_not_begun_is_merged(played: Played) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    played.press(Recall, "86")
    assert [one.seq for one in played.said()] == [1]
    [called] = played.changes[-1].events
    assert isinstance(called, Called)
    assert (called.calls, called.seq) == (2, 1)


def test_a_repeat_after_the_beginning_is_spoken_again(played: Played) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    played.clock.forward(AHEAD)
    played.press(Recall, "86")
    first, again = played.said()
    assert (again.seq, again.number, again.start) == (2, "86001", first.end)


def test_more_than_a_minute_of_backlog_is_shown_but_not_spoken(played: Played) -> None:
    counters = [c.id for c in played.hall.plan.counters_in("tang-3") if c.services]
    calling(played, *(played.hall.plan.counter(c).services[0] for c in counters))  # type: ignore[union-attr]
    for counter in counters:
        played.press(Next, counter)
    spoken = [one for one in played.said() if one.state is SayState.PLANNED]
    silent = [one for one in played.said() if one.state is SayState.SILENT]
    assert len(spoken) == (PATIENCE - AHEAD) // LENGTH + 1
    assert len(spoken) + len(silent) == len(counters)
    assert all(one.start == played.clock() for one in silent)
    assert len(played.hall.zone_calls("tang-3").calls) == CALLS_SHOWN
    played.clock.forward(spoken[-1].end - played.clock())
    played.press(Recall, silent[0].counter)
    assert played.said()[-1].state is SayState.PLANNED


@pytest.mark.parametrize("key", [Next, Absent, Finish, LeaveCounter])
def test_what_has_not_begun_is_taken_back_when_the_visit_ends(played: Played, key: type[AnyPress]) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    played.press(key, "86")
    assert played.said()[0].state is SayState.CANCELLED
    assert AnnouncementCancelled("tang-3", 1) in played.changes[-1].events


def test_what_has_begun_is_spoken_to_its_end(played: Played) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    played.clock.forward(AHEAD)
    played.press(Absent, "86")
    played.press(Next, "86")
    first, second = played.said()
    assert (first.state, second.state) == (SayState.PLANNED, SayState.PLANNED)
    assert second.start == first.end


def test_what_waits_behind_a_call_that_is_taken_back_moves_up(played: Played) -> None:
    calling(played, "visa", "y-te", "du-lich")
    for counter in ("86", "75", "72"):
        played.press(Next, counter)
    before = slots(played.said())
    played.press(Absent, "75")
    first, gone, moved = played.said()
    assert gone.state is SayState.CANCELLED
    assert slots([first, moved]) == before[:2]
    assert moved.at == gone.at  # when it was called stays
    played.press(Next, "75")
    assert played.said()[3].start == moved.end


def test_the_room_is_not_silent_for_what_was_taken_back(played: Played) -> None:
    """What is about to begin is not touched; what moves up begins a moment from now at the earliest."""
    calling(played, "visa", "y-te", "du-lich")
    played.press(Next, "86")
    played.press(Next, "75")
    first, second = played.said()
    played.clock.forward(second.start - AHEAD - played.clock())
    played.press(Next, "72")
    third = played.said()[2]
    played.press(Absent, "75")
    assert slots(played.said()) == slots([first, second]) + [(second.start, second.start + LENGTH)]
    assert third.start == second.end


def test_a_burst_over_twelve_counters_is_spoken_but_for_what_was_taken_back(played: Played) -> None:
    """Twenty calls in two seconds: a counter's second call takes its first back, and gets a slot of its own."""
    counters = [c.id for c in played.hall.plan.counters_in("tang-3") if c.services][:12]
    calling(played, *(played.hall.plan.counter(c).services[0] for c in counters))  # type: ignore[union-attr]
    for at in range(20):
        if at >= 12:
            played.press(Finish, counters[at % 12])
        played.press(Next, counters[at % 12])
        played.clock.forward(100)
    states = [one.state for one in played.said()]
    assert states.count(SayState.SILENT) == 0
    assert states.count(SayState.CANCELLED) == 7  # the first of all was being spoken
    spoken = [one for one in played.said() if one.state is SayState.PLANNED]
    assert [later.start for later in spoken[1:]] == [earlier.end for earlier in spoken[:-1]]


def test_what_is_past_is_kept_for_a_minute(played: Played) -> None:
    calling(played, "visa")
    played.press(Next, "86")
    end = played.said()[0].end
    played.clock.forward(end + KEPT - 1 - played.clock())
    played.press(Recall, "86")
    assert [one.seq for one in played.said()] == [1, 2]
    played.clock.forward(AHEAD)
    played.press(Recall, "86")
    assert [one.seq for one in played.said()] == [2, 3]


def test_the_first_ready_device_speaks_and_the_second_waits(played: Played) -> None:
    played.ready("loa-1")
    assert played.changes[-1].events == (VoiceChanged("tang-3", "loa-1"),)
    played.ready("loa-2")
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.ready, voice.since) == ("loa-1", ("loa-1", "loa-2"), 1)


def test_only_a_paired_device_speaks_or_acknowledges_and_only_for_a_known_voice(played: Played) -> None:
    with pytest.raises(UnknownDevice):
        played.do(Told("device/x", "x", "tang-3", 1))
    played.ready("loa-1", "tang-1")
    with pytest.raises(UnknownZone):
        played.do(Told("device/loa-1", "loa-1", "tang-9", 1))


def _acknowledge(played: Played, device: str, seq: int) -> None:
    played.do(Told(f"device/{device}", device, "tang-3", seq))


def test_who_was_told_is_noted_once(played: Played) -> None:
    calling(played, "visa")
    played.ready("loa-1")
    played.press(Next, "86")
    _acknowledge(played, "loa-1", 1)
    assert played.changes[-1].events == (WasTold("tang-3", 1, "loa-1"),)
    version = played.hall.version
    _acknowledge(played, "loa-1", 1)
    _acknowledge(played, "loa-1", 77)
    assert played.hall.version == version
    assert played.said()[0].told == ("loa-1",)


def _past(played: Played) -> None:
    """Go on until the last slot's time to be acknowledged is over."""
    played.clock.forward(played.said()[-1].end + GRACE + 1 - played.clock())


def test_a_device_that_lets_its_slot_pass_loses_the_voice_from_the_next_announcement_on(played: Played) -> None:
    calling(played, "visa")
    played.ready("loa-1")
    played.ready("loa-2")
    played.press(Next, "86")
    _past(played)
    played.press(Recall, "86")
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.ready, voice.since) == ("loa-2", ("loa-2", "loa-1"), 2)
    assert VoiceChanged("tang-3", "loa-2") in played.changes[-1].events
    played.clock.forward(LENGTH)
    played.press(Recall, "86")  # its own slot is not over: the new device is not judged by the old one's
    assert played.hall.voice("tang-3").holder == "loa-2"


def test_a_device_that_acknowledges_keeps_the_voice(played: Played) -> None:
    calling(played, "visa")
    played.ready("loa-1")
    played.ready("loa-2")
    played.press(Next, "86")
    _past(played)
    _acknowledge(played, "loa-1", 1)
    played.press(Recall, "86")
    assert played.hall.voice("tang-3").holder == "loa-1"


def test_a_device_is_not_blamed_for_what_was_taken_back_or_silent(played: Played) -> None:
    calling(played, "visa")
    played.ready("loa-1")
    played.ready("loa-2")
    played.press(Next, "86")
    played.press(Absent, "86")
    _past(played)
    played.press(Next, "86")
    assert played.hall.voice("tang-3").holder == "loa-1"


def test_the_only_device_keeps_the_voice(played: Played) -> None:
    calling(played, "visa")
    played.ready("loa-1")
    played.press(Next, "86")
    _past(played)
    played.press(Recall, "86")
    assert played.hall.voice("tang-3").holder == "loa-1"


def _lose(played: Played) -> None:
    played.do(LoseVoice("device/loa-1", "loa-1", "tang-3"))


def _revoke(played: Played) -> None:
    played.do(RevokeDevice("staff/quan", "loa-1"))


@pytest.mark.parametrize("gone", [_lose, _revoke])
def test_when_the_speaking_device_goes_the_next_speaks_from_what_has_not_begun(
    played: Played, gone: object
) -> None:
    assert callable(gone)
    calling(played, "visa", "y-te")
    played.ready("loa-1")
    played.ready("loa-2")
    played.press(Next, "86")
    played.press(Next, "75")
    played.clock.forward(AHEAD)
    gone(played)
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.ready, voice.since) == ("loa-2", ("loa-2",), 2)
    assert VoiceChanged("tang-3", "loa-2") in played.changes[-1].events


@pytest.mark.parametrize("gone", [_lose, _revoke])
def test_without_a_device_nobody_speaks_until_one_is_ready(played: Played, gone: object) -> None:
    assert callable(gone)
    calling(played, "visa")
    played.ready("loa-1")
    gone(played)
    assert played.hall.voice("tang-3").holder == ""
    played.press(Next, "86")
    played.clock.forward(AHEAD)
    played.ready("loa-3")
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.since) == ("loa-3", 2)


def test_a_device_that_waits_goes_without_a_change_of_voice(played: Played) -> None:
    played.ready("loa-2")
    played.ready("loa-1")
    _lose(played)
    voice = played.hall.voice("tang-3")
    assert (voice.holder, voice.ready) == ("loa-2", ("loa-2",))
    version = played.hall.version
    _lose(played)
    assert played.hall.version == version


def test_a_device_revoked_is_gone_from_a_voice_that_left_the_plan(played: Played) -> None:
    plan = played.hall.plan
    played.ready("loa-1")
    played.hall.apply({"plan": replace(plan, zones=tuple(replace(z, voice="sanh") for z in plan.zones))})
    _revoke(played)
    played.hall.apply({"plan": plan})
    assert played.hall.voice("tang-3").ready == ()


@pytest.mark.parametrize(
    ("kind", "zone"), [("kiosk", "tang-3"), ("boards", "tang-3"), ("tv", "tang-1"), ("speaker", "tang-1")]
)
def test_only_tvs_and_speakers_of_the_zone_speak(played: Played, kind: str, zone: str) -> None:
    played.pair("d", DeviceKind(kind), zone)
    with pytest.raises(NotAllowed):
        played.do(ReadyVoice("device/d", "d", "tang-3"))


def test_a_device_of_another_zone_was_not_told(played: Played) -> None:
    played.pair("d", DeviceKind.TV, "tang-1")
    with pytest.raises(NotAllowed):
        played.do(Told("device/d", "d", "tang-3", 1))


def test_what_is_told_of_a_call_writes_that_announcement_alone(played: Played) -> None:
    played.pair("b", DeviceKind.BOARDS, "")
    calling(played, "visa")
    played.press(Next, "86")
    change = decide(played.hall, Told("device/b", "b", "tang-3", 1), played.clock())
    assert list(change.sets) == ["say/tang-3/1"]
