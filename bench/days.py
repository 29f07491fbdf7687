"""Simulated days of a center: who comes when, which counter calls, what the estimate sees. `bench.waits` judges
on them.

A day is played event by event: citizens come as decided beforehand, a free counter takes the earliest arrival
over its services, visits last lognormally, clerks go away and come back. All chance comes from the day's seed.
Everybody who has a number is served, if need be after closing time; a clerk who goes away ends the present visit
first."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from math import exp, log1p, sqrt
from random import Random

from app.domain.estimate import Floor, Seat
from app.domain.pace import Pace, learn

MINUTE = 60_000
OPENS, LAST_ISSUE = 450 * MINUTE, 960 * MINUTE  # 7:30 and 16:00, in ms since midnight
NEXT_PRESS = (3_000, 17_000)  # from the end of a visit until the clerk calls again; the counter looks busy so long


@dataclass(frozen=True, slots=True)
class Absence:
    """A clerk away from `begin` to `end`; the counter is then "paused" or "closed"."""

    begin: int
    end: int
    state: str = "paused"


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter: its services, how many times the service's mean its visits take, its clerk's absences in
    order."""

    services: tuple[str, ...]
    slowness: float = 1.0
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A service: the plan's usual and the true mean length of its visits in ms, their coefficient of
    variation."""

    usual: int
    mean: float
    cv: float

    @property
    def width(self) -> float:
        """The standard deviation of a visit's logarithm."""
        return sqrt(log1p(self.cv**2))

    def visit(self, slowness: float, normal: float) -> float:
        """The length in ms of the visit that belongs to a standard normal draw."""
        return self.mean * slowness * exp(self.width * normal - self.width**2 / 2)


@dataclass(frozen=True, slots=True)
class Day:
    """All that is decided before the doors open; arrivals are (ms since midnight, service), in order."""

    kinds: Mapping[str, Kind]
    desks: tuple[Desk, ...]
    arrivals: tuple[tuple[int, str], ...]
    seed: int


@dataclass(slots=True)
class Ticket:
    """One visit: when its number was taken and called (ms since midnight), its place among its service's of the
    day, how many of its queue were ahead when it was taken."""

    service: str
    taken: int
    place: int
    ahead: int
    called: int = 0


@dataclass(slots=True)
class Present:
    """What a counter is doing, as in `Seat`; `leaves`: its clerk goes away after this visit."""

    desk: Desk
    state: str = "open"
    since: int = 0
    service: str = ""
    leaves: bool = False


class Playing:
    """A day under way. `look(playing, ticket, ahead)` is called for each ticket when it is taken, before it
    joins its queue, and for those with two or more ahead again when half of these were called. `paces` learns as
    the day goes."""

    def __init__(self, day: Day, paces: dict[str, Pace], look: Callable[["Playing", Ticket, int], None]) -> None:
        self.day, self.paces = day, paces
        self.now = OPENS
        self.present = [Present(desk) for desk in day.desks]
        self.queues: dict[str, deque[Ticket]] = {service: deque() for service in day.kinds}
        self.visits: dict[str, list[int]] = {service: [] for service in day.kinds}  # the day's lengths, in ms
        self._look = look
        self._taken = dict.fromkeys(day.kinds, 0)
        self._called = dict.fromkeys(day.kinds, 0)
        self._halves: dict[tuple[str, int], list[Ticket]] = {}
        self._events: list[tuple[int, int, str, int]] = []
        self._chance = Random(day.seed)

    def play(self) -> None:
        """From the opening until the last ticket was served."""
        for which, (moment, _) in enumerate(self.day.arrivals):
            self._at(moment, "arrive", which)
        for index, desk in enumerate(self.day.desks):
            for absence in desk.absences:
                self._at(absence.begin, "leave", index)
        steps = {
            "arrive": self._arrive, "finish": self._finish, "ready": self._ready,
            "leave": self._leave, "come": self._come,
        }  # fmt: skip
        while self._events:
            self.now, _, what, which = heappop(self._events)
            steps[what](which)

    def floor(self) -> Floor:
        """The hall as the estimate sees it now."""
        return Floor(
            seats=tuple(
                Seat(there.desk.services, there.state, there.since, there.service) for there in self.present
            ),
            waiting={service: len(queue) for service, queue in self.queues.items()},
            paces=self.paces,
            usual={service: kind.usual for service, kind in self.day.kinds.items()},
        )

    def open_for(self, service: str) -> list[Present]:
        """The counters that are open for a service, busy or free."""
        return [there for there in self.present if there.state == "open" and service in there.desk.services]

    def _at(self, moment: int, what: str, which: int) -> None:
        heappush(self._events, (moment, len(self._events), what, which))

    def _arrive(self, which: int) -> None:
        service = self.day.arrivals[which][1]
        queue = self.queues[service]
        ticket = Ticket(service, self.now, self._taken[service], len(queue))
        self._look(self, ticket, ticket.ahead)
        self._taken[service] += 1
        queue.append(ticket)
        if ticket.ahead >= 2:
            self._halves.setdefault((service, ticket.place - ticket.ahead // 2), []).append(ticket)
        for index, there in enumerate(self.present):
            if queue and there.state == "open" and not there.since and service in there.desk.services:
                self._call(index)

    def _call(self, index: int) -> None:
        """The counter calls the earliest of its services, if anybody waits."""
        there = self.present[index]
        heads = [(queue[0].taken, service) for service in there.desk.services if (queue := self.queues[service])]
        if not heads:
            return
        service = min(heads)[1]
        self.queues[service].popleft().called = self.now
        self._called[service] += 1
        there.since, there.service = self.now, service
        length = self.day.kinds[service].visit(there.desk.slowness, self._chance.gauss(0, 1))
        self._at(self.now + max(1, int(length)), "finish", index)
        for ticket in self._halves.pop((service, self._called[service]), ()):
            self._look(self, ticket, ticket.place - self._called[service])

    def _finish(self, index: int) -> None:
        there = self.present[index]
        took = self.now - there.since
        self.paces[there.service] = learn(self.paces.get(there.service, Pace()), took)
        self.visits[there.service].append(took)
        self._at(self.now + self._chance.randint(*NEXT_PRESS), "ready", index)

    def _ready(self, index: int) -> None:
        there = self.present[index]
        there.since, there.service = 0, ""
        if there.leaves:
            self._go(index)
        else:
            self._call(index)

    def _leave(self, index: int) -> None:
        self.present[index].leaves = True
        if not self.present[index].since:
            self._go(index)

    def _go(self, index: int) -> None:
        there = self.present[index]
        begun = bisect_right([absence.begin for absence in there.desk.absences], self.now) - 1
        absence = there.desk.absences[begun]
        there.leaves, there.state, there.since = False, absence.state, self.now
        self._at(max(self.now + MINUTE, absence.end), "come", index)

    def _come(self, index: int) -> None:
        self.present[index].state, self.present[index].since = "open", 0
        self._call(index)
