"""The stores of the contract: the embedded server, one behind TLS and a password, a pair watched by sentinels.

Each is real; TLS ends at a wire in front of the server, for the carried redis-server was built without it.
"""

import asyncio
import contextlib
import os
import signal
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import trustme
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.store.client import connect
from app.store.private import private_server, server_path
from tests.conftest import Wire
from tests.processes.running import free_port

PASSWORD = "mat-khau-cua-kho"
SERVICE, BY_WIRE = "goiso", "goiso-by-wire"


@dataclass(slots=True)
class Kind:
    """A kind of store that runs: how to reach it, a wire to it that can be cut, and how to kill its server.
    When `lose_server` returns, the same or another server has taken its place."""

    url: str
    wire: Callable[[], "contextlib.AbstractAsyncContextManager[Wire]"]
    lose_server: Callable[[], Awaitable[None]]
    may_lose_moments: bool = False


@contextlib.asynccontextmanager
async def embedded(folder: Path) -> AsyncIterator[Kind]:
    """The private server; it is killed, and its owner starts it again."""

    async def kill() -> None:
        os.kill(int((folder / "redis" / "redis.pid").read_text()), signal.SIGKILL)
        await answers(f"unix://{folder}/redis/redis.sock")

    async with private_server(folder) as url:

        def wire() -> Wire:
            return Wire.unix(url, str(folder / "wire.sock"))

        yield Kind(url, lambda: wire().laid(), kill)


@contextlib.asynccontextmanager
async def behind_tls(folder: Path) -> AsyncIterator[Kind]:
    """A server on TCP with a password, reached through TLS only."""
    server = Server(folder, "--requirepass", PASSWORD)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def wire() -> Wire:
        port = free_port()
        url = f"rediss://:{PASSWORD}@127.0.0.1:{port}/0?ssl_ca_certs={folder}/ca.pem"
        listen = partial(asyncio.start_server, host="127.0.0.1", port=port, ssl=context)
        return Wire(url, listen, server.reach)

    async def kill() -> None:
        await server.kill()
        await server.start()

    async with server.running(), wire().laid() as front:
        yield Kind(front.url, lambda: wire().laid(), kill)


class Server:
    """A redis-server on a port of its own, with its files in `folder`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.port = free_port()
        self.folder = folder
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        folder.mkdir(exist_ok=True)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        await self.start()
        try:
            yield self
        finally:
            await self.kill()

    async def start(self) -> None:
        """Start it, unless it runs, and wait until it has loaded what it keeps."""
        if self._process is None:
            fixed = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", "")
            await self._run(*fixed, "--appendonly", "yes", "--appendfsync", "always", *self._arguments)
        password = f":{PASSWORD}@" if "--requirepass" in self._arguments else ""
        await answers(f"redis://{password}127.0.0.1:{self.port}")

    async def watch(self, masters: dict[str, int]) -> None:
        """Start it as a sentinel over masters, by name and port. The one by a wire never fails over."""
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}"]
        for name, port in masters.items():
            patience = 800 if name == SERVICE else 600_000
            lines += [f"sentinel monitor {name} 127.0.0.1 {port} 2"]
            lines += [f"sentinel down-after-milliseconds {name} {patience}"]
            lines += [f"sentinel failover-timeout {name} 3000"]
        (self.folder / "sentinel.conf").write_text("\n".join(lines) + "\n")
        await self._run(str(self.folder / "sentinel.conf"), "--sentinel")
        await answers(f"redis://127.0.0.1:{self.port}")

    async def _run(self, *arguments: str) -> None:
        quiet = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(
            server_path(), *arguments, stdin=quiet, stdout=quiet, cwd=self.folder
        )

    async def kill(self) -> None:
        if self._process:
            self._process.kill()
            await self._process.wait()
            self._process = None

    async def reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    async def role(self) -> str:
        """`master`, `slave up` when it has all its master has, or `slave down`."""
        async with connect(self.url) as redis:
            redis.set_retry(Retry(NoBackoff(), 1))  # it closes its clients' connections as its role changes
            said = await redis.info("replication")
        return f"{said['role']} {said.get('master_link_status', '')}".strip()


class Group:
    """Two servers and three sentinels over them."""

    def __init__(self, folder: Path) -> None:
        self.servers = [Server(folder / "first"), Server(folder / "second")]
        self.sentinels = [Server(folder / f"sentinel-{at}") for at in range(3)]
        self._front = free_port()  # of the wire to the first master

    def url(self, service: str) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"sentinel://{hosts}/{service}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Group"]:
        first, second = self.servers
        async with contextlib.AsyncExitStack() as stack:
            for server in (first, second):
                await stack.enter_async_context(server.running())
            async with connect(second.url) as redis:
                await redis.replicaof("127.0.0.1", first.port)
            await self._until(lambda: self._are("master", "slave up"))
            async with self._wire().laid():
                for sentinel in self.sentinels:
                    stack.push_async_callback(sentinel.kill)
                    await sentinel.watch({SERVICE: first.port, BY_WIRE: self._front})
                await self._until(self._all_know_each_other)
            yield self

    def _wire(self) -> Wire:
        listen = partial(asyncio.start_server, host="127.0.0.1", port=self._front)
        return Wire(self.url(BY_WIRE), listen, self.servers[0].reach)

    @contextlib.asynccontextmanager
    async def wire(self) -> AsyncIterator[Wire]:
        """A wire to the master through which a client comes that asks the sentinels for it."""
        async with self._wire().laid() as wire:
            yield wire

    async def lose_master(self) -> None:
        """Kill the master, and wait until the sentinels have promoted the other."""
        lost = await self.master()
        await lost.kill()
        (other,) = (server for server in self.servers if server is not lost)

        async def leads() -> bool:
            return await other.role() == "master"

        await self._until(leads)

    async def master(self) -> Server:
        for server in self.servers:
            with contextlib.suppress(RedisError, OSError):
                if await server.role() == "master":
                    return server
        raise AssertionError("there is no master")

    async def _are(self, *roles: str) -> bool:
        return [await server.role() for server in self.servers] == list(roles)

    async def _all_know_each_other(self) -> bool:
        for sentinel in self.sentinels:
            async with connect(sentinel.url) as redis:
                masters: Any = await redis.sentinel_masters()
            known = masters[SERVICE]
            if (known["num-other-sentinels"], known["num-slaves"]) != (2, 1):
                return False
        return True

    async def _until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(30):
            while not await is_so():
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Kind]:
    """A master and its replica, watched by three sentinels."""
    async with Group(folder).running() as group:
        yield Kind(group.url(SERVICE), group.wire, group.lose_master, may_lose_moments=True)


async def answers(url: str) -> None:
    """Wait until a server answers."""
    async with asyncio.timeout(15):
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with connect(url) as redis:
                    await redis.ping()
                    return
            await asyncio.sleep(0.02)


KINDS = {"embedded": embedded, "tls": behind_tls, "sentinels": watched}
