"""A working day of sixty counters and two thousand numbers through the real store, checked entry by entry.

People come, are called, do not come, are sent on; clerks pause, undo, put away; the journal that this leaves is
then followed from its first entry, and after every entry what must be true of a hall is checked by recounting.
"""

import heapq
import random
import time
from collections import Counter as Count
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from app.center import Centers
from app.domain.commands import Cancel, CheckInTicket, CloseDay, Issue, Tick
from app.domain.events import Called, Issued, Undone
from app.domain.hall import Hall
from app.domain.order import next_for
from app.domain.plan import (
    MINUTE,
    Channel,
    CheckIn,
    CounterPlan,
    Group,
    Millis,
    Order,
    OrderRule,
    Plan,
    ServicePlan,
    ZonePlan,
)
from app.domain.presses import (
    Absent,
    AnyPress,
    Finish,
    Next,
    Park,
    Recall,
    ReturnToQueue,
    ServeGuest,
    Start,
    TakeCounter,
    TakeUp,
    Transfer,
    UndoLast,
)
from app.domain.refusals import LastNumberGone, NobodyWaiting, Refusal
from app.domain.states import AT_COUNTER, LIVE, Reason, SayState, TicketState
from app.store.entry import Entry
from app.store.journal import Head, Store
from tests.conftest import HandClock

CENTER = "lon"
COUNTERS = [f"{at:02}" for at in range(1, 61)]
SERVICES = [f"linh-vuc-{at}" for at in range(1, 41)]
IN_TURN = {Reason.FIRST_COME, Reason.FAVOURED, Reason.ORDINARY, Reason.OVERTAKEN, Reason.IN_FRONT}


def large() -> Plan:
    """Sixty counters on three floors, forty services: the first twenty have two counters each, and every third
    counter helps out with a second service."""
    zones = tuple(ZonePlan(f"tang-{at}", f"Tầng {at}") for at in (1, 2, 3))
    services = tuple(
        ServicePlan(service, f"Lĩnh vực {at}", zones[at % 3].id, COUNTERS[at], minutes=8)
        for at, service in enumerate(SERVICES)
    )
    counters = []
    for at, counter in enumerate(COUNTERS):
        own = SERVICES[at if at < 40 else at - 40]
        helps = (SERVICES[(at + 7) % 40],) if at % 3 == 0 else ()
        counters.append(CounterPlan(counter, zones[at % 3].id, (own, *helps)))
    groups = (Group("cao-tuoi", "Người từ 80 tuổi"), Group("khuyet-tat", "Người khuyết tật"))
    order = Order(OrderRule.INTERLEAVE, 2, 1, groups=groups)
    return Plan(
        CENTER,
        "Trung tâm lớn",
        zones,
        services,
        tuple(counters),
        order=order,
        check_in=CheckIn.OPTIONAL,
        double_press_ms=0,
    )


@dataclass(slots=True)
class Worked:
    """The day as it is worked: what happens next is taken from the agenda, in order of time."""

    centers: Centers
    clock: HandClock
    dice: random.Random
    agenda: list[tuple[Millis, int, str, str]] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)
    asked: Count[str] = field(default_factory=Count)
    refused: Count[str] = field(default_factory=Count)
    numbers: list[str] = field(default_factory=list)
    parked: dict[str, str] = field(default_factory=dict)

    def note(self, at: Millis, what: str, who: str) -> None:
        heapq.heappush(self.agenda, (at, len(self.asked) + self.asked.total(), what, who))

    async def press(self, key: type[AnyPress], counter: str, **extra: object) -> str:
        """A key pressed; the number at the counter afterwards."""
        command = key(f"staff/{counter}", counter, self.turns.get(counter, 1), **extra)  # type: ignore[arg-type]
        done = await self.centers.do(CENTER, command)
        self.turns[counter] = done.answer.turn
        self.asked[key.__name__] += 1
        return done.answer.number

    async def issue(self, service: str) -> None:
        channel = self.dice.choice((Channel.WEB, Channel.KIOSK, Channel.KIOSK))
        group = self.dice.choice(("", "", "", "", "", "cao-tuoi", "khuyet-tat"))
        holder = f"h{self.asked['Issue']}" if channel is Channel.WEB else ""
        request = f"request-{self.asked['Issue']}"
        self.asked["Issue"] += 1
        done = await self.centers.do(CENTER, Issue("citizen", request, service, channel, holder, group=group))
        self.numbers.append(done.answer.number)
        if channel is Channel.WEB and self.dice.random() < 0.6:
            self.note(self.clock() + self.dice.randrange(40) * MINUTE, "check-in", done.answer.number)
        if self.dice.random() < 0.03:
            self.note(self.clock() + self.dice.randrange(20) * MINUTE, "cancel", done.answer.number)

    async def serve(self, counter: str) -> None:
        """One step of a clerk: whom he has is dealt with, and somebody else called."""
        luck = self.dice.random()
        if counter in self.parked and luck < 0.5:
            number = await self.press(TakeUp, counter, number=self.parked.pop(counter))
        else:
            number = await self.press(Next, counter)
        if number:
            await self._with(counter, luck)
        self.note(self.clock() + int(self.dice.lognormvariate(1.9, 0.6) * MINUTE), "serve", counter)

    async def _with(self, counter: str, luck: float) -> None:
        if luck < 0.05:
            await self.press(Recall, counter)
        if luck < 0.08:
            await self.press(Absent, counter)
            if luck < 0.02:
                await self.press(UndoLast, counter)
        elif luck < 0.11:
            await self.press(UndoLast, counter)
        elif luck < 0.14:
            await self.press(Transfer, counter, service=self._elsewhere(counter), front=luck < 0.12)
        elif luck < 0.17:
            await self.press(ReturnToQueue, counter, front=luck < 0.155)
        elif luck < 0.19 and counter not in self.parked:
            self.parked[counter] = await self.press(Recall, counter)
            await self.press(Park, counter)
        elif luck < 0.9:
            await self.press(Start, counter)
            if luck < 0.3:
                await self.press(Finish, counter)
        elif luck < 0.92:
            await self.press(ServeGuest, counter, service=SERVICES[0])

    def _elsewhere(self, counter: str) -> str:
        own = SERVICES[int(counter) - 1 if int(counter) <= 40 else int(counter) - 41]
        return self.dice.choice([service for service in SERVICES if service != own])

    async def step(self, what: str, who: str) -> None:
        match what:
            case "issue":
                await self.issue(who)
            case "serve":
                try:
                    await self.serve(who)
                except NobodyWaiting:
                    self.note(self.clock() + 3 * MINUTE, "serve", who)
            case "tick":
                await self.centers.do(CENTER, Tick(promises=True))
            case "check-in":
                await self.centers.do(CENTER, CheckInTicket("device/kiosk", "2020-04-03", who))
            case "cancel":
                await self.centers.do(CENTER, Cancel("citizen", "2020-04-03", who))
            case _:
                raise AssertionError(what)

    async def work(self, people: int, begin: Millis, end: Millis) -> None:
        for counter in COUNTERS:
            await self.press(TakeCounter, counter)
            self.note(begin + self.dice.randrange(60_000), "serve", counter)
        for _ in range(people):
            self.note(
                begin + int((end - begin) * self.dice.betavariate(1.3, 2)), "issue", self.dice.choice(SERVICES)
            )
        for at in range(begin, end + 60 * MINUTE, MINUTE):
            self.note(at, "tick", "")
        while self.agenda:
            at, _, what, who = heapq.heappop(self.agenda)
            if at > end + 60 * MINUTE:
                break
            self.clock.now = max(self.clock.now, at)
            try:
                await self.step(what, who)
            except LastNumberGone:
                self.refused["last-number-gone"] += 1
            except Refusal as refusal:
                self.refused[refusal.code] += 1
        await self.centers.do(CENTER, CloseDay("staff/quan"))


async def entries_of(store: Store) -> AsyncIterator[Entry]:
    """The journal of the center, from its first entry."""
    head = Head((await store.head(CENTER)).epoch)
    while page := await store.after(CENTER, head):
        for entry in page:
            yield entry
        head = replace(head, version=page[-1].version)


class Follower:
    """Follows the journal by its facts alone and recounts after each entry."""

    def __init__(self, plan: Plan) -> None:
        self.hall = Hall({"plan": plan})
        self.seen: Count[str] = Count()
        self.issued: set[str] = set()
        self.version, self.hash, self.at = 0, "", 0

    def follow(self, entry: Entry) -> None:
        assert (entry.version, entry.prev) == (self.version + 1, self.hash)
        assert entry.at >= self.at
        for event in entry.events:
            self.seen[type(event).__name__] += 1
            if isinstance(event, Called) and event.calls == 1 and event.reason in IN_TURN:
                pick = next_for(self.hall, self.hall.counter_plan(event.counter))
                assert pick is not None
                assert (pick.ticket.number, pick.reason) == (event.number, event.reason)
            if isinstance(event, Called) and event.calls == 1:
                assert self.hall.ticket(event.number).state not in AT_COUNTER
            if isinstance(event, Issued):
                assert event.number not in self.issued
                self.issued.add(event.number)
        self.hall.apply(entry.sets)
        self.hall.version, self.hall.now = entry.version, entry.at
        self.version, self.hash, self.at = entry.version, entry.hash, entry.at
        self._recount(entry)

    def _recount(self, entry: Entry) -> None:
        hall = self.hall
        at_counter = {counter.ticket: counter.id for counter in hall.counters() if counter.ticket}
        for name in entry.sets:
            if name.startswith("ticket/"):
                ticket = hall.ticket(name.removeprefix("ticket/"))
                assert (ticket.state in AT_COUNTER) == (ticket.number in at_counter)
                if ticket.state in AT_COUNTER:
                    assert at_counter[ticket.number] == ticket.counter
                if ticket.state is TicketState.WAITING:
                    assert ticket.number in {number for _, number in hall.queue(ticket.queue).joined}
        for voice in hall.plan.voices() if any(name.startswith("say/") for name in entry.sets) else ():
            spoken = [said for said in hall.announcements(voice) if said.state is SayState.PLANNED]
            assert all(a.end <= b.start for a, b in zip(spoken, spoken[1:], strict=False))


async def work_and_follow(store: Store, people: int, seed: int) -> tuple[Worked, Follower]:
    plan = large()
    clock = HandClock(plan)
    begin = plan.moment(plan.local(clock()).date(), plan.windows[0].issue_from)
    clock.now = begin - MINUTE
    centers = Centers(store, clock)
    worked = Worked(centers, clock, random.Random(seed))
    try:
        await centers.found(plan)
        clock.now = begin
        began = time.perf_counter()
        await worked.work(people, begin, begin + 9 * 60 * MINUTE)
        took = time.perf_counter() - began
    finally:
        await centers.close()
    follower = Follower(plan)
    async for entry in entries_of(store):
        follower.follow(entry)
    states = Count(ticket.state for ticket in follower.hall.tickets())
    print(
        f"{took:.1f} s, {follower.version} entries, {dict(follower.seen)}, {dict(states)}, {dict(worked.refused)}"
    )
    return worked, follower


def check(worked: Worked, follower: Follower, people: int) -> None:
    """The whole day adds up."""
    hall = follower.hall
    assert sorted(worked.numbers) == sorted(follower.issued) == sorted(t.number for t in hall.tickets())
    assert len(worked.numbers) + worked.refused["last-number-gone"] == people
    waiting = [ticket for ticket in hall.tickets() if ticket.state in LIVE - AT_COUNTER]
    assert waiting == []
    for event in (Called, Undone):
        assert follower.seen[event.__name__] > 0


@pytest.mark.redis
@pytest.mark.anyio
async def test_a_morning_at_a_large_center(store: Store) -> None:
    worked, follower = await work_and_follow(store, 300, seed=1)
    check(worked, follower, 300)


@pytest.mark.redis
@pytest.mark.anyio
@pytest.mark.proof
async def test_a_working_day_of_two_thousand_numbers(store: Store) -> None:
    worked, follower = await work_and_follow(store, 2000, seed=2)
    check(worked, follower, 2000)
