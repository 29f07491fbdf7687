"""The hub: who follows which topic, and what each still has to be sent.

A topic keeps its whole view as ready bytes and its last frames, so that a newcomer costs no rendering. A frame is
made once and written as it is to every reader's socket, devices first, in steps between which everything else has
its turn. A reader that does not read is never waited for: it misses frames and gets whole views instead.
Called by `app.topics`, which publishes, and by the sockets, which join.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.live.reader import Reader
from app.position import Position

KEPT = 64  # frames kept per topic
STEP = 64  # sockets written to between two looks at the clock
STEP_SECONDS = 0.001  # how long a broadcast goes on before others have their turn


@dataclass(slots=True)
class _Topic:
    at: Position
    make_whole: Callable[[], bytes]
    whole: bytes = b""  # ready bytes; empty until somebody needs them
    frames: deque[tuple[Position, bytes]] = field(default_factory=lambda: deque(maxlen=KEPT))
    skipped: deque[range] = field(default_factory=lambda: deque(maxlen=KEPT))  # versions nobody was sent
    first: dict[Reader, None] = field(default_factory=dict)
    crowd: dict[Reader, None] = field(default_factory=dict)
    complete_since: Position | None = None  # the frames kept are all there were after this position

    def readers(self) -> list[Reader]:
        return [*self.first, *self.crowd]

    def ready(self) -> bytes:
        """The whole view, made once for all."""
        self.whole = self.whole or self.make_whole()
        return self.whole


class Hub:
    """The topics of this process. `on_idle` is called with a topic that has lost its last reader."""

    def __init__(self, on_idle: Callable[[str], None] = lambda topic: None) -> None:
        self._topics: dict[str, _Topic] = {}
        self._readers: dict[Reader, None] = {}
        self._on_idle = on_idle
        self._turn_ends = 0.0  # loop time until which the present broadcast may go on

    def topics(self) -> list[str]:
        return list(self._topics)

    def readers(self) -> list[Reader]:
        return list(self._readers)

    def count(self) -> int:
        """How many sockets are open."""
        return len(self._readers)

    def whole(self, topic: str) -> bytes:
        """The whole view of a topic as ready bytes; empty when nobody follows it."""
        known = self._topics.get(topic)
        return known.ready() if known else b""

    def wholes(self, reader: Reader) -> bytes:
        """The whole views of all that a reader follows."""
        return b"".join(self.whole(topic) for topic in reader.topics)

    def enter(self, reader: Reader) -> None:
        self._readers[reader] = None

    def leave(self, reader: Reader) -> None:
        self._readers.pop(reader, None)
        for topic in reader.topics:
            self.part(reader, topic)

    def open(self, topic: str, at: Position, make_whole: Callable[[], bytes]) -> None:
        """Begin a topic; `make_whole` renders its whole view as ready bytes."""
        self._topics[topic] = _Topic(at, make_whole, complete_since=at)

    def join(self, reader: Reader, topic: str, have: Position | None, current: bytes) -> None:
        """Let a reader follow an open topic: what came after `have` if that is kept, else the whole view;
        `current` is said to a reader that lacks nothing."""
        known = self._topics[topic]
        (known.first if reader.is_first else known.crowd)[reader] = None
        if topic not in reader.topics:
            reader.topics += (topic,)
        missed = _after(known, have)
        reader.tell(topic, [known.ready()] if missed is None else missed or [current])

    def part(self, reader: Reader, topic: str) -> None:
        reader.topics = tuple(name for name in reader.topics if name != topic)
        reader.tell(topic, ())
        if known := self._topics.get(topic):
            known.first.pop(reader, None)
            known.crowd.pop(reader, None)
            if not known.first and not known.crowd:
                del self._topics[topic]
                self._on_idle(topic)

    def skip(self, topic: str, versions: range) -> None:
        """What a topic showed at these versions was sent to nobody; a page may have been painted with it, and gets
        the whole view: what came and went again in them is in no frame."""
        known = self._topics[topic]
        if len(known.skipped) == KEPT and known.complete_since:
            since = max(known.complete_since.version, known.skipped[0].stop)
            known.complete_since = Position(known.complete_since.epoch, since)
        known.skipped.append(versions)

    async def publish(self, topic: str, at: Position, frame: bytes, make_whole: Callable[[], bytes]) -> None:
        """Send a frame to a topic's readers; `make_whole` renders the view after it."""
        known = self._topics[topic]
        if len(known.frames) == KEPT and (since := known.complete_since):
            known.complete_since = max(since, known.frames[0][0], key=lambda position: position.version)
        known.at, known.make_whole, known.whole = at, make_whole, b""
        known.frames.append((at, frame))
        await self._send(topic, known.readers(), frame)

    async def restart(self, topic: str, at: Position, make_whole: Callable[[], bytes]) -> None:
        """A new epoch: every reader gets the whole view."""
        known = self._topics[topic]
        known.at, known.make_whole, known.whole, known.complete_since = at, make_whole, b"", at
        known.frames.clear()
        known.skipped.clear()
        await self._send(topic, known.readers(), known.ready())

    def begin_turn(self) -> None:
        """A flush begins: from now on its broadcasts share the steps they are sent in."""
        self._turn_ends = asyncio.get_running_loop().time() + STEP_SECONDS

    async def breathe(self) -> None:
        """Let everything else have its turn if this one has been long."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._turn_ends:
            await asyncio.sleep(0)
            self._turn_ends = loop.time() + STEP_SECONDS

    async def _send(self, topic: str, readers: list[Reader], frame: bytes) -> None:
        """Write a frame to each. What is published meanwhile is published after it, and whoever joins or reads
        again meanwhile is told all of it: a frame that then comes once more changes nothing."""
        for start in range(0, len(readers), STEP):
            write_all(topic, readers[start : start + STEP], frame)
            await self.breathe()


def write_all(topic: str, readers: Iterable[Reader], frame: bytes) -> None:
    """Write a ready frame straight to each reader's socket: one system call each, and nothing is kept for them."""
    size, write = len(frame), os.write
    for reader in readers:
        descriptor = reader.fd
        if descriptor < 0:
            reader.offer(topic, frame)
            continue
        try:
            written = write(descriptor, frame)
        except BlockingIOError:
            written = 0
        except OSError:
            reader.lost()
            continue
        if written != size:
            reader.cut_short(frame[written:])


def _after(topic: _Topic, have: Position | None) -> list[bytes] | None:
    """The frames after a position; None when they are not all kept."""
    since = topic.complete_since
    if have is None or since is None or have.epoch != since.epoch or have.version < since.version:
        return None
    if any(have.version in versions for versions in topic.skipped):
        return None
    return [frame for at, frame in topic.frames if at.version > have.version]
