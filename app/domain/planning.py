"""Founding a center, putting another plan in force, pairing devices, and the change of days."""

from dataclasses import replace

from app.domain import announcing
from app.domain.change import Change
from app.domain.commands import PairDevice, RevokeDevice, SetPlan, SetVoice
from app.domain.events import DayOpened, DevicePaired, DeviceRevoked, Event, PlanSet, Recovered, VoiceSet
from app.domain.facts import Counter, Day, Device, Facts, Request, Voice
from app.domain.hall import Hall
from app.domain.plan import Fault, Millis, Plan, faults
from app.domain.refusals import BadPlan, PlanInUse, UnknownDevice

LEAP = 1000  # more turns, or calls of a voice, than can have been lost


def found(plan: Plan, now: Millis) -> Change:
    """The first entry of a new center."""
    _check(plan)
    day = plan.local(now).date().isoformat()
    return Change(
        events=(PlanSet(plan.id), DayOpened(day)),
        sets={"plan": plan, "day": Day(day, now)},
        new_epoch=day,
    )


def day_is_over(hall: Hall, now: Millis) -> bool:
    return hall.plan.local(now).date().isoformat() > hall.day.date


def open_day(hall: Hall, now: Millis) -> Change:
    """Begin a working day: numbers from 001, counters closed. What goes on: the plan, devices, the turns
    (a press of yesterday must stay old), and the requests of the day before (a repeat after midnight)."""
    day = hall.plan.local(now).date().isoformat()
    sets: Facts = {"plan": hall.plan, "day": Day(day, now)}
    for name, fact in hall.facts.items():
        match fact:
            case Counter():
                sets[name] = Counter(fact.id, turn=fact.turn + 1)
            case Voice():
                sets[name] = fact
            case Device():
                sets[name] = fact
            case Request() if fact.date == hall.day.date:
                sets[name] = fact
            case _:
                pass
    return Change(events=(DayOpened(day),), sets=sets, new_epoch=day)


def recover(hall: Hall) -> Change:
    """Begin a new epoch with the hall as it is: the store had lost moments that somebody knew. Turns and
    sequences leap, so that none which was given and lost comes again with another meaning."""
    sets: Facts = dict(hall.facts)
    for name, fact in hall.facts.items():
        match fact:
            case Counter():
                sets[name] = replace(fact, turn=fact.turn + LEAP)
            case Voice():
                sets[name] = replace(fact, seq=fact.seq + LEAP)
            case _:
                pass
    return Change(events=(Recovered(hall.version),), sets=sets, new_epoch=hall.day.date)


def set_plan(hall: Hall, command: SetPlan, now: Millis) -> Change:
    """Put a plan in force, unless somebody waiting or working would be left behind. A service with numbers
    of today stays until tomorrow: their pages name it."""
    plan = replace(command.plan, voice=hall.plan.voice)
    _check(plan)
    if plan.id != hall.plan.id:
        raise BadPlan(what=str(Fault("id", f"this center is '{hall.plan.id}'")))
    if plan == hall.plan:
        return Change()
    for service in hall.plan.services:
        if hall.figures(service.id).latest and plan.service(service.id) is None:
            raise PlanInUse(what=f"{service.name} ({len(hall.waiting(service.id))})")
    for counter in hall.counters():
        there = plan.counter(counter.id)
        if counter.clerk and (there is None or there.zone != hall.counter_plan(counter.id).zone):
            raise PlanInUse(what=counter.id)
    return Change(events=(PlanSet(plan.id),), sets={"plan": plan})


def set_voice(hall: Hall, command: SetVoice, now: Millis) -> Change:
    if command.voice == hall.plan.voice:
        return Change()
    return Change(events=(VoiceSet(command.voice.pack),), sets={"plan": replace(hall.plan, voice=command.voice)})


def pair_device(hall: Hall, command: PairDevice, now: Millis) -> Change:
    """Let a device in; one that stands for a zone names a zone of the plan."""
    if command.zone:
        hall.zone(command.zone)
    device = Device(command.device, command.kind, command.name, command.zone, command.token_hash, now)
    return Change(
        events=(DevicePaired(device.id, device.kind, device.zone),), sets={f"device/{device.id}": device}
    )


def revoke_device(hall: Hall, command: RevokeDevice, now: Millis) -> Change:
    """Shut a device out; if it spoke for a voice, the next ready one does."""
    if f"device/{command.device}" not in hall.facts:
        raise UnknownDevice()
    sets: Facts = {f"device/{command.device}": None}
    events: list[Event] = [DeviceRevoked(command.device)]
    voices = [(name.partition("/")[2], fact) for name, fact in hall.facts.items() if isinstance(fact, Voice)]
    for voice_id, voice in voices:  # also those that are not in the plan now: it may come back
        before = announcing.Speech(voice, hall.announcements(voice_id))
        after = announcing.without(before, command.device, now)
        sets |= announcing.written(voice_id, before, after)
        events += announcing.differences(voice_id, before, after)
    return Change(events=tuple(events), sets=sets)


def _check(plan: Plan) -> None:
    if found := faults(plan):
        raise BadPlan(what="; ".join(map(str, found)))
