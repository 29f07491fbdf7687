"""Announcements: the slot of each call's voice, flash and blink; which device speaks; who was told.

A slot is fixed by the verb that calls: at least `AHEAD` after now, after the voice's last slot, as long as
the voice pack needs. A repeat that has not begun is merged; a call whose slot would begin later than
`PATIENCE` from now is shown but not spoken. What has not begun can be cancelled; what follows it moves up then, so
that a room is not silent while calls wait.

One device holds the voice. If it lets a slot pass without a word (`GRACE`), the next ready device holds it
from the next announcement on: nothing is spoken twice, and no device waits for another.
"""

from dataclasses import dataclass, replace

from app.domain.change import Change
from app.domain.commands import LoseVoice, ReadyVoice, Told
from app.domain.events import AnnouncementCancelled, Event, VoiceChanged, WasTold
from app.domain.facts import Announcement, Facts, Voice
from app.domain.hall import Hall
from app.domain.plan import Millis
from app.domain.refusals import NotAllowed
from app.domain.states import DeviceKind, SayKind, SayState

AHEAD: Millis = 300
PATIENCE: Millis = 60_000
KEPT: Millis = 60_000  # how long a past announcement is kept
GRACE: Millis = 4_000  # how long after its slot the speaking device may acknowledge


@dataclass(frozen=True, slots=True)
class Speech:
    """A voice with its announcements (those of the last minute and to come, oldest first) as a rule sees them.
    Each is a fact of its own, so that what is told of one does not write all the others again."""

    voice: Voice
    announcements: tuple[Announcement, ...]


def speech(hall: Hall, voice_id: str) -> Speech:
    return Speech(hall.voice(voice_id), hall.announcements(voice_id))


def written(voice_id: str, before: Speech, after: Speech) -> Facts:
    """The facts that differ between two states of a voice."""
    old = {said.seq: said for said in before.announcements}
    new = {said.seq: said for said in after.announcements}
    sets: Facts = {f"say/{voice_id}/{seq}": None for seq in old.keys() - new.keys()}
    sets |= {f"say/{voice_id}/{seq}": said for seq, said in new.items() if old.get(seq) != said}
    return sets if after.voice == before.voice else sets | {f"voice/{voice_id}": after.voice}


def announce(
    before: Speech, zone: str, counter: str, number: str, length: Millis, now: Millis
) -> tuple[Speech, int]:
    """Plan the announcement of a call that takes `length` ms: the voice after, the sequence of the call."""
    said_so_far = _with_answering_holder(before, now)
    for said in said_so_far.announcements:
        if _is_call(said, counter, number) and is_to_come(said, now):
            return said_so_far, said.seq
    return _planned(said_so_far, Announcement(0, zone, counter, number, now, now + length, at=now), now)


def retract(
    before: Speech, zone: str, counter: str, number: str, length: Millis, now: Millis
) -> tuple[Speech, int]:
    """Plan the sentence that takes back a call which was heard: the voice after, its sequence."""
    said = Announcement(0, zone, counter, number, now, now + length, kind=SayKind.RETRACT, at=now)
    return _planned(_with_answering_holder(before, now), said, now)


def _planned(before: Speech, said: Announcement, now: Millis) -> tuple[Speech, int]:
    """Give what starts now at the earliest its slot; beyond the voice's patience it is shown in silence."""
    voice = before.voice
    start, seq = max(now + AHEAD, voice.until), voice.seq + 1
    if start - now > PATIENCE:
        planned, until = replace(said, seq=seq, state=SayState.SILENT), voice.until
    else:
        planned = replace(said, seq=seq, start=start, end=start + said.end - said.start)
        until = planned.end
    kept = tuple(said for said in before.announcements if said.end > now - KEPT)
    return Speech(replace(voice, seq=seq, until=until), (*kept, planned)), seq


def cancel(before: Speech, counter: str, number: str, now: Millis) -> Speech:
    """Take back the announcements of a number at a counter that have not begun; what comes after them moves up."""
    gone = [said for said in before.announcements if _is_call(said, counter, number) and is_to_come(said, now)]
    if not gone:
        return before
    left = []
    free = soon = now + AHEAD  # what begins sooner than this is about to be spoken
    for said in before.announcements:
        if said in gone:
            said = replace(said, state=SayState.CANCELLED)
        elif is_to_come(said, soon):
            start = min(said.start, free)
            said = replace(said, start=start, end=start + said.end - said.start)
        if said.state is SayState.PLANNED:
            free = max(said.end, soon)
        left.append(said)
    until = max((said.end for said in left if said.state is SayState.PLANNED), default=0)
    return Speech(replace(before.voice, until=until), tuple(left))


def differences(voice_id: str, before: Speech, after: Speech) -> list[Event]:
    """The events between two states of a voice."""
    was = {said.seq: said.state for said in before.announcements}
    events: list[Event] = [
        AnnouncementCancelled(voice_id, said.seq)
        for said in after.announcements
        if said.state is SayState.CANCELLED and was.get(said.seq) is SayState.PLANNED
    ]
    if after.voice.holder != before.voice.holder:
        events.append(VoiceChanged(voice_id, after.voice.holder))
    return events


def ready_voice(hall: Hall, command: ReadyVoice, now: Millis) -> Change:
    """A device offers to speak: it waits behind those that can already; the first one speaks."""
    _check_may_speak(hall, command.device, command.voice)
    before = speech(hall, command.voice)
    if command.device in before.voice.ready:
        return Change()
    return _changed(command.voice, before, _ready_are(before, (*before.voice.ready, command.device), now))


def lose_voice(hall: Hall, command: LoseVoice, now: Millis) -> Change:
    """A device cannot speak any more: the next one speaks from the next announcement."""
    before = speech(hall, command.voice)
    if command.device not in before.voice.ready:
        return Change()
    return _changed(command.voice, before, without(before, command.device, now))


def without(before: Speech, device: str, now: Millis) -> Speech:
    """The voice when a device is gone."""
    return _ready_are(before, tuple(other for other in before.voice.ready if other != device), now)


def told(hall: Hall, command: Told, now: Millis) -> Change:
    """Note that a device carried an announcement out; twice is once, and one no longer kept is let go."""
    _check_hears(hall, command.device, command.voice)
    for said in hall.announcements(command.voice):
        if said.seq == command.seq and command.device not in said.told:
            noted = replace(said, told=(*said.told, command.device))
            return Change(
                events=(WasTold(command.voice, command.seq, command.device),),
                sets={f"say/{command.voice}/{command.seq}": noted},
            )
    return Change()


def _check_may_speak(hall: Hall, device_id: str, voice_id: str) -> None:
    device = hall.device(device_id)
    if device.kind not in (DeviceKind.TV, DeviceKind.SPEAKER):
        raise NotAllowed()
    _check_hears(hall, device_id, voice_id)
    if device.also and hall.zone(device.zone).voice_id != voice_id:
        raise NotAllowed()  # a TV of several zones stands in one of them


def _check_hears(hall: Hall, device_id: str, voice_id: str) -> None:
    """A device has to do with the voices of its zones; one of the whole center with every voice."""
    device = hall.device(device_id)
    hall.voice(voice_id)
    if not any(zone.voice_id == voice_id and device.is_of(zone.id) for zone in hall.plan.zones):
        raise NotAllowed()


def _changed(voice_id: str, before: Speech, after: Speech) -> Change:
    events = (VoiceChanged(voice_id, after.voice.holder),)
    return Change(events=events, sets=written(voice_id, before, after))


def _ready_are(before: Speech, ready: tuple[str, ...], now: Millis) -> Speech:
    voice = before.voice
    holder = voice.holder if voice.holder in ready else next(iter(ready), "")
    if holder == voice.holder:
        return replace(before, voice=replace(voice, ready=ready))
    to_come = (said.seq for said in before.announcements if is_to_come(said, now))
    since = min(to_come, default=voice.seq + 1)
    return replace(before, voice=replace(voice, ready=ready, holder=holder, since=since))


def _with_answering_holder(before: Speech, now: Millis) -> Speech:
    """The voice with a holder that answers: one that let its last slot pass without a word goes last."""
    voice = before.voice
    due = [
        said
        for said in before.announcements
        if said.state is SayState.PLANNED and said.seq >= voice.since and said.end + GRACE < now
    ]
    if len(voice.ready) < 2 or not due or voice.holder in due[-1].told:
        return before
    others = tuple(device for device in voice.ready if device != voice.holder)
    passed = _ready_are(before, others, now)
    return replace(passed, voice=replace(passed.voice, ready=(*others, voice.holder)))


def is_to_come(said: Announcement, now: Millis) -> bool:
    """Whether an announcement will be heard, and has not begun."""
    return said.state is SayState.PLANNED and said.start > now


def _is_call(said: Announcement, counter: str, number: str) -> bool:
    return said.kind is SayKind.CALL and (said.number, said.counter) == (number, counter)
