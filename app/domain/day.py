"""The days of a center: founding it, opening and closing a day, what a tick does, and going on after a loss."""

from dataclasses import replace
from datetime import date

from app.domain.accuracy import Kept
from app.domain.bulletin import Bulletin
from app.domain.change import Answer, Change, Outcome
from app.domain.commands import CloseDay, OpenDay, Tick
from app.domain.editions import Editions
from app.domain.events import DayClosed, DayOpened, Ended, Event, Expired, PlanSet, Recovered
from app.domain.facts import Counter, Day, Device, Facts, Request, Series, Voice
from app.domain.hall import Hall
from app.domain.hours import last_closing
from app.domain.media import Media
from app.domain.pace import Pace, new_day
from app.domain.paper import MOST
from app.domain.plan import MINUTE, Millis, Plan
from app.domain.planning import check
from app.domain.presence import deadlines, expire
from app.domain.promise import raised
from app.domain.states import AT_COUNTER, LIVE, TicketState

LEAP = 1000  # more turns, or calls of a voice, than can have been lost
SKIPPED = MOST  # running numbers of a counter after a loss, at least: so many one entry can have taken
CLOSE_AFTER = 30 * MINUTE  # a day closes by itself so long after its last service


def found(plan: Plan, now: Millis) -> Change:
    """The first entry of a new center."""
    check(plan)
    day = plan.local(now).date().isoformat()
    return Change(
        events=(PlanSet(plan.id), DayOpened(day)),
        sets={"plan": plan, "editions": Editions().with_next(plan, now, "system"), "day": Day(day, now)},
        new_epoch=day,
    )


def day_is_over(hall: Hall, now: Millis) -> bool:
    return hall.plan.local(now).date().isoformat() > hall.day.date


def is_settled(hall: Hall) -> bool:
    """Whether the day is closed, no visit stands that nobody finished, and nobody waits who was sent back to a
    queue after closing."""
    if not hall.day.closed_at or any(counter.is_busy for counter in hall.counters()):
        return False
    return not any(ticket.state in LIVE for ticket in hall.tickets())


def open_day(hall: Hall, now: Millis) -> Change:
    """Begin a working day: numbers from 001, counters closed. What goes on: the plan, devices, bulletin, media,
    the turns (a press of yesterday must stay old), what was learnt of the pace, and the requests of the day
    before (a repeat after midnight)."""
    day = hall.plan.local(now).date().isoformat()
    sets: Facts = {"plan": hall.plan, "day": Day(day, now)}
    for name, fact in hall.facts.items():
        match fact:
            case Counter():
                sets[name] = Counter(fact.id, turn=fact.turn + 1)
            case Voice():
                sets[name] = fact
            case Device() | Bulletin() | Media() | Editions():
                sets[name] = fact
            case Kept():
                sets[name] = fact
            case Pace():
                sets[name] = new_day(fact)
            case Request() if fact.date == hall.day.date:
                sets[name] = fact
            case _:
                pass
    return Change(events=(DayOpened(day),), sets=sets, new_epoch=day)


def close_day(hall: Hall, now: Millis, by_midnight: bool = False) -> Change:
    """End the day: no more numbers, and whoever waits still has waited in vain. Clerks finish their visits; those
    that nobody finished by midnight end with it."""
    sets: Facts = {"day": replace(hall.day, closed_at=now)}
    events: list[Event] = []
    for ticket in hall.tickets():
        if ticket.state not in LIVE:
            continue
        if ticket.state not in AT_COUNTER:
            events.append(Expired(ticket.number, "day", ticket.contact))
            sets[f"ticket/{ticket.number}"] = replace(expire(ticket, now), changed=hall.version + 1)
        elif by_midnight:
            events.append(Ended(ticket.number, ticket.counter, TicketState.FINISHED.value))
            ended = replace(ticket, state=TicketState.FINISHED, ended_at=now, changed=hall.version + 1)
            sets[f"ticket/{ticket.number}"] = ended
    for counter in hall.counters() if by_midnight else ():
        if counter.is_busy:
            sets[f"counter/{counter.id}"] = replace(counter, turn=counter.turn + 1, ticket="", guest="")
    left = sum(isinstance(event, Expired) for event in events)
    return Change(events=(*events, DayClosed(hall.day.date, left)), sets=sets)


def close_by_hand(hall: Hall, command: CloseDay, now: Millis) -> Change:
    return Change(Answer(Outcome.UNCHANGED)) if hall.day.closed_at else close_day(hall, now)


def open_by_hand(hall: Hall, command: OpenDay, now: Millis) -> Change:
    """Issue numbers from now on, whatever the windows say, until the day is closed by hand or over."""
    if hall.day.by_hand and not hall.day.closed_at:
        return Change(Answer(Outcome.UNCHANGED))
    day = replace(hall.day, closed_at=0, by_hand=True)
    return Change(events=(DayOpened(day.date),), sets={"day": day})


def tick(hall: Hall, command: Tick, now: Millis) -> Change:
    """What time alone brings: the day's end, deadlines, promises to raise. Nothing due, nothing written."""
    ends = last_closing(hall.plan, date.fromisoformat(hall.day.date))
    if ends is not None and now >= ends + CLOSE_AFTER and not hall.day.closed_at and not hall.day.by_hand:
        return close_day(hall, now)
    sets, events = deadlines(hall, now)
    if command.promises:
        facts = (hall.facts | sets).items()  # who slid stands before others now: promise what is true after it
        after = Hall({name: fact for name, fact in facts if fact}, hall.version) if sets else hall
        more, told = raised(after, now)
        events += told
        sets = sets | more
    return Change(events=tuple(events), sets=sets)


def recover(hall: Hall, lost: int = 0) -> Change:
    """Begin a new epoch with the hall as it is: the store had lost moments that somebody knew, `lost` entries of
    them as far as he knew. Turns, sequences and running numbers leap, so that none which was given and lost comes
    again with another meaning."""
    sets: Facts = dict(hall.facts)
    for service in hall.plan.services:
        running = hall.series(service.lead).issued + max(lost, SKIPPED)
        sets[f"series/{service.lead}"] = Series(min(running, hall.plan.number.most))
    for name, fact in hall.facts.items():
        match fact:
            case Counter():
                sets[name] = replace(fact, turn=fact.turn + LEAP)
            case Voice():
                sets[name] = replace(fact, seq=fact.seq + LEAP)
            case _:
                pass
    return Change(events=(Recovered(hall.version),), sets=sets, new_epoch=hall.day.date)
