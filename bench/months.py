"""Days of a small center played through the real rule book by chance, with a log of its own of what was done: the
truth against which the report is held. Used by `bench.report` and tests/report.

Every key is pressed in an order that chance makes: calls, absences, transfers, guests, undo. The log knows what
was asked and answered, and what the clerks see; never the journal.
"""

import random
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from app.domain import day as days
from app.domain.change import Change
from app.domain.commands import Cancel, CheckInTicket, Command, Issue, Rate, Tick
from app.domain.events import SetAside
from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.plan import Channel, CheckIn, Millis, Plan
from app.domain.presses import (
    Absent,
    AnyPress,
    CallNumber,
    Finish,
    Next,
    Park,
    Recall,
    ReturnToQueue,
    ServeGuest,
    Start,
    TakeCounter,
    Transfer,
    UndoLast,
)
from app.domain.refusals import Refusal
from app.domain.states import LIVE, TicketState
from app.domain.verbs import decide
from app.store.chain import Row
from app.store.entry import write_entry

KEYS: dict[type[AnyPress], int] = {
    Next: 40,
    Start: 14,
    Finish: 12,
    Absent: 9,
    Recall: 5,
    UndoLast: 5,
    CallNumber: 3,
    Transfer: 3,
    Park: 2,
    ReturnToQueue: 2,
    ServeGuest: 2,
}  # how often each is pressed
UNDOABLE = (Next, CallNumber, Absent, Finish)
LEAVES = {Absent: "absent", Transfer: "transferred", Park: "parked", ReturnToQueue: "returned"}


@dataclass(slots=True)
class Stayed:
    """Somebody at a counter, as the simulation knows it: whom his call passed, `how` he left ("" while there)."""

    number: str
    counter: str
    clerk: str
    service: str
    came: Millis
    by_name: bool = False
    passed: tuple[str, ...] = ()
    left: Millis = 0
    how: str = ""


@dataclass(slots=True)
class Pressed:
    """The last press at a counter: who left, who came, who was set aside."""

    left: Stayed | None
    came: Stayed | None
    asides: list[str]


@dataclass(slots=True)
class Truth:
    """What happened on a day: every number as it was given, its end, the stays that were not undone, the numbers
    that were set aside before their time, when holders came."""

    date: str
    given: dict[str, Ticket] = field(default_factory=dict)
    ends: dict[str, TicketState] = field(default_factory=dict)
    stays: list[Stayed] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    came: dict[str, Millis] = field(default_factory=dict)
    rated: dict[str, int] = field(default_factory=dict)


class Simulated:
    """A center that is played day after day; `rows` are its journal's entries of the present day."""

    def __init__(self, plan: Plan, first: date, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = plan.moment(first, time(7))
        self.hall = Hall({"plan": plan})
        self.rows: list[Row] = []
        self._hash = ""
        self._put(days.found(plan, self.now), "system")
        self.truth = Truth(self.hall.day.date)
        self._pressed: dict[str, Pressed] = {}

    def play(self, opens: time, closes: time, steps: int) -> Truth:
        """Play the present day: as many steps, one after another, between two times of its clock. Returns its
        truth; `rows` are its entries until the next day begins."""
        plan, today = self.hall.plan, date.fromisoformat(self.hall.day.date)
        self.now = max(self.now, plan.moment(today, opens))
        length = (plan.moment(today, closes) - self.now) // steps
        for counter in plan.counters:
            self._do(TakeCounter(f"staff/clerk-{counter.id}", counter.id, self.hall.counter(counter.id).turn))
        for _ in range(steps):
            self.now += self.chance.randint(1, 2 * length)
            self._step()
        return self.truth

    def end(self) -> Truth:
        """The night: the day is closed and the next one begins; the truth and the entries of the day that ended
        are left in `rows` until `begin`."""
        self._midnight()
        for number in self.truth.given:
            self.truth.ends[number] = self.hall.ticket(number).state
        return self.truth

    def begin(self) -> None:
        """The next day begins."""
        plan = self.hall.plan
        self.now = plan.moment(date.fromisoformat(self.hall.day.date) + timedelta(days=1), time(0, 0, 1))
        self.rows, self._pressed = [], {}
        self._put(days.open_day(self.hall, self.now), "system")
        self.truth = Truth(self.hall.day.date)

    def _midnight(self) -> None:
        self._put(days.close_day(self.hall, self.now, by_midnight=True), "system")
        for stay in self.truth.stays:
            if not stay.how:
                stay.how, stay.left = "forgotten", self.now

    def _put(self, change: Change, by: str) -> None:
        if change.new_epoch:
            self.hall = Hall({name: fact for name, fact in change.sets.items() if fact}, self.hall.version)
        elif change.events:
            self.hall.apply(change.sets)
        if change.events:
            self.hall.version, self.hall.now = self.hall.version + 1, self.now
            data, self._hash = write_entry(change, by, self.now, "batch", self._hash)
            self.rows.append(Row(self.hall.day.date.replace("-", ""), self.hall.version, data))

    def _do(self, command: Command) -> Change | None:
        try:
            change = decide(self.hall, command, self.now)
        except Refusal:
            return None
        self._put(change, command.by)
        return change if change.events else None

    def _step(self) -> None:
        what = self.chance.random()
        if what < 0.3:
            self._issue()
        elif what < 0.36:
            self._check_in()
        elif what < 0.38:
            self._with_some(Cancel, TicketState.WAITING, TicketState.ASIDE)
        elif what < 0.42:
            self._do(Tick(promises=True))
        elif what < 0.46:
            self._rate()
        else:
            self._press()

    def _issue(self) -> None:
        plan = self.hall.plan
        service = self.chance.choice(plan.services).id
        channel = self.chance.choices(list(Channel), (5, 4, 1))[0]
        groups = ["", "", "", *(group.id for group in plan.order.groups)]
        group = self.chance.choice(groups)
        change = self._do(Issue("citizen", f"request-{self.hall.version}", service, channel, group=group))
        if change:
            number = change.answer.number
            self.truth.given[number] = self.hall.ticket(number)

    def _check_in(self) -> None:
        number = self._with_some(CheckInTicket, TicketState.WAITING, TicketState.ASIDE)
        if number:
            self.truth.came[number] = self.now

    def _rate(self) -> None:
        served = [one.number for one in self.hall.tickets() if one.state is TicketState.FINISHED]
        if not served:
            return
        number, face = self.chance.choice(served), self.chance.choice((1, 2, 3, 3, 4, 4, 4))
        if self._do(Rate("citizen", self.hall.day.date, number, face)):
            self.truth.rated[number] = face

    def _with_some(self, kind: type[CheckInTicket] | type[Cancel], *states: TicketState) -> str:
        """Ask something of one of the numbers in some states; the number, "" when nothing was done."""
        numbers = [one.number for one in self.hall.tickets() if one.state in states]
        if not numbers:
            return ""
        number = self.chance.choice(numbers)
        return number if self._do(kind("citizen", self.hall.day.date, number)) else ""

    def _press(self) -> None:
        counter = self.hall.counter(self.chance.choice(self.hall.plan.counters).id)
        key = self.chance.choices(list(KEYS), list(KEYS.values()))[0]
        more: dict[str, Any] = {}
        if key is CallNumber:
            live = [one.number for one in self.hall.tickets() if one.state in LIVE]
            more = {"number": self.chance.choice(live or ["00000"])}
        elif key in (Transfer, ServeGuest):
            more = {"service": self.chance.choice(self.hall.plan.services).id}
        elif key is UndoLast:
            self.now += self.chance.choice((0, 3_000))
        lines = self._lines()
        change = self._do(key(counter.clerk, counter.id, counter.turn, **more))
        if change:
            self._note(key, counter.id, counter.clerk, change, more)
            if key is Next and change.answer.number:
                self.truth.stays[-1].passed = _passed(lines, change.answer.number)
            if key is UndoLast or self.chance.random() < 0.1:
                return
            if key in UNDOABLE and self.chance.random() < 0.12:
                self.now += 2_000
                again = self.hall.counter(counter.id)
                if undone := self._do(UndoLast(again.clerk, again.id, again.turn)):
                    self._note(UndoLast, counter.id, counter.clerk, undone, {})

    def _lines(self) -> list[list[str]]:
        """Who stands in each queue and can be called, in the order they came into it."""
        required = self.hall.plan.check_in is CheckIn.REQUIRED
        there = [t for t in self.hall.tickets() if t.state is TicketState.WAITING]
        there = sorted((t for t in there if not (required and t.is_awaited)), key=lambda t: t.joined)
        return [[t.number for t in there if t.queue == queue] for queue in {t.queue for t in there}]

    def _note(self, key: type[AnyPress], counter: str, clerk: str, change: Change, more: dict[str, Any]) -> None:
        if key is UndoLast:
            self._unnote(counter)
            return
        here = next((one for one in self.truth.stays if one.counter == counter and not one.how), None)
        asides = [event.number for event in change.events if isinstance(event, SetAside)]
        left = came = None
        if here and key not in (Recall, Start):
            left = here
            here.left, here.how = self.now, LEAVES.get(key, "finished")
            if here.number in asides and key is Absent:
                here.how = "aside"
        if key in (Next, CallNumber) and change.answer.number:
            number = change.answer.number
            service = self.hall.ticket(number).service
            came = Stayed(number, counter, clerk, service, self.now, key is CallNumber)
        elif key is ServeGuest:
            came = Stayed("", counter, clerk, more["service"], self.now)
        if came:
            self.truth.stays.append(came)
        self.truth.asides += asides
        self._pressed[counter] = Pressed(left, came, asides)

    def _unnote(self, counter: str) -> None:
        pressed = self._pressed.pop(counter)
        if pressed.left:
            pressed.left.left, pressed.left.how = 0, ""
        if pressed.came:
            self.truth.stays.remove(pressed.came)
        for number in pressed.asides:
            self.truth.asides.remove(number)


def _passed(lines: list[list[str]], number: str) -> tuple[str, ...]:
    """Who stood before a number in its line."""
    return next((tuple(line[: line.index(number)]) for line in lines if number in line), ())
