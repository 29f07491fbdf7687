"""Announcements: the slot of each call's voice, flash and blink; which device speaks; who was told.

A slot is fixed by the verb that calls: at least `AHEAD` after now, after the voice's last slot, as long as
the voice pack needs. A repeat that has not begun is merged; a call whose slot would begin later than
`PATIENCE` from now is shown but not spoken; what has not begun can be cancelled.

One device holds the voice. If it lets a slot pass without a word (`GRACE`), the next ready device holds it
from the next announcement on: nothing is spoken twice, and no device waits for another.
"""

from dataclasses import replace

from app.domain.change import Change
from app.domain.commands import LoseVoice, ReadyVoice, Told
from app.domain.events import AnnouncementCancelled, Event, VoiceChanged, WasTold
from app.domain.facts import Announcement, SayState, Voice
from app.domain.hall import Hall
from app.domain.plan import Millis

AHEAD: Millis = 300
PATIENCE: Millis = 60_000
KEPT: Millis = 60_000  # how long a past announcement is kept
GRACE: Millis = 4_000  # how long after its slot the speaking device may acknowledge


def announce(voice: Voice, zone: str, counter: str, number: str, length: Millis, now: Millis) -> tuple[Voice, int]:
    """Plan the announcement of a call that takes `length` ms: the voice after, the sequence of the call."""
    voice = _with_answering_holder(voice, now)
    for said in voice.announcements:
        if _to_come(said, now) and (said.number, said.counter) == (number, counter):
            return voice, said.seq
    start = max(now + AHEAD, voice.until)
    seq = voice.seq + 1
    if start - now > PATIENCE:
        planned = Announcement(seq, zone, counter, number, now, now + length, SayState.SILENT)
        until = voice.until
    else:
        planned = Announcement(seq, zone, counter, number, start, start + length)
        until = planned.end
    kept = tuple(said for said in voice.announcements if said.end > now - KEPT)
    return replace(voice, seq=seq, until=until, announcements=(*kept, planned)), seq


def cancel(voice: Voice, counter: str, number: str, now: Millis) -> Voice:
    """Take back the announcements of a number at a counter that have not begun; the rest keep their slots."""
    left = tuple(
        replace(said, state=SayState.CANCELLED)
        if _to_come(said, now) and (said.number, said.counter) == (number, counter)
        else said
        for said in voice.announcements
    )
    until = max((said.end for said in left if said.state is SayState.PLANNED), default=0)
    return replace(voice, announcements=left, until=until)


def differences(voice_id: str, before: Voice, after: Voice) -> list[Event]:
    """The events between two states of a voice."""
    was = {said.seq: said.state for said in before.announcements}
    events: list[Event] = [
        AnnouncementCancelled(voice_id, said.seq)
        for said in after.announcements
        if said.state is SayState.CANCELLED and was.get(said.seq) is SayState.PLANNED
    ]
    if after.holder != before.holder:
        events.append(VoiceChanged(voice_id, after.holder))
    return events


def ready_voice(hall: Hall, command: ReadyVoice, now: Millis) -> Change:
    """A device offers to speak: it waits behind those that can already; the first one speaks."""
    hall.device(command.device)
    voice = hall.voice(command.voice)
    if command.device in voice.ready:
        return Change()
    return _changed(command.voice, voice, _ready_are(voice, (*voice.ready, command.device), now))


def lose_voice(hall: Hall, command: LoseVoice, now: Millis) -> Change:
    """A device cannot speak any more: the next one speaks from the next announcement."""
    voice = hall.voice(command.voice)
    if command.device not in voice.ready:
        return Change()
    return _changed(command.voice, voice, without(voice, command.device, now))


def without(voice: Voice, device: str, now: Millis) -> Voice:
    """The voice when a device is gone."""
    return _ready_are(voice, tuple(other for other in voice.ready if other != device), now)


def told(hall: Hall, command: Told, now: Millis) -> Change:
    """Note that a device carried an announcement out; twice is once, and one no longer kept is let go."""
    hall.device(command.device)
    voice = hall.voice(command.voice)
    for at, said in enumerate(voice.announcements):
        if said.seq == command.seq and command.device not in said.told:
            noted = replace(said, told=(*said.told, command.device))
            left = (*voice.announcements[:at], noted, *voice.announcements[at + 1 :])
            return Change(
                events=(WasTold(command.voice, command.seq, command.device),),
                sets={f"voice/{command.voice}": replace(voice, announcements=left)},
            )
    return Change()


def _changed(voice_id: str, before: Voice, after: Voice) -> Change:
    holder = (VoiceChanged(voice_id, after.holder),)
    return Change(events=holder, sets={f"voice/{voice_id}": after})


def _ready_are(voice: Voice, ready: tuple[str, ...], now: Millis) -> Voice:
    holder = voice.holder if voice.holder in ready else next(iter(ready), "")
    if holder == voice.holder:
        return replace(voice, ready=ready)
    to_come = (said.seq for said in voice.announcements if _to_come(said, now))
    return replace(voice, ready=ready, holder=holder, since=min(to_come, default=voice.seq + 1))


def _with_answering_holder(voice: Voice, now: Millis) -> Voice:
    due = [
        said
        for said in voice.announcements
        if said.state is SayState.PLANNED and said.seq >= voice.since and said.end + GRACE < now
    ]
    if len(voice.ready) < 2 or not due or voice.holder in due[-1].told:
        return voice
    others = tuple(device for device in voice.ready if device != voice.holder)
    return replace(_ready_are(voice, others, now), ready=(*others, voice.holder))


def _to_come(said: Announcement, now: Millis) -> bool:
    return said.state is SayState.PLANNED and said.start > now
