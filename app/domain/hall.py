"""The hall: all that is true in a center at this moment, with the few indexes that keep every verb cheap.

Verbs only read it. `apply` puts a change's facts in place and returns what stood there before, so that a
change which could not be committed is taken back by applying that.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import cast

from app.domain.facts import (
    Announcement,
    Counter,
    Day,
    Device,
    Fact,
    Facts,
    Figures,
    Request,
    Series,
    Ticket,
    TicketState,
    Voice,
    ZoneCalls,
)
from app.domain.plan import CounterPlan, Millis, Plan, ServicePlan, ZonePlan
from app.domain.refusals import UnknownCounter, UnknownDevice, UnknownNumber, UnknownService, UnknownZone


class Hall:
    """The facts by name, the version they stand at, and the latest time this hall has seen."""

    __slots__ = ("_facts", "_held", "_says", "_waiting", "now", "version")

    def __init__(self, facts: dict[str, Fact], version: int = 0, now: Millis = 0) -> None:
        self.version = version
        self.now = now
        self._facts: dict[str, Fact] = {}
        self._waiting: dict[str, list[tuple[int, str]]] = {}
        self._held: dict[str, dict[str, None]] = {}
        self._says: dict[str, dict[int, Announcement]] = {}
        self.apply(dict(facts))

    def apply(self, sets: Facts) -> Facts:
        """Put facts in place; returns the facts that stood there before (None where there was none)."""
        before: Facts = {}
        for name, fact in sets.items():
            old = before[name] = self._facts.get(name)
            if isinstance(old, Ticket):
                self._forget(old)
            elif isinstance(old, Announcement):
                del self._says[_voice_of(name)][old.seq]
            if fact is None:
                self._facts.pop(name, None)
                continue
            self._facts[name] = fact
            if isinstance(fact, Ticket):
                self._index(fact)
            elif isinstance(fact, Announcement):
                self._says.setdefault(_voice_of(name), {})[fact.seq] = fact
        return before

    def _index(self, ticket: Ticket) -> None:
        if ticket.state is TicketState.WAITING:
            insort(self._waiting.setdefault(ticket.service, []), (ticket.place, ticket.number))
        if ticket.holder:
            self._held.setdefault(ticket.holder, {})[ticket.number] = None

    def _forget(self, ticket: Ticket) -> None:
        if ticket.state is TicketState.WAITING:
            queue = self._waiting[ticket.service]
            del queue[bisect_left(queue, (ticket.place, ticket.number))]
        if ticket.holder:
            self._held[ticket.holder].pop(ticket.number, None)

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
        if counter := self.plan.counter(counter_id):
            return counter
        raise UnknownCounter(counter=counter_id)

    def counter(self, counter_id: str) -> Counter:
        self.counter_plan(counter_id)
        return cast(Counter, self._facts.get(f"counter/{counter_id}") or Counter(counter_id))

    def counters(self) -> Iterator[Counter]:
        return (self.counter(counter.id) for counter in self.plan.counters)

    def ticket(self, number: str) -> Ticket:
        if ticket := self._facts.get(f"ticket/{number}"):
            return cast(Ticket, ticket)
        raise UnknownNumber()

    def series(self, counter_id: str) -> Series:
        return cast(Series, self._facts.get(f"series/{counter_id}") or Series())

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
        return [fact for fact in self._facts.values() if isinstance(fact, Device)]

    def request(self, actor: str, request_id: str) -> Request | None:
        return cast("Request | None", self._facts.get(f"request/{actor}/{request_id}"))

    def waiting(self, service_id: str) -> list[tuple[int, str]]:
        """The queue of a service: (place, number), first come first; not to be written to."""
        return self._waiting.get(service_id, [])

    def ahead(self, ticket: Ticket) -> int:
        """How many wait before this ticket in its service's queue; 0 when it does not wait."""
        if ticket.state is not TicketState.WAITING:
            return 0
        return bisect_left(self.waiting(ticket.service), (ticket.place, ticket.number))

    def held_by(self, holder: str) -> list[Ticket]:
        """The tickets of a holder, in the order taken."""
        return sorted((self.ticket(number) for number in self._held.get(holder, {})), key=lambda t: t.place)


def _voice_of(name: str) -> str:
    """The voice in the name of an announcement, `say/<voice>/<seq>`."""
    return name.split("/")[1]
