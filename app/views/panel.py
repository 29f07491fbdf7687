"""The panel of a counter: its state and turn, the present number, who waits, what can be chosen and taken back."""

from collections.abc import Iterable, Iterator

from app.domain.facts import Counter, Ticket
from app.domain.hall import Hall
from app.domain.order import next_for, queues_of, upcoming
from app.domain.plan import CounterPlan
from app.domain.precedence import why_next
from app.domain.states import AT_COUNTER, SayKind, SayState, TicketState
from app.domain.undoing import standing
from app.views.rows import Row, Rows

FOLLOWS = frozenset({"day", "plan", "counter", "ticket", "voice", "say", "device", "undo", "serves"})
SHOWN = 8
KEPT_SHOWN = 20  # of those put away, and of those set aside


def rows(hall: Hall, counter_id: str) -> Rows:
    """Rows `counter`; `waiting` with a row `number/<number>` for each number it lists; `service/<id>` for what the
    counter serves; `choices`, from where and to where one can send on; `told` during a call. Moments in ms since
    1970, 0 for none; `undo_until` is when the last press cannot be taken back any more, `oldest` when the one who
    waits longest took his number; `why` says in Vietnamese why the first of `next` comes next."""
    planned = hall.counter_plan(counter_id)
    counter = hall.counter(counter_id)
    here: Row = {
        "counter": counter.id,
        "state": counter.state.value,
        "reason": counter.reason,
        "clerk": counter.clerk.removeprefix("staff/"),
        "turn": counter.turn,
        "last": counter.last,
        "since": counter.since,
        "seat": counter.seat,
        "guest": hall.service(counter.guest).name if counter.guest else "",
    }
    shown: Rows = {
        "counter": here | _present(hall, counter.ticket) | _undo(hall, counter),
        "choices": _choices(hall, planned),
    }
    for service in hall.plan.services:
        if service.id in planned.services:
            shown[f"service/{service.id}"] = {
                "name": service.name,
                "waiting": hall.waiting(service.id),
            }
    return shown | _waiting(hall, planned) | _told(hall, planned, counter.ticket)


def _present(hall: Hall, number: str) -> Row:
    if not number:
        nobody: Row = {"number": "", "service": "", "group": "", "channel": "", "note": ""}
        return nobody | {"issued": 0, "called": 0, "calls": 0, "started": 0}
    ticket = hall.ticket(number)
    assert ticket.state in AT_COUNTER
    return {
        "number": number,
        "service": hall.service(ticket.service).name,
        "group": _group(hall, ticket),
        "channel": ticket.channel.value,
        "note": ticket.note,
        "issued": ticket.issued_at,
        "called": ticket.called_at,
        "calls": ticket.calls,
        "started": ticket.started_at if ticket.state is TicketState.SERVING else 0,
    }


def _undo(hall: Hall, counter: Counter) -> Row:
    """Until when the last press can be taken back, what it was (`called`, `finished`, `absent`) and of which
    number: "" for a guest."""
    undo = standing(hall, counter.id)
    if undo is None:
        return {"undo_until": 0, "undo_what": "", "undo_number": ""}
    before = undo.counter.ticket
    gone = before and hall.ticket(before).state is not TicketState.FINISHED
    what = "called" if undo.called else "absent" if gone else "finished"
    return {"undo_until": undo.until, "undo_what": what, "undo_number": undo.called or before}


def _waiting(hall: Hall, planned: CounterPlan) -> Rows:
    coming, pick = upcoming(hall, planned, SHOWN), next_for(hall, planned)
    if pick and pick.overtaken:
        coming = [pick.ticket.number, *(one for one in coming if one != pick.ticket.number)][:SHOWN]
    parked = _of_here(planned, hall.parked())
    aside = _of_here(planned, (hall.ticket(number) for _, number in hall.awaited(TicketState.ASIDE)))
    row: Row = {
        "count": sum(hall.waiting(name) for name in queues_of(planned)),
        "next": coming,
        "why": why_next(hall, planned, pick, "vi") if pick else "",
        "parked": [ticket.number for ticket in parked],
        "aside": [ticket.number for ticket in aside],
        "oldest": min((hall.ticket(one).issued_at for one in _who_wait(hall, planned)), default=0),
    }
    listed = [*map(hall.ticket, coming), *parked, *aside]
    return {"waiting": row} | {f"number/{ticket.number}": _listed(hall, ticket) for ticket in listed}


def _who_wait(hall: Hall, planned: CounterPlan) -> Iterator[str]:
    """Every number that waits for the counter, those not there yet among them."""
    for queue in map(hall.queue, queues_of(planned)):
        yield from (number for _, number in queue.joined)
        yield from (number for _, _, number in queue.away)


def _of_here(planned: CounterPlan, tickets: Iterable[Ticket]) -> list[Ticket]:
    """Those that the counter may call by their numbers."""
    queues = queues_of(planned)
    return [t for t in tickets if t.queue in queues or t.service in planned.services][:KEPT_SHOWN]


def _listed(hall: Hall, ticket: Ticket) -> Row:
    return {
        "service": hall.service(ticket.service).name,
        "group": _group(hall, ticket),
        "issued": ticket.issued_at,
        "sent": ticket.only != "",
        "awaited": ticket.is_awaited,
        "note": ticket.note,
    }


def _group(hall: Hall, ticket: Ticket) -> str:
    group = hall.plan.group(ticket.group)
    return group.name if group else ""


def _choices(hall: Hall, planned: CounterPlan) -> Row:
    """What the clerk can name: every service (`services` with their `names`), the other counters, outcomes,
    reasons to pause, the priority groups; `day` is today, as an ISO date."""
    plan = hall.plan
    return {
        "services": [service.id for service in plan.services],
        "names": [service.name for service in plan.services],
        "counters": [counter.id for counter in plan.counters if counter.id != planned.id],
        "outcomes": list(plan.outcomes),
        "pauses": list(plan.pause_reasons),
        "groups": [group.id for group in plan.order.groups],
        "group_names": [group.name for group in plan.order.groups],
        "day": hall.day.date,
    }


def _told(hall: Hall, planned: CounterPlan, number: str) -> Rows:
    """The row `voice`, the name of the device that holds the zone's voice ("" for none); `told` during a call: how
    many devices have said that they carried it out (which ones and of how many: the API's `told`)."""
    voice_id = hall.zone(planned.zone).voice_id
    voice = hall.voice(voice_id)
    rows: Rows = {"voice": {"holder": _name(hall, voice.holder)}}
    for said in reversed(hall.announcements(voice_id)):
        is_call = said.kind is SayKind.CALL and said.state is not SayState.CANCELLED
        if is_call and (said.counter, said.number) == (planned.id, number):
            told: Row = {
                "seq": said.seq,
                "start": said.start,
                "end": said.end,
                "spoken": voice.holder in said.told,
                "silent": said.state is SayState.SILENT,
                "devices": len(said.told),
            }
            return rows | {"told": told}
    return rows


def _name(hall: Hall, device_id: str) -> str:
    return hall.device(device_id).name if f"device/{device_id}" in hall.facts else ""
