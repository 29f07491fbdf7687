"""The hub with queued readers: what each is sent, and that one who was away ends with what one has who never left.

What a socket of the fast path makes of the same is in `test_live_socket.py`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.live import frames
from app.live.hub import KEPT, Hub
from app.live.queued import HELD, QueuedReader
from app.position import Position

pytestmark = pytest.mark.anyio

TOPICS = ("tv/qn/a", "tv/qn/b")
Rows = dict[str, int]


def whole(topic: str, at: Position, rows: Rows) -> bytes:
    return frames.text(msgspec.json.encode({"topic": topic, "at": str(at), "whole": rows}))


def frame(topic: str, at: Position, rows: Rows, gone: list[str]) -> bytes:
    return frames.text(msgspec.json.encode({"topic": topic, "at": str(at), "rows": rows, "gone": gone}))


def told(data: bytes) -> Any:
    """What one ready frame says."""
    (text,) = frames.texts(data)
    return msgspec.json.decode(text)


@dataclass
class Source:
    """Topics that change: the truth that readers must end with."""

    hub: Hub = field(default_factory=Hub)
    epoch: int = 1
    version: int = 1
    rows: dict[str, Rows] = field(default_factory=lambda: {topic: {"first": 0} for topic in TOPICS})

    @property
    def at(self) -> Position:
        return Position(f"e{self.epoch}", self.version)

    async def publish(self, topic: str, changed: Rows, gone: list[str]) -> None:
        self.version += 1
        self.rows[topic] = {k: v for k, v in (self.rows[topic] | changed).items() if k not in gone}
        if topic in self.hub.topics():
            differs = frame(topic, self.at, {k: v for k, v in changed.items() if k not in gone}, gone)
            await self.hub.publish(topic, self.at, differs, self.whole(topic))

    async def new_epoch(self) -> None:
        self.epoch, self.version = self.epoch + 1, self.version + 1
        for topic in TOPICS:
            self.rows[topic] = {"new": self.epoch}
            if topic in self.hub.topics():
                await self.hub.restart(topic, self.at, self.whole(topic))

    def whole(self, topic: str) -> Callable[[], bytes]:
        """How the view of a topic as it is now is made."""
        return partial(whole, topic, self.at, dict(self.rows[topic]))

    def join(self, reader: QueuedReader, topic: str, have: Position | None) -> None:
        if topic not in self.hub.topics():
            self.hub.open(topic, self.at, self.whole(topic))
        self.hub.join(reader, topic, have, frame(topic, self.at, {}, []))


@dataclass
class Client:
    """A client that applies what it is sent, and nothing of a topic it has left."""

    reader: QueuedReader = field(default_factory=QueuedReader)
    follows: set[str] = field(default_factory=set)
    rows: dict[str, Rows] = field(default_factory=dict)
    at: dict[str, Position] = field(default_factory=dict)

    async def read(self, hub: Hub) -> None:
        """Take everything that waits."""
        while True:
            try:
                async with asyncio.timeout(0):
                    for data in await self.reader.next(hub):
                        self.hear(data)
            except TimeoutError:
                return

    def hear(self, data: bytes) -> None:
        said = told(data)
        topic = said["topic"]
        if topic not in self.follows:
            return
        if "whole" in said:
            self.rows[topic] = said["whole"]
        else:
            self.rows[topic].update(said["rows"])
            for name in said["gone"]:
                self.rows[topic].pop(name, None)
        at = Position.parse(said["at"])
        assert at
        self.at[topic] = at


CLIENT = st.integers(0, 2)
TOPIC = st.sampled_from(TOPICS)
NAME = st.sampled_from("abcd")
STEP = st.one_of(
    st.tuples(st.just("publish"), TOPIC, st.dictionaries(NAME, st.integers(0, 9)), st.lists(NAME, max_size=2)),
    st.tuples(st.just("burst"), TOPIC, st.sampled_from((HELD - 1, HELD, KEPT + 1, 2 * HELD + 3))),
    st.tuples(st.just("join"), CLIENT, TOPIC, st.booleans()),
    st.tuples(st.just("part"), CLIENT, TOPIC),
    st.tuples(st.just("read"), CLIENT),
    st.tuples(st.just("epoch")),
)


@given(steps=st.lists(STEP, max_size=40))
@settings(max_examples=300, deadline=None)
def test_who_was_away_ends_with_what_one_has_who_never_left(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    asyncio.run(walk(steps))


async def walk(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    source, clients, stays = Source(), [Client() for _ in range(3)], Client()
    for client in (*clients, stays):
        source.hub.enter(client.reader)
    for topic in TOPICS:
        stays.follows.add(topic)
        source.join(stays.reader, topic, None)
    await stays.read(source.hub)
    for step in steps:
        match step:
            case ("publish", topic, changed, gone):
                await source.publish(topic, changed, gone)
            case ("burst", topic, count):
                for value in range(count):
                    await source.publish(topic, {"a": value}, [])
            case ("join", who, topic, with_have):
                client = clients[who]
                client.follows.add(topic)
                source.join(client.reader, topic, client.at.get(topic) if with_have else None)
            case ("part", who, topic):
                client = clients[who]
                client.follows.discard(topic)
                source.hub.part(client.reader, topic)
            case ("read", who):
                await clients[who].read(source.hub)
            case ("epoch",):
                await source.new_epoch()
        await stays.read(source.hub)
        for client in clients:
            assert len(client.reader._waiting) <= HELD + KEPT * len(TOPICS)
    for client in clients:
        await client.read(source.hub)
        for topic in client.follows:
            assert client.rows[topic] == stays.rows[topic] == source.rows[topic]


async def test_a_newcomer_gets_the_whole_view_or_what_is_newer() -> None:
    source = Source()
    early, late = Client(follows={TOPICS[0]}), Client(follows={TOPICS[0]})
    source.join(early.reader, TOPICS[0], None)
    start = source.at
    await source.publish(TOPICS[0], {"a": 1}, [])
    await source.publish(TOPICS[0], {"b": 2}, ["first"])
    late.rows[TOPICS[0]] = {"first": 0}
    source.join(late.reader, TOPICS[0], start)
    assert [told(data)["at"] for data in await late.reader.next(source.hub)] == ["e1.2", "e1.3"]
    source.join(late.reader, TOPICS[0], source.at)
    assert told((await late.reader.next(source.hub))[0])["rows"] == {}
    source.join(late.reader, TOPICS[0], Position("another", 99))
    assert "whole" in told((await late.reader.next(source.hub))[0])


async def test_frames_that_are_not_kept_any_more_mean_the_whole_view() -> None:
    source, stays = Source(), Client(follows={TOPICS[0]})
    source.join(stays.reader, TOPICS[0], None)
    start = source.at
    for value in range(KEPT):
        await source.publish(TOPICS[0], {"a": value}, [])
        await stays.read(source.hub)
    comes = QueuedReader()
    source.join(comes, TOPICS[0], start)
    assert len(await comes.next(source.hub)) == KEPT
    await source.publish(TOPICS[0], {"a": 99}, [])
    source.join(comes, TOPICS[0], start)
    assert "whole" in told((await comes.next(source.hub))[0])


async def test_a_slow_reader_loses_frames_not_what_was_said_to_it_alone() -> None:
    source, slow = Source(), QueuedReader()
    source.join(slow, TOPICS[0], None)
    await slow.next(source.hub)
    slow.send(frames.text(b'"the time"'))
    for value in range(HELD * 3):
        await source.publish(TOPICS[0], {"a": value}, [])
    heard = await slow.next(source.hub)
    assert [told(data) for data in heard] == [
        {"topic": TOPICS[0], "at": str(source.at), "whole": {"first": 0, "a": HELD * 3 - 1}},
        "the time",
    ]


async def test_a_slow_reader_that_leaves_its_topic_is_not_closed() -> None:
    source, slow = Source(), QueuedReader()
    source.join(slow, TOPICS[0], None)
    for value in range(HELD + 1):
        await source.publish(TOPICS[0], {"a": value}, [])
    source.hub.part(slow, TOPICS[0])
    waits = asyncio.create_task(slow.next(source.hub))
    await asyncio.sleep(0)
    assert not waits.done(), "nothing is left to be said, and nobody closed it"
    slow.send(b"more")
    assert await waits == [b"more"]


async def test_there_is_room_again_when_it_was_read() -> None:
    reader, hub = QueuedReader(), Hub()
    for _ in range(HELD):
        reader.send(b"x")
    waits = asyncio.create_task(reader.room())
    await asyncio.sleep(0)
    assert not waits.done()
    assert len(await reader.next(hub)) == HELD
    await waits


async def test_closing_ends_every_wait() -> None:
    reader, hub = QueuedReader(), Hub()
    for _ in range(HELD):
        reader.send(b"x")
    reader.close(4401)
    await reader.room()
    await reader.closed()
    assert await reader.next(hub) == []
    assert reader.closed_with == 4401


async def test_a_topic_without_readers_is_let_go() -> None:
    idle: list[str] = []
    source = Source(Hub(idle.append))
    one, two = QueuedReader(), QueuedReader()
    for reader in (one, two):
        source.hub.enter(reader)
        source.join(reader, TOPICS[0], None)
    source.hub.part(one, TOPICS[0])
    source.hub.part(one, TOPICS[0])
    source.hub.part(one, "never joined")
    assert (source.hub.topics(), idle, source.hub.count()) == ([TOPICS[0]], [], 2)
    source.hub.leave(two)
    assert (source.hub.topics(), idle, source.hub.count()) == ([], [TOPICS[0]], 1)
    assert source.hub.whole(TOPICS[0]) == b""
