"""The hub: who listens to which topic, and what each still has to be sent.

A topic keeps its whole view as ready bytes and its last frames, so that a newcomer costs no rendering. A reader
that does not read is never waited for: beyond `HELD` frames it loses them and gets whole views instead.
Called by `app.topics`, which publishes, and by the websocket endpoint, which joins and drains.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from app.position import Position

KEPT = 64  # frames kept per topic
HELD = 64  # frames held for one reader


@dataclass(slots=True)
class _Topic:
    at: Position
    whole: bytes
    frames: deque[tuple[Position, bytes]] = field(default_factory=lambda: deque(maxlen=KEPT))
    readers: set["Reader"] = field(default_factory=set)
    complete_since: Position | None = None  # the frames kept are all there were after this position


class Reader:
    """One socket: the bytes that wait for it. `mark` is whatever the caller knows it by."""

    def __init__(self, mark: str = "") -> None:
        self.mark = mark
        self.topics: set[str] = set()
        self.closed_with: int | None = None
        self._waiting: deque[tuple[str, bytes]] = deque()  # with their topic; "": said to this reader only
        self._whole: set[str] = set()
        self._wake = asyncio.Event()
        self._emptied = asyncio.Event()
        self._closed = asyncio.Event()

    def send(self, data: bytes, topic: str = "") -> None:
        """Let bytes wait for this reader only."""
        self._waiting.append((topic, data))
        self._wake.set()

    def close(self, code: int) -> None:
        """Ask the socket's task to close with a code."""
        self.closed_with = code
        for waited in (self._wake, self._emptied, self._closed):
            waited.set()

    async def closed(self) -> None:
        """Wait until it was closed."""
        await self._closed.wait()

    async def room(self) -> None:
        """Wait until little waits for this reader: whoever asks and never reads is not listened to."""
        while len(self._waiting) >= HELD and self.closed_with is None:
            self._emptied.clear()
            await self._emptied.wait()

    def _offer(self, topic: str, frame: bytes) -> None:
        if topic in self._whole:
            return
        if len(self._waiting) >= HELD:
            self._waiting = deque((of, data) for of, data in self._waiting if not of)
            self._whole |= self.topics
        else:
            self._waiting.append((topic, frame))
        self._wake.set()

    def _forget(self, topic: str) -> None:
        """Drop what waits of a topic: the reader has left it, or is about to be told anew."""
        self._whole.discard(topic)
        self._waiting = deque((of, data) for of, data in self._waiting if of != topic)

    async def next(self, hub: "Hub") -> list[bytes]:
        """Wait for something to send; empty when the socket is to be closed."""
        while self.closed_with is None:
            await self._wake.wait()
            self._wake.clear()
            ready = [whole for topic in sorted(self._whole) if (whole := hub.whole(topic))]
            ready += [data for _, data in self._waiting]
            self._whole.clear()
            self._waiting.clear()
            self._emptied.set()
            if ready and self.closed_with is None:
                return ready
        return []


class Hub:
    """The topics of this process. `on_idle` is called with a topic that has lost its last reader."""

    def __init__(self, on_idle: Callable[[str], None] = lambda topic: None) -> None:
        self._topics: dict[str, _Topic] = {}
        self._readers: set[Reader] = set()
        self._on_idle = on_idle

    def topics(self) -> list[str]:
        return list(self._topics)

    def readers(self) -> list[Reader]:
        return list(self._readers)

    def count(self) -> int:
        """How many sockets are open."""
        return len(self._readers)

    def whole(self, topic: str) -> bytes | None:
        known = self._topics.get(topic)
        return known.whole if known else None

    def enter(self, reader: Reader) -> None:
        self._readers.add(reader)

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)
        for topic in list(reader.topics):
            self.part(reader, topic)

    def open(self, topic: str, at: Position, whole: bytes) -> None:
        """Begin a topic with its whole view."""
        self._topics[topic] = _Topic(at, whole, complete_since=at)

    def join(self, reader: Reader, topic: str, have: Position | None, current: bytes) -> None:
        """Let a reader follow an open topic: what came after `have` if that is kept, else the whole view;
        `current` is said to a reader that lacks nothing."""
        known = self._topics[topic]
        known.readers.add(reader)
        reader.topics.add(topic)
        reader._forget(topic)
        missed = _after(known, have)
        if missed is None:
            reader.send(known.whole, topic)
        else:
            for frame in missed or [current]:
                reader.send(frame, topic)

    def part(self, reader: Reader, topic: str) -> None:
        reader.topics.discard(topic)
        reader._forget(topic)
        known = self._topics.get(topic)
        if known and reader in known.readers:
            known.readers.discard(reader)
            if not known.readers:
                del self._topics[topic]
                self._on_idle(topic)

    def publish(self, topic: str, at: Position, frame: bytes, whole: bytes) -> None:
        """Send a frame to a topic's readers; `whole` is the view after it."""
        known = self._topics[topic]
        if len(known.frames) == KEPT:
            known.complete_since = known.frames[0][0]
        known.at, known.whole = at, whole
        known.frames.append((at, frame))
        for reader in known.readers:
            reader._offer(topic, frame)

    def restart(self, topic: str, at: Position, whole: bytes) -> None:
        """A new epoch: every reader gets the whole view."""
        known = self._topics[topic]
        known.at, known.whole, known.complete_since = at, whole, at
        known.frames.clear()
        for reader in known.readers:
            reader._offer(topic, whole)


def _after(topic: _Topic, have: Position | None) -> list[bytes] | None:
    """The frames after a position; None when they are not all kept."""
    since = topic.complete_since
    if have is None or since is None or have.epoch != since.epoch or have.version < since.version:
        return None
    return [frame for at, frame in topic.frames if at.version > have.version]
