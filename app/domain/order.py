"""Who comes next: the only place with that rule.

A counter calls from the queues of its services and from its own (`@<counter>`, those sent to it). Within a
queue stand three lanes, each in order of `place`: those put in front, the priority groups, all others.

1. Whoever has been overtaken as often as the plan allows (`most_overtaken`) is next.
2. Else the first of those in front.
3. Else by the plan's rule. First come and head start: the earliest place of all. Interleave: while priority
   groups and others both wait, `favoured` of the ones, then `ordinary` of the others.

A ticket is overtaken when somebody who joined its queue later is called in turn before it. Only what is still
waiting counts, and those called in front of one are few, so that the bound is kept by a short list (`Jumps`).
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.facts import Counter, Facts, Jumps, Ticket
from app.domain.hall import Hall
from app.domain.plan import CounterPlan, OrderRule
from app.domain.queue import Place, Queue, place_of
from app.domain.states import Lane, Reason, TicketState


@dataclass(frozen=True, slots=True)
class Pick:
    """Who is called, by which rule, before which candidates (the first of each lane, itself among them);
    `overtaken`: since nobody may go before it any more, whatever the reason given."""

    ticket: Ticket
    reason: Reason
    candidates: tuple[Ticket, ...]
    overtaken: bool = False


def queues_of(planned: CounterPlan) -> tuple[str, ...]:
    """The queues a counter calls from."""
    return (*planned.services, f"@{planned.id}")


def next_for(hall: Hall, planned: CounterPlan) -> Pick | None:
    """The ticket the counter would call now, or None when nobody waits that it can call."""
    names = queues_of(planned)
    heads = [_first(hall, names, lane) for lane in Lane]
    there = [head for head in heads if head]
    if not there:
        return None
    overtaken = _overtaken_enough(hall, names)
    if overtaken:
        picked, reason = overtaken, Reason.OVERTAKEN
    else:
        lane = _lane_in_turn(hall, hall.counter(planned.id), heads)
        head = heads[lane]
        assert head
        picked, reason = head[2], _reason(hall, heads, lane)
    tickets = tuple(hall.ticket(number) for _, _, number in there)
    ticket = hall.ticket(picked)
    if ticket.only:
        reason = Reason.SENT_HERE
    return Pick(ticket, reason, tickets if ticket in tickets else (ticket, *tickets), bool(overtaken))


def _first(hall: Hall, names: Iterable[str], lane: Lane) -> Place | None:
    return min((line[0] for name in names if (line := hall.queue(name).lanes[lane])), default=None)


def _lane_in_turn(hall: Hall, counter: Counter, heads: list[Place | None]) -> Lane:
    if heads[Lane.FRONT]:
        return Lane.FRONT
    favoured, ordinary = heads[Lane.FAVOURED], heads[Lane.ORDINARY]
    if not favoured or not ordinary:
        return Lane.FAVOURED if favoured else Lane.ORDINARY
    if hall.plan.order.rule is OrderRule.INTERLEAVE:
        return Lane.FAVOURED if counter.favoured < hall.plan.order.favoured else Lane.ORDINARY
    return Lane.FAVOURED if favoured < ordinary else Lane.ORDINARY


def away_in_turn(hall: Hall, planned: CounterPlan, pick: Pick) -> list[str]:
    """Those whose turn comes with this call and whose holders have yet to check in: earlier in their lane than
    all who are there, each would be called instead if his holder were there."""
    if pick.overtaken:
        return []
    names, counter, picked = queues_of(planned), hall.counter(planned.id), place_of(pick.ticket)
    heads = [_first(hall, names, lane) for lane in Lane]
    before = max(head or picked for head in heads)
    found = []
    for place in (place for name in names for place in hall.queue(name).away if place < before):
        lane = hall.ticket(place[2]).lane
        with_him = [place if lane is other else head for other, head in zip(Lane, heads, strict=True)]
        if place < (heads[lane] or picked) and _lane_in_turn(hall, counter, with_him) is lane:
            found.append(place[2])
    return found


def _reason(hall: Hall, heads: list[Place | None], lane: Lane) -> Reason:
    if lane is Lane.FRONT:
        return Reason.IN_FRONT
    if not (heads[Lane.FAVOURED] and heads[Lane.ORDINARY]):
        return Reason.FIRST_COME
    if hall.plan.order.rule is OrderRule.INTERLEAVE:
        return Reason.FAVOURED if lane is Lane.FAVOURED else Reason.ORDINARY
    by_start = hall.plan.order.rule is OrderRule.HEAD_START and lane is Lane.FAVOURED
    return Reason.HEAD_START if by_start else Reason.FIRST_COME


def _overtaken_enough(hall: Hall, names: Iterable[str]) -> str:
    """The number that nobody may overtake any more: of several, the one that joined first; "" if none."""
    most = hall.plan.order.most_overtaken
    full = []
    for name in names:
        jumps = hall.jumps(name).calls
        if len(jumps) >= most and (line := hall.queue(name).joined):
            oldest = line[0]
            if sum(joined > oldest[0] for joined, _ in jumps) >= most:
                full.append(oldest)
    return min(full)[1] if full else ""


def after_call(hall: Hall, pick: Pick) -> Facts:
    """What a call in turn changes in the order: whom it has overtaken."""
    ticket = pick.ticket
    old = hall.jumps(ticket.queue).calls
    line = hall.queue(ticket.queue).joined
    left = next((place for place in line if place[1] != ticket.number), None)
    kept = (*old, (ticket.joined, hall.version + 1))
    kept = tuple(jump for jump in kept if left and jump[0] > left[0])
    return {} if kept == old else {f"jumps/{ticket.queue}": Jumps(kept)}


def round_after(hall: Hall, counter: Counter, planned: CounterPlan, ticket: Ticket) -> Counter:
    """The counter with the round of interleaving as it is after calling `ticket` in turn. A round counts only
    while both priority groups and others wait; it is over when both have had their share."""
    order = hall.plan.order
    if order.rule is not OrderRule.INTERLEAVE or ticket.lane is Lane.FRONT:
        return counter
    names = queues_of(planned)
    if not (_first(hall, names, Lane.FAVOURED) and _first(hall, names, Lane.ORDINARY)):
        return replace(counter, favoured=0, ordinary=0)
    favoured = counter.favoured + (ticket.lane is Lane.FAVOURED)
    ordinary = counter.ordinary + (ticket.lane is Lane.ORDINARY)
    if favoured >= order.favoured and ordinary >= order.ordinary:
        return replace(counter, favoured=0, ordinary=0)
    return replace(counter, favoured=favoured, ordinary=ordinary)


def behind(queue: Queue, lane: Lane, many: int, now: float) -> float:
    """The place in a lane behind `many` who wait there: between two of them, or `now` when there are fewer."""
    line = queue.lanes[lane]
    if many >= len(line):
        return max(now, line[-1][0] + 1) if line else now
    before = line[many - 1][0] if many else line[0][0] - 2
    return (before + line[many][0]) / 2


def ahead(hall: Hall, ticket: Ticket) -> int:
    """How many of its queue will be called before a waiting ticket; 0 when it does not wait. While groups
    interleave, whole rounds are counted from now."""
    if ticket.state is not TicketState.WAITING:
        return 0
    queue, here = hall.queue(ticket.queue), place_of(ticket)
    front, favoured, ordinary = queue.lanes
    away = bisect_left(queue.away, here)
    if ticket.lane is Lane.FRONT:
        return bisect_left(front, here)
    if hall.plan.order.rule is not OrderRule.INTERLEAVE:
        return len(front) + bisect_left(favoured, here) + bisect_left(ordinary, here) + away
    return len(front) + away + interleaved(hall, queue, ticket.lane, bisect_left(queue.lanes[ticket.lane], here))


def interleaved(hall: Hall, queue: Queue, lane: Lane, own: int) -> int:
    """How many go before the one that has `own` before it in its lane, those in front not counted."""
    order = hall.plan.order
    if lane is Lane.FAVOURED:
        return own + min(len(queue.lanes[Lane.ORDINARY]), own // order.favoured * order.ordinary)
    return own + min(len(queue.lanes[Lane.FAVOURED]), (own // order.ordinary + 1) * order.favoured)


def upcoming(hall: Hall, planned: CounterPlan, most: int) -> list[str]:
    """The next numbers a counter would call if nothing else happened, at most `most`, as the rule without the
    bound on overtaking has it."""
    order, names = hall.plan.order, queues_of(planned)
    lines = [sorted(p for name in names for p in hall.queue(name).lanes[lane][:most]) for lane in Lane]
    front, favoured, ordinary = ([number for _, _, number in line] for line in lines)
    if order.rule is not OrderRule.INTERLEAVE:
        merged = sorted(lines[Lane.FAVOURED] + lines[Lane.ORDINARY])
        return (front + [number for _, _, number in merged])[:most]
    come = front
    counter = hall.counter(planned.id)
    share, others = order.favoured - counter.favoured, order.ordinary - counter.ordinary
    while len(come) < most and (favoured or ordinary):
        come += favoured[:share] + ordinary[:others]
        favoured, ordinary = favoured[share:], ordinary[others:]
        share, others = order.favoured, order.ordinary
    return come[:most]
