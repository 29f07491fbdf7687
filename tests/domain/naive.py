"""Who should be next, worked out the long way from the facts and from what was seen of the run: for `any_order`.

Nothing here asks the rule book. Every ticket is looked at anew each time, and whom each call has overtaken is
written down when it happens; the rule book keeps short lists instead, which are held against this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.domain.facts import Candidate, Fact, Ticket, Why
from app.domain.plan import Channel, CheckIn, CounterPlan, Millis, OrderRule, Plan
from app.domain.states import Reason, TicketState

Stand = tuple[str, str, int]  # a number, the queue it stands in, when it joined that queue
Round = tuple[int, int]  # calls of priority groups and of others, while both wait
FRONT, FAVOURED, ORDINARY = "front", "favoured", "ordinary"


def tickets_of(facts: Mapping[str, Fact]) -> list[Ticket]:
    return [fact for name, fact in facts.items() if name[0] == "t" and isinstance(fact, Ticket)]


def may_be_away(ticket: Ticket) -> bool:
    return ticket.channel is Channel.WEB and ticket.arrived_at == 0


def stands(ticket: Ticket, plan: Plan) -> bool:
    """Whether a ticket waits and can be called in turn."""
    if ticket.state is not TicketState.WAITING:
        return False
    return plan.check_in is not CheckIn.REQUIRED or not may_be_away(ticket)


def stand_of(ticket: Ticket) -> Stand:
    return ticket.number, f"@{ticket.only}" if ticket.only else ticket.service, ticket.joined


def lane_of(ticket: Ticket) -> str:
    if ticket.front:
        return FRONT
    return FAVOURED if ticket.group else ORDINARY


def comes_from(ticket: Ticket, counter: CounterPlan) -> bool:
    """Whether a counter calls from the queue in which a ticket stands."""
    return ticket.only == counter.id if ticket.only else ticket.service in counter.services


def first(tickets: Iterable[Ticket]) -> Ticket | None:
    return min(tickets, key=lambda ticket: (ticket.place, ticket.joined, ticket.number), default=None)


@dataclass(slots=True)
class Seen:
    """A press that can be undone, as it was seen: its version, whom it took out of line with what each had
    suffered there, the counter's round before it."""

    version: int
    left: dict[Stand, set[int]]
    round: Round


class NaiveOrder:
    """The day's calls in turn, whom each of them overtook, and the rounds of the counters."""

    def __init__(self) -> None:
        self.calls: dict[int, Stand] = {}  # in turn, by version; those undone are gone
        self.suffered: dict[Stand, set[int]] = {}  # who stands in line: by which calls he was overtaken there
        self.rounds: dict[str, Round] = {}
        self.presses: dict[str, Seen] = {}

    def pick(self, line: list[Ticket], plan: Plan, counter: str) -> tuple[Ticket, Reason]:
        """By the plan's rule, without the bound on overtaking: who is next of a line of at least one."""
        lanes = {lane: first(t for t in line if lane_of(t) == lane) for lane in (FRONT, FAVOURED, ORDINARY)}
        front, favoured, ordinary = lanes.values()
        if front:
            return front, Reason.IN_FRONT
        if not (favoured and ordinary):
            alone = favoured or ordinary
            assert alone
            return alone, Reason.FIRST_COME
        if plan.order.rule is OrderRule.INTERLEAVE:
            had, _ = self.rounds.get(counter, (0, 0))
            in_share = had < plan.order.favoured
            return (favoured, Reason.FAVOURED) if in_share else (ordinary, Reason.ORDINARY)
        earliest = first((favoured, ordinary))
        assert earliest
        by_start = plan.order.rule is OrderRule.HEAD_START and earliest is favoured
        return earliest, Reason.HEAD_START if by_start else Reason.FIRST_COME

    def suffered_at_least(self, ticket: Ticket) -> int:
        """How often a ticket was overtaken since it stands in line."""
        return len(self.suffered[stand_of(ticket)])

    def suffered_at_most(self, ticket: Ticket) -> int:
        """How many calls in turn of later ones there were since it joined its queue, wherever it was itself."""
        _, queue, joined = stand_of(ticket)
        return sum(other[1] == queue and other[2] > joined for other in self.calls.values())

    def check_next(
        self, facts: Mapping[str, Fact], plan: Plan, counter: str, number: str, why: Why | None, now: Millis
    ) -> None:
        """Hold a *next* against the facts before it: `number` was called ("": nobody), with this `why`."""
        here = plan.counter(counter)
        assert here
        waiting = [t for t in tickets_of(facts) if t.state is TicketState.WAITING and comes_from(t, here)]
        line = [ticket for ticket in waiting if stands(ticket, plan)]
        if not number:
            assert not line
            return
        picked = next(ticket for ticket in line if ticket.number == number)
        by_rule, reason = self.pick(line, plan, counter)
        most = plan.order.most_overtaken
        must = [ticket for ticket in line if self.suffered_at_least(ticket) >= most]
        assert why is not None
        is_oldest = picked.joined == min(t.joined for t in line if stand_of(t)[1] == stand_of(picked)[1])
        overtaken = is_oldest and self.suffered_at_most(picked) >= most
        if must:
            assert overtaken
            assert picked.joined <= min(ticket.joined for ticket in must)
            reason = Reason.OVERTAKEN
        elif why.reason is Reason.OVERTAKEN or picked != by_rule:
            assert overtaken
            reason = Reason.OVERTAKEN
        assert why.reason is (Reason.SENT_HERE if picked.only else reason)
        self._check_why(line, picked, why, now)
        assert why.waiting == len(waiting)
        assert why.counter == counter

    def _check_why(self, line: list[Ticket], picked: Ticket, why: Why, now: Millis) -> None:
        heads = {first(t for t in line if lane_of(t) == lane) for lane in (FRONT, FAVOURED, ORDINARY)}
        could = {ticket for ticket in heads | {picked} if ticket}
        assert len(why.candidates) == len(could)
        assert set(why.candidates) == {Candidate(t.number, t.service, now - t.issued_at, t.group) for t in could}

    def check_left_aside(
        self,
        facts: Mapping[str, Fact],
        plan: Plan,
        counter: str,
        picked: Ticket,
        by: Reason,
        gone: set[str],
        now: Millis,
    ) -> None:
        """Who was away when a *next* called `picked`: the turn of those `gone` is said to have come, so each must
        have been next had his holder been there; and nobody who had been is left out."""
        here = plan.counter(counter)
        assert here
        waiting = [t for t in tickets_of(facts) if t.state is TicketState.WAITING and comes_from(t, here)]
        line = [ticket for ticket in waiting if stands(ticket, plan)]
        for away in (ticket for ticket in waiting if not stands(ticket, plan)):
            would_be, _ = self.pick([*line, away], plan, counter)
            if away.number in gone:
                assert would_be is away
                assert by is not Reason.OVERTAKEN
            elif would_be is away and away.place < picked.place and by not in (Reason.OVERTAKEN, Reason.SENT_HERE):
                assert now >= away.arrive_before
                assert not away.slides

    def see_call(self, facts: Mapping[str, Fact], plan: Plan, counter: str, number: str, version: int) -> None:
        """A call in turn, told with the facts before it: whom it overtakes, and the round it counts in."""
        here = plan.counter(counter)
        assert here
        line = [ticket for ticket in tickets_of(facts) if stands(ticket, plan)]
        called = next(ticket for ticket in line if ticket.number == number)
        _, queue, joined = self.calls[version] = stand_of(called)
        for ticket in line:
            if stand_of(ticket)[1] == queue and ticket.joined < joined:
                suffered = self.suffered[stand_of(ticket)]
                suffered.add(version)
                assert len(suffered) <= plan.order.most_overtaken
        lanes = {lane_of(ticket) for ticket in line if comes_from(ticket, here)}
        if plan.order.rule is OrderRule.INTERLEAVE and lane_of(called) != FRONT:
            self._see_round(counter, lane_of(called), plan, {FAVOURED, ORDINARY} <= lanes)

    def _see_round(self, counter: str, lane: str, plan: Plan, both: bool) -> None:
        favoured, ordinary = self.rounds.get(counter, (0, 0))
        favoured, ordinary = favoured + (lane == FAVOURED), ordinary + (lane == ORDINARY)
        over = favoured >= plan.order.favoured and ordinary >= plan.order.ordinary
        self.rounds[counter] = (0, 0) if over or not both else (favoured, ordinary)

    def see_press(self, counter: str, version: int) -> None:
        """A key that can be undone was pressed, and is about to be seen."""
        self.presses[counter] = Seen(version, {}, self.rounds.get(counter, (0, 0)))

    def see_line(self, facts: Mapping[str, Fact], plan: Plan, press: Seen | None, undone: Seen | None) -> None:
        """Who stands in line after a change: one that `press` took out is remembered, `undone` brings back."""
        now = {stand_of(ticket) for ticket in tickets_of(facts) if stands(ticket, plan)}
        for gone in self.suffered.keys() - now:
            suffered = self.suffered.pop(gone)
            if press:
                press.left[gone] = suffered
        for come in now - self.suffered.keys():
            self.suffered[come] = (undone.left.get(come, set()) if undone else set()) & self.calls.keys()

    def see_undo(self, counter: str) -> Seen:
        """The last press of a counter was taken back: its call overtook nobody."""
        undone = self.presses.pop(counter)
        self.calls.pop(undone.version, None)
        for suffered in self.suffered.values():
            suffered.discard(undone.version)
        self.rounds[counter] = undone.round
        return undone


def as_it_was(ticket: Ticket) -> Ticket:
    """A ticket without the version that changed it last."""
    return replace(ticket, changed=0)
