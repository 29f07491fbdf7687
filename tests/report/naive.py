"""The report's figures counted the long way, from what the simulation knows of its days: loops, no database.

Nothing here asks `app.report`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean, median

from app.domain.facts import Ticket
from app.domain.plan import Channel, Plan
from app.domain.states import TicketState
from bench.months import Stayed, Truth

SOMEBODY = ("finished", "transferred", "parked")


@dataclass(frozen=True)
class One:
    """A number with all that became of it."""

    truth: Truth
    ticket: Ticket

    @property
    def number(self) -> str:
        return self.ticket.number

    @property
    def end(self) -> TicketState:
        return self.truth.ends[self.number]

    @property
    def stays(self) -> list[Stayed]:
        return sorted((s for s in self.truth.stays if s.number == self.number), key=lambda stay: stay.came)

    @property
    def waited(self) -> int | None:
        return self.stays[0].came - self.ticket.issued_at if self.stays else None

    @property
    def visit(self) -> int | None:
        lengths = [stay.left - stay.came for stay in self.stays if stay.how in SOMEBODY]
        return sum(lengths) if lengths and self.end is TicketState.FINISHED else None

    @property
    def away(self) -> int | None:
        if self.ticket.channel is not Channel.WEB or self.end is not TicketState.FINISHED or not self.stays:
            return None
        called = self.stays[0].came
        came = self.truth.came.get(self.number, called)
        if came >= called:
            came = min(called, self.ticket.arrive_before)
        return max(0, came - self.ticket.issued_at)

    @property
    def room(self) -> int | None:
        if self.waited is None or self.ticket.channel is not Channel.WEB:
            return self.waited
        return None if self.away is None else self.waited - self.away

    @property
    def range(self) -> str:
        if not self.stays:
            return ""
        called = self.stays[0].came
        if called < self.ticket.low:
            return "early"
        return "within" if called <= self.ticket.high else "late"

    @property
    def overtaken(self) -> int:
        return sum(stay.passed.count(self.number) for stay in self.truth.stays)

    def hour(self, plan: Plan) -> int:
        return plan.local(self.ticket.issued_at).hour


def numbers_of(truths: Iterable[Truth]) -> list[One]:
    return [One(truth, ticket) for truth in truths for ticket in truth.given.values()]


def times(values: Iterable[int | None]) -> tuple[int, float, float, float] | tuple[int, None, None, None]:
    """How many, mean, median, and the value at 90 %, between the two nearest in proportion."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return 0, None, None, None
    at = 0.9 * (len(known) - 1)
    low = known[int(at)]
    high = known[min(int(at) + 1, len(known) - 1)]
    return len(known), fmean(known), median(known), low + (at - int(at)) * (high - low)


def faces(rated: Iterable[int]) -> tuple[int, ...]:
    """How many of each face; 0 is none."""
    known = list(rated)
    return tuple(known.count(face) for face in (1, 2, 3, 4))


def counted(ones: list[One]) -> dict[str, object]:
    """The figures of some numbers, by their names in `app.report.count.Numbers`."""
    ends = [one.end for one in ones]
    web = [one for one in ones if one.ticket.channel is Channel.WEB]
    promised = [one for one in web if one.stays or one.number in one.truth.asides]
    aways = [one.away for one in ones if one.away is not None]
    return {
        "issued": len(ones),
        "served": ends.count(TicketState.FINISHED),
        "absent": ends.count(TicketState.ABSENT),
        "expired": ends.count(TicketState.EXPIRED),
        "cancelled": ends.count(TicketState.CANCELLED),
        "wait": times(one.waited for one in ones),
        "room": times(one.room for one in ones),
        "visit": times(one.visit for one in ones),
        "promised": len(promised),
        "kept": sum(one.number not in one.truth.asides for one in promised),
        "ranged": sum(one.range != "" for one in ones),
        "within": sum(one.range == "within" for one in ones),
        "early": sum(one.range == "early" for one in ones),
        "overtaken": sum(one.overtaken > 0 for one in ones),
        "most_overtaken": max((one.overtaken for one in ones), default=0),
        "away_count": len(aways),
        "away": sum(aways),
        "faces": faces(one.truth.rated.get(one.number, 0) for one in ones),
    }


def worked(stays: list[Stayed]) -> dict[str, object]:
    """The figures of some stays, by their names in `app.report.count.Stays`."""
    with_number = [stay for stay in stays if stay.number]
    return {
        "calls": len(with_number),
        "served": sum(stay.how == "finished" for stay in with_number),
        "absent": sum(stay.how in ("absent", "aside") for stay in stays),
        "guests": len(stays) - len(with_number),
        "by_name": sum(stay.by_name for stay in stays),
        "visit": times(stay.left - stay.came for stay in stays if stay.how in SOMEBODY),
    }


def grouped(ones: list[One], key: Callable[[One], object]) -> dict[object, dict[str, object]]:
    keys = {key(one) for one in ones}
    return {which: counted([one for one in ones if key(one) == which]) for which in keys}
