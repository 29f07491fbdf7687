"""Viewers come and go for minutes while a clerk presses: the server's memory stays flat, no descriptor is lost, no
error is logged, and who stayed sees the present.

A viewer here is a raw socket with a handshake by hand; one thread of ours plays all of them with an epoll.
"""

import contextlib
import os
import random
import resource
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest

from app.live import handshake
from app.live.frames import Opcode
from tests.live.lines import HEAD, masked, strict
from tests.processes.running import CENTER, Site, wait_for

pytestmark = [pytest.mark.proof, pytest.mark.redis]

SECONDS = 300.0
PRESS_SECONDS = 0.5  # between two presses: the tickets of the day take memory, too, but little
VIEWERS = 2000
LIVES_SECONDS = 20.0  # how long a viewer stays, on average
SERVICE, COUNTER = "visa", "86"
TOPICS = (f"services/{CENTER}/tang-1", f"services/{CENTER}/tang-3", f"queue/{CENTER}/{SERVICE}")
GROWTH = 1.10  # of resident memory between the second and the last fifth: an allocator's arenas are not given back
GROWTH_BYTES = 8 * 2**20  # and this much more


@dataclass(eq=False)
class Viewer:
    """Who follows a topic, and keeps its rows."""

    raw: socket.socket
    topic: str
    until: float  # when it goes
    reads: bool  # some never do
    came: bytes = b""
    is_open: bool = False
    rows: dict[str, Any] = field(default_factory=dict)

    def read(self) -> bool:
        """Take what is there; False at the end."""
        try:
            data = self.raw.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.came += data
        if not self.is_open and handshake.END in self.came:
            head, _, self.came = self.came.partition(handshake.END)
            assert b" 101 " in head, head
            self.is_open = True
        while self.is_open and (taken := strict(self.came)):
            (opcode, payload), self.came = taken
            if opcode is Opcode.PING:
                with contextlib.suppress(OSError):
                    self.raw.send(masked(Opcode.PONG, payload))
            elif opcode is Opcode.TEXT:
                self.take(msgspec.json.decode(payload))
        return bool(data)

    def take(self, said: dict[str, Any]) -> None:
        assert said.get("topic") == self.topic, said
        self.rows = said["whole"] if "whole" in said else self.rows | said["rows"]
        for name in said.get("gone", ()):
            self.rows.pop(name, None)


class Crowd:
    """All viewers; those who leave are replaced."""

    def __init__(self, port: int, stay: tuple[str, ...] = TOPICS) -> None:
        self._port = port
        self._selector = selectors.EpollSelector()
        self._chance = random.Random(5)
        self.viewers: set[Viewer] = set()
        self.came = 0
        self.stay = [self._come(topic, float("inf"), True) for topic in stay]

    def _come(self, topic: str, until: float, reads: bool) -> Viewer:
        raw = socket.socket()
        raw.bind((f"127.0.0.{self._chance.randint(1, 8)}", 0))  # one address may hold a thousand
        raw.connect(("127.0.0.1", self._port))
        raw.setblocking(False)
        query = urlencode({"join": topic, "have": self._chance.choice(["", "", "20200403-aaaaaa.7"])})
        raw.send(HEAD % (f"?{query}".encode(), b""))
        viewer = Viewer(raw, topic, until, reads)
        if reads:
            self._selector.register(raw, selectors.EVENT_READ, viewer)
        self.viewers.add(viewer)
        self.came += 1
        return viewer

    def _go(self, viewer: Viewer) -> None:
        assert viewer not in self.stay, "one that stays was closed"
        self.viewers.discard(viewer)
        if viewer.reads:
            self._selector.unregister(viewer.raw)
        if self._chance.random() < 0.3:  # the ways to go: a close, an end in the middle of a frame, nothing
            with contextlib.suppress(OSError):
                viewer.raw.send(masked(Opcode.CLOSE, (1001).to_bytes(2)) if viewer.is_open else b"GET")
        elif self._chance.random() < 0.3:
            with contextlib.suppress(OSError):
                viewer.raw.send(masked(Opcode.TEXT, b"half")[:5])
        viewer.raw.close()

    def live(self, seconds: float) -> None:
        """Read what comes, let those go whose time it is, and replace some of who is missing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(min(left, 0.05))
            now = time.monotonic()
            for viewer in [viewer for viewer in self.viewers if viewer.until < now]:
                self._go(viewer)
            for _ in range(min(50, VIEWERS - len(self.viewers))):
                stays = self._chance.expovariate(1 / LIVES_SECONDS)
                self._come(self._chance.choice(TOPICS), now + stays, self._chance.random() < 0.95)

    def read(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if not key.data.read():
                self._go(key.data)

    def leave(self) -> None:
        self.stay = []
        for viewer in list(self.viewers):
            self._go(viewer)


@dataclass(frozen=True)
class Process:
    """The server as the system sees it."""

    pid: int

    @property
    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    @property
    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))


class Clerk:
    """Takes numbers and calls them, one press after another."""

    def __init__(self, site: Site) -> None:
        self._kiosk, self._http = site.machine(), site.clerk("lan")
        self._path = f"/api/centers/{CENTER}/counters/{COUNTER}"
        self._turn = self._press("take", 1)
        self.presses = 0

    def press(self) -> None:
        self.presses += 1
        body = {"service": SERVICE, "request": f"of-the-soak-{self.presses}"}
        self._kiosk.post(f"/api/centers/{CENTER}/tickets", json=body).raise_for_status()
        self._turn = self._press("next", self._turn)

    def _press(self, verb: str, turn: int) -> int:
        answer: httpx.Response = self._http.post(f"{self._path}/{verb}", json={"turn": turn})
        answer.raise_for_status()
        return int(answer.json()["turn"])


@pytest.fixture
def many_descriptors() -> Iterator[None]:
    """As many as two thousand viewers need, here and in the server."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * VIEWERS)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_crowd_that_comes_and_goes_for_minutes_leaves_nothing(many_descriptors: None, site: Site) -> None:
    clerk, server = Clerk(site), Process(site.webs[0].pid)
    clerk.press()
    descriptors = server.descriptors
    crowd = Crowd(site.ports[0])
    began = time.monotonic()
    memory: list[tuple[float, int]] = []
    while (passed := time.monotonic() - began) < SECONDS:
        crowd.live(PRESS_SECONDS)
        clerk.press()
        memory.append((passed / SECONDS, server.memory))
    crowd.live(2.0)
    assert len(crowd.viewers) > VIEWERS * 0.9
    for viewer in crowd.stay:
        assert viewer.rows == present(site, viewer.topic), "who stayed sees the present"
    crowd.leave()
    early = statistics.median(bytes_ for at, bytes_ in memory if 0.2 <= at < 0.4)
    late = statistics.median(bytes_ for at, bytes_ in memory if at >= 0.8)
    print(
        f"\n{crowd.came} viewers, {clerk.presses} presses in {SECONDS:.0f} s;",
        f"resident {early / 2**20:.1f} MiB in the second fifth, {late / 2**20:.1f} MiB in the last",
    )
    assert late < early * GROWTH + GROWTH_BYTES
    wait_for("no descriptor is left", lambda: server.descriptors <= descriptors + 2)
    assert "Traceback" not in (log := (site.folder / f"web-{site.ports[0]}.log").read_text())
    assert not [line for line in log.splitlines() if "! " in line or "ERROR" in line]


def present(site: Site, topic: str) -> Any:
    """What somebody who comes now is shown."""
    crowd = Crowd(site.ports[0], stay=(topic,))
    while not crowd.stay[0].rows:
        crowd.read(0.05)
    rows = crowd.stay[0].rows
    crowd.leave()
    return rows
