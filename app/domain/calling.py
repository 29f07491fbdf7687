"""The keys of a counter: next, recall, absent, finish, pause, resume, take, leave.

Every press carries the turn of the counter its clerk saw. With another turn it changes nothing and gets the
present state, so that a doubled, late or replayed press never calls twice and never skips a person. So does a
second *next* or *recall* within the plan's `double_press_ms` of a call: a finger that pressed twice.
"""

from dataclasses import replace
from typing import assert_never

from app.domain.announcing import announce, cancel, differences, speech, written
from app.domain.change import Answer, Change, Outcome
from app.domain.commands import (
    Absent,
    AnyPress,
    Finish,
    LeaveCounter,
    Next,
    Pause,
    Recall,
    Resume,
    TakeCounter,
)
from app.domain.events import Called, CounterChanged, Ended, Event
from app.domain.facts import Call, Counter, CounterState, Facts, Ticket, TicketState, ZoneCalls
from app.domain.hall import Hall
from app.domain.order import next_for
from app.domain.plan import Millis
from app.domain.refusals import (
    ClerkElsewhere,
    CounterPaused,
    CounterTaken,
    NobodyCalled,
    NobodyWaiting,
    NotAtThisCounter,
)

CALLS_SHOWN = 8
REASON_LENGTH = 80


def press(hall: Hall, command: AnyPress, now: Millis) -> Change:
    """Carry out a press of a counter's key, or answer with the present state when its turn is over."""
    counter = hall.counter(command.counter)
    taking = isinstance(command, TakeCounter)
    if not command.by or (not taking and counter.clerk != command.by):
        raise NotAtThisCounter(counter=counter.id)
    if taking:
        _check_free(hall, counter, command.by)
    if command.turn != counter.turn or _is_doubled(hall, counter, command, now):
        return Change(Answer(Outcome.UNCHANGED, counter.ticket, counter.turn))
    draft = _Draft(hall, counter, now)
    match command:
        case TakeCounter():
            return draft.done(state=CounterState.OPEN, clerk=command.by, reason="")
        case LeaveCounter():
            draft.end_visit(TicketState.FINISHED)
            return draft.done(state=CounterState.CLOSED, clerk="", reason="")
        case Next():
            return _next(draft)
        case Recall():
            draft.call(draft.present())
            return draft.done()
        case Absent():
            draft.present()
            draft.end_visit(TicketState.ABSENT)
            return draft.done()
        case Finish():
            draft.present()
            draft.end_visit(TicketState.FINISHED)
            return draft.done()
        case Pause():
            return draft.done(state=CounterState.PAUSED, reason=command.reason.strip()[:REASON_LENGTH])
        case Resume():
            return draft.done(state=CounterState.OPEN, reason="")
        case _:
            assert_never(command)


def _is_doubled(hall: Hall, counter: Counter, command: AnyPress, now: Millis) -> bool:
    """Whether a key bounced: the screen shows a call within milliseconds, so the second press of a finger that
    pressed twice may already carry the new turn. It would end a visit that has not begun."""
    again = isinstance(command, Next | Recall) and counter.ticket != ""
    return again and now - counter.called_at < hall.plan.double_press_ms


def _check_free(hall: Hall, counter: Counter, clerk: str) -> None:
    if counter.clerk not in ("", clerk):
        raise CounterTaken(counter=counter.id)
    for other in hall.counters():
        if other.clerk == clerk and other.id != counter.id:
            raise ClerkElsewhere(counter=other.id)


def _next(draft: "_Draft") -> Change:
    if draft.counter.state is CounterState.PAUSED:
        raise CounterPaused(counter=draft.counter.id)
    ticket = next_for(draft.hall, draft.plan)
    if ticket is None and not draft.counter.ticket:
        raise NobodyWaiting(counter=draft.counter.id)
    draft.end_visit(TicketState.FINISHED)
    if ticket:
        draft.call(ticket)
    return draft.done()


class _Draft:
    """A counter's change while it is put together."""

    def __init__(self, hall: Hall, counter: Counter, now: Millis) -> None:
        self.hall, self.counter, self.now = hall, counter, now
        self.plan = hall.counter_plan(counter.id)
        self.voice_id = hall.zone(self.plan.zone).voice_id
        self.speech = speech(hall, self.voice_id)
        self.sets: Facts = {}
        self.events: list[Event] = []

    def present(self) -> Ticket:
        """The ticket at this counter."""
        if not self.counter.ticket:
            raise NobodyCalled(counter=self.counter.id)
        return self.hall.ticket(self.counter.ticket)

    def end_visit(self, how: TicketState) -> None:
        """End the present visit, if any; its announcement is taken back if it has not begun."""
        if not self.counter.ticket:
            return
        ticket = self.present()
        self.sets[f"ticket/{ticket.number}"] = replace(ticket, state=how, ended_at=self.now)
        self.events.append(Ended(ticket.number, self.counter.id, how.value))
        self.speech = cancel(self.speech, self.counter.id, ticket.number, self.now)
        self.counter = replace(self.counter, ticket="")

    def call(self, ticket: Ticket) -> None:
        """Call a ticket here, for the first time or again."""
        number, here = ticket.number, self.counter.id
        length = self.hall.plan.voice.call(number, here)
        self.speech, seq = announce(self.speech, self.plan.zone, here, number, length, self.now)
        others = [call for call in self.hall.zone_calls(self.plan.zone).calls if call.number != number]
        called = replace(
            ticket,
            state=TicketState.CALLED,
            counter=here,
            called_at=ticket.called_at or self.now,
            calls=ticket.calls + 1,
        )
        self.sets |= {
            f"ticket/{number}": called,
            f"service/{ticket.service}": replace(self.hall.figures(ticket.service), current=number),
            f"zone/{self.plan.zone}": ZoneCalls((Call(seq, number, here, self.now), *others)[:CALLS_SHOWN]),
        }
        self.events.append(Called(number, ticket.service, here, called.calls, self.voice_id, seq))
        self.counter = replace(self.counter, ticket=number, last=number, called_at=self.now)

    def done(
        self, state: CounterState | None = None, clerk: str | None = None, reason: str | None = None
    ) -> Change:
        """The finished change: the counter's turn grows by one."""
        before, said_before = self.hall.counter(self.counter.id), speech(self.hall, self.voice_id)
        after = replace(
            self.counter,
            turn=before.turn + 1,
            state=before.state if state is None else state,
            clerk=before.clerk if clerk is None else clerk,
            reason=before.reason if reason is None else reason,
        )
        sat = (after.state, after.clerk, after.reason) != (before.state, before.clerk, before.reason)
        if sat or not self.events:
            self.events.append(CounterChanged(after.id, after.state, after.clerk, after.reason))
        self.events += differences(self.voice_id, said_before, self.speech)
        self.sets[f"counter/{after.id}"] = after
        self.sets |= written(self.voice_id, said_before, self.speech)
        return Change(Answer(number=after.ticket, turn=after.turn), tuple(self.events), self.sets)
