"""Several web processes at one port: `goiso serve --workers N`. The kernel spreads connections over them evenly;
each reads the journal for itself, and none knows of the others. This process starts them, and starts one anew that
ends.

SIGHUP replaces them one after another, each by one that is ready before the old one stops; SIGTERM and Ctrl-C stop
all. Only at the start does one that will not serve end all: later the others go on, and it is tried again. Each
says that it is ready as systemd wants to hear it (`sd_notify`), so `Type=notify` works as well.

Each has the end of a pipe as its standard input and stops when that is closed: a keeper that was killed leaves
nobody behind.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator, Mapping

NOTIFY = "NOTIFY_SOCKET"
READY = b"READY=1"
READY_SECONDS = 30.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.2  # between two looks at who is still there
AGAIN_SECONDS = 2.0  # between two tries to start one that would not

log = logging.getLogger(__name__)


def tell_ready() -> None:
    """Say that this process serves, if somebody wants to know."""
    if path := os.environ.get(NOTIFY):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to, contextlib.suppress(OSError):
            to.connect("\0" + path[1:] if path.startswith("@") else path)
            to.send(READY)


def stop_with_keeper() -> None:
    """End this process as a stop would when its standard input ends: its keeper is gone."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="keeper", daemon=True).start()


class NotServing(Exception):
    """A web process would not start; it has said why."""


class Workers:
    """`count` processes of `goiso serve`, with this environment."""

    def __init__(self, count: int, environment: Mapping[str, str]) -> None:
        self._count = count
        self._environment = environment
        self._processes: list[Process] = []
        self._replaces = False

    def replace_all(self) -> None:
        """Put a new process in the place of each, one after another."""
        self._replaces = True

    async def run(self) -> None:
        """Keep them running until cancelled; raises NotServing when one will not start at the beginning."""
        try:
            for _ in range(self._count):
                self._processes.append(await self._start())
            tell_ready()
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                try:
                    await self._look()
                except NotServing as fault:
                    log.error("! %s; the others go on", fault)
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            await asyncio.gather(*map(_stop, self._processes))

    async def _look(self) -> None:
        """Start those anew that have ended, and replace all if that was asked for."""
        for process in [one for one in self._processes if one.returncode is not None]:
            log.error("! web process %d ended with status %d", process.pid, process.returncode)
            self._processes.remove(process)
        while len(self._processes) < self._count:
            self._processes.append(await self._start())
        if self._replaces:
            self._replaces = False
            for old in list(self._processes):
                self._processes.append(await self._start())
                await _stop(old)
                self._processes.remove(old)
            log.info("= %d web processes have been replaced", self._count)

    async def _start(self) -> Process:
        """A process that serves."""
        with tempfile.TemporaryDirectory(prefix="goiso-") as folder, _hearing(f"{folder}/ready") as ready:
            environment = {**self._environment, NOTIFY: f"{folder}/ready"}
            command = (sys.executable, "-m", "app", "serve", "--worker")
            process = await asyncio.create_subprocess_exec(
                *command, env=environment, stdin=PIPE, start_new_session=True
            )
            try:
                await _until_ready(process, ready)
            except BaseException:
                await _stop(process)
                raise
        log.info("= web process %d serves", process.pid)
        return process


@contextlib.contextmanager
def _hearing(path: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(path)
        ready.setblocking(False)
        yield ready


async def _until_ready(process: Process, ready: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    hears = asyncio.ensure_future(loop.sock_recv(ready, len(READY)))
    ends = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait((hears, ends), timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not hears.done():
            why = (
                f"ended with status {process.returncode}" if ends.done() else f"not ready in {READY_SECONDS:.0f} s"
            )
            raise NotServing(f"a web process would not start: {why}")
    finally:
        for task in (hears, ends):
            task.cancel()
        await asyncio.gather(hears, ends, return_exceptions=True)


async def _stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
