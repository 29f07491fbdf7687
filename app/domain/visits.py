"""A counter's change while it is put together: its visit begins, ends or goes on elsewhere. Used by the keys.

What every key does alike stands here: the counter's turn grows by one, the announcement of a visit that is over is
taken back, a finished visit teaches the pace of its service, and a call says why it was made.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.accuracy import judge
from app.domain.announcing import announce, cancel, differences, speech, written
from app.domain.change import Answer, Change
from app.domain.events import Called, CounterChanged, Ended, Event
from app.domain.facts import Call, Candidate, Counter, Facts, Ticket, Why
from app.domain.hall import Hall
from app.domain.order import queues_of
from app.domain.pace import learn
from app.domain.plan import Millis
from app.domain.refusals import NobodyCalled
from app.domain.states import CounterState, Reason, TicketState

CALLS_SHOWN = MISSED_SHOWN = 8  # of the last calls, of the numbers to which nobody came


class Draft:
    """The change of one press; `counter` is the counter as it will be."""

    def __init__(self, hall: Hall, counter: Counter, now: Millis) -> None:
        self.hall, self.counter, self.now = hall, counter, now
        self.plan = hall.counter_plan(counter.id)
        self.voice_id = hall.zone(self.plan.zone).voice_id
        self.speech = speech(hall, self.voice_id)
        self.sets: Facts = {}
        self.events: list[Event] = []
        self.learnt: Millis | None = None

    def put(self, ticket: Ticket) -> None:
        self.sets[f"ticket/{ticket.number}"] = replace(ticket, changed=self.hall.version + 1)

    def present(self) -> Ticket:
        """The ticket at this counter."""
        if not self.counter.ticket:
            raise NobodyCalled(counter=self.counter.id)
        return self.hall.ticket(self.counter.ticket)

    def end_visit(self, how: TicketState = TicketState.FINISHED, outcome: str = "") -> None:
        """End the present visit, if any."""
        if self.counter.guest:
            self.events.append(Ended("", self.counter.id, how.value, outcome))
            self._learn(self.counter.guest)
        elif self.counter.ticket:
            ticket = self.present()
            self.put(replace(ticket, state=how, ended_at=self.now, outcome=outcome))
            self.events.append(Ended(ticket.number, self.counter.id, how.value, outcome))
            if how is TicketState.FINISHED:
                self._learn(ticket.service)
                self.counter = replace(self.counter, served=ticket.number)
        self.let_go()

    def silence(self) -> None:
        """Take back the announcement of the present visit, if it has not begun."""
        self.speech = cancel(self.speech, self.counter.id, self.counter.ticket, self.now)

    def let_go(self) -> None:
        """The counter is free."""
        self.silence()
        counter = self.counter
        freed = counter.is_busy and counter.state is CounterState.OPEN
        stands = self.now if freed else counter.stands_since
        self.counter = replace(counter, ticket="", guest="", stands_since=stands)

    def _learn(self, service: str) -> None:
        self.learnt = self.now - self.counter.since
        self.sets[f"pace/{service}"] = learn(self.hall.pace(service), self.learnt)

    def call(self, ticket: Ticket, reason: Reason | None = None, candidates: Sequence[Ticket] = ()) -> int:
        """Call a ticket here, first (then with the `reason`) or again; returns its announcement's sequence."""
        number, here = ticket.number, self.counter.id
        length = self.hall.plan.voice.call(number, here)
        self.speech, seq = announce(self.speech, self.plan.zone, here, number, length, self.now)
        shown = self.hall.zone_calls(self.plan.zone)
        calls = (Call(seq, number, here, self.now), *(call for call in shown.calls if call.number != number))
        first = not ticket.called_at
        self.put(
            replace(
                ticket,
                state=TicketState.CALLED,
                counter=here,
                called_at=ticket.called_at or self.now,
                calls=ticket.calls + 1,
            )
        )
        self.sets |= {
            f"service/{ticket.service}": replace(self.hall.figures(ticket.service), current=number),
            f"zone/{self.plan.zone}": replace(shown, calls=calls[:CALLS_SHOWN]),
        }
        if reason:
            self.sets[f"why/{number}"] = self._why(reason, candidates)
        if first and ticket.high:
            kept = self.hall.kept(ticket.service)
            self.sets[f"kept/{ticket.service}"] = judge(kept, ticket.low, ticket.high, self.now)
        self.events.append(
            Called(
                number, ticket.service, here, ticket.calls + 1, self.voice_id, seq, reason.value if reason else ""
            )
        )
        since = self.now if first else self.counter.since
        self.counter = replace(self.counter, ticket=number, last=number, called_at=self.now, since=since)
        return seq

    def _why(self, reason: Reason, candidates: Sequence[Ticket]) -> Why:
        waiting = sum(self.hall.waiting(queue) for queue in queues_of(self.plan))
        could = tuple(Candidate(t.number, t.service, self.now - t.issued_at, t.group) for t in candidates)
        return Why(reason, self.now, self.counter.id, waiting, could)

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
        after = replace(after, stands_since=self.now if sat else self.counter.stands_since)
        if sat or not self.events:
            self.events.append(CounterChanged(after.id, after.state, after.clerk, after.reason))
        self.events += differences(self.voice_id, said_before, self.speech)
        self.sets[f"counter/{after.id}"] = after
        self.sets |= written(self.voice_id, said_before, self.speech)
        return Change(Answer(number=after.ticket, turn=after.turn), tuple(self.events), self.sets)
