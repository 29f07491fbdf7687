"""A host of websockets for tests: one topic, and messages that make it do what a host may do."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from app.live import frames
from app.live.handshake import Asked
from app.live.hub import Hub
from app.live.pulse import PLACES, Pulse
from app.live.reader import Reader
from app.position import Position

TOPIC = "board/qn/all"


class Desk:
    """A host: one topic whose rows a test changes. A socket says `join`, `echo`, `fault`, `wait` or `bye`."""

    path = b"/live"

    def __init__(self) -> None:
        self.hub = Hub()
        self.pulse = Pulse()
        self.rows: dict[str, str] = {"first": "0"}
        self.version = 1
        self.inside = 0  # admitted, and not yet gone
        self.readers: list[Reader] = []  # as they were admitted
        self.heard: list[bytes] = []
        self.admits: Callable[[Asked], object] = lambda asked: "somebody"
        self.greets: Callable[[Reader], None] = lambda reader: None
        self.gate = asyncio.Event()  # what `wait` waits for

    def admit(self, asked: Asked, peer: str, reader: Reader) -> object:
        self.readers.append(reader)
        who = self.admits(asked)
        if isinstance(who, Awaitable):
            return self._admit_later(who)
        self.inside += not isinstance(who, int)
        return who

    async def _admit_later(self, coming: Awaitable[object]) -> object:
        who = await coming
        self.inside += not isinstance(who, int)
        return who

    def greet(self, who: object, reader: Reader, asked: Asked) -> None:
        self.greets(reader)

    def left(self, who: object, reader: Reader) -> None:
        assert who is not None
        self.inside -= 1

    def hear(self, who: object, reader: Reader, text: bytes) -> Awaitable[None] | None:
        assert who is not None, "heard before it was let in"
        self.heard.append(text)
        word, _, rest = text.partition(b" ")
        match word:
            case b"join":
                self.join(reader)
            case b"echo":
                reader.send(frames.text(b'"' + rest + b'"'))
            case b"fault":
                raise ValueError("a fault of the host")
            case b"wait":
                return self._wait(reader, rest)
            case b"bye":
                reader.close(4401)
        return None

    async def _wait(self, reader: Reader, rest: bytes) -> None:
        if rest == b"bye":
            reader.close(4401)
        await self.gate.wait()
        if rest == b"fault":
            raise ValueError("a fault that came later")

    # The topic

    @property
    def at(self) -> Position:
        return Position("e1", self.version)

    def whole(self) -> bytes:
        return frames.text(msgspec.json.encode({"topic": TOPIC, "at": str(self.at), "whole": self.rows}))

    def join(self, reader: Reader) -> None:
        if TOPIC not in self.hub.topics():
            self.hub.open(TOPIC, self.at, self.whole)
        self.hub.join(reader, TOPIC, None, b"")

    async def publish(self, **rows: str) -> None:
        self.version += 1
        self.rows |= rows
        frame = {"topic": TOPIC, "at": str(self.at), "rows": rows, "gone": []}
        await self.hub.publish(TOPIC, self.at, frames.text(msgspec.json.encode(frame)), self.whole)

    def look(self, times: int = 1) -> None:
        """What the pulse does in nine seconds."""
        for _ in range(times):
            for place in range(PLACES):
                self.pulse.beat(place)
