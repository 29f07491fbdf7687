"""Putting another plan in force, what the TVs say to the room, and pairing devices."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.domain import announcing
from app.domain.bulletin import bulletin_of
from app.domain.change import Change
from app.domain.commands import (
    HideMedium,
    PairDevice,
    RenameDevice,
    RevokeDevice,
    SetBulletin,
    SetPlan,
    SetVoice,
    ShowMedium,
)
from app.domain.editions import Editions
from app.domain.events import (
    BulletinSet,
    DevicePaired,
    DeviceRenamed,
    DeviceRevoked,
    Event,
    MediumHidden,
    MediumShown,
    PlanSet,
    VoiceSet,
)
from app.domain.facts import Device, Facts, Ticket, Voice
from app.domain.faults import faults
from app.domain.hall import Hall
from app.domain.media import MOST, SECONDS
from app.domain.plan import CounterPlan, Millis, Plan
from app.domain.ranges import Papers
from app.domain.refusals import BadPlan, MediaFull, PlanInUse, PlanMoved, UnknownDevice
from app.domain.states import LIVE

NAMED = 12  # so many numbers are listed in a refusal


def set_plan(hall: Hall, command: SetPlan, now: Millis) -> Change:
    """Put a plan in force, unless somebody waiting or working would be left behind. A service with numbers
    of today stays until tomorrow: their pages name it."""
    plan = replace(command.plan, voice=hall.plan.voice)
    check(plan)
    if plan.id != hall.plan.id:
        raise BadPlan(what=f"id: this center is '{hall.plan.id}'")
    if plan == hall.plan:
        return Change()
    if command.onto is not None and replace(command.onto, voice=hall.plan.voice) != hall.plan:
        raise PlanMoved()
    if in_use := list(in_use_of(hall, plan)):
        raise PlanInUse(what="; ".join(in_use))
    before = hall.editions() if hall.editions().kept else Editions().with_next(hall.plan, 0, "")
    editions = before.with_next(plan, now, command.by)
    return Change(events=(PlanSet(plan.id),), sets={"plan": plan, "editions": editions})


def in_use_of(hall: Hall, plan: Plan) -> Iterator[str]:
    """What the hall needs and a plan does not have, each with the numbers that would be left behind."""
    tickets = hall.tickets()
    live = [ticket for ticket in tickets if ticket.state in LIVE]
    papers = [kept for fact in hall.facts.values() if isinstance(fact, Papers) for kept in fact.ranges]
    if (tickets or papers) and plan.number != hall.plan.number:
        yield f"number ({hall.plan.number.counter} + {hall.plan.number.running})"
    named = {ticket.service for ticket in tickets}  # those sent on to a service, too
    named |= {kept.service for kept in papers}
    for service in hall.plan.services:
        if (service.id in named or hall.figures(service.id).latest) and plan.service(service.id) is None:
            yield f"{service.name} ({_named(ticket for ticket in live if ticket.service == service.id)})"
    served = {service for planned in _today(hall, plan) for service in planned.services}
    for service in plan.services:
        if service.id not in served:  # all its counters serve other services today
            yield service.name
    for counter in hall.counters():
        there = plan.counter(counter.id)
        serves = hall.serves(counter.id)
        if serves and (there is None or any(plan.service(one) is None for one in serves)):
            yield counter.id
        moved = there is None or there.zone != hall.counter_plan(counter.id).zone
        sent = [ticket for ticket in live if ticket.only == counter.id]
        if moved and (counter.clerk or sent):
            yield f"{counter.id} ({_named(sent)})" if sent else counter.id


def _today(hall: Hall, plan: Plan) -> Iterator[CounterPlan]:
    """The counters of a plan not yet in force, with the services they would serve today."""
    return (replace(one, services=hall.serves(one.id) or one.services) for one in plan.counters)


def _named(tickets: Iterable[Ticket]) -> str:
    numbers = sorted(ticket.number for ticket in tickets)
    return ", ".join(numbers[:NAMED]) + (f" … {len(numbers)}" if len(numbers) > NAMED else "") or "0"


def set_voice(hall: Hall, command: SetVoice, now: Millis) -> Change:
    if command.voice == hall.plan.voice:
        return Change()
    return Change(events=(VoiceSet(command.voice.pack),), sets={"plan": replace(hall.plan, voice=command.voice)})


def pair_device(hall: Hall, command: PairDevice, now: Millis) -> Change:
    """Let a device in; one that stands for a zone names a zone of the plan, a TV more of them if it shows them."""
    also = tuple(zone for zone in dict.fromkeys(command.also) if zone != command.zone)
    for zone in (command.zone, *also):
        if zone or also:
            hall.zone(zone)
    device = Device(command.device, command.kind, command.name, command.zone, command.token_hash, now, also)
    return Change(
        events=(DevicePaired(device.id, device.kind, device.zone),), sets={f"device/{device.id}": device}
    )


def rename_device(hall: Hall, command: RenameDevice, now: Millis) -> Change:
    device, name = hall.device(command.device), " ".join(command.name.split())
    if name in ("", device.name):
        return Change()
    return Change(events=(DeviceRenamed(device.id),), sets={f"device/{device.id}": replace(device, name=name)})


def set_bulletin(hall: Hall, command: SetBulletin, now: Millis) -> Change:
    """Let the TVs show other lines."""
    bulletin = bulletin_of(command.lines)
    if bulletin == hall.bulletin():
        return Change()
    return Change(
        events=(BulletinSet(len(bulletin.lines)),), sets={"bulletin": bulletin if bulletin.lines else None}
    )


def show_medium(hall: Hall, command: ShowMedium, now: Millis) -> Change:
    """Take a picture or film into the list, or change how and where it stands there."""
    for zone in command.medium.zones:
        hall.zone(zone)
    seconds = min(max(command.medium.seconds, SECONDS[0]), SECONDS[1])
    media = hall.media().having(replace(command.medium, seconds=seconds), command.place)
    if media == hall.media():
        return Change()
    if len(media.shown) > MOST:
        raise MediaFull(most=MOST)
    return Change(events=(MediumShown(command.medium.file),), sets={"media": media})


def hide_medium(hall: Hall, command: HideMedium, now: Millis) -> Change:
    media = hall.media().without(command.file)
    if media == hall.media():
        return Change()
    return Change(events=(MediumHidden(command.file),), sets={"media": media if media.shown else None})


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


def check(plan: Plan) -> None:
    """Refuse a plan that has faults."""
    if found := faults(plan):
        raise BadPlan(what="; ".join(map(str, found)))
