"""That an fsync lies between each write and its answer, counted in what redis-server really asks of the kernel.

A killed server does not lose what the kernel holds, so the tests that kill it cannot show this. The server runs
under strace while numbers are issued through the door; every script call that a client sent, and every answer
that it got, is followed. The same count over a server that syncs once a second must find answers without one.
"""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.center import Centers
from app.demo import plan_of
from app.domain.commands import Issue
from app.domain.plan import Channel, Limits
from app.store.client import connect
from app.store.journal import Store
from app.store.private import server_path
from tests.store.servers import answers

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

CENTER = "quang-ninh"
ROUNDS, TOGETHER = 150, 3
CALLS = "trace=read,write,writev,sendto,fsync,fdatasync"
# pid name(fd<what it is>, "data"... = result
LINE = re.compile(r'^(\d+) +(\w+)\(\d+<([^>]*)>(?:, (?:\[\{iov_base=)?"((?:[^"\\]|\\.)*)")?')
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>")


@dataclass(slots=True)
class Counted:
    """What a trace shows: script calls that were answered, and those answered before their write was synced."""

    answered: int = 0
    too_early: int = 0
    synced: int = 0


def count(trace: Path) -> Counted:
    """Follow a trace call by call, each at the place where it ended."""
    counted = Counted()
    asked: dict[str, str] = {}  # connection -> how far its script call has come: asked, written, synced
    for call, what, data in _calls(trace):
        if what.endswith(".aof"):
            before, after = ("written", "synced") if call in ("fsync", "fdatasync") else ("asked", "written")
            counted.synced += after == "synced"
            asked |= {one: after for one, state in asked.items() if state == before}
        elif call == "read" and "EVALSHA" in data:
            asked[what] = "asked"
        elif call in ("write", "writev", "sendto") and what in asked:
            state = asked.pop(what)
            if "NOSCRIPT" not in data:
                counted.answered += 1
                counted.too_early += state != "synced"
    return counted


def _calls(trace: Path) -> Iterator[tuple[str, str, str]]:
    """Each finished call: its name, what its descriptor is, and how its data begins."""
    begun: dict[str, str] = {}
    for line in trace.read_text(errors="replace").splitlines():
        if resumed := RESUMED.match(line):
            line = begun.pop(resumed[1], "") + line[resumed.end() :]
        elif line.endswith("<unfinished ...>"):
            begun[line.split()[0]] = line.removesuffix("<unfinished ...>")
            continue
        if found := LINE.match(line):
            yield found[2], found[3], found[4] or ""


@asynccontextmanager
async def traced(folder: Path, appendfsync: str) -> AsyncIterator[str]:
    """A redis-server under strace, until its clients are done; the trace is then in `folder`."""
    strace = shutil.which("strace")
    assert strace, "strace is missing: requirements/install test installs it from Debian"
    socket = folder / "r.sock"
    server = f"--port 0 --unixsocket {socket} --dir {folder} --appendonly yes --appendfsync {appendfsync}"
    quiet = asyncio.subprocess.DEVNULL
    watch = f"-f -y -s 48 -e {CALLS} -o {folder}/trace"
    process = await asyncio.create_subprocess_exec(
        strace, *watch.split(), server_path(), *server.split(), "--save", "", stdout=quiet
    )
    try:
        await answers(f"unix://{socket}")
        yield f"unix://{socket}"
    finally:
        async with connect(f"unix://{socket}") as redis:
            await redis.shutdown(nosave=True)
        await process.wait()


async def issue_many(url: str) -> None:
    """Some ask together, round after round, so that batches of one and of several are written."""
    async with connect(url) as redis:
        centers = Centers(Store(redis), lambda: time.time_ns() // 1_000_000)
        await centers.found(replace(plan_of(CENTER), limits=Limits(0, 0, 0)))
        for at in range(ROUNDS):
            asked = (Issue("kiosk", f"r{at}-{one}", "visa", Channel.KIOSK) for one in range(1 + at % TOGETHER))
            await asyncio.gather(*(centers.do(CENTER, command) for command in asked))
        await centers.close()


@pytest.mark.parametrize("appendfsync", ["always", "everysec"])
async def test_an_fsync_lies_between_each_write_and_its_answer(appendfsync: str) -> None:
    with TemporaryDirectory(prefix="gs-", dir="/tmp") as name:
        async with traced(Path(name), appendfsync) as url:
            await issue_many(url)
        counted = count(Path(name) / "trace")
    assert counted.answered >= ROUNDS
    if appendfsync == "always":
        assert counted.too_early == 0
        assert counted.synced >= ROUNDS
    else:
        assert counted.too_early > ROUNDS / 2
