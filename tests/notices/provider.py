"""A real HTTP server on a free port that is an SMS provider's gateway: it keeps what it takes, and may be told to
fail, to be slow, to lose its answers, to be down, and whether it knows a key again."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.notices.serving import Serving


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; names of headers in small letters."""

    method: str
    target: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> str:
        return self.raw.decode()

    @property
    def key(self) -> str:
        """By which a message is known again: a push service calls it its topic."""
        return self.headers.get("idempotency-key", "") or self.headers.get("topic", "")


@dataclass
class Provider(Serving):
    """`taken` counts the messages sent out, by key. `answer` may say how the n-th request ends (n from 1): a
    status and text, `LOST` (taken, and cut off before the answer) or None for the usual answer; `slow` how
    many seconds it waits first."""

    answer: Callable[[int], "tuple[int, str] | str | None"] = lambda count: None
    honours_key: bool = True
    slow: Callable[[int], float] = lambda count: 0.0
    asked: list[Request] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _count: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sms"

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = head[0].split(" ")
                headers = dict(line.split(": ", 1) for line in head[1:] if line)
                headers = {name.lower(): value for name, value in headers.items()}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                status, text = await self._answer(Request(method, target, headers, body))
                if status:
                    sent = text.encode()
                    writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(sent)}\r\n\r\n".encode() + sent)
                    continue
                return
        except (OSError, EOFError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, request: Request) -> tuple[int, str]:
        """Status and text; 0: no answer comes."""
        self._count += 1
        self.asked.append(request)
        said, waits = self.answer(self._count), self.slow(self._count)
        if waits:
            await asyncio.sleep(waits)
        if isinstance(said, tuple):
            return said
        if not (self.honours_key and self.taken[request.key]):
            self.taken[request.key] += 1
        return (0, "") if said == LOST else (200, json.dumps({"code": "100", "key": request.key}))


LOST = "lost"
