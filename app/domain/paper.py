"""Numbers on paper, for an outage: staff keep a range of a service, give its numbers by hand to whoever comes, and
enter those that were given when the system is back.

A range is taken out of the running numbers of the service's lead counter, so that nothing else gives them; those
never given stay a gap. A number entered is a ticket like any other of the desk: it stands in its queue by the time
it was given, or has been served meanwhile.
"""

from dataclasses import replace

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import EnterPaper, ReservePaper
from app.domain.events import Ended, Event, Issued, PaperReserved
from app.domain.facts import Figures, Request, Series, Ticket
from app.domain.hall import Hall
from app.domain.hours import window_at
from app.domain.issuing import answered_before, asked_as, check_group, counted, number_of
from app.domain.plan import MINUTE, Channel, Millis, ServicePlan
from app.domain.promise import arrive_before, expected, place_of_new
from app.domain.ranges import PaperRange, Papers
from app.domain.refusals import BadPaperCount, BadPaperTime, DayIsClosed, NumbersUsedUp, PaperNotReserved
from app.domain.states import TicketState

MOST = 50  # numbers kept at a time; `day.SKIPPED` is as large


def reserve(hall: Hall, command: ReservePaper, now: Millis) -> Change:
    """Keep the next numbers of a service for paper; the answer names the first. Quotas and windows do not hold:
    staff stand by what they write."""
    asked = asked_as("paper", command.service, str(command.count))
    if earlier := answered_before(hall, command.by, command.request, asked):
        return Change(Answer(Outcome.REPEATED, earlier))
    service = hall.service(command.service)
    if hall.day.closed_at:
        raise DayIsClosed()
    if not 1 <= command.count <= MOST:
        raise BadPaperCount(most=MOST)
    issued = hall.series(service.lead).issued
    kept = PaperRange(service.id, issued + 1, issued + command.count, now)
    if kept.last > hall.plan.number.most:
        raise NumbersUsedUp(counter=service.lead)
    first, last = (number_of(hall, service.lead, running) for running in (kept.first, kept.last))
    return Change(
        Answer(number=first),
        (PaperReserved(service.id, first, last),),
        {
            f"paper/{service.lead}": Papers((*hall.papers(service.lead), kept)),
            f"series/{service.lead}": Series(kept.last),
            f"request/{command.by}/{command.request}": Request(asked, first, hall.day.date),
        },
    )


def enter(hall: Hall, command: EnterPaper, now: Millis) -> Change:
    """Make a ticket of a number that was given on paper. Said twice, it is one; after the day was closed only who
    was served is entered."""
    kept = range_of(hall, command.number)
    if f"ticket/{command.number}" in hall.facts:
        return Change(Answer(Outcome.REPEATED, command.number))
    service = hall.service(kept.service)
    check_group(hall, command.group)
    if not kept.since // MINUTE * MINUTE <= command.at <= now:
        raise BadPaperTime(since=f"{hall.plan.local(kept.since):%H:%M}")
    if hall.day.closed_at and not command.served:
        raise DayIsClosed()
    ticket = _ticket(hall, command, service, now)
    events: list[Event] = [Issued(ticket.number, service.id, ticket.channel, ticket.arrive_before, "")]
    if command.served:
        events.append(Ended(ticket.number, "", TicketState.FINISHED.value))
    figures = hall.figures(service.id)
    return Change(
        Answer(number=ticket.number),
        tuple(events),
        {
            f"ticket/{ticket.number}": ticket,
            f"service/{service.id}": replace(figures, latest=_later(hall, figures, ticket.number)),
            **counted(hall, service, window_at(hall.plan, service, command.at), ticket.channel),
        },
    )


def range_of(hall: Hall, number: str) -> PaperRange:
    """The range that a number was kept in; raises PaperNotReserved."""
    form = hall.plan.number
    lead, running = number[: form.counter], number[form.counter :]
    if len(running) == form.running and running.isascii() and running.isdecimal():
        for kept in hall.papers(lead):
            if kept.first <= int(running) <= kept.last:
                return kept
    raise PaperNotReserved(number=number)


def _ticket(hall: Hall, command: EnterPaper, service: ServicePlan, now: Millis) -> Ticket:
    wait = expected(hall, service, command.group, now)
    ticket = Ticket(
        command.number,
        service.id,
        place_of_new(hall, command.group, command.at),
        Channel.DESK,
        TicketState.WAITING,
        command.at,
        arrive_before(hall, service, wait, hall.plan.lead_minutes * MINUTE, now),
        group=command.group,
        joined=hall.version + 1,
        arrived_at=command.at,
        low=now + wait.low,
        high=now + wait.high,
        changed=hall.version + 1,
    )
    return replace(ticket, state=TicketState.FINISHED, ended_at=now) if command.served else ticket


def _later(hall: Hall, figures: Figures, number: str) -> str:
    """The latest number of a service: a range entered afterwards does not bring back an earlier one."""
    same = figures.latest[: hall.plan.number.counter] == number[: hall.plan.number.counter]
    return max(figures.latest, number) if same else number
