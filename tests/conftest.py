"""Shared by all tests: a private Redis, a clock set by hand, the demo plan, and a hall to play a day in."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from app.accounts import passwords
from app.domain import day
from app.domain.change import Answer, Change
from app.domain.commands import Command, Issue, PairDevice, ReadyVoice
from app.domain.facts import Announcement
from app.domain.hall import Hall
from app.domain.plan import Channel, Limits, Millis, Plan
from app.domain.presses import AnyPress, TakeCounter
from app.domain.states import DeviceKind
from app.domain.verbs import decide
from app.plans import read_plan
from app.store.client import connect
from app.store.journal import Store
from app.store.private import private_server

settings.register_profile("goiso", deadline=None)  # the machines are noisy
settings.load_profile("goiso")

pytest_plugins = ["tests.doors"]
STRONG = passwords._hasher  # as the product hashes
Reach = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
Listen = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], Awaitable[asyncio.Server]
]
DEMO = Path(__file__).parents[1] / "plans" / "quang-ninh.toml"
FRIDAY = date(2020, 4, 3)  # the day of the notice's sample


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests last: playwright holds an event loop of its own from then on, beside which no other
    may run."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@dataclass(slots=True)
class HandClock:
    """A clock that stands still until it is set."""

    plan: Plan
    now: Millis = 0

    def __post_init__(self) -> None:
        self.set(FRIDAY, time(8))

    def __call__(self) -> Millis:
        return self.now

    def set(self, day: date, at: time) -> None:
        """Set it to a wall-clock time of the center."""
        self.now = self.plan.moment(day, at)

    def forward(self, ms: Millis) -> None:
        self.now += ms


@dataclass(slots=True)
class Played:
    """A hall played by hand: every command is decided at the clock's time, and its change put in place."""

    hall: Hall
    clock: HandClock
    changes: list[Change] = field(default_factory=list)

    def do(self, command: Command) -> Change:
        return self.put(decide(self.hall, command, self.clock()))

    def put(self, change: Change) -> Change:
        if change.new_epoch:
            self.hall = Hall({name: fact for name, fact in change.sets.items() if fact}, self.hall.version)
        else:
            self.hall.apply(change.sets)
        if change.events:
            self.hall.version, self.hall.now = self.hall.version + 1, self.clock()
            self.changes.append(change)
        return change

    def issue(self, service: str, request: str = "", channel: Channel = Channel.WEB) -> str:
        """Take a number; each time with a request of its own if none is named."""
        request = request or f"request-{self.hall.version}"
        return self.do(Issue("citizen/hoa", request, service, channel, "hoa", "contact-hoa")).answer.number

    def sit(self, counter: str, clerk: str = "") -> None:
        """A clerk (`staff/<counter>` if none is named) takes a counter."""
        self.press(TakeCounter, counter, clerk=clerk or f"staff/{counter}")

    def press(self, key: type[AnyPress], counter: str, turn: int | None = None, clerk: str = "") -> Answer:
        """Press a key, with the counter's turn and by the clerk at it if none is named."""
        here = self.hall.counter(counter)
        return self.do(key(clerk or here.clerk, counter, here.turn if turn is None else turn)).answer

    def pair(self, device: str, kind: DeviceKind = DeviceKind.SPEAKER, zone: str = "tang-3") -> None:
        self.do(PairDevice("staff/quan", device, kind, "thiết bị", zone, "hash"))

    def ready(self, device: str, voice: str = "tang-3", kind: DeviceKind = DeviceKind.SPEAKER) -> None:
        """Pair a device that speaks, and let it say so."""
        self.pair(device, kind, voice)
        self.do(ReadyVoice(f"device/{device}", device, voice))

    def said(self, voice: str = "tang-3") -> tuple[Announcement, ...]:
        return self.hall.announcements(voice)


@contextlib.contextmanager
def hashing_with(hasher: PasswordHasher) -> Iterator[None]:
    """Passwords are hashed with it in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", hasher)
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """The strength of a hash is the point of `test_passwords` alone, and thousands of tests need an account."""
    with hashing_with(PasswordHasher(1, 8, 1)):
        yield


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The demo center of the notice. Keys may be pressed at once, for the clock of most tests stands still; one
    holder may take all numbers."""
    return replace(read_plan(DEMO), double_press_ms=0, limits=Limits(0, 0, 0))


@pytest.fixture
def clock(plan: Plan) -> HandClock:
    """Friday 03/04/2020, 08:00, until it is set."""
    return HandClock(plan)


def play(plan: Plan, clock: HandClock) -> Played:
    """The hall of a center just founded."""
    played = Played(Hall({"plan": plan}), clock)
    played.put(day.found(plan, clock()))
    return played


@pytest.fixture
def played(plan: Plan, clock: HandClock) -> Played:
    return play(plan, clock)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
async def redis_url() -> AsyncIterator[str]:
    """A real redis-server for the whole run, on a unix socket; none found is a failure, not a skip."""
    folder = tempfile.mkdtemp(prefix="gs-", dir="/tmp")
    try:
        async with private_server(Path(folder)) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Wire:
    """A wire to the Redis that can be cut: it forwards bytes between a socket of its own and the server's.

    `listen` opens its own socket for a handler of connections, `reach` connects to the server."""

    def __init__(self, url: str, listen: Listen, reach: Reach) -> None:
        self.url = url
        self.lost = 0  # questions or answers that were lost on the way
        self._listen = listen
        self._reach = reach
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_down = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._loses_question = -1  # after how many more; below 0: never
        self._loses_answer = False

    @classmethod
    def unix(cls, server: str, path: str) -> "Wire":
        """A wire between unix sockets; `server` is the URL of the Redis."""
        reach = partial(asyncio.open_unix_connection, server.removeprefix("unix://"))
        return cls(f"unix://{path}", partial(asyncio.start_unix_server, path=path), reach)

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator["Wire"]:
        server = await self._listen(self._connect)
        try:
            yield self
        finally:
            server.close()
            self._flowing.set()
            self._cut()

    def down(self) -> None:
        """Cut every connection and refuse new ones until `up`."""
        self._is_down = True
        self._cut()

    def hang(self) -> None:
        """Let connections stand, but nothing flows until `up`."""
        self._flowing.clear()

    def up(self) -> None:
        self._is_down = False
        self._flowing.set()

    def lose_answer(self) -> None:
        """Let the next script run, but go down before its answer."""
        self._loses_answer = True

    def lose_question(self, after: int = 0) -> None:
        """Go down before the next script runs, or the one `after` so many more."""
        self._loses_question = after

    def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_down:
            writer.transport.abort()
            return
        try:
            answers, questions = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, questions}
        self._writers |= ends
        asked = asyncio.Event()
        pumps = (self._ask(reader, questions, asked), self._answer(answers, writer, asked))
        done, others = await asyncio.wait(map(asyncio.ensure_future, pumps), return_when="FIRST_COMPLETED")
        self._writers -= ends
        for end in ends:
            end.transport.abort()
        await asyncio.gather(*done, *others, return_exceptions=True)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event) -> None:
        while data := await reader.read(1 << 16):
            await self._flowing.wait()
            if b"EVALSHA" in data:
                asked.set()
                self._loses_question -= 1
                if self._loses_question == -1:
                    self.lost += 1
                    return self.down()
            writer.write(data)

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await reader.read(1 << 16):
            await self._flowing.wait()
            if self._loses_answer and asked.is_set():
                self._loses_answer, self.lost = False, self.lost + 1
                return self.down()
            writer.write(data)


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    """A wire to the same Redis as `store`."""
    folder = tempfile.mkdtemp(prefix="gs-", dir="/tmp")
    try:
        async with Wire.unix(redis_url, f"{folder}/wire.sock").laid() as wire:
            yield wire
    finally:
        shutil.rmtree(folder)


class Snapshot:
    """A store as it was; put back, it is a replica that had not heard of the last moments."""

    def __init__(self, store: Store, keys: list[Any], values: list[Any]) -> None:
        self._store, self._keys, self._values = store, keys, values

    @classmethod
    async def of(cls, store: Store) -> "Snapshot":
        keys: list[Any] = await store.redis.keys()
        return cls(store, keys, [await store.redis.dump(key) for key in keys])

    async def put_back(self) -> None:
        pipe = self._store.redis.pipeline(transaction=True)
        pipe.flushdb()
        for key, value in zip(self._keys, self._values, strict=True):
            pipe.restore(key, 0, value)
        await pipe.execute()


async def until(happened: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something has happened; fail when it takes too long."""
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.005)


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Store]:
    """An empty store; a replica, if there is one, has heard so."""
    async with connect(redis_url) as redis:
        await redis.flushdb()
        await redis.wait((await redis.info("replication"))["connected_slaves"], 5000)
        yield Store(redis)
