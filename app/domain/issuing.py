"""Issuing: `XXYYY`, XX the lead counter of the service, YYY its running number from 001 each working day.

Web, kiosk and desk share the one running number of a counter. A request id repeated gets the first number;
after midnight it is refused, for the same number is somebody else's then.
"""

import hashlib
from dataclasses import replace
from datetime import date

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import Issue
from app.domain.events import Issued
from app.domain.facts import CounterState, Request, Series, Ticket, TicketState
from app.domain.hall import Hall
from app.domain.plan import Millis, ServicePlan
from app.domain.refusals import IssueNotOpen, NumbersUsedUp, RequestOver, RequestReused

MOST = 999
MINUTE: Millis = 60_000


def issue(hall: Hall, command: Issue, now: Millis) -> Change:
    """Give the next number of the service's lead counter, unless this request was answered before."""
    asked = hashlib.sha256(f"{command.service}\n{command.channel}".encode()).hexdigest()[:32]
    if earlier := hall.request(command.by, command.request):
        if earlier.asked != asked:
            raise RequestReused()
        if earlier.date != hall.day.date:
            raise RequestOver(number=earlier.number, date=f"{date.fromisoformat(earlier.date):%d/%m/%Y}")
        return Change(Answer(Outcome.REPEATED, earlier.number))
    service = hall.service(command.service)
    check_open(hall, now)
    running = hall.series(service.lead).issued + 1
    if running > MOST:
        raise NumbersUsedUp(counter=service.lead)
    number = f"{service.lead}{running:03}"
    ticket = Ticket(
        number,
        service.id,
        hall.version + 1,
        command.channel,
        TicketState.WAITING,
        now,
        arrive_before(hall, service, now),
        command.holder,
        command.contact,
    )
    return Change(
        Answer(number=number),
        (Issued(number, service.id, ticket.channel, ticket.arrive_before, ticket.contact),),
        {
            f"ticket/{number}": ticket,
            f"series/{service.lead}": Series(running),
            f"service/{service.id}": replace(hall.figures(service.id), latest=number),
            f"request/{command.by}/{command.request}": Request(asked, number, hall.day.date),
        },
    )


def check_open(hall: Hall, now: Millis) -> None:
    """Refuse outside the plan's hours of issue, naming the next opening."""
    here = hall.plan.local(now)
    hours = hall.plan.hours
    if hours.opens_on(here.date()) and hours.issue_from <= here.time() < hours.issue_until:
        return
    opening = hall.plan.next_issue(now)
    raise IssueNotOpen(time=f"{opening:%H:%M}", date=f"{opening:%d/%m/%Y}")


def arrive_before(hall: Hall, service: ServicePlan, now: Millis) -> Millis:
    """The moment a holder should be there: the later of the plan's minimum lead and half of the expected
    wait (people ahead x usual minutes / open counters), rounded down to the minute, never past the day."""
    open_counters = sum(
        hall.counter(counter.id).state is CounterState.OPEN for counter in hall.plan.counters_of(service.id)
    )
    expected = len(hall.waiting(service.id)) * service.minutes / max(open_counters, 1)
    promised = now + int(max(float(hall.plan.lead_minutes), expected / 2) * MINUTE)
    here = hall.plan.local(now)
    last = hall.plan.moment(here.date(), here.time().replace(23, 59, 0, 0))
    return min(promised, last) // MINUTE * MINUTE
