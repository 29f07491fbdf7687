"""The outbox: notices on their way out, each sent by itself, so that no trouble with one delays another.

What is to be sent stands in Redis from the moment the cursor has passed it until it is sent, given up or not so
any more; it names its ticket and the key of its contact, no person. At least once: a notice has the same key at
every try. One that tells of what can be undone stands there as well, and is not tried before its time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from redis.asyncio import Redis

from app.domain.facts import Ticket
from app.domain.plan import Millis
from app.notices.senders import NotSent, Undeliverable
from app.notices.steps import Kind, Step
from app.store.journal import LOST

OUT = "goiso:notices:out"
DEAD = "goiso:notices:dead"
DEAD_KEPT = 10_000
TRIES = 14  # with the pauses below a quarter of an hour: longer than the time in which a number can be reached
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 120.0
LOOK_SECONDS = 1.0  # how often the clock is looked at for a notice that waits for its time
AT_ONCE = 8  # of each way

log = logging.getLogger(__name__)

Way = Literal["sms", "mail"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One notice: how it goes, of which step of which ticket of which center, and to whom. `key` is the same at
    every try; it is not sent before the moment `not_before`."""

    key: str
    way: Way
    center: str
    ticket: Ticket
    contact: str
    kind: Kind = Kind.TAKEN
    counter: str = ""
    not_before: Millis = 0
    ahead: int = 0

    @property
    def step(self) -> Step:
        return Step(self.kind, self.ticket, self.counter, self.not_before, self.ahead)


class NotSo(Exception):
    """What the notice tells is not so any more: it is not sent."""


_decode = msgspec.json.Decoder(Outgoing).decode


def put(pipe: Any, outgoing: Outgoing) -> None:
    """Let a transaction put a notice out."""
    pipe.hset(OUT, outgoing.key, msgspec.json.encode(outgoing))


class Outbox:
    """Sends what was put out with `send`, which raises NotSent, Undeliverable or NotSo."""

    def __init__(
        self, redis: Redis, send: Callable[[Outgoing], Awaitable[None]], clock: Callable[[], Millis]
    ) -> None:
        self._redis = redis
        self._send = send
        self._clock = clock
        self._taken: set[str] = set()
        self._ways: dict[Way, asyncio.Semaphore] = {
            "sms": asyncio.Semaphore(AT_ONCE),
            "mail": asyncio.Semaphore(AT_ONCE),
        }
        self.first_pause = FIRST_PAUSE_SECONDS
        self.look = LOOK_SECONDS

    async def take(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send whatever stands in the outbox and is not being sent."""
        kept: Any = await self._redis.hgetall(OUT)
        for key, data in kept.items():
            if key.decode() not in self._taken:
                self.begin(tasks, _decode(data))

    def begin(self, tasks: asyncio.TaskGroup, outgoing: Outgoing) -> None:
        """Begin to send a notice that was put out."""
        if outgoing.key not in self._taken:
            self._taken.add(outgoing.key)
            tasks.create_task(self._carry(outgoing))

    async def _carry(self, outgoing: Outgoing) -> None:
        """Try until it is sent or given up; between two tries others go."""
        while (left := (outgoing.not_before - self._clock()) / 1000) > 0:
            await asyncio.sleep(min(left, self.look))
        settled, pause = False, self.first_pause
        for attempt in range(1, TRIES + 1):
            try:
                async with self._ways[outgoing.way]:
                    await self._send(outgoing)
                settled = True
                log.info("> %s", outgoing.key)
                break
            except NotSo:
                settled = True
                log.info("- %s is not so any more", outgoing.key)
                break
            except Undeliverable as fault:
                log.warning("! %s: %s", outgoing.key, fault)
                break
            except LOST as fault:
                log.warning("! %s, the store: %s", outgoing.key, fault)
            except NotSent as fault:
                log.warning("! %s, try %d: %s", outgoing.key, attempt, fault)
            except Exception:
                log.exception("! %s cannot be sent", outgoing.key)
                break
            stop_if_cancelled()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        await self._settle(outgoing.key, settled)

    async def _settle(self, key: str, settled: bool) -> None:
        while True:
            try:
                pipe = self._redis.pipeline(transaction=True)
                pipe.hdel(OUT, key)
                if not settled:
                    pipe.rpush(DEAD, key)
                    pipe.ltrim(DEAD, -DEAD_KEPT, -1)
                await pipe.execute()
                self._taken.discard(key)
                return
            except LOST:
                await asyncio.sleep(1)


def stop_if_cancelled() -> None:
    """Raise CancelledError again if it was swallowed below: Python 3.11's `wait_for`, which the mail library
    uses, loses it when what it waited for ends at that very moment, and a loop would go on for ever."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
