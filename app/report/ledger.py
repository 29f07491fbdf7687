"""Reads a day's entries in their order and makes the report's lines of them. Pure: bytes in, lines out.

Called with the rows of a closed day by `copies`, with those of the running one, as they come, by `recent`. What
was undone counts for nothing: each counter remembers how it stood before its last press.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from app.domain.facts import Counter, Ticket
from app.domain.plan import Channel, CheckIn, Millis, Plan
from app.domain.states import Reason, TicketState
from app.report.lines import DAY, NUMBER, STAY, Line
from app.store.entry import hash_of, read_fact

BY_NAME = frozenset({Reason.BY_NUMBER.value, Reason.TAKEN_UP.value})
AWAY_FROM_COUNTER = frozenset({"absent", "aside"})  # nobody was there
SERVED = frozenset({"finished", "transferred", "parked"})  # somebody was


class _Told(msgspec.Struct):
    """The fields of all events that are looked at, by their names in `app.domain.events`."""

    number: str = ""
    counter: str = ""
    how: str = ""
    why: str = ""
    reason: str = ""
    face: int = 0


class _Written(msgspec.Struct):
    at: Millis
    events: list[tuple[str, _Told]]
    set: dict[str, msgspec.Raw]


_entry = msgspec.json.Decoder(_Written).decode


@dataclass(slots=True)
class _Stay:
    """One call to a counter, or a guest there; `passed` are those it overtook."""

    number: str
    service: str
    counter: str
    clerk: str
    at: Millis
    reason: str = ""
    passed: tuple[str, ...] = ()
    until: Millis = 0
    how: str = ""


@dataclass(slots=True)
class _Desk:
    """A counter so far; `before`: how it stood before its last press, for undo."""

    present: _Stay | None = None
    closed: list[_Stay] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    before: tuple[_Stay | None, int, int] = (None, 0, 0)

    def remember(self) -> None:
        present = replace(self.present) if self.present else None
        self.before = present, len(self.closed), len(self.asides)

    def take_back(self) -> None:
        self.present, stays, asides = self.before
        del self.closed[stays:], self.asides[asides:]

    @property
    def stays(self) -> list[_Stay]:
        return [*self.closed, self.present] if self.present else self.closed


class Ledger:
    """One day of one center."""

    def __init__(self, center: str, day: str) -> None:
        self.center, self.day = center, day
        self.hash = ""  # of the last entry taken
        self._plan: Plan | None = None
        self._zone = ZoneInfo("UTC")
        self._first: dict[str, Ticket] = {}
        self._tickets: dict[str, Ticket] = {}
        self._queues: dict[str, dict[str, int]] = {}  # who can be called, by queue: number -> when it joined
        self._desks: dict[str, _Desk] = {}
        self._rated: dict[str, tuple[int, str]] = {}

    def take(self, data: bytes) -> None:
        """The day's next entry; raises UnreadableEntry or msgspec's MsgspecError."""
        entry = _entry(data)
        self.hash = hash_of(data)
        tickets: list[Ticket] = []
        counters: list[Counter] = []
        for name, raw in entry.set.items():
            kind = name.partition("/")[0]
            if kind in ("ticket", "counter", "plan") and bytes(raw) != b"null":
                match read_fact(name, raw):
                    case Ticket() as ticket:
                        tickets.append(ticket)
                    case Counter() as counter:
                        counters.append(counter)
                    case Plan() as plan:
                        self._set_plan(plan)
        for kind, told in entry.events:
            if kind == "Rated":
                self._rated[told.number] = told.face, told.reason
        for counter in counters:
            self._see_counter(counter, entry)
        for ticket in tickets:
            self._see_ticket(ticket)

    def _set_plan(self, plan: Plan) -> None:
        before, self._plan, self._zone = self._plan, plan, ZoneInfo(plan.timezone)
        if before and before.check_in is not plan.check_in:
            for ticket in self._tickets.values():
                self._stand(ticket)

    def _see_ticket(self, ticket: Ticket) -> None:
        self._first.setdefault(ticket.number, ticket)
        if before := self._tickets.get(ticket.number):
            self._queues.get(before.queue, {}).pop(ticket.number, None)
        self._tickets[ticket.number] = ticket
        self._stand(ticket)

    def _stand(self, ticket: Ticket) -> None:
        """Put a ticket among those that can be called, or take it away."""
        queue = self._queues.setdefault(ticket.queue, {})
        required = self._plan is not None and self._plan.check_in is CheckIn.REQUIRED
        if ticket.state is TicketState.WAITING and not (ticket.is_awaited and required):
            queue[ticket.number] = ticket.joined
        else:
            queue.pop(ticket.number, None)

    def _see_counter(self, counter: Counter, entry: _Written) -> None:
        desk = self._desks.setdefault(counter.id, _Desk())
        events = [(kind, told) for kind, told in entry.events if told.counter == counter.id]
        if any(kind == "Undone" for kind, _ in events):
            desk.take_back()
            return
        desk.remember()
        desk.asides += [told.number for kind, told in events if kind == "SetAside"]
        comes = next(
            ((kind, told) for kind, told in events if kind == "Called" and told.reason or _is_guest(kind, told)),
            None,
        )
        leaves = desk.present and (comes or (counter.ticket, counter.guest) == ("", ""))
        if desk.present and leaves:
            by_midnight = any(kind == "DayClosed" for kind, _ in entry.events)
            how = "forgotten" if by_midnight else _how(desk.present.number, entry.events)
            desk.closed.append(replace(desk.present, until=entry.at, how=how))
            desk.present = None
        if comes and counter.ticket:
            ticket, reason = self._tickets[counter.ticket], comes[1].reason
            passed = () if reason in BY_NAME else self._overtaken_by(ticket)
            number, service = ticket.number, ticket.service
            desk.present = _Stay(number, service, counter.id, counter.clerk, entry.at, reason, passed)
        elif comes and counter.guest:
            desk.present = _Stay("", counter.guest, counter.id, counter.clerk, entry.at)

    def _overtaken_by(self, ticket: Ticket) -> tuple[str, ...]:
        """Who waits in its queue and joined it before."""
        queue = self._queues.get(ticket.queue, {})
        return tuple(number for number, joined in queue.items() if joined < ticket.joined)

    def lines(self) -> Iterator[Line]:
        """The day as far as its entries were taken: its day, its numbers, its stays."""
        yield Line(kind=DAY, center=self.center, day=self.day, source=self.hash)
        stays = sorted((one for desk in self._desks.values() for one in desk.stays), key=lambda one: one.at)
        of: dict[str, list[_Stay]] = {}
        overtaken: dict[str, int] = {}
        for stay in stays:
            of.setdefault(stay.number, []).append(stay)
            for number in stay.passed:
                overtaken[number] = overtaken.get(number, 0) + 1
        asides = {number for desk in self._desks.values() for number in desk.asides}
        for number, ticket in self._tickets.items():
            mine = of.get(number, [])
            yield self._number(ticket, mine, number in asides, overtaken.get(number, 0))
        for mine in of.values():
            for at, stay in enumerate(mine):
                yield self._stay(stay, is_first=at == 0, is_last=at == len(mine) - 1)

    def _number(self, ticket: Ticket, stays: list[_Stay], aside: bool, overtaken: int) -> Line:
        first = self._first[ticket.number]
        face, reason = self._rated.get(ticket.number, (0, ""))
        called = stays[0].at if stays else None
        is_served = ticket.state is TicketState.FINISHED
        lengths = [stay.until - stay.at for stay in stays if stay.how in SERVED]
        ranged = called is not None and first.high
        return Line(
            kind=NUMBER,
            center=self.center,
            day=self.day,
            number=ticket.number,
            service=first.service,
            channel=ticket.channel.value,
            hour=self._hour(ticket.issued_at),
            state=ticket.state.value,
            moment=ticket.issued_at,
            waited=None if called is None else called - ticket.issued_at,
            took=sum(lengths) if is_served and lengths else None,
            away=_away(ticket, first, called) if is_served else None,
            ranged=_range(first, called) if called is not None and ranged else "",
            early=aside if ticket.channel is Channel.WEB and (stays or aside) else None,
            overtaken=overtaken,
            face=face,
            reason=reason,
        )

    def _stay(self, stay: _Stay, is_first: bool, is_last: bool) -> Line:
        ticket = self._tickets.get(stay.number)
        ends_here = is_last and stay.how == "finished"
        return Line(
            kind=STAY,
            center=self.center,
            day=self.day,
            number=stay.number,
            service=stay.service,
            counter=stay.counter,
            clerk=stay.clerk.removeprefix("staff/"),
            channel=ticket.channel.value if ticket else "",
            hour=self._hour(stay.at),
            state=stay.how,
            moment=stay.at,
            waited=stay.at - ticket.issued_at if ticket and is_first else None,
            took=stay.until - stay.at if stay.how in SERVED else None,
            by_name=stay.reason in BY_NAME,
            face=self._rated.get(stay.number, (0, ""))[0] if ticket and ends_here else 0,
        )

    def _hour(self, moment: Millis) -> int:
        return datetime.fromtimestamp(moment / 1000, self._zone).hour


def _is_guest(kind: str, told: _Told) -> bool:
    return kind == "Started" and not told.number


def _how(number: str, events: list[tuple[str, _Told]]) -> str:
    """How a stay ended, by what was told of it."""
    for kind, told in events:
        if told.number != number:
            continue
        match kind:
            case "Ended":
                return told.how
            case "SetAside":
                return "aside"
            case "Parked":
                return "parked"
            case "Rejoined":
                return told.why
    return "finished"


def _away(ticket: Ticket, first: Ticket, called: Millis | None) -> Millis | None:
    """How long the holder of a number taken online was not in the room: until he checked in; else until the time
    he was first told to come before, or the call when that was sooner."""
    if called is None or ticket.channel is not Channel.WEB:
        return None
    came = ticket.arrived_at if ticket.arrived_at and ticket.arrived_at < called else None
    there = min(called, first.arrive_before) if came is None else came
    return max(there - ticket.issued_at, 0)


def _range(first: Ticket, called: Millis) -> str:
    if called < first.low:
        return "early"
    return "late" if called > first.high else "within"
