"""The keys of a counter: the door for every press, and what each does.

Every press carries the turn of the counter its clerk saw. With another turn it changes nothing and gets the
present state, so that a doubled, late or replayed press never calls twice and never skips a person. So does a
second *next* or *recall* within the plan's `double_press_ms` of a call: a finger that pressed twice.
"""

from dataclasses import replace
from typing import assert_never

from app.domain.change import Answer, Change, Outcome
from app.domain.events import Started
from app.domain.facts import Counter
from app.domain.hall import Hall
from app.domain.plan import Millis
from app.domain.presses import (
    Absent,
    AnyPress,
    CallNumber,
    ChangeClerk,
    ChangeServices,
    Finish,
    LeaveCounter,
    Next,
    Park,
    Pause,
    Recall,
    Resume,
    ReturnToQueue,
    ServeGuest,
    Sit,
    Start,
    TakeCounter,
    TakeUp,
    Transfer,
    UndoLast,
)
from app.domain.refusals import ClerkElsewhere, CounterTaken, NotAtThisCounter, UnknownOutcome
from app.domain.rejoining import absent, park, return_to_queue, transfer
from app.domain.seats import check_seat, sit
from app.domain.states import CounterState, TicketState
from app.domain.supervising import change_services
from app.domain.turns import call_next, call_number, serve_guest, take_up
from app.domain.undoing import keep, undo_last
from app.domain.visits import Draft

REASON_LENGTH = 80


def press(hall: Hall, command: AnyPress, now: Millis) -> Change:
    """Carry out a press of a counter's key, or answer with the present state when its turn is over."""
    counter = hall.counter(command.counter)
    taking = isinstance(command, TakeCounter) and not command.keypad
    if not command.by or not (taking or _may(counter, command)):
        raise NotAtThisCounter(counter=counter.id)
    check_seat(counter, command)
    if taking:
        _check_free(hall, counter, command.by)
    if command.turn != counter.turn or _is_doubled(hall, counter, command, now):
        return Change(Answer(Outcome.UNCHANGED, counter.ticket, counter.turn))
    draft = Draft(hall, counter, now)
    match command:
        case TakeCounter():
            draft.counter = replace(counter, seat=command.seat)
            return draft.done(state=CounterState.OPEN, clerk=command.by, reason="")
        case Sit():
            return sit(draft, command)
        case LeaveCounter():
            draft.end_visit()
            draft.counter = replace(draft.counter, seat="")
            return draft.done(state=CounterState.CLOSED, clerk="", reason="")
        case ChangeClerk():
            _check_free(hall, replace(counter, clerk=""), command.clerk)
            opens = counter.state is CounterState.CLOSED
            draft.counter = replace(counter, seat="")
            return draft.done(state=CounterState.OPEN if opens else None, clerk=command.clerk)
        case ChangeServices():
            return change_services(draft, command.services)
        case Pause():
            draft.counter = counter if counter.is_busy else replace(counter, since=now)
            return draft.done(state=CounterState.PAUSED, reason=command.reason.strip()[:REASON_LENGTH])
        case Resume():
            return draft.done(state=CounterState.OPEN, reason="")
        case UndoLast():
            return undo_last(draft)
        case Next() | CallNumber() | TakeUp() | ServeGuest():
            return _come(draft, command)
        case Recall() | Start() | Absent() | Finish() | ReturnToQueue() | Park() | Transfer():
            return _with_present(draft, command)
        case _:
            assert_never(command)


def _may(counter: Counter, command: AnyPress) -> bool:
    """A clerk presses at his own counter; a supervisor where a clerk sits, and what he settles of closed ones; on
    a keypad, its few keys are pressed by the clerk who sits there."""
    if command.keypad:
        return counter.clerk != "" and isinstance(command, Next | Recall | Absent | Pause | Resume | Transfer)
    if isinstance(command, ChangeServices):
        return command.supervisor
    settles = counter.clerk != "" or isinstance(command, ChangeClerk)
    return counter.clerk == command.by or (command.supervisor and settles)


def _come(draft: Draft, command: Next | CallNumber | TakeUp | ServeGuest) -> Change:
    """The keys that bring somebody to the counter."""
    match command:
        case Next():
            return call_next(draft)
        case CallNumber():
            return call_number(draft, command.number)
        case TakeUp():
            return take_up(draft, command.number)
        case ServeGuest():
            return serve_guest(draft, command.service)
        case _:
            assert_never(command)


def _with_present(
    draft: Draft, command: Recall | Start | Absent | Finish | ReturnToQueue | Park | Transfer
) -> Change:
    """The keys that concern who is at the counter."""
    match command:
        case Recall():
            draft.call(draft.present())
            return draft.done()
        case Start():
            return _start(draft)
        case Absent():
            return absent(draft)
        case Finish():
            return _finish(draft, command.outcome)
        case ReturnToQueue():
            return return_to_queue(draft, command.front)
        case Park():
            return park(draft, command.note)
        case Transfer():
            return transfer(draft, command)
        case _:
            assert_never(command)


def _is_doubled(hall: Hall, counter: Counter, command: AnyPress, now: Millis) -> bool:
    """Whether a key bounced: the screen shows a call within milliseconds, so the second press of a finger that
    pressed twice may already carry the new turn. It would end a visit that has not begun."""
    again = isinstance(command, Next | Recall) and counter.is_busy
    return again and now - counter.called_at < hall.plan.double_press_ms


def _check_free(hall: Hall, counter: Counter, clerk: str) -> None:
    if not clerk or counter.clerk not in ("", clerk):
        raise CounterTaken(counter=counter.id)
    for other in hall.counters():
        if other.clerk == clerk and other.id != counter.id:
            raise ClerkElsewhere(counter=other.id)


def _start(draft: Draft) -> Change:
    """The holder has come: what has not been spoken of the call is taken back."""
    ticket = draft.present()
    if ticket.state is TicketState.SERVING:
        return Change(Answer(Outcome.UNCHANGED, ticket.number, draft.counter.turn))
    draft.silence()
    started = replace(ticket, state=TicketState.SERVING, started_at=ticket.started_at or draft.now)
    draft.put(replace(started, arrived_at=ticket.arrived_at or draft.now))
    draft.events.append(Started(ticket.number, draft.counter.id, ticket.service))
    return draft.done()


def _finish(draft: Draft, outcome: str) -> Change:
    if outcome and outcome not in draft.hall.plan.outcomes:
        raise UnknownOutcome(outcome=outcome)
    before = draft.counter
    tickets = () if before.guest else (draft.present(),)
    draft.end_visit(TicketState.FINISHED, outcome)
    keep(draft, before, tickets)
    return draft.done()
