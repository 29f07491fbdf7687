"""What supervisors do beside the keys of a counter: other services for today, a number moved, issuing stopped.

All of it ends with the day: the plan stays as it is.
"""

from dataclasses import replace

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import MoveTicket, ReopenIssuing, StopIssuing
from app.domain.events import Event, IssuingReopened, IssuingStopped, Rejoined, ServicesChanged
from app.domain.facts import Facts, Serves, Stopped
from app.domain.hall import Hall
from app.domain.plan import Millis, ServicePlan
from app.domain.presence import in_front, of_today, waiting
from app.domain.refusals import DayIsClosed, NumberBusy, NumberEnded, ServiceLeftAlone
from app.domain.rejoining import sent_on
from app.domain.states import TicketState
from app.domain.visits import Draft

REASON_LENGTH = 80


def change_services(draft: Draft, services: tuple[str, ...]) -> Change:
    """Let a counter serve other services until the day ends; refuses to leave a service without a counter. Whoever
    is at the counter stays."""
    hall, counter = draft.hall, draft.counter
    asked = tuple(dict.fromkeys(services))
    for name in asked:
        hall.service(name)
    planned = hall.plan.counter(counter.id)
    assert planned
    serves = () if asked == planned.services else asked
    if serves == hall.serves(counter.id):
        return Change(Answer(Outcome.UNCHANGED, counter.ticket, counter.turn))
    for service in hall.plan.services:
        others = [one for one in hall.counters_of(service.id) if one.id != counter.id]
        if not others and service.id not in (serves or planned.services):
            raise ServiceLeftAlone(service=service.name)
    draft.sets[f"serves/{counter.id}"] = Serves(serves) if serves else None
    draft.events.append(ServicesChanged(counter.id, serves))
    return draft.done()


def move_ticket(hall: Hall, command: MoveTicket, now: Millis) -> Change:
    """Send a number that is at no counter on to a service or a counter; it keeps its number and its group."""
    ticket = of_today(hall, command.day, command.number)
    sent = sent_on(hall, ticket, command.service, command.to)
    match ticket.state:
        case TicketState.CALLED | TicketState.SERVING:
            raise NumberBusy(number=ticket.number, counter=ticket.counter)
        case TicketState.FINISHED | TicketState.ABSENT | TicketState.CANCELLED | TicketState.EXPIRED:
            raise NumberEnded(number=ticket.number)
        case TicketState.WAITING | TicketState.ASIDE | TicketState.PARKED:
            pass
    stays = ticket.state is TicketState.WAITING and sent.queue == ticket.queue
    if ticket.changed != command.changed or (stays and (ticket.front or not command.front)):
        return Change(Answer(Outcome.UNCHANGED, ticket.number))
    if command.front and stays:
        moved = in_front(sent, now)
    else:
        moved = replace(waiting(sent, now, hall.version + 1), front=command.front)
    moved = replace(moved, changed=hall.version + 1)
    event = Rejoined(ticket.number, "moved", moved.service, moved.only, ticket.contact)
    return Change(Answer(number=ticket.number), (event,), {f"ticket/{ticket.number}": moved})


def stop_issuing(hall: Hall, command: StopIssuing, now: Millis) -> Change:
    """Issue no more numbers of some services, or of all. What was stopped already stays as it is."""
    if hall.day.closed_at:
        raise DayIsClosed()
    reason = " ".join(command.reason.split())[:REASON_LENGTH]
    sets: Facts = {}
    events: list[Event] = []
    for service in _services(hall, command.services):
        if hall.stopped(service.id) is None:
            sets[f"stopped/{service.id}"] = Stopped(now, reason)
            events.append(IssuingStopped(service.id, reason))
    return _changed(events, sets)


def reopen_issuing(hall: Hall, command: ReopenIssuing, now: Millis) -> Change:
    """Issue numbers of some services, or of all, again."""
    sets: Facts = {}
    events: list[Event] = []
    for service in _services(hall, command.services):
        if hall.stopped(service.id):
            sets[f"stopped/{service.id}"] = None
            events.append(IssuingReopened(service.id))
    return _changed(events, sets)


def _services(hall: Hall, named: tuple[str, ...]) -> list[ServicePlan]:
    return [hall.service(name) for name in dict.fromkeys(named)] or list(hall.plan.services)


def _changed(events: list[Event], sets: Facts) -> Change:
    return Change(Answer() if events else Answer(Outcome.UNCHANGED), tuple(events), sets)
