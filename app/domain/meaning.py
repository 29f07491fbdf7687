"""What another plan would mean for those who wait and work now: told to whoever is about to put it in force.

Nothing here is refused (that is `planning.set_plan`); it is what a good supervisor would want to know before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.hours import closing, windows_on
from app.domain.plan import Channel, CheckIn, LateRule, Millis, Plan
from app.domain.states import AT_COUNTER, LIVE, CounterState, TicketState


class Kind(StrEnum):
    """`unserved`: nobody who works now serves a service where some wait. `after-closing`: they were promised to be
    served after the new closing. `no-check-in`: they could be called, and will not be before they check in.
    `groupless`: their priority group is gone. `will-expire`: if they come late their numbers end now. `full`: more
    numbers are taken than the new quota allows. `closed-now`: numbers are issued now, and would not be."""

    UNSERVED = "unserved"
    AFTER_CLOSING = "after-closing"
    NO_CHECK_IN = "no-check-in"
    GROUPLESS = "groupless"
    WILL_EXPIRE = "will-expire"
    FULL = "full"
    CLOSED_NOW = "closed-now"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing it means: for which service (its id, "" for the center), which numbers, in order."""

    kind: Kind
    service: str
    numbers: tuple[str, ...] = ()


def meaning_of(hall: Hall, plan: Plan, now: Millis) -> list[Meaning]:
    """All that `plan` would mean if it came into force now; empty when nobody would notice."""
    waiting = [ticket for ticket in hall.tickets() if ticket.state in LIVE - AT_COUNTER]
    return [
        *_unserved(hall, plan, waiting),
        *_after_closing(hall, plan, waiting, now),
        *_rules(hall, plan, waiting),
        *_hours(hall, plan, now),
    ]


def _by_service(kind: Kind, tickets: list[Ticket]) -> Iterator[Meaning]:
    services = sorted({ticket.service for ticket in tickets})
    for service in services:
        yield Meaning(kind, service, tuple(sorted(t.number for t in tickets if t.service == service)))


def _unserved(hall: Hall, plan: Plan, waiting: list[Ticket]) -> Iterator[Meaning]:
    working = {counter.id for counter in hall.counters() if counter.state is not CounterState.CLOSED}

    def serves(of: Plan, ticket: Ticket) -> bool:
        if ticket.only:
            return ticket.only in working and of.counter(ticket.only) is not None
        return any(counter.id in working for counter in of.counters_of(ticket.service))

    left = [ticket for ticket in waiting if serves(hall.plan, ticket) and not serves(plan, ticket)]
    yield from _by_service(Kind.UNSERVED, left)


def _after_closing(hall: Hall, plan: Plan, waiting: list[Ticket], now: Millis) -> Iterator[Meaning]:
    late = []
    for ticket in waiting:
        was = _closing(hall.plan, ticket.service, now)
        will = _closing(plan, ticket.service, now)
        if was is not None and (will is None or (will < was and max(ticket.high, ticket.arrive_before) > will)):
            late.append(ticket)
    yield from _by_service(Kind.AFTER_CLOSING, late)


def _closing(plan: Plan, service: str, now: Millis) -> Millis | None:
    planned = plan.service(service)
    return closing(plan, planned, now) if planned else None


def _rules(hall: Hall, plan: Plan, waiting: list[Ticket]) -> Iterator[Meaning]:
    online = [ticket for ticket in waiting if ticket.is_awaited and ticket.state is TicketState.WAITING]
    if plan.check_in is CheckIn.REQUIRED and hall.plan.check_in is not CheckIn.REQUIRED:
        yield from _by_service(Kind.NO_CHECK_IN, online)
    if plan.late is LateRule.EXPIRE and hall.plan.late is not LateRule.EXPIRE:
        yield from _by_service(Kind.WILL_EXPIRE, online)
    yield from _by_service(Kind.GROUPLESS, [t for t in waiting if t.group and plan.group(t.group) is None])


def _hours(hall: Hall, plan: Plan, now: Millis) -> Iterator[Meaning]:
    """Services whose window of this moment goes, or whose quota is used up already."""
    day, here = date.fromisoformat(hall.day.date), hall.plan.local(now).time()
    for service in hall.plan.services:
        planned = plan.service(service.id)
        before = [w for w in windows_on(hall.plan, service, day) if w.issue_from <= here < w.issue_until]
        if planned is None or not before or hall.day.closed_at or hall.day.by_hand:
            continue
        after = [w for w in windows_on(plan, planned, day) if w.issue_from <= here < w.issue_until]
        if not after:
            yield Meaning(Kind.CLOSED_NOW, service.id)
        elif replace(before[0], quota=after[0].quota) == after[0]:
            taken = hall.taken(service.id, f"{after[0].issue_from:%H%M}")
            limits = [(after[0].quota.all, taken.all), *((after[0].quota.of(c), taken.of(c)) for c in Channel)]
            if before[0].quota != after[0].quota and any(most and used >= most for most, used in limits):
                yield Meaning(Kind.FULL, service.id)
