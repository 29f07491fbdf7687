"""Websocket clients that others wrote, each as `tests.web.house.Socket` uses one: send, recv, close, its code."""

import asyncio
import contextlib
import os
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, Protocol, cast

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection as SyncConnection
from websockets.sync.client import connect as connect_sync

from tests.processes.running import LIMIT_SECONDS
from tests.web.house import Socket

SCRIPT = Path(__file__).with_name("follow.cjs")
NODE_PATH = "/usr/share/nodejs"  # where Debian keeps `ws`; its own Node looks there by itself


class NotOpened(Exception):
    """The server refused, with an HTTP status."""


class Client(Protocol):
    """`close_code` is what the connection was closed with."""

    @property
    def close_code(self) -> int | None: ...
    async def open(self, url: str, origin: str | None) -> None: ...
    async def send(self, text: str) -> None: ...
    async def recv(self) -> str | bytes: ...
    async def ping(self) -> None: ...
    async def close(self) -> None: ...
    async def wait_closed(self) -> None: ...


class Asynchronous:
    """Python's `websockets` on asyncio; `compression` may be offered."""

    def __init__(self, compression: str | None = "deflate") -> None:
        self._compression = compression
        self._connection: ClientConnection

    @property
    def close_code(self) -> int | None:
        return self._connection.close_code

    async def open(self, url: str, origin: Any) -> None:
        try:
            self._connection = await connect_async(url, origin=origin, compression=self._compression, proxy=None)
        except InvalidStatus as refused:
            raise NotOpened(refused.response.status_code) from refused

    async def send(self, text: str) -> None:
        await self._connection.send(text)

    async def recv(self) -> str | bytes:
        return await self._connection.recv()

    async def ping(self) -> None:
        await (await self._connection.ping())

    async def close(self) -> None:
        await self._connection.close()

    async def wait_closed(self) -> None:
        await self._connection.wait_closed()


class Synchronous:
    """Its other client, of threads."""

    def __init__(self) -> None:
        self._connection: SyncConnection
        self._open = contextlib.ExitStack()

    @property
    def close_code(self) -> int | None:
        return self._connection.close_code

    async def open(self, url: str, origin: Any) -> None:
        def enter() -> SyncConnection:
            return self._open.enter_context(connect_sync(url, origin=origin, proxy=None))

        try:
            self._connection = await asyncio.to_thread(enter)
        except InvalidStatus as refused:
            raise NotOpened(refused.response.status_code) from refused

    async def send(self, text: str) -> None:
        await asyncio.to_thread(self._connection.send, text)

    async def recv(self) -> str | bytes:
        return await asyncio.to_thread(self._connection.recv, LIMIT_SECONDS)

    async def ping(self) -> None:
        assert await asyncio.to_thread(self._connection.ping().wait, LIMIT_SECONDS)

    async def close(self) -> None:
        await asyncio.to_thread(self._open.close)

    async def wait_closed(self) -> None:
        await asyncio.to_thread(self._connection.recv_events_thread.join)


class Node:
    """Node's `ws`, as a process that is told and tells by lines."""

    def __init__(self) -> None:
        self.close_code: int | None = None
        self._process: Process

    async def open(self, url: str, origin: str | None) -> None:
        environment = {**os.environ, "NODE_PATH": NODE_PATH}
        command = ("node", str(SCRIPT), url, *([origin] if origin else []))
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment)
        kind, said = await self._line()
        if kind == "refused":
            await self._process.wait()
            raise NotOpened(int(said))
        assert kind == "open"

    async def send(self, text: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{text}\n".encode())

    async def recv(self) -> str | bytes:
        return await self._next("message")

    async def ping(self) -> None:
        await self.send("ping")
        assert await self._next("pong") == "are you there"

    async def close(self) -> None:
        if self.close_code is None:
            await self.send("close")
            await self.wait_closed()
        await self._process.wait()

    async def wait_closed(self) -> None:
        self.close_code = int(await self._next("closed"))

    async def _next(self, wanted: str) -> str:
        kind, said = await self._line()
        assert kind == wanted, said
        return said

    async def _line(self) -> tuple[str, str]:
        """The next line that it printed: what happened, and what was said."""
        assert self._process.stdout
        async with asyncio.timeout(LIMIT_SECONDS):
            line = (await self._process.stdout.readline()).decode().rstrip("\n")
        kind, _, said = line.partition(" ")
        return kind, said


def keeps_rows(client: Client) -> Socket:
    """A client's rows, kept as a page keeps them."""
    return Socket(cast(ClientConnection, client))
