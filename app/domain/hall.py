"""The hall: all that is true in a center at this moment, with the few indexes that keep every verb cheap.

Verbs only read it. `apply` puts a change's facts in place and returns what stood there before, so that a
change which could not be committed is taken back by applying that.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from app.domain.accuracy import Kept
from app.domain.bulletin import Bulletin
from app.domain.editions import Editions
from app.domain.facts import (
    Announcement,
    Counter,
    Day,
    Device,
    Fact,
    Facts,
    Figures,
    Jumps,
    Request,
    Series,
    Serves,
    Stopped,
    Taken,
    Ticket,
    Undo,
    Voice,
    Why,
    ZoneCalls,
)
from app.domain.media import Media
from app.domain.pace import Pace
from app.domain.plan import CheckIn, CounterPlan, Millis, Plan, ServicePlan, ZonePlan
from app.domain.queue import NOBODY, Queue
from app.domain.ranges import PaperRange, Papers
from app.domain.rating import Rating
from app.domain.refusals import UnknownCounter, UnknownDevice, UnknownNumber, UnknownService, UnknownZone
from app.domain.states import LIVE, TicketState


class Hall:
    """The facts by name, the version they stand at, and the latest time this hall has seen."""

    __slots__ = (
        "_awaited",
        "_counter_plans",
        "_counters_of",
        "_devices",
        "_facts",
        "_held",
        "_issued",
        "_parked",
        "_present",
        "_queues",
        "_says",
        "now",
        "version",
    )

    def __init__(self, facts: dict[str, Fact], version: int = 0, now: Millis = 0) -> None:
        self.version = version
        self.now = now
        self._facts: dict[str, Fact] = {}
        self._queues: dict[str, Queue] = {}
        self._parked: dict[str, None] = {}
        self._held: dict[str, dict[str, None]] = {}
        self._issued: dict[str, list[Millis]] = {}
        self._present: dict[str, int] = {}
        self._says: dict[str, dict[int, Announcement]] = {}
        self._devices: dict[str, Device] = {}
        self._counter_plans: dict[str, CounterPlan] = {}
        self._counters_of: dict[str, list[CounterPlan]] = {}
        self._awaited: dict[TicketState, list[tuple[Millis, str]]] = {
            TicketState.WAITING: [],
            TicketState.ASIDE: [],
        }
        first: Facts = {"plan": facts["plan"]} if "plan" in facts else {}
        self.apply(first | dict(facts))  # how tickets stand depends on the plan

    def apply(self, sets: Facts) -> Facts:
        """Put facts in place; returns the facts that stood there before (None where there was none)."""
        before: Facts = {}
        for name, fact in sets.items():
            old = before[name] = self._facts.get(name)
            if isinstance(old, Ticket):
                self._forget(old)
            elif isinstance(old, Announcement):
                del self._says[_voice_of(name)][old.seq]
            elif isinstance(old, Device):
                del self._devices[old.id]
            if isinstance(fact, Plan):
                self._set_plan(fact)
            elif fact is None:
                self._facts.pop(name, None)
            else:
                self._facts[name] = fact
            if isinstance(fact, Ticket):
                self._index(fact)
            elif isinstance(fact, Announcement):
                self._says.setdefault(_voice_of(name), {})[fact.seq] = fact
            elif isinstance(fact, Device):
                self._devices[fact.id] = fact
            elif isinstance(fact or old, Plan | Serves) and "plan" in self._facts:
                self._see_counters()
        return before

    def _set_plan(self, plan: Plan) -> None:
        """Put a plan in place; who waits stands anew if the plan sees check-in with other eyes."""
        old = cast("Plan | None", self._facts.get("plan"))
        again = old is not None and old.check_in is not plan.check_in
        waiting = [t for t in self.tickets() if t.state is TicketState.WAITING] if again else []
        for ticket in waiting:
            self._forget(ticket)
        self._facts["plan"] = plan
        for ticket in waiting:
            self._index(ticket)

    def _index(self, ticket: Ticket) -> None:
        if ticket.state is TicketState.WAITING:
            self._queues.setdefault(ticket.queue, Queue()).add(ticket, self.is_away(ticket))
        if ticket.is_awaited and ticket.state in self._awaited:
            insort(self._awaited[ticket.state], (ticket.arrive_before, ticket.number))
        if ticket.state is TicketState.PARKED:
            self._parked[ticket.number] = None
        if ticket.holder:
            self._held.setdefault(ticket.holder, {})[ticket.number] = None
        insort(self._issued.setdefault(ticket.service, []), ticket.issued_at)
        self._present[ticket.service] = self._present.get(ticket.service, 0) + ticket.is_present

    def _forget(self, ticket: Ticket) -> None:
        if ticket.state is TicketState.WAITING:
            self._queues[ticket.queue].remove(ticket, self.is_away(ticket))
        if ticket.is_awaited and ticket.state in self._awaited:
            awaited = self._awaited[ticket.state]
            del awaited[bisect_left(awaited, (ticket.arrive_before, ticket.number))]
        self._parked.pop(ticket.number, None)
        if ticket.holder:
            self._held[ticket.holder].pop(ticket.number, None)
        issued = self._issued[ticket.service]
        del issued[bisect_left(issued, ticket.issued_at)]
        self._present[ticket.service] -= ticket.is_present

    def is_away(self, ticket: Ticket) -> bool:
        """Whether a waiting ticket cannot be called before it has checked in."""
        return ticket.is_awaited and self.plan.check_in is CheckIn.REQUIRED

    @property
    def facts(self) -> dict[str, Fact]:
        """Every fact by name; not to be written to."""
        return self._facts

    @property
    def plan(self) -> Plan:
        return cast(Plan, self._facts["plan"])

    @property
    def day(self) -> Day:
        return cast(Day, self._facts["day"])

    def zone(self, zone_id: str) -> ZonePlan:
        if zone := self.plan.zone(zone_id):
            return zone
        raise UnknownZone(zone=zone_id)

    def service(self, service_id: str) -> ServicePlan:
        if service := self.plan.service(service_id):
            return service
        raise UnknownService(service=service_id)

    def counter_plan(self, counter_id: str) -> CounterPlan:
        """A counter of the plan, with the services it serves today."""
        if counter := self._counter_plans.get(counter_id):
            return counter
        raise UnknownCounter(counter=counter_id)

    def counter_plans(self) -> Iterable[CounterPlan]:
        """All counters of the plan, with the services they serve today."""
        return self._counter_plans.values()

    def counters_of(self, service_id: str) -> Sequence[CounterPlan]:
        """The counters that serve a service today."""
        return self._counters_of.get(service_id, ())

    def counters_in(self, zone_id: str) -> list[CounterPlan]:
        """The counters of a zone, with the services they serve today."""
        return [counter for counter in self.counter_plans() if counter.zone == zone_id]

    def serves(self, counter_id: str) -> tuple[str, ...]:
        """The services a counter serves today instead of the plan's; none: those of the plan."""
        fact = cast("Serves | None", self._facts.get(f"serves/{counter_id}"))
        return fact.services if fact else ()

    def _see_counters(self) -> None:
        """Note which counter serves what today."""
        self._counter_plans, self._counters_of = {}, {}
        for planned in self.plan.counters:
            today = replace(planned, services=self.serves(planned.id) or planned.services)
            self._counter_plans[today.id] = today
            for service in dict.fromkeys(today.services):
                self._counters_of.setdefault(service, []).append(today)

    def counter(self, counter_id: str) -> Counter:
        if counter_id not in self._counter_plans:
            raise UnknownCounter(counter=counter_id)
        return cast(Counter, self._facts.get(f"counter/{counter_id}") or Counter(counter_id))

    def counters(self) -> Iterator[Counter]:
        return (self.counter(counter.id) for counter in self.plan.counters)

    def ticket(self, number: str) -> Ticket:
        if ticket := self._facts.get(f"ticket/{number}"):
            return cast(Ticket, ticket)
        raise UnknownNumber()

    def series(self, counter_id: str) -> Series:
        return cast(Series, self._facts.get(f"series/{counter_id}") or Series())

    def papers(self, counter_id: str) -> tuple[PaperRange, ...]:
        """The ranges of a lead counter that are kept for paper."""
        fact = cast("Papers | None", self._facts.get(f"paper/{counter_id}"))
        return fact.ranges if fact else ()

    def figures(self, service_id: str) -> Figures:
        return cast(Figures, self._facts.get(f"service/{service_id}") or Figures())

    def zone_calls(self, zone_id: str) -> ZoneCalls:
        return cast(ZoneCalls, self._facts.get(f"zone/{zone_id}") or ZoneCalls())

    def voice(self, voice_id: str) -> Voice:
        if voice_id not in self.plan.voices():
            raise UnknownZone(zone=voice_id)
        return cast(Voice, self._facts.get(f"voice/{voice_id}") or Voice())

    def announcements(self, voice_id: str) -> tuple[Announcement, ...]:
        """The announcements kept of a voice, oldest first."""
        says = self._says.get(voice_id, {})
        return tuple(says[seq] for seq in sorted(says))

    def device(self, device_id: str) -> Device:
        if device := self._facts.get(f"device/{device_id}"):
            return cast(Device, device)
        raise UnknownDevice()

    def devices(self) -> list[Device]:
        return list(self._devices.values())

    def editions(self) -> Editions:
        return cast(Editions, self._facts.get("editions") or Editions())

    def bulletin(self) -> Bulletin:
        return cast(Bulletin, self._facts.get("bulletin") or Bulletin())

    def media(self) -> Media:
        return cast(Media, self._facts.get("media") or Media())

    def request(self, actor: str, request_id: str) -> Request | None:
        return cast("Request | None", self._facts.get(f"request/{actor}/{request_id}"))

    def taken(self, service_id: str, window: str) -> Taken:
        return cast(Taken, self._facts.get(f"taken/{service_id}/{window}") or Taken())

    def stopped(self, service_id: str) -> Stopped | None:
        """Whether, since when and why no numbers of a service are issued for now."""
        return cast("Stopped | None", self._facts.get(f"stopped/{service_id}"))

    def jumps(self, queue: str) -> Jumps:
        return cast(Jumps, self._facts.get(f"jumps/{queue}") or Jumps())

    def why(self, number: str) -> Why | None:
        return cast("Why | None", self._facts.get(f"why/{number}"))

    def rating(self, number: str) -> Rating | None:
        return cast("Rating | None", self._facts.get(f"rating/{number}"))

    def undo(self, counter_id: str) -> Undo | None:
        return cast("Undo | None", self._facts.get(f"undo/{counter_id}"))

    def pace(self, service_id: str) -> Pace:
        return cast(Pace, self._facts.get(f"pace/{service_id}") or Pace())

    def kept(self, service_id: str) -> Kept:
        return cast(Kept, self._facts.get(f"kept/{service_id}") or Kept())

    def tickets(self) -> list[Ticket]:
        """Every ticket of the day; grows with the day, so not for verbs."""
        return [fact for fact in self._facts.values() if isinstance(fact, Ticket)]

    def queue(self, name: str) -> Queue:
        """The queue of a service, or `@<counter>`; not to be written to."""
        return self._queues.get(name, NOBODY)

    def waiting(self, service_id: str) -> int:
        """How many wait for a service."""
        return len(self.queue(service_id))

    def issued(self, service_id: str) -> Sequence[Millis]:
        """When the numbers of a service were taken today, earliest first; not to be written to."""
        return self._issued.get(service_id, ())

    def present(self, service_id: str) -> int:
        """How many with a number of a service are in the room: issued on site or checked in, and not done."""
        return self._present.get(service_id, 0)

    def awaited(self, state: TicketState) -> list[tuple[Millis, str]]:
        """(arrive before, number) of those waiting, or aside, whose holders may be on the way; earliest first."""
        return self._awaited[state]

    def parked(self) -> list[Ticket]:
        """The numbers put away by clerks, in the order they were."""
        return sorted((self.ticket(number) for number in self._parked), key=lambda ticket: ticket.changed)

    def lives(self, holder: str) -> list[Ticket]:
        """The numbers of a holder that have not ended, in the order taken."""
        return [ticket for ticket in self.held_by(holder) if ticket.state in LIVE]

    def held_by(self, holder: str) -> list[Ticket]:
        """The tickets of a holder, in the order taken."""
        return sorted(
            (self.ticket(number) for number in self._held.get(holder, {})),
            key=lambda t: (t.issued_at, t.joined, t.number),
        )


def _voice_of(name: str) -> str:
    """The voice in the name of an announcement, `say/<voice>/<seq>`."""
    return name.split("/")[1]
