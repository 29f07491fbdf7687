"""What became of notices, by center and working day, and those given up, for the operator to see and send again.

No person stands here: a notice names its ticket and the key of its contact. Written by the notices process, read
by the page `/admin/<center>/notices`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import WatchError

from app.domain.plan import Millis
from app.notices.outgoing import Outgoing, Way
from app.notices.steps import Kind

OUT = "goiso:notices:out"
AGAIN = "goiso:notices:again"
DEAD_KEPT = 10_000  # of each center
KEPT_SECONDS = 35 * 86_400
REFERRED_SECONDS = 2 * 86_400  # a network tries for a day


class Outcome(StrEnum):
    """`sent`; `not-so`: what it tells was not so any more; `given-up`: it is among the dead letters. Of what was
    sent by a modem, later: `delivered`; `undelivered`: it is among the dead letters, too."""

    SENT = "sent"
    NOT_SO = "not-so"
    GIVEN_UP = "given-up"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True)
class Dead:
    """A notice that was given up: when and why. The reason names nobody (`senders.unnamed`)."""

    at: Millis
    reason: str
    notice: Outgoing


_notice = msgspec.json.Decoder(Outgoing).decode
_dead = msgspec.json.Decoder(Dead).decode


def put(pipe: Any, notice: Outgoing) -> None:
    """Let a transaction put a notice out."""
    pipe.hset(OUT, notice.key, msgspec.json.encode(notice))


class Record:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def out(self) -> list[Outgoing]:
        """Everything that stands in the outbox."""
        kept: Any = await self._redis.hgetall(OUT)
        return [_notice(data) for data in kept.values()]

    async def again(self) -> list[Outgoing]:
        """The notices an operator wants sent again; each is told once, and stands in the outbox."""
        keys: Any = await self._redis.lpop(AGAIN, 1000)
        kept: Any = await self._redis.hmget(OUT, keys) if keys else []
        return [_notice(data) for data in kept if data]

    async def settle(self, notice: Outgoing, outcome: Outcome, at: Millis, reason: str = "") -> None:
        """A notice leaves the outbox, for good or to the dead letters."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.hdel(OUT, notice.key)
        _count(pipe, notice, outcome, at, reason)
        await pipe.execute()

    async def refer(self, reference: int, notice: Outgoing) -> None:
        """Keep which notice a report of delivery will mean, until another has the same reference."""
        await self._redis.set(_referred(reference), msgspec.json.encode(notice), ex=REFERRED_SECONDS)

    async def referred(self, reference: int) -> Outgoing | None:
        """The notice that had a reference last, unless its end is known."""
        kept: Any = await self._redis.get(_referred(reference))
        return _notice(kept) if kept else None

    async def report(self, reference: int, notice: Outgoing, outcome: Outcome, at: Millis, reason: str) -> None:
        """A notice that was sent has come to its phone, or never will."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(_referred(reference))
        _count(pipe, notice, outcome, at, reason)
        await pipe.execute()

    async def day(self, center: str, day: str) -> Counter[tuple[Way, Kind, Outcome]]:
        """How many notices of a working day (ISO date) ended how, by way and kind."""
        kept: Any = await self._redis.hgetall(_day(center, day))
        counted: Counter[tuple[Way, Kind, Outcome]] = Counter()
        for name, count in kept.items():
            way, kind, outcome = name.decode().split("/")
            counted[way, Kind(kind), Outcome(outcome)] = int(count)
        return counted

    async def dead(self, center: str) -> list[Dead]:
        """The dead letters of a center, newest first."""
        kept: Any = await self._redis.lrange(_dead_of(center), 0, -1)
        return [_dead(data) for data in reversed(kept)]

    async def send_again(self, center: str, keys: Iterable[str]) -> int:
        """Put dead letters back into the outbox; how many there were. Whoever asks at the same time moves each
        once."""
        wanted = set(keys)
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                await pipe.watch(_dead_of(center))
                kept: Any = await pipe.lrange(_dead_of(center), 0, -1)
                found = [(data, dead.notice) for data in kept if (dead := _dead(data)).notice.key in wanted]
                if not found:
                    return 0
                pipe.multi()  # type: ignore[no-untyped-call]
                for data, notice in found:
                    pipe.lrem(_dead_of(center), 1, data)
                    put(pipe, notice)
                    pipe.rpush(AGAIN, notice.key)
                try:
                    await pipe.execute()
                except WatchError:
                    continue
                return len(found)


def _count(pipe: Any, notice: Outgoing, outcome: Outcome, at: Millis, reason: str) -> None:
    """Let a transaction count how a notice ended, and keep one that nobody got."""
    day = _day(notice.center, notice.day)
    pipe.hincrby(day, f"{notice.way}/{notice.kind}/{outcome}", 1)
    pipe.expire(day, KEPT_SECONDS)
    if outcome in (Outcome.GIVEN_UP, Outcome.UNDELIVERED):
        pipe.rpush(_dead_of(notice.center), msgspec.json.encode(Dead(at, reason, notice)))
        pipe.ltrim(_dead_of(notice.center), -DEAD_KEPT, -1)


def _referred(reference: int) -> str:
    return f"goiso:notices:reference:{reference}"


def _day(center: str, day: str) -> str:
    return f"goiso:notices:day:{center}:{day}"


def _dead_of(center: str) -> str:
    return f"goiso:notices:dead:{center}"
