"""Real connections for the tests of the live layer: a server of one port, and viewers on raw sockets that read
every byte strictly."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import msgspec
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.live import frames, handshake
from app.live.door import Door
from app.live.frames import Opcode
from app.live.host import STATE
from app.live.socket import LiveSocket
from tests.live.desk import Desk

LIMIT_SECONDS = 10.0
BIG = "x" * 30_000  # more than every buffer on the way holds
NARROW = 4608  # bytes: as small as the kernel lets a buffer be
HEAD = (
    b"GET /live%b HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n%b\r\n"
)
Frame = tuple[Opcode, bytes]


class Straight(asyncio.Protocol):
    """Reads a handshake and makes the socket at once: the gear is the test's."""

    def __init__(self, desk: Desk, connections: set[Any], direct: bool) -> None:
        self._desk, self._connections, self._direct, self._came = desk, connections, direct, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, early = self._came.partition(handshake.END)
        if end:
            live = LiveSocket(self._transport, self._desk, self._connections, self._direct)
            live.open(handshake.read(head), early)


@dataclass
class Site:
    """A server on one port and its host; `connections` are those that uvicorn would ask to end."""

    desk: Desk
    port: int
    connections: set[Any] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def viewer(
        self, query: bytes = b"", headers: bytes = b"", early: bytes = b""
    ) -> AsyncIterator["Viewer"]:
        """Somebody whose websocket is open."""
        async with self.caller() as viewer:
            await viewer.send(HEAD % (query, headers) + early)
            assert b" 101 " in await viewer.head()
            yield viewer

    @contextlib.asynccontextmanager
    async def caller(self) -> AsyncIterator["Viewer"]:
        """Somebody who has connected."""
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
            raw.setblocking(False)
            await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", self.port))
            yield Viewer(raw)

    async def empty(self) -> None:
        """Wait until nobody is there, and nothing is left of anybody."""
        await until("all are gone", lambda: not self.connections and not self.desk.hub.count())
        assert self.desk.inside == 0
        assert self.desk.hub.topics() == []
        assert not any(self.desk.pulse._ring)


@contextlib.asynccontextmanager
async def open_site(direct: bool | None = None, config: Config | None = None) -> AsyncIterator[Site]:
    """A site whose sockets come through the door, or in one gear."""
    desk, loop = Desk(), asyncio.get_running_loop()
    state = ServerState()
    if direct is None:
        config = config or Config("app.live.door:Door")
        make: Callable[[], asyncio.Protocol] = partial(Door, config, state, {STATE: desk}, loop)
    else:
        make = partial(Straight, desk, state.connections, direct)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
    server = await loop.create_server(make, sock=listening)
    try:
        yield Site(desk, listening.getsockname()[1], state.connections)
    finally:
        server.close()
        connections: set[Any] = state.connections
        for connection in list(connections):
            connection._transport.abort()


@dataclass
class Viewer:
    """One end of a connection. `came` are the bytes that were read and not taken yet."""

    raw: socket.socket
    came: bytes = b""
    over: bool = False  # the other end has closed

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.raw, data)

    async def say(self, text: str) -> None:
        await self.send(masked(Opcode.TEXT, text.encode()))

    async def read(self, most: int = 1 << 16) -> bool:
        """Take what is there, or wait for it; False at the end."""
        async with asyncio.timeout(LIMIT_SECONDS):
            try:
                data = await asyncio.get_running_loop().sock_recv(self.raw, most)
            except ConnectionError:
                data = b""
        self.came += data
        self.over = not data
        return not self.over

    async def head(self) -> bytes:
        """An HTTP answer's head."""
        while handshake.END not in self.came:
            if not await self.read():
                return self.came
        head, _, self.came = self.came.partition(handshake.END)
        return head

    async def next(self) -> Frame:
        """The next frame."""
        while (taken := strict(self.came)) is None:
            assert await self.read(), f"the end came first, after {self.came!r}"
        frame, self.came = taken
        return frame

    async def hear(self) -> Any:
        """What the next text says."""
        opcode, data = await self.next()
        assert opcode is Opcode.TEXT, (opcode, data)
        return msgspec.json.decode(data)

    async def all(self, answers: bool = True) -> list[Frame]:
        """Everything until the end, which is a close and nothing more."""
        frames = [await self.next()]
        while frames[-1][0] is not Opcode.CLOSE:
            frames.append(await self.next())
        if answers:
            with contextlib.suppress(ConnectionError):
                await self.send(masked(Opcode.CLOSE, frames[-1][1]))
        while await self.read():
            pass
        assert not self.came, f"more behind the close: {self.came!r}"
        return frames

    async def closed(self, answers: bool = True) -> int:
        """The code it is closed with, whatever comes before."""
        return int.from_bytes((await self.all(answers))[-1][1])


def strict(data: bytes) -> tuple[Frame, bytes] | None:
    """The first frame of a server and what comes behind it; None when it is not there whole. It must be final,
    without reserved bits, without a mask, its length in the shortest form, a text of UTF-8."""
    if len(data) < 2:
        return None
    assert data[0] & 0xF0 == 0x80, f"no frame of ours: {data[:20]!r}"
    assert data[1] < 0x80, "masked"
    size, head = data[1], 2
    if size > 125:
        head = 4 if size == 126 else 10
        if len(data) < head:
            return None
        size = int.from_bytes(data[2:head])
        assert size > (125 if head == 4 else 65535), "not the shortest form"
    if len(data) < head + size:
        return None
    opcode, payload = Opcode(data[0] & 0x0F), data[head : head + size]
    if opcode is Opcode.TEXT:
        payload.decode()
    return (opcode, payload), data[head + size :]


def masked(opcode: int, data: bytes, final: bool = True, key: bytes = b"\x11\x22\x33\x44") -> bytes:
    """A client's frame."""
    size = len(data)
    length = bytes((0x80 | size,)) if size < 126 else (
        b"\xfe" + size.to_bytes(2) if size < 65536 else b"\xff" + size.to_bytes(8)
    )  # fmt: skip
    return bytes((opcode | (0x80 if final else 0),)) + length + key + frames.unmask(data, key)


async def until(what: str, is_so: Callable[[], object], limit: float = LIMIT_SECONDS) -> None:
    """Wait until something is so; fails when it is not within the limit."""
    try:
        async with asyncio.timeout(limit):
            while not is_so():
                await asyncio.sleep(0.002)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {limit} s") from None


def sockets(site: Site) -> list[LiveSocket]:
    return [reader for reader in site.desk.readers if isinstance(reader, LiveSocket)]


async def park(site: Site, viewer: Viewer) -> LiveSocket:
    """Let a viewer follow the topic and read nothing until it is parked."""
    await viewer.say("join")
    (reader,) = sockets(site)
    await until("it follows", lambda: reader.topics)
    while not reader._parked:
        await site.desk.publish(big=f"{site.desk.version} {BIG}")
        await asyncio.sleep(0)
    return reader


def reset(viewer: Viewer) -> None:
    """End a connection without a word."""
    viewer.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    viewer.raw.close()
