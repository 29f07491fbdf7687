"""A topic whose hall is a test's, and clients that follow it in every way there is; they apply frames and decide
what to speak as a TV does. Rendering, flushing, joining and serving are the product's."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import msgspec

from app.feed import Feed, Heard
from app.live import frames, handshake
from app.live.hub import Hub
from app.live.pulse import Pulse
from app.live.queued import QueuedReader
from app.live.reader import Reader
from app.position import Position
from app.seals import Seals
from app.topics import Topics
from app.views import Rows, View
from app.web.following import Follower, greet, hear
from app.web.parts import Parts
from tests.live.lines import HEAD, NARROW, Straight, masked, strict, until

TOPIC = "services/qn/tang-3"
SAID = 4  # announcements kept
WHO = Follower("here")


class Truth:
    """A hall and its feed in one: rows that change, and calls in a row."""

    def __init__(self) -> None:
        self.epoch = self.version = 1
        self.seq = self.time = 0
        self.rows: Rows = {"first": {"value": ""}}
        self.listener: Callable[[Heard], None]

    def listen(self, listener: Callable[[Heard], None]) -> None:
        self.listener = listener

    def shown(self, center: str) -> Any:
        return SimpleNamespace(head=SimpleNamespace(position=Position(f"e{self.epoch}", self.version)), hall=self)

    def change(self, **rows: Any) -> None:
        """Rows that are other now; None: no more."""
        merged = self.rows | rows
        self.rows = {name: row for name, row in merged.items() if row is not None}
        self._tell(frozenset({"row/x"}))

    def call(self) -> None:
        self.seq, self.time = self.seq + 1, self.time + 1
        planned = {"seq": self.seq, "start": self.time, "state": "planned"}
        self.change(**{f"say/{self.seq}": planned, f"say/{self.seq - SAID}": None})

    def cancel(self) -> None:
        if said := self.rows.get(f"say/{self.seq}"):
            self.change(**{f"say/{self.seq}": said | {"state": "cancelled"}})

    def begin_anew(self) -> None:
        self.epoch, self.seq, self.rows = self.epoch + 1, 0, {"first": {"value": f"day {self.epoch}"}}
        self._tell(None)

    def _tell(self, names: frozenset[str] | None) -> None:
        self.version += 1
        self.listener(Heard("qn", self.shown("qn"), names))


class Hall:
    """What serves the topic: the host of sockets, and what a queued reader is answered by."""

    path = b"/live"

    def __init__(self, truth: Truth) -> None:
        view = View(frozenset({"row"}), lambda hall, key: dict(truth.rows))
        self.topics = Topics(cast(Feed, truth), Seals("a secret"), {"services": view})
        self.parts = cast(Parts, SimpleNamespace(topics=self.topics, clock=lambda: 0))
        self.hub: Hub = self.topics.hub
        self.pulse = Pulse()

    def admit(self, asked: handshake.Asked, peer: str, reader: Reader) -> object:
        return WHO

    def greet(self, who: object, reader: Reader, asked: handshake.Asked) -> None:
        greet(self.parts, WHO, reader, asked.target.partition(b"?")[2])

    def hear(self, who: object, reader: Reader, text: bytes) -> Any:
        return hear(self.parts, WHO, reader, text)

    def left(self, who: object, reader: Reader) -> None:
        pass


@dataclass
class Page:
    """What a client knows: it may be painted anew, or be one that was left open long ago."""

    rows: Rows = field(default_factory=dict)
    at: str = ""
    spoken: list[int] = field(default_factory=list)  # starts of calls, as they were begun

    def take(self, message: dict[str, Any]) -> None:
        assert message["topic"] == TOPIC
        self.at = message["at"]
        self.rows = message["whole"] if "whole" in message else self.rows | message["rows"]
        for name in message.get("gone", ()):
            self.rows.pop(name, None)
        says = [row for name, row in self.rows.items() if name.startswith("say/")]
        for say in sorted(says, key=lambda say: int(cast(int, say["start"]))):
            if say["state"] == "planned" and say["start"] not in self.spoken:
                self.spoken.append(cast(int, say["start"]))


class Client:
    """Follows the topic with a page; `_line` carries its bytes."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.page = hall, Page()
        self.pages = [Page()]  # as they were
        self.asked = False  # the time, and not yet answered
        self.is_there = False

    def take(self, text: bytes) -> None:
        message = msgspec.json.decode(text)
        if "clock" in message:
            self.asked = False
            return
        self.page.take(message)
        assert self.page.spoken == sorted(set(self.page.spoken)), "each call at most once, and in order"

    def have(self, kind: str) -> str:
        """The position it comes back with, and the page that goes with it."""
        self.pages.append(deepcopy(self.page))
        match kind:
            case "old":
                self.page = deepcopy(self.pages[len(self.pages) // 2])
            case "painted":
                topics = self.hall.topics
                rows, at = topics.paint(topics.name(TOPIC))
                self.page = Page(rows, str(at))
            case "another epoch":
                return f"e0.{self.page.at.rpartition('.')[2] or 1}"
            case "ahead":
                return f"{self.page.at.partition('.')[0] or 'e1'}.999999"
            case "nonsense":
                return "x.y.z"
            case "none":
                return ""
        return self.page.at

    async def come(self, kind: str, in_address: bool) -> None:
        raise NotImplementedError

    async def read(self, most: int) -> None:
        raise NotImplementedError

    async def say(self, **message: Any) -> None:
        raise NotImplementedError

    async def leave(self) -> None:
        raise NotImplementedError

    async def end(self) -> None:
        """Read until all that was said before now is read."""
        await self.say(clock=1)
        self.asked = True
        async with asyncio.timeout(10):
            while self.asked:
                await self.read(1 << 16)
                await asyncio.sleep(0)


class OnLine(Client):
    """Over a socket whose buffers are soon full."""

    def __init__(self, hall: Hall, direct: bool) -> None:
        super().__init__(hall)
        self.direct = direct
        self.connections: set[Any] = set()
        self.owed = b""  # what the server has not taken yet

    async def come(self, kind: str, in_address: bool) -> None:
        self.raw, server = socket.socketpair()
        for end in (self.raw, server):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        loop = asyncio.get_running_loop()
        made = Straight(cast(Any, self.hall), self.connections, self.direct)
        transport, _ = await loop.connect_accepted_socket(lambda: made, server)
        if not self.direct:
            transport.set_write_buffer_limits(high=2000)
        ask = {"join": TOPIC, "have": self.have(kind)}
        query = f"?{urlencode(ask)}".encode() if in_address else b""
        early = b"" if in_address else masked(1, msgspec.json.encode(ask))
        self.came, self.is_there, self.opened = b"", True, False
        self.owed = HEAD % (query, b"") + early

    async def say(self, **message: Any) -> None:
        self.owed += masked(1, msgspec.json.encode(message))

    async def read(self, most: int) -> None:
        with contextlib.suppress(BlockingIOError):
            self.owed = self.owed[self.raw.send(self.owed) :]
        with contextlib.suppress(BlockingIOError):
            self.came += self.raw.recv(most)
        if not self.opened and handshake.END in self.came:
            self.opened, self.came = True, self.came.partition(handshake.END)[2]
        while self.opened and (taken := strict(self.came)):
            (_, text), self.came = taken
            self.take(text)

    async def leave(self) -> None:
        self.raw.close()
        self.is_there = False
        await until("it is gone", lambda: not self.connections)


class InQueue(Client):
    """Behind any other server."""

    async def come(self, kind: str, in_address: bool) -> None:
        self.reader, self.is_there = QueuedReader(), True
        self.ready: list[bytes] = []
        self.hall.hub.enter(self.reader)
        await self.say(join=TOPIC, have=self.have(kind))

    async def say(self, **message: Any) -> None:
        self.hall.hear(WHO, self.reader, msgspec.json.encode(message))

    async def read(self, most: int) -> None:
        """A frame is read whole, or not at all."""
        if not self.ready:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0):
                    self.ready = await self.reader.next(self.hall.hub)
        for _ in range(1 + most // 100):
            if self.ready:
                for text in frames.texts(self.ready.pop(0)):
                    self.take(text)

    async def leave(self) -> None:
        self.hall.hub.leave(self.reader)
        self.is_there = False
