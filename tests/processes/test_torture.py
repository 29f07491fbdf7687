"""After the torture every answer given is true: the journal is followed entry by entry, by counting alone."""

import asyncio
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.events import Called, Issued, Recovered
from app.domain.facts import Counter, Request, Ticket
from app.domain.plan import Order
from app.domain.states import Reason, TicketState
from app.store.client import connect
from app.store.entry import Entry
from app.store.journal import Head, Store
from bench.verbs import large_plan
from tests.processes.running import Site, wait_for
from tests.processes.torture import Torture

pytestmark = pytest.mark.redis

AT_COUNTER = (TicketState.CALLED, TicketState.SERVING)
CENTER = "lon"


@pytest.fixture
def site() -> Iterator[Site]:
    """Four webs and fifty counters; first come, first called, so that the order can be told by sorting."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    plan = large_plan(CENTER)
    plan = replace(plan, counters=plan.counters[:50], order=Order(), kiosk_addresses=("127.0.0.1",))
    running = Site(folder, 4, plan)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Followed:
    """The journal followed by counting: what every request and turn came to, and the hall as it is now."""

    site: Site
    issued: list[str] = field(default_factory=list)
    requests: dict[str, str] = field(default_factory=dict)  # request id -> number
    turns: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))  # -> who was there
    tickets: dict[str, Ticket] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    prev: str = ""

    def follow(self, entry: Entry) -> None:
        assert entry.prev == self.prev, f"the chain is broken at {entry.version}"
        self.prev = entry.hash
        assert not any(isinstance(event, Recovered) for event in entry.events), "moments were lost"
        for event in entry.events:
            match event:
                case Issued():
                    self.issued.append(event.number)
                case Called():
                    self._check_order(event)
        for name, fact in entry.sets.items():
            match fact:
                case Ticket():
                    self.tickets[fact.number] = fact
                case Counter():
                    self.counters[fact.id] = fact
                    self.turns[fact.id, fact.turn].append(fact.ticket)
                case Request():
                    self.requests[name.rpartition("/")[2]] = fact.number
        self._check_places()

    def _check_order(self, called: Called) -> None:
        """Whoever is called in turn came first of all whom the counter could have called."""
        if called.reason not in (Reason.FIRST_COME, Reason.IN_FRONT):
            return
        services = next(c.services for c in self.site.plan.counters if c.id == called.counter)
        waiting = [
            (not ticket.front, ticket.place)
            for ticket in self.tickets.values()
            if ticket.state is TicketState.WAITING
            and (ticket.only == called.counter or (not ticket.only and ticket.service in services))
        ]
        ticket = self.tickets[called.number]
        assert (not ticket.front, ticket.place) == min(waiting), f"{called.number} was called out of order"

    def _check_places(self) -> None:
        """A ticket is at one counter at the most, and both say so."""
        there = {ticket.number: ticket.counter for ticket in self.tickets.values() if ticket.state in AT_COUNTER}
        at = {counter.ticket: counter.id for counter in self.counters.values() if counter.ticket}
        assert there == at
        assert len(at) == sum(bool(counter.ticket) for counter in self.counters.values())


async def journal(site: Site) -> list[Entry]:
    """Every entry of the day."""
    async with connect(site.url) as redis:
        store = Store(redis)
        head = await store.head(site.plan.id)
        entries: list[Entry] = []
        while len(entries) < head.version:
            entries += await store.after(site.plan.id, Head(head.epoch, len(entries)))
    return entries


def check(torture: Torture) -> None:
    site = torture.site
    followed = Followed(site)
    for entry in asyncio.run(journal(site)):
        followed.follow(entry)
    assert len(set(followed.issued)) == len(followed.issued), "a number was given twice"
    by_lead: dict[str, list[int]] = defaultdict(list)
    for number in followed.issued:
        by_lead[number[:2]].append(int(number[2:]))
    for lead, running in by_lead.items():
        assert running == list(range(1, len(running) + 1)), f"the numbers of {lead} have a gap"
    done: set[tuple[str, int]] = set()
    for answered in torture.answers:
        assert answered.status < 500, answered
        if "refusal" in answered.answer:
            continue
        if answered.path.endswith("/tickets"):
            assert followed.requests[answered.body["request"]] == answered.answer["number"], answered
            continue
        counter, verb = answered.path.split("/")[-2:]
        turn, number = answered.answer["turn"], answered.answer["number"]
        assert number in followed.turns[counter, turn], f"nobody saw this: {answered}"
        if answered.answer["outcome"] == "done":
            assert (counter, turn) not in done, f"done twice: {answered}"
            done.add((counter, turn))
    _check_views(site, followed)


def _check_views(site: Site, followed: Followed) -> None:
    """All four webs show the same, and what the journal says."""
    staff = [site.clerk("quan", web) for web in range(len(site.ports))]
    for counter in ("01", "17", "50"):

        def views(counter: str = counter) -> list[Any]:
            return [http.get(f"/api/views/panel/{site.plan.id}/{counter}").json()["whole"] for http in staff]

        wait_for("the same picture", lambda: len({str(view["counter"]) for view in views()}) == 1)
        shown = views()[0]["counter"]
        assert (shown["turn"], shown["number"]) == (
            followed.counters[counter].turn,
            followed.counters[counter].ticket,
        )


def tortured(site: Site, seconds: float) -> None:
    seed = time.time_ns() % 1_000_000
    torture = Torture(site, seconds, seed)
    try:
        asyncio.run(torture.run())
        check(torture)
    finally:
        print(f"seed {seed}: {len(torture.answers)} answers; {dict(torture.counted)}")
    assert torture.counted["kills of redis"]
    assert torture.counted["kills of a web"]
    assert torture.saw_enough


def test_every_answer_given_under_torture_is_true(site: Site) -> None:
    tortured(site, 20)


@pytest.mark.proof
def test_every_answer_given_under_five_minutes_of_torture_is_true(site: Site) -> None:
    tortured(site, 300)
