"""The keys that bring somebody to a counter: next, a number by name, one put away, a guest without a number."""

from dataclasses import replace

from app.domain.change import Change
from app.domain.events import Expired, SetAside, Started
from app.domain.facts import Counter, Ticket
from app.domain.order import Pick, after_call, away_in_turn, next_for, queues_of, round_after
from app.domain.presence import expire, set_aside
from app.domain.refusals import (
    CounterPaused,
    NobodyWaiting,
    NumberBusy,
    NumberEnded,
    NumberNotParked,
    ServedElsewhere,
)
from app.domain.states import CounterState, Reason, TicketState
from app.domain.undoing import keep
from app.domain.visits import Draft


def call_next(draft: Draft) -> Change:
    """Finish the visit, if any, and call whose turn it is; with nobody waiting, the visit is finished alone."""
    _check_open(draft)
    pick = next_for(draft.hall, draft.plan)
    if pick is None and not draft.counter.is_busy:
        raise NobodyWaiting(counter=draft.counter.id)
    before, tickets = _finish(draft)
    if pick is None:
        keep(draft, before, tickets)
        return draft.done()
    tickets += _leave_aside(draft, pick)
    draft.sets |= after_call(draft.hall, pick)
    draft.counter = round_after(draft.hall, draft.counter, draft.plan, pick.ticket)
    return _called(draft, before, tickets, pick.ticket, pick.reason, pick.candidates)


def call_number(draft: Draft, number: str) -> Change:
    """Finish the visit, if any, and call a number by name: one that waits, is aside or put away, or was absent."""
    _check_open(draft)
    ticket = draft.hall.ticket(number)
    match ticket.state:
        case TicketState.CALLED | TicketState.SERVING:
            raise NumberBusy(number=number, counter=ticket.counter)
        case TicketState.FINISHED | TicketState.CANCELLED | TicketState.EXPIRED:
            raise NumberEnded(number=number)
        case TicketState.WAITING | TicketState.ASIDE | TicketState.PARKED | TicketState.ABSENT:
            pass
    _check_serves(draft, ticket)
    reason = Reason.TAKEN_UP if ticket.state is TicketState.PARKED else Reason.BY_NUMBER
    return _called(draft, *_finish(draft), ticket, reason, (ticket,))


def take_up(draft: Draft, number: str) -> Change:
    """Finish the visit, if any, and call a number that was put away."""
    if draft.hall.ticket(number).state is not TicketState.PARKED:
        raise NumberNotParked(number=number)
    return call_number(draft, number)


def serve_guest(draft: Draft, service: str) -> Change:
    """Finish the visit, if any, and begin one without a number: it is counted, not called."""
    _check_open(draft)
    draft.hall.service(service)
    draft.end_visit()
    draft.counter = replace(draft.counter, guest=service, since=draft.now)
    draft.events.append(Started("", draft.counter.id, service))
    return draft.done()


def _called(
    draft: Draft,
    before: Counter,
    tickets: tuple[Ticket, ...],
    ticket: Ticket,
    reason: Reason,
    candidates: tuple[Ticket, ...],
) -> Change:
    fresh = replace(ticket, called_at=0, calls=0, ended_at=0)
    seq = draft.call(fresh, reason, candidates)
    keep(draft, before, (*tickets, ticket), ticket, seq)
    return draft.done()


def _finish(draft: Draft) -> tuple[Counter, tuple[Ticket, ...]]:
    """Finish the visit, if any: the counter and its ticket as they were."""
    before = draft.counter
    tickets = (draft.present(),) if before.ticket else ()
    draft.end_visit()
    return before, tickets


def _check_open(draft: Draft) -> None:
    if draft.counter.state is CounterState.PAUSED:
        raise CounterPaused(counter=draft.counter.id)


def _check_serves(draft: Draft, ticket: Ticket) -> None:
    if ticket.queue not in queues_of(draft.plan) and ticket.service not in draft.plan.services:
        raise ServedElsewhere(counter=draft.counter.id, number=ticket.number)


def _leave_aside(draft: Draft, pick: Pick) -> tuple[Ticket, ...]:
    """Where check-in is required: those whose turn came before this one's, and who are away, are kept aside.
    Returns them as they were."""
    gone = []
    for number in away_in_turn(draft.hall, draft.plan, pick):
        ticket = draft.hall.ticket(number)
        if draft.now < ticket.arrive_before:
            draft.put(set_aside(ticket))
            draft.events.append(SetAside(number, draft.counter.id, ticket.contact))
        elif ticket.slides:
            draft.put(expire(ticket, draft.now))
            draft.events.append(Expired(number, "late", ticket.contact))
        else:
            continue  # the next tick has the rule for the late
        gone.append(ticket)
    return tuple(gone)
