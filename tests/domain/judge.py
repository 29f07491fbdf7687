"""A hall whose every answer is held against what must be true: by `watch`, by `naive`, by what was seen before.

Used by `any_order`, which says what is asked of it.
"""

import copy
from collections import Counter as Count
from dataclasses import dataclass, replace
from typing import Any

from app.domain import day
from app.domain.accuracy import Kept
from app.domain.change import Answer, Change, Outcome
from app.domain.commands import Command, EnterPaper, Issue, PairDevice, Tick
from app.domain.events import Called, CallRetracted, PaperReserved
from app.domain.facts import Counter, Fact, Figures, Jumps, Series, Serves, Ticket
from app.domain.hall import Hall
from app.domain.pace import Pace
from app.domain.plan import Millis, Plan
from app.domain.presses import Absent, CallNumber, Finish, Next, Press, TakeUp, UndoLast
from app.domain.refusals import Refusal, TooLateToUndo
from app.domain.states import TicketState
from app.domain.verbs import decide
from app.domain.why import why
from tests.conftest import HandClock, Played, play
from tests.domain import watch
from tests.domain.naive import NaiveOrder, Seen, as_it_was
from tests.domain.small import VOICES

UNDOABLE = (Next, CallNumber, TakeUp, Absent, Finish)
TEN_SECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press that can be undone: the facts before it, when it was, at which version it stands."""

    facts: dict[str, Fact]
    at: Millis
    version: int


class Judge:
    """A hall in play, and what its answers must agree with: what was answered, told, whom each call overtook."""

    def __init__(self, plan: Plan, seen: Count[str]) -> None:
        self.seen = seen  # commands done, refusals, events and reasons by name; steps, nights, losses
        self.played: Played = play(plan, HandClock(plan))
        self.order = NaiveOrder()
        self.answered: dict[str, str] = {}  # request -> number
        self.numbers: list[str] = []
        self.paper: list[str] = []  # numbers kept for paper and not entered
        self.pressed: dict[str, Pressed] = {}
        self.called: dict[str, list[tuple[int, str]]] = {}  # service -> calls that stand: version and number
        self.leapt = False  # running numbers leap after a loss

    @property
    def hall(self) -> Hall:
        return self.played.hall

    @property
    def now(self) -> Millis:
        return self.played.clock()

    def ask(self, command: Command) -> Answer | None:
        """Do a command: a refusal changes nothing, a change can be taken back exactly, said twice is said once."""
        hall, now, kind = self.hall, self.now, type(command).__name__
        facts = dict(hall.facts)
        self.seen["steps"] += 1
        try:
            change = decide(hall, command, now)
        except Refusal as refusal:
            assert hall.facts == facts
            self.seen[type(refusal).__name__] += 1
            if isinstance(command, UndoLast) and isinstance(refusal, TooLateToUndo):
                self.check_too_late(command, now)
            return None
        assert bool(change.events) == bool(change.sets)
        if isinstance(command, Issue):
            self.check_issue(command, change.answer)
        if isinstance(command, EnterPaper):
            self.check_entered(change.answer)
        if not change.events:
            return change.answer
        self.seen[kind] += 1
        counted = indexes(hall)
        before = hall.apply(change.sets)
        hall.apply(before)
        assert hall.facts == facts
        assert indexes(hall) == counted
        self.put(kind, command, change, facts)
        self.check_doubled(command)
        return change.answer

    def put(self, kind: str, command: Command | None, change: Change, facts: dict[str, Fact]) -> None:
        """Put a change in place and hold it against everything known."""
        hall, now = self.hall, self.now
        watch.check_change(hall, kind, change.events, change.sets)
        undone = self.see(command, change, facts) if isinstance(command, Press) else None
        self.played.put(change)
        self.seen.update(type(event).__name__ for event in change.events)
        self.see_paper(change)
        touched = {name.partition("/")[0] for name in change.sets}
        if touched & {"ticket", "plan"}:
            press = self.order.presses.get(command.counter) if isinstance(command, UNDOABLE) else None
            self.order.see_line(hall.facts, hall.plan, press, undone)
        if touched & {"ticket", "counter"}:
            watch.check_places(hall)
        if touched & {"say", "counter"}:
            for voice in VOICES:
                watch.check_voice(hall.facts, voice, now)
        self.check_figures(change)
        if kind == "UndoLast" and isinstance(command, UndoLast):
            self.check_undone(command, change, now)
        if isinstance(command, Tick):
            watch.check_after_tick(hall, now)
        if hall.version % 8 == 0:
            self.recount()

    def see_paper(self, change: Change) -> None:
        """Numbers are kept for paper: nobody has them, and nobody else will be given them."""
        for event in change.events:
            if isinstance(event, PaperReserved):
                kept = [f"{event.first[:2]}{at:03}" for at in range(int(event.first[2:]), int(event.last[2:]) + 1)]
                assert not set(kept) & {*self.numbers, *self.paper}
                self.paper += kept

    def see(self, command: Press, change: Change, facts: dict[str, Fact]) -> Seen | None:
        """Tell the naive order of a press; a call in turn must be as it expects."""
        hall, counter, version = self.hall, command.counter, self.hall.version + 1
        if isinstance(command, UndoLast):
            undone = self.order.see_undo(counter)
            for calls in self.called.values():
                calls[:] = [call for call in calls if call[0] != undone.version]
            return undone
        if not isinstance(command, UNDOABLE):
            return None
        self.pressed[counter] = Pressed(facts, self.now, version)
        self.order.see_press(counter, version)
        if isinstance(command, Next):
            self.check_next(command, change, facts)
            if change.answer.number:
                self.order.see_call(facts, today(hall), counter, change.answer.number, version)
        return None

    def check_next(self, command: Next, change: Change, facts: dict[str, Fact]) -> None:
        hall, counter, number = self.hall, command.counter, change.answer.number
        reason: Any = change.sets.get(f"why/{number}")
        self.order.check_next(facts, today(hall), counter, number, reason, self.now)
        if number:
            gone = {
                fact.number
                for fact in change.sets.values()
                if isinstance(fact, Ticket) and hall.ticket(fact.number).state is TicketState.WAITING
            } - {number}
            picked, by, now = hall.ticket(number), reason.reason, self.now
            self.order.check_left_aside(facts, today(hall), counter, picked, by, gone, now)

    def check_issue(self, command: Issue, answer: Answer) -> None:
        first = self.answered.setdefault(command.request, answer.number)
        assert answer.number == first
        if answer.outcome is Outcome.DONE:
            assert answer.number not in self.numbers
            self.numbers.append(answer.number)
        else:
            assert answer.outcome is Outcome.REPEATED

    def check_entered(self, answer: Answer) -> None:
        """A number kept for paper becomes a ticket once."""
        assert (answer.outcome is Outcome.DONE) == (answer.number in self.paper) != (answer.number in self.numbers)
        if answer.outcome is Outcome.DONE:
            self.paper.remove(answer.number)
            self.numbers.append(answer.number)

    def check_doubled(self, command: Command) -> None:
        """The same once more at once: the present state, the first answer or a refusal, and nothing changes."""
        if isinstance(command, PairDevice):
            return
        try:
            change = decide(self.hall, command, self.now)
        except Refusal:
            return
        assert not change.events
        assert not change.sets
        if isinstance(command, Issue):
            assert change.answer == Answer(Outcome.REPEATED, self.answered[command.request])

    def check_figures(self, change: Change) -> None:
        """Each service's current number is the last one called whose call stands; each call says why."""
        hall = self.hall
        for event in change.events:
            if isinstance(event, Called):
                self.called.setdefault(event.service, []).append((hall.version, event.number))
                if event.reason:
                    self.seen[event.reason] += 1
                    check_sentence(hall, event.number)
        for service, calls in self.called.items():
            figures = hall.facts.get(f"service/{service}", Figures())
            assert isinstance(figures, Figures)
            assert figures.current == (calls[-1][1] if calls else "")

    def check_too_late(self, command: UndoLast, now: Millis) -> None:
        """Undo is refused only when its time is over, the counter went on, or a number of it did."""
        pressed = self.pressed.get(command.counter)
        if pressed and pressed.version == self.hall.version:
            assert now >= pressed.at + TEN_SECONDS

    def check_undone(self, command: UndoLast, change: Change, now: Millis) -> None:
        """After an undo all is as before the press, but for what says that both happened."""
        hall, pressed = self.hall, self.pressed.pop(command.counter)
        assert pressed.at <= now < pressed.at + TEN_SECONDS
        here = plain(pressed.facts, f"counter/{command.counter}")
        assert plain(hall.facts, f"counter/{command.counter}") == here
        for name in change.sets:
            if name.startswith("ticket/"):
                assert plain(hall.facts, name) == plain(pressed.facts, name)
        if pressed.version == hall.version - 1:
            assert differing(pressed.facts, hall.facts) == {}
        retracted = [event for event in change.events if isinstance(event, CallRetracted)]
        assert len(retracted) <= 1

    def recount(self) -> None:
        """What the hall keeps at hand is what a hall made of its facts finds."""
        hall = self.hall
        assert indexes(hall) == indexes(Hall(copy.copy(hall.facts)))
        watch.check_kept(hall, self.numbers)
        for lead in ("05", "86"):
            given = sorted(number for number in (*self.numbers, *self.paper) if number[:2] == lead)
            if not self.leapt:
                assert hall.series(lead) == Series(len(given))
                assert given == [f"{lead}{at:03}" for at in range(1, len(given) + 1)]
            assert not given or hall.series(lead).issued >= int(given[-1][2:])

    def check_voices_are_held(self) -> None:
        paired = {device.id for device in self.hall.devices()}
        for voice_id in VOICES:
            voice = self.hall.voice(voice_id)
            assert set(voice.ready) <= paired
            assert len(set(voice.ready)) == len(voice.ready)
            assert voice.holder in voice.ready or (voice.holder, voice.ready) == ("", ())

    def forward(self, ms: int) -> None:
        self.played.clock.forward(ms)
        self.turn_day()

    def turn_day(self) -> None:
        """What the center does when a day is over: close it, then open the next."""
        hall, now = self.hall, self.now
        if not day.day_is_over(hall, now):
            return
        if not day.is_settled(hall):
            self.put("midnight", None, day.close_day(hall, hall.now, by_midnight=True), {})
        watch.check_nothing_is_left(hall)
        turns = {counter.id: counter.turn for counter in hall.counters()}
        self.seen.update(type(event).__name__ for event in self.played.put(day.open_day(hall, now)).events)
        hall = self.hall
        assert all(hall.counter(counter).turn > turn for counter, turn in turns.items() if turn > 1)
        self.answered.clear()
        self.numbers.clear()
        self.paper.clear()
        self.pressed.clear()
        self.called.clear()
        self.order, self.leapt = NaiveOrder(), False
        self.seen["nights"] += 1

    def recover(self, lost: int) -> None:
        """What the center does when its store has lost so many entries."""
        before = {name: fact.turn for name, fact in self.hall.facts.items() if isinstance(fact, Counter)}
        self.seen.update(type(event).__name__ for event in self.played.put(day.recover(self.hall, lost)).events)
        facts = self.hall.facts
        assert all(counter.turn > before[name] for name, counter in facts.items() if isinstance(counter, Counter))
        self.pressed.clear()
        self.leapt = True
        self.seen["losses"] += 1


def check_sentence(hall: Hall, number: str) -> None:
    for language, begins in (("vi", f"Số {number} "), ("en", f"Number {number} ")):
        sentence = why(hall, number, language)
        assert sentence.startswith(begins)
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "  " not in sentence


def indexes(hall: Hall) -> tuple[Any, ...]:
    """Everything the hall keeps at hand beside its facts."""
    queues = []
    for name in (
        *(service.id for service in hall.plan.services),
        *(f"@{counter}" for counter in ("05", "06", "86")),
    ):
        queue = hall.queue(name)
        queues.append(([list(lane) for lane in queue.lanes], list(queue.away), list(queue.joined)))
    awaited = [list(hall.awaited(state)) for state in (TicketState.WAITING, TicketState.ASIDE)]
    held = [[ticket.number for ticket in hall.held_by(holder)] for holder in ("x", "y")]
    parked = [ticket.number for ticket in hall.parked()]
    counts = [(list(hall.issued(service)), hall.present(service)) for service in ("s", "t", "u")]
    return queues, awaited, held, parked, counts, [hall.announcements(voice) for voice in VOICES]


def today(hall: Hall) -> Plan:
    """The plan with the services that each counter serves today."""
    counters = []
    for planned in hall.plan.counters:
        serves = hall.facts.get(f"serves/{planned.id}")
        counters.append(replace(planned, services=serves.services) if isinstance(serves, Serves) else planned)
    return replace(hall.plan, counters=tuple(counters))


def plain(facts: dict[str, Fact], name: str) -> Fact | None:
    """A fact without its turn, its version, and the panel at work."""
    fact = facts.get(name)
    if isinstance(fact, Counter):
        return replace(fact, turn=0, seat="")
    return as_it_was(fact) if isinstance(fact, Ticket) else fact


def differing(before: dict[str, Fact], after: dict[str, Fact]) -> dict[str, tuple[Fact | None, Fact | None]]:
    """Where an undo has not put back what was before: turns, versions, what was announced and shown as a call, and
    the undo itself left out."""
    left_out, nothing = ("voice", "say", "undo", "zone"), (Figures(), Jumps(), Pace(), Kept())
    found = {}
    for name in before | after:
        was, now_is = plain(before, name), plain(after, name)
        if was != now_is and name.partition("/")[0] not in left_out and {was, now_is} - {None, *nothing}:
            found[name] = was, now_is
    return found
