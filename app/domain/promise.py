"""What is promised of a wait: the range of the call's time, *arrive before*, and the last number of the day.

*Arrive before* is the later of now + the plan's lead and the 10 % quantile of the expected call, rounded down to
the minute; afterwards it is only ever raised.
"""

from bisect import bisect_left
from dataclasses import replace
from datetime import datetime

from app.domain.estimate import Floor, Outlook, Range, Seat, estimate
from app.domain.events import Promised
from app.domain.facts import Counter, Facts, Ticket
from app.domain.hall import Hall
from app.domain.hours import closing, windows_on
from app.domain.order import ahead, interleaved
from app.domain.plan import MINUTE, CounterPlan, Millis, OrderRule, ServicePlan
from app.domain.states import CounterState, Lane, TicketState

RAISE_LEAST = 5 * MINUTE  # a promise is not moved for less


def floor_of(hall: Hall, service: ServicePlan) -> Floor:
    """What the estimate needs of the hall: the counters that serve a service, and what else they serve. While none
    of them is open, all count as open: the day has not begun."""
    counters = [(planned, hall.counter(planned.id)) for planned in hall.counters_of(service.id)]
    begun = any(counter.state is not CounterState.CLOSED for _, counter in counters)
    seats = tuple(_seat(hall, planned, counter, begun) for planned, counter in counters)
    services = {service.id} | {other for seat in seats for other in seat.services}
    return Floor(
        seats,
        {other: hall.waiting(other) for other in services},
        {other: hall.pace(other) for other in services},
        {other: hall.service(other).usual for other in services},
    )


def _seat(hall: Hall, planned: CounterPlan, counter: Counter, begun: bool) -> Seat:
    state = counter.state if begun else CounterState.OPEN
    busy = hall.ticket(counter.ticket).service if counter.ticket else counter.guest
    kind = busy if busy in planned.services else planned.services[0]  # a guest, or one sent here from elsewhere
    since = counter.since if busy or state is CounterState.PAUSED else 0
    return Seat(planned.services, state.value, since, kind if busy else "")


def before_opening(hall: Hall, service: ServicePlan, now: Millis) -> Millis:
    """How long until the first window of a service opens today; 0 once it has."""
    day = hall.plan.local(now).date()
    windows = windows_on(hall.plan, service, day)
    return max(hall.plan.moment(day, windows[0].issue_from) - now, 0) if windows else 0


def place_of_new(hall: Hall, group: str, now: Millis) -> float:
    """The moment a number taken now counts from."""
    if group and hall.plan.order.rule is OrderRule.HEAD_START and (there := hall.plan.group(group)):
        return now - there.head_start * MINUTE
    return now


def ahead_of_new(hall: Hall, service: ServicePlan, group: str, now: Millis) -> int:
    """How many would be called before a number taken now."""
    queue = hall.queue(service.id)
    lane = Lane.FAVOURED if group else Lane.ORDINARY
    if hall.plan.order.rule is OrderRule.INTERLEAVE:
        own = len(queue.lanes[lane])
        return len(queue.lanes[Lane.FRONT]) + len(queue.away) + interleaved(hall, queue, lane, own)
    if not group:
        return len(queue)
    here = (place_of_new(hall, group, now), hall.version + 1, "")
    return len(queue.lanes[Lane.FRONT]) + sum(
        bisect_left(line, here) for line in (queue.lanes[1], queue.lanes[2], queue.away)
    )


def expected(hall: Hall, service: ServicePlan, group: str, now: Millis) -> Range:
    """The wait of a number not yet taken, from now on."""
    return _after(
        before_opening(hall, service, now),
        estimate(floor_of(hall, service), service.id, ahead_of_new(hall, service, group, now), now),
    )


def expected_of(hall: Hall, ticket: Ticket, now: Millis, outlook: Outlook | None = None, less: int = 0) -> Range:
    """The wait of a waiting number, from now on; of several of one service, the outlook may be kept. `less` of
    those who stand before it do not count."""
    service = hall.service(ticket.service)
    outlook = outlook or Outlook(floor_of(hall, service), now)
    shared = {other for planned in hall.counters_of(service.id) for other in planned.services}
    before = {other: _earlier(hall, other, ticket.place) for other in shared - {service.id}}
    found = outlook.wait(service.id, ahead(hall, ticket) - less, before)
    return _after(before_opening(hall, service, now), found)


def _earlier(hall: Hall, service: str, place: float) -> int:
    """How many wait for a service from an earlier place on."""
    queue, here = hall.queue(service), (place, 0, "")
    return sum(bisect_left(line, here) for line in (*queue.lanes, queue.away))


def _after(opening: Millis, found: Range) -> Range:
    return Range(found.low + opening, found.middle + opening, found.high + opening)


def arrive_before(hall: Hall, service: ServicePlan, wait: Range, lead: Millis, now: Millis) -> Millis:
    """The moment a holder should be there, `lead` after now at the earliest; never past the closing or the day."""
    promised = now + max(lead, wait.low)
    here = hall.plan.local(now)
    midnight = datetime.combine(here.date(), here.time().replace(23, 59, 0, 0), here.tzinfo)
    last = int(midnight.timestamp() * 1000)
    closes = closing(hall.plan, service, now)
    if closes is not None and closes > now + lead:
        last = min(last, closes)
    return min(promised, last) // MINUTE * MINUTE


def raised(hall: Hall, now: Millis) -> tuple[Facts, list[Promised]]:
    """The promises that have to be raised, since the queue is slower than was expected."""
    sets: Facts = {}
    events: list[Promised] = []
    outlooks: dict[str, Outlook] = {}
    for _, number in hall.awaited(TicketState.WAITING):
        ticket = hall.ticket(number)
        service = hall.service(ticket.service)
        if service.id not in outlooks:
            outlooks[service.id] = Outlook(floor_of(hall, service), now)
        wait = expected_of(hall, ticket, now, outlooks[service.id])
        moment = arrive_before(hall, service, wait, 0, now)
        if ticket.arrive_before > now and moment >= ticket.arrive_before + RAISE_LEAST:
            sets[f"ticket/{number}"] = replace(ticket, arrive_before=moment, changed=hall.version + 1)
            events.append(Promised(number, moment, ticket.contact))
    return sets, events
