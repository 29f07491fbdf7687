"""The keys by which the present number leaves the counter without being served: absent, return, park, transfer."""

from dataclasses import replace

from app.domain.change import Change
from app.domain.events import Ended, Parked, Rejoined, SetAside
from app.domain.facts import Call, Facts, Ticket
from app.domain.hall import Hall
from app.domain.order import behind
from app.domain.presence import in_front, late, set_aside, waiting
from app.domain.presses import Transfer
from app.domain.refusals import BadRequest, TransferToSelf
from app.domain.states import TicketState
from app.domain.undoing import keep
from app.domain.visits import MISSED_SHOWN, Draft

NOTE_LENGTH = 80


def absent(draft: Draft) -> Change:
    """Nobody came. A number still awaited before its time is set aside for its holder; after its time the
    plan's rule for the late holds; whoever was there and left has ended."""
    ticket, before = draft.present(), draft.counter
    if ticket.is_awaited and draft.now < ticket.arrive_before:
        draft.put(set_aside(ticket))
        draft.events.append(SetAside(ticket.number, before.id, ticket.contact))
        draft.let_go()
    elif ticket.is_awaited and (slid := late(draft.hall, ticket, draft.now)):
        draft.put(slid[0])
        draft.events += [Ended(ticket.number, before.id, TicketState.ABSENT.value), slid[1]]
        draft.let_go()
    else:
        draft.end_visit(TicketState.ABSENT)
    draft.sets |= _missed(draft, ticket)
    keep(draft, before, (ticket,))
    return draft.done()


def _missed(draft: Draft, ticket: Ticket) -> Facts:
    """The room is shown for a while whom it has missed: who comes late sees where to ask."""
    zone = draft.plan.zone
    shown = draft.hall.zone_calls(zone)
    seq = next((call.seq for call in shown.calls if call.number == ticket.number), 0)
    others = (call for call in shown.missed if call.number != ticket.number)
    missed = (Call(seq, ticket.number, draft.counter.id, draft.now), *others)
    return {f"zone/{zone}": replace(shown, missed=missed[:MISSED_SHOWN])}


def return_to_queue(draft: Draft, front: bool) -> Change:
    """Put the present number back: in front, or behind as many as the plan says."""
    ticket = draft.present()
    if front:
        back = in_front(ticket, draft.now)
    else:
        queue = draft.hall.queue(ticket.queue)
        place = behind(queue, replace(ticket, front=False).lane, draft.hall.plan.order.return_behind, draft.now)
        back = waiting(ticket, place, draft.hall.version + 1)
    _leave(draft, _there(back, draft), "returned")
    return draft.done()


def park(draft: Draft, note: str) -> Change:
    """Put the present number away; it is called again by a clerk, not by its turn."""
    ticket, counter = draft.present(), draft.counter
    parked = replace(waiting(ticket, ticket.place, ticket.joined), state=TicketState.PARKED, counter=counter.id)
    draft.put(replace(_there(parked, draft), note=_note(note)))
    draft.events.append(Parked(ticket.number, counter.id))
    draft.let_go()
    return draft.done()


def transfer(draft: Draft, command: Transfer) -> Change:
    """Send the present number on to a service or to a counter; the number stays, and so does its group."""
    ticket, hall = draft.present(), draft.hall
    sent = sent_on(hall, ticket, command.service, command.to)
    if sent.queue == ticket.queue or command.to == draft.counter.id:
        raise TransferToSelf()
    sent = waiting(sent, draft.now, hall.version + 1)
    sent = replace(_there(sent, draft), front=command.front, note=_note(command.note))
    _leave(draft, sent, "transferred")
    return draft.done()


def sent_on(hall: Hall, ticket: Ticket, service: str, to: str) -> Ticket:
    """The ticket with another service, or a counter it is sent to: one of the two must be named."""
    if bool(service) == bool(to):
        raise BadRequest(what="service, to")
    if service:
        return replace(ticket, service=hall.service(service).id, only="")
    return replace(ticket, only=hall.counter_plan(to).id)


def _leave(draft: Draft, ticket: Ticket, why: str) -> None:
    draft.put(ticket)
    draft.events.append(Rejoined(ticket.number, why, ticket.service, ticket.only, ticket.contact))
    draft.let_go()


def _there(ticket: Ticket, draft: Draft) -> Ticket:
    """Who was at the counter is there."""
    return replace(ticket, arrived_at=ticket.arrived_at or draft.now)


def _note(text: str) -> str:
    return " ".join(text.split())[:NOTE_LENGTH]
