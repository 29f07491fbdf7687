"""From the feed to the hub: what is rendered, for whom, and what a fault in one screen does to the others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest

from app.center import Centers
from app.domain.change import Answer
from app.domain.commands import Command, Issue, SetPlan
from app.domain.hall import Hall
from app.domain.plan import Channel, Plan
from app.domain.refusals import Refusal, UnknownCenter, UnknownTopic, UnknownZone
from app.feed import Feed, Heard
from app.live.frames import texts
from app.live.queued import QueuedReader
from app.position import Position
from app.seals import Seals
from app.store.journal import Store
from app.topics import TopicName, Topics
from app.views import VIEWS, Rows, View
from tests.conftest import HandClock, until


@pytest.mark.parametrize("text", ["tv/qn/tang-3", "ticket/qn/AbC-_9", "services/a/b/c"])
def test_a_name_in_three_parts(text: str) -> None:
    assert str(TopicName.parse(text)) == text


@pytest.mark.parametrize("text", ["", "tv", "tv/", "tv/qn", "tv/qn/", "tv//x", "/qn/x", "TV/qn/x", "no/qn/x",
                                  "tv/qn/" + "x" * 160])  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(UnknownTopic) as refused:
        TopicName.parse(text)
    assert len(str(refused.value.data["topic"])) <= 160


@pytest.fixture
async def ring(store: Store, plan: Plan, clock: HandClock) -> AsyncIterator["Ring"]:
    centers = Centers(store, clock)
    await centers.found(plan)
    ring = Ring(centers, Feed(store), plan)
    await ring.feed.start()
    runs = [asyncio.create_task(part.run()) for part in (ring.feed, *ring.topics.paces)]
    yield ring
    for task in runs:
        task.cancel()
    await asyncio.gather(*runs, return_exceptions=True)
    await centers.close()


class Ring:
    """Commands in, frames out; a view may be made to fail for a zone."""

    def __init__(self, centers: Centers, feed: Feed, plan: Plan) -> None:
        self.centers, self.feed, self.plan = centers, feed, plan
        self.seals = Seals("a secret")
        self.fails_for = ""
        services = View(VIEWS["services"].follows, self._services)
        self.topics = Topics(feed, self.seals, VIEWS | {"services": services})
        self._asked = 0

    def _services(self, hall: Hall, key: str) -> Rows:
        if key == self.fails_for:
            raise ValueError("a fault in a view")
        return VIEWS["services"].rows(hall, key)

    async def do(self, command: Command) -> Answer:
        """A command, carried out and shown."""
        done = await self.centers.do(self.plan.id, command)
        await self.feed.reach(self.plan.id, done.position)
        return done.answer

    async def issue(self, service: str = "visa") -> str:
        self._asked += 1
        return (await self.do(Issue("system", f"request-{self._asked}", service, Channel.DESK))).number

    def ticket(self, number: str) -> TopicName:
        day = self.feed.hall(self.plan.id).day.date
        return TopicName("ticket", self.plan.id, self.seals.topic(self.plan.id, day, number))

    def join(self, text: str | TopicName, reader: QueuedReader | None = None) -> QueuedReader:
        reader = reader or QueuedReader()
        name = text if isinstance(text, TopicName) else TopicName.parse(text)
        self.topics.hub.enter(reader)
        self.topics.join(reader, name, None)
        return reader

    async def whole(self, reader: QueuedReader) -> dict[str, Rows]:
        """The next whole view, whatever comes before it."""
        while True:
            for said in await self.told(reader):
                if "whole" in said:
                    return said

    async def told(self, reader: QueuedReader) -> list[dict[str, Rows]]:
        """What comes next; what changed together comes together."""
        ready = await reader.next(self.topics.hub)
        return [msgspec.json.decode(text) for frame in ready for text in texts(frame)]


@pytest.mark.redis
@pytest.mark.anyio
class TestTopics:
    async def test_only_rows_that_differ_are_sent(self, ring: Ring) -> None:
        services = ring.join("services/quang-ninh/tang-3")
        floor = ring.join("services/quang-ninh/tang-1")
        assert len((await ring.told(services))[0]["whole"]) == 18
        await ring.told(floor)
        number = await ring.issue()
        (frame,) = await ring.told(services)
        assert list(frame["rows"]) == ["service/visa"]
        assert frame["rows"]["service/visa"]["latest"] == number
        assert not floor._waiting, "nothing changed there"

    async def test_a_ticket_is_found_by_its_key_also_one_taken_later(self, ring: Ring) -> None:
        first = await ring.issue()
        assert ring.topics.paint(ring.ticket(first))[0]["ticket"]["number"] == first
        second = await ring.issue()
        assert ring.topics.paint(ring.ticket(second))[0]["ticket"]["number"] == second
        for name in (first, "x", ring.seals.link("quang-ninh", "2020-04-03", first)):
            with pytest.raises(UnknownTopic):
                ring.topics.paint(TopicName("ticket", "quang-ninh", name))

    async def test_what_does_not_exist_is_refused_and_leaves_nothing(self, ring: Ring) -> None:
        for text, refusal in [("services/none/x", UnknownCenter), ("services/quang-ninh/x", UnknownZone),
                              ("ticket/quang-ninh/x", UnknownTopic)]:  # fmt: skip
            assert issubclass(refusal, Refusal)
            with pytest.raises(refusal):
                ring.join(text)
        assert ring.topics.hub.topics() == []
        assert ring.topics._followed == {}

    async def test_a_topic_is_let_go_with_its_last_reader(self, ring: Ring) -> None:
        reader = ring.join("services/quang-ninh/tang-3")
        ring.topics.hub.leave(reader)
        await ring.issue()
        assert ring.topics._followed == {}
        assert len((await ring.told(ring.join("services/quang-ninh/tang-3")))[0]["whole"]) == 18

    async def test_a_new_epoch_sends_whole_views_and_forgets_numbers(self, ring: Ring, clock: HandClock) -> None:
        number = await ring.issue()
        ticket, services = ring.join(ring.ticket(number)), ring.join("services/quang-ninh/tang-3")
        for reader in (ticket, services):
            await ring.told(reader)
        name = ring.ticket(number)
        clock.forward(24 * 3_600_000 * 3)  # Monday
        await ring.issue()
        assert len((await ring.whole(services))["whole"]) == 18
        assert (await ring.whole(ticket))["whole"]["gone"]["code"] == "unknown-topic"
        with pytest.raises(UnknownTopic):
            ring.topics.paint(name)

    async def test_a_zone_that_leaves_the_plan_says_so(self, ring: Ring) -> None:
        reader = ring.join("services/quang-ninh/tang-1")
        await ring.told(reader)
        left = replace(
            ring.plan,
            zones=ring.plan.zones[1:],
            services=tuple(s for s in ring.plan.services if s.zone != "tang-1"),
            counters=tuple(c for c in ring.plan.counters if c.zone != "tang-1"),
        )
        await ring.do(SetPlan("system", left))
        (frame,) = await ring.told(reader)
        assert frame["rows"]["gone"]["code"] == "unknown-zone"

    async def test_a_fault_in_one_screen_is_not_the_others(
        self, ring: Ring, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The faulty one catches up when it can be rendered again."""
        faulty, healthy = ring.join("services/quang-ninh/tang-1"), ring.join("services/quang-ninh/tang-3")
        for reader in (faulty, healthy):
            await ring.told(reader)
        ring.fails_for = "tang-1"
        number = await ring.issue("tiep-nhan")
        await ring.issue("visa")
        assert (await ring.told(healthy))[0]["rows"]["service/visa"]["waiting"] == 1
        assert "a fault in a view" in caplog.text
        ring.fails_for = ""
        await ring.issue("tra-ket-qua")
        (frame,) = await ring.told(faulty)
        assert frame["rows"]["service/tiep-nhan"]["latest"] == number

    async def test_a_screen_that_failed_at_a_new_epoch_begins_it_at_its_next_change(
        self, ring: Ring, clock: HandClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        reader = ring.join("services/quang-ninh/tang-1")
        old = Position.parse(str((await ring.told(reader))[0]["at"]))
        ring.fails_for = "tang-1"
        clock.forward(24 * 3_600_000 * 3)  # Monday
        await ring.issue("tiep-nhan")
        await until(lambda: "a fault in a view" in caplog.text)
        late = QueuedReader()
        ring.topics.join(
            late, TopicName.parse("services/quang-ninh/tang-1"), ring.feed.shown("quang-ninh").head.position
        )
        assert "whole" in (await ring.told(late))[0], "what it has is newer than what is shown here"
        ring.fails_for = ""
        await ring.issue("tra-ket-qua")
        (frame,) = await ring.told(reader)
        assert "whole" in frame
        again = QueuedReader()
        ring.topics.join(again, TopicName.parse("services/quang-ninh/tang-1"), old)
        assert "whole" in (await ring.told(again))[0]

    async def test_a_late_page_is_told_what_it_lacks(self, ring: Ring) -> None:
        ring.join("services/quang-ninh/tang-3")
        painted = ring.topics.paint(TopicName.parse("services/quang-ninh/tang-3"))[1]
        await ring.issue()
        late = QueuedReader()
        ring.topics.join(late, TopicName.parse("services/quang-ninh/tang-3"), painted)
        while not (frame := (await ring.told(late))[-1])["rows"]:
            pass  # it may have come before the others were told
        assert list(frame["rows"]) == ["service/visa"]

    async def test_changes_of_another_center_are_not_ours(self, ring: Ring) -> None:
        reader = ring.join("services/quang-ninh/tang-3")
        await ring.told(reader)
        shown = ring.feed.shown("quang-ninh")
        ring.topics._hear(Heard("cam-pha", shown, None))
        assert not reader._waiting
