"""A rough network between a browser and the server: an HTTP proxy that loses, delays and repeats what is pressed,
and cuts websockets. It runs in a thread of its own; chance is seeded: fates come in the same order again."""

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

HEAD_END = b"\r\n\r\n"
FATES = {"clean": 45, "delayed": 15, "question lost": 10, "answer lost": 15, "doubled": 15}  # weights
DELAYS = (0.05, 0.4)  # s, from and to
REPEATS_AFTER = (0, 0.02, 0.3, 1.5)  # s
CUT_AFTER = (1.0, 4.0)  # s that a websocket lives on a rough wire, from and to


@dataclass
class RoughWire:
    """While `is_rough`, POSTs meet a fate of `FATES` and websockets are cut; `met` counts what they met."""

    chance: random.Random
    is_rough: bool = False
    port: int = 0
    met: Counter[str] = field(default_factory=Counter)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def for_browser(self) -> dict[str, str]:
        """The proxy as a browser's context takes it, for loopback too."""
        return {"server": f"http://127.0.0.1:{self.port}", "bypass": "<-loopback>"}

    async def serve(self, ready: threading.Event, stops: asyncio.Event) -> None:
        def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._begin(self._connect(reader, writer))

        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stops.wait()
        server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks)

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever it was is gone
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(HEAD_END)
        method, target, _ = head.split(b" ", 2)
        if method == b"CONNECT":
            return await self._tunnel(target.decode(), reader, writer)
        body = await reader.readexactly(_length(head))
        fate = self._fate() if method == b"POST" and self.is_rough else "clean"
        if self.is_rough:
            self.met[fate] += method == b"POST"
        if fate == "question lost":
            return writer.transport.abort()
        if fate == "delayed":
            await asyncio.sleep(self.chance.uniform(*DELAYS))
        if fate == "doubled":
            self._begin(_later(self.chance.choice(REPEATS_AFTER), head, body))
        answer = await _ask(head, body)
        if fate == "answer lost":
            return writer.transport.abort()
        writer.write(answer)
        await writer.drain()

    def _fate(self) -> str:
        return self.chance.choices(list(FATES), list(FATES.values()))[0]

    async def _tunnel(self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A websocket, until one end closes it or the wire cuts it."""
        host, _, port = target.partition(":")
        answers, questions = await asyncio.open_connection(host, int(port))
        self._writers.add(questions)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ways = [asyncio.ensure_future(way) for way in (_pump(reader, questions), _pump(answers, writer))]
        done: set[asyncio.Task[None]] = set()
        while not done:
            life = self.chance.uniform(*CUT_AFTER)
            done, _ = await asyncio.wait(ways, timeout=life, return_when=asyncio.FIRST_COMPLETED)
            if self.is_rough and not done:
                self.met["cut"] += 1
                break
        self._writers.discard(questions)
        questions.transport.abort()
        writer.transport.abort()
        await asyncio.wait(ways)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length")), 0)


async def _later(seconds: float, head: bytes, body: bytes) -> None:
    """The same once more, at once or a good while later; nobody hears the answer."""
    await asyncio.sleep(seconds)
    with contextlib.suppress(OSError):
        await _ask(head, body)


async def _ask(head: bytes, body: bytes) -> bytes:
    """Send a request as a proxy does, on a connection of its own, and read the answer to its end."""
    method, target, rest = head.split(b" ", 2)
    url = urlsplit(target.decode())
    path = url.path + (f"?{url.query}" if url.query else "")
    lines = [line for line in rest.split(b"\r\n") if not line.lower().startswith((b"proxy-", b"connection:"))]
    lines.insert(1, b"connection: close")
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(b"%s %s %s" % (method, path.encode(), b"\r\n".join(lines)) + body)
    try:
        return await reader.read(-1)
    finally:
        writer.close()


@contextlib.contextmanager
def rough_wire(seed: int) -> Iterator[RoughWire]:
    """A wire that is smooth until it is told to be rough."""
    wire, ready = RoughWire(random.Random(seed)), threading.Event()
    loop, stops = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(wire.serve(ready, stops)), daemon=True)
    thread.start()
    assert ready.wait(10), "the wire was not laid"
    try:
        yield wire
    finally:
        loop.call_soon_threadsafe(stops.set)
        thread.join(10)
        loop.close()
