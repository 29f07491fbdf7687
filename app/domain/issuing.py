"""Issuing: `XXYYY`, XX the lead counter of the service, YYY its running number from 001 each working day.

Web, kiosk and desk share the one running number of a counter. A request id repeated gets the first number;
after midnight it is refused, for the same number is somebody else's then.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import Issue
from app.domain.estimate import Range
from app.domain.events import Issued
from app.domain.facts import Facts, Request, Series, Taken, Ticket
from app.domain.hall import Hall
from app.domain.hours import closing, next_issue, window_at
from app.domain.plan import MINUTE, Channel, LastNumber, Limits, Millis, ServicePlan, Window
from app.domain.promise import arrive_before, expected, place_of_new
from app.domain.refusals import (
    AlreadyHeld,
    DayIsClosed,
    IssueNotOpen,
    IssueStopped,
    LastNumberGone,
    NoWindows,
    NumbersUsedUp,
    QuotaUsedUp,
    RequestOver,
    RequestReused,
    TooManyNumbers,
    UnknownGroup,
)
from app.domain.states import TicketState


@dataclass(frozen=True, slots=True)
class Held:
    """What counts of somebody: a live number, or ("") one that is being issued elsewhere, and its service."""

    number: str
    service: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a number of a service would be if it were taken now: its running number, its window (None on a day
    opened by hand), its wait, and whether it may not be called before closing."""

    running: int
    window: Window | None
    wait: Range
    may_be_late: bool


def issue(hall: Hall, command: Issue, now: Millis) -> Change:
    """Give the next number of the service's lead counter, unless this request was answered before."""
    asked = asked_as(command.service, command.channel, command.group)
    if earlier := answered_before(hall, command.by, command.request, asked):
        return Change(Answer(Outcome.REPEATED, earlier))
    service = hall.service(command.service)
    check_group(hall, command.group)
    check_limits(hall, command)
    made = offer(hall, service, command.channel, now, command.group)
    ticket = _ticket(hall, command, service, made, now)
    return Change(
        Answer(number=ticket.number, may_be_late=made.may_be_late),
        (Issued(ticket.number, service.id, ticket.channel, ticket.arrive_before, ticket.contact),),
        {
            f"ticket/{ticket.number}": ticket,
            f"series/{service.lead}": Series(made.running),
            f"service/{service.id}": replace(hall.figures(service.id), latest=ticket.number),
            f"request/{command.by}/{command.request}": Request(asked, ticket.number, hall.day.date),
            **counted(hall, service, made.window, command.channel),
        },
    )


def asked_as(*words: str) -> str:
    """The hash of what a request asked."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]


def answered_before(hall: Hall, by: str, request: str, asked: str) -> str:
    """The number that a request was answered with, "" if it is new; refuses an id that asked for something else,
    or on another day."""
    earlier = hall.request(by, request)
    if not earlier:
        return ""
    if earlier.asked != asked:
        raise RequestReused()
    if earlier.date != hall.day.date:
        raise RequestOver(number=earlier.number, date=f"{date.fromisoformat(earlier.date):%d/%m/%Y}")
    return earlier.number


def check_group(hall: Hall, group: str) -> None:
    """Refuse a priority group that is not in the plan."""
    if group and hall.plan.group(group) is None:
        raise UnknownGroup(group=group)


def counted(hall: Hall, service: ServicePlan, window: Window | None, channel: Channel) -> Facts:
    """One more number of a service taken in a window."""
    taken = hall.taken(service.id, _name(window))
    return {f"taken/{service.id}/{_name(window)}": _one_more(taken, channel)}


def offer(hall: Hall, service: ServicePlan, channel: Channel, now: Millis, group: str = "") -> Offer:
    """A number of a service as it would be now, to whomever; refuses where none is given."""
    window = check_open(hall, service, now)
    _check_quota(hall, service, window, channel)
    wait = expected(hall, service, group, now)
    may_be_late = _check_capacity(hall, service, wait, now)
    running = hall.series(service.lead).issued + 1
    if running > hall.plan.number.most:
        raise NumbersUsedUp(counter=service.lead)
    return Offer(running, window, wait, may_be_late)


def _ticket(hall: Hall, command: Issue, service: ServicePlan, made: Offer, now: Millis) -> Ticket:
    there = command.channel is not Channel.WEB
    return Ticket(
        number_of(hall, service.lead, made.running),
        service.id,
        place_of_new(hall, command.group, now),
        command.channel,
        TicketState.WAITING,
        now,
        arrive_before(hall, service, made.wait, hall.plan.lead_minutes * MINUTE, now),
        command.holder,
        command.contact,
        group=command.group,
        joined=hall.version + 1,
        arrived_at=now if there else 0,
        low=now + made.wait.low,
        high=now + made.wait.high,
        changed=hall.version + 1,
    )


def number_of(hall: Hall, lead: str, running: int) -> str:
    """A running number of a counter as it is written."""
    return f"{lead}{running:0{hall.plan.number.running}}"


def next_opening(hall: Hall, now: Millis) -> datetime | None:
    """When any service is issued, as the center's wall clock: now itself if one is; None if not for long."""
    here, services = hall.plan.local(now), hall.plan.services
    if hall.day.closed_at:
        here = here.replace(hour=23, minute=59, second=59)
    elif hall.day.by_hand or any(window_at(hall.plan, service, now) for service in services):
        return here
    after = int(here.timestamp() * 1000)
    return min((at for service in services if (at := next_issue(hall.plan, service, after))), default=None)


def check_open(hall: Hall, service: ServicePlan, now: Millis) -> Window | None:
    """The window in which a service is issued now, None when staff opened the day by hand; refuses outside,
    naming the next opening, and while a supervisor has stopped it."""
    if hall.day.closed_at:
        raise DayIsClosed()
    if stopped := hall.stopped(service.id):
        raise IssueStopped(service=service.name, reason=f": {stopped.reason}" if stopped.reason else "")
    window = window_at(hall.plan, service, now)
    if window or hall.day.by_hand:
        return window
    opening = next_issue(hall.plan, service, now)
    if opening is None:
        raise NoWindows(service=service.name)
    raise IssueNotOpen(time=f"{opening:%H:%M}", date=f"{opening:%d/%m/%Y}")


def check_limits(hall: Hall, command: Issue) -> None:
    """Refuse a citizen, or an organisation, more numbers than the plan allows to hold at a time."""
    if command.holder:
        held = [Held(ticket.number, ticket.service) for ticket in hall.lives(command.holder)]
        check_held(hall.plan.limits, command, held)


def check_held(limits: Limits, command: Issue, held: Sequence[Held]) -> None:
    """The same, for the numbers somebody holds here or, counted together, in all centers."""
    most = limits.organisation if command.organisation else limits.citizen
    same = [one.number for one in held if one.service == command.service]
    if limits.service and not command.organisation and len(same) >= limits.service:
        raise AlreadyHeld(number=same[-1]) if same[-1] else TooManyNumbers(most=limits.service)
    if most and len(held) >= most:
        raise TooManyNumbers(most=most)


def _check_quota(hall: Hall, service: ServicePlan, window: Window | None, channel: Channel) -> None:
    if window is None:
        return
    quota, taken = window.quota, hall.taken(service.id, _name(window))
    if (quota.all and taken.all >= quota.all) or (quota.of(channel) and taken.of(channel) >= quota.of(channel)):
        raise QuotaUsedUp(service=service.name)


def _check_capacity(hall: Hall, service: ServicePlan, wait: Range, now: Millis) -> bool:
    """Refuse when the service will most likely have closed before the call; whether it may have, else."""
    closes, rule = closing(hall.plan, service, now), hall.plan.last_number
    if closes is None or hall.day.by_hand or rule is LastNumber.OFF:
        return False
    if rule is LastNumber.REFUSE and now + wait.middle > closes:
        raise LastNumberGone(service=service.name, time=f"{hall.plan.local(closes):%H:%M}")
    return now + wait.high > closes


def _name(window: Window | None) -> str:
    return f"{window.issue_from:%H%M}" if window else "by-hand"


def _one_more(taken: Taken, channel: Channel) -> Taken:
    match channel:
        case Channel.WEB:
            return replace(taken, web=taken.web + 1)
        case Channel.KIOSK:
            return replace(taken, kiosk=taken.kiosk + 1)
        case Channel.DESK:
            return replace(taken, desk=taken.desk + 1)
        case _:
            assert_never(channel)
