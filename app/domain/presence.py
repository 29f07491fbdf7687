"""Whether the holder of a number is there: check-in, more time, giving a number back, and the rule for the late.

A number taken online is *awaited* until its holder is known to be there. Called before its time, it is set aside
and called again, in front, after check-in (where there is no check-in: at its time, once). After its time
the plan says: it expires, or slides behind `slide` others, once. Each step is an event.
"""

from dataclasses import replace

from app.domain.change import Answer, Change, Outcome
from app.domain.commands import Cancel, CheckInTicket, Postpone
from app.domain.events import Cancelled, CheckedIn, Event, Expired, Rejoined
from app.domain.facts import Facts, Ticket
from app.domain.hall import Hall
from app.domain.order import behind
from app.domain.plan import CheckIn, LateRule, Millis
from app.domain.promise import arrive_before, expected_of
from app.domain.queue import place_of
from app.domain.refusals import (
    BadRequest,
    CheckInIsOff,
    NobodyBehind,
    NotInLine,
    NumberBusy,
    NumberEnded,
    NumberExpired,
    NumberOver,
    PostponedEnough,
)
from app.domain.states import TicketState

MOST_POSTPONED = 2


def check_in(hall: Hall, command: CheckInTicket, now: Millis) -> Change:
    """Note that the holder of a number is there; one that was set aside is called next."""
    ticket = of_today(hall, command.day, command.number)
    if ticket.state is TicketState.EXPIRED:
        raise NumberExpired(number=ticket.number)
    if ticket.state in (TicketState.FINISHED, TicketState.CANCELLED):
        raise NumberEnded(number=ticket.number)
    if hall.plan.check_in is CheckIn.OFF:
        raise CheckInIsOff()
    if ticket.state is TicketState.ABSENT:
        raise NumberExpired(number=ticket.number)
    if not ticket.is_awaited:
        return Change(Answer(Outcome.UNCHANGED, ticket.number))
    there = replace(ticket, arrived_at=now, changed=hall.version + 1)
    events: list[Event] = [CheckedIn(ticket.number)]
    if ticket.state is TicketState.ASIDE:
        there = in_front(there, now)
        events.append(Rejoined(ticket.number, "arrived", ticket.service, contact=ticket.contact))
    return Change(Answer(number=ticket.number), tuple(events), {f"ticket/{ticket.number}": there})


def cancel_ticket(hall: Hall, command: Cancel, now: Millis) -> Change:
    """Give a number back; twice is once."""
    ticket = of_today(hall, command.day, command.number)
    match ticket.state:
        case TicketState.CANCELLED:
            return Change(Answer(Outcome.UNCHANGED, ticket.number))
        case TicketState.CALLED | TicketState.SERVING:
            raise NumberBusy(number=ticket.number, counter=ticket.counter)
        case TicketState.FINISHED | TicketState.ABSENT | TicketState.EXPIRED:
            raise NumberEnded(number=ticket.number)
        case TicketState.WAITING | TicketState.ASIDE | TicketState.PARKED:
            pass
    gone = replace(ticket, state=TicketState.CANCELLED, ended_at=now, changed=hall.version + 1)
    return Change(Answer(number=ticket.number), (Cancelled(ticket.number),), {f"ticket/{ticket.number}": gone})


def postpone(hall: Hall, command: Postpone, now: Millis) -> Change:
    """Let the next `slide` who wait for the same go before a number, a few times."""
    ticket = of_today(hall, command.day, command.number)
    if ticket.postponed >= command.nth:
        return Change(Answer(Outcome.UNCHANGED, ticket.number))
    if command.nth > ticket.postponed + 1:
        raise BadRequest(what="nth")
    if ticket.state is not TicketState.WAITING:
        raise NotInLine(number=ticket.number)
    if ticket.postponed >= MOST_POSTPONED:
        raise PostponedEnough(number=ticket.number, most=MOST_POSTPONED)
    back = replace(waiting(ticket, _further_back(hall, ticket, now), hall.version + 1), postponed=command.nth)
    wait = expected_of(hall, back, now, less=1)  # it still stands before its new place, too
    before = arrive_before(hall, hall.service(ticket.service), wait, 0, now)
    back = replace(back, arrive_before=max(ticket.arrive_before, before), changed=hall.version + 1)
    event = Rejoined(ticket.number, "postponed", ticket.service, ticket.only, ticket.contact)
    return Change(Answer(number=ticket.number), (event,), {f"ticket/{ticket.number}": back})


def _further_back(hall: Hall, ticket: Ticket, now: Millis) -> float:
    """The place behind the next `slide` of its lane, there or not yet; raises NobodyBehind."""
    queue, lane = hall.queue(ticket.queue), replace(ticket, front=False).lane
    away = [place for place in queue.away if hall.ticket(place[2]).lane is lane]
    later = sorted(place for place in (*queue.lanes[lane], *away) if place > place_of(ticket) or ticket.front)
    if not later:
        raise NobodyBehind(number=ticket.number)
    many = max(hall.plan.order.slide, 1)
    if many >= len(later):
        return max(now, later[-1][0] + 1)
    return (later[many - 1][0] + later[many][0]) / 2


def deadlines(hall: Hall, now: Millis) -> tuple[Facts, list[Event]]:
    """What the plan's rule does to those whose time has passed while they were awaited."""
    sets: Facts = {}
    events: list[Event] = []
    due = [number for moment, number in _passed(hall, TicketState.ASIDE, now)]
    if hall.plan.check_in is CheckIn.REQUIRED:
        due += [number for moment, number in _passed(hall, TicketState.WAITING, now)]
    for number in due:
        ticket = hall.ticket(number)
        if ticket.state is TicketState.WAITING and ticket.slides:
            continue  # it has slid; when its turn comes and nobody is there, it expires
        after, event = _at_its_time(hall, ticket, now)
        sets[f"ticket/{number}"] = replace(after, changed=hall.version + 1)
        events.append(event)
    return sets, events


def late(hall: Hall, ticket: Ticket, now: Millis) -> tuple[Ticket, Event] | None:
    """A number that slides for coming late, with the event; None when it has no second chance."""
    if hall.plan.late is not LateRule.SLIDE or ticket.slides:
        return None
    queue = hall.queue(ticket.queue)
    slid = replace(ticket, front=False)
    place = behind(queue, slid.lane, hall.plan.order.slide, now)
    slid = replace(waiting(slid, place, hall.version + 1), slides=1)
    return slid, Rejoined(ticket.number, "late", ticket.service, contact=ticket.contact)


def set_aside(ticket: Ticket) -> Ticket:
    return replace(ticket, state=TicketState.ASIDE, counter="", called_at=0, calls=0)


def in_front(ticket: Ticket, now: Millis) -> Ticket:
    return replace(waiting(ticket, now, ticket.joined), front=True)


def waiting(ticket: Ticket, place: float, joined: int) -> Ticket:
    """The ticket as it waits again: what it was called for before is over."""
    return replace(
        ticket,
        state=TicketState.WAITING,
        place=place,
        joined=joined,
        front=False,
        counter="",
        called_at=0,
        calls=0,
        ended_at=0,
        low=0,
        high=0,
    )


def expire(ticket: Ticket, now: Millis) -> Ticket:
    return replace(ticket, state=TicketState.EXPIRED, ended_at=now)


def _at_its_time(hall: Hall, ticket: Ticket, now: Millis) -> tuple[Ticket, Event]:
    if hall.plan.check_in is CheckIn.OFF:
        return in_front(ticket, now), Rejoined(ticket.number, "deadline", ticket.service, contact=ticket.contact)
    if slid := late(hall, ticket, now):
        return slid
    return expire(ticket, now), Expired(ticket.number, "late", ticket.contact)


def _passed(hall: Hall, state: TicketState, now: Millis) -> list[tuple[Millis, str]]:
    return [due for due in hall.awaited(state) if due[0] <= now]


def of_today(hall: Hall, day: str, number: str) -> Ticket:
    """The ticket of a number of today; raises NumberOver for another day's, UnknownNumber."""
    if day != hall.day.date:
        year, month, date = day.split("-")
        raise NumberOver(number=number, date=f"{date}/{month}/{year}")
    return hall.ticket(number)
