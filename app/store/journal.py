"""The store of halls: load one, append to its journal, follow journals. Called by `center`, `feed`, `notices`.

Keys of a center carry its hash tag: `goiso:{qn}:head`, `goiso:{qn}:hall:<epoch>`, `goiso:{qn}:journal:<epoch>`.
"""

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from app.domain.editions import digest_of
from app.domain.facts import Fact, Facts
from app.domain.plan import Millis, Plan, VoiceLengths
from app.position import Position
from app.store.client import DURABLE
from app.store.entry import Entry, UnreadableEntry, read_entry, read_fact, write_fact

CENTERS = "goiso:centers"
LOST = (RedisConnectionError, RedisTimeoutError, OSError)  # the answer is unknown, not no
# A server that answers, and may not write now: demoted, without its replicas, its disk or memory full.
UNFIT = ("READONLY", "NOREPLICAS", "MASTERDOWN", "MISCONF", "OOM ")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a center's journal: its position, the hash of its last entry, its time."""

    epoch: str = ""
    version: int = 0
    hash: str = ""
    at: Millis = 0

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.version)


@dataclass(frozen=True, slots=True)
class Behind:
    """The head has moved on: where it is now, and the entries missed if they are of the known epoch."""

    epoch: str
    version: int
    hash: str
    missed: tuple[Entry, ...]


class Store:
    """Halls and journals in one Redis."""

    def __init__(self, redis: "Redis") -> None:
        self.redis = redis
        self._append = redis.register_script(files("app.store").joinpath("append.lua").read_text())

    async def centers(self) -> list[str]:
        """The ids of the centers kept here, sorted."""
        members: Any = await self.redis.smembers(CENTERS)
        return sorted(bytes(center).decode() for center in members)

    async def load(self, center: str) -> tuple[Head, dict[str, Fact]] | None:
        """The head and every fact of a center at one moment; None when there is no such center."""
        head = await self.head(center)
        while head.epoch:
            pipe = self.redis.pipeline(transaction=True)
            pipe.hgetall(key_of(center, "head"))
            pipe.hgetall(key_of(center, "hall", head.epoch))
            raw_head, raw_hall = await pipe.execute()
            now = head_of(raw_head)
            if now.epoch == head.epoch:
                names = {name.decode(): value for name, value in raw_hall.items()}
                with _reading(center):
                    return now, {name: read_fact(name, value) for name, value in names.items()}
            head = now
        return None

    async def head(self, center: str) -> Head:
        """Where a center's journal ends; an empty head when there is none."""
        fields: Any = await self.redis.hgetall(key_of(center, "head"))
        return head_of(fields)

    async def append(
        self,
        center: str,
        known: Head,
        then: Head,
        entries: Sequence[bytes],
        sets: Facts,
    ) -> Behind | None:
        """Append entries and write their facts if the head is still `known`: None when it was, and the head
        is `then`. Raises one of `LOST` when nobody knows: ask again with the same entries, and compare the
        batch ids of what was missed."""
        set_pairs: list[bytes | str] = []
        taken: list[str] = []
        for name, fact in sets.items():
            if fact is None:
                taken.append(name)
            else:
                set_pairs += (name, write_fact(fact))
        keys = [
            key_of(center, "head"),
            key_of(center, "journal", known.epoch),
            key_of(center, "journal", then.epoch),
            key_of(center, "hall", then.epoch),
            key_of(center, "hall", known.epoch),
        ]
        fixed: list[bytes | str | int] = [
            known.epoch,
            known.version,
            known.hash,
            then.epoch,
            then.hash,
            then.at,
        ]
        counted: list[bytes | str | int] = [len(entries), len(set_pairs) // 2]
        try:
            if not known.epoch:
                await self.redis.sadd(CENTERS, center)
            answer = await self._append(keys=keys, args=[*fixed, *counted, *entries, *set_pairs, *taken])
        except ResponseError as refused:
            if not any(word in str(refused) for word in UNFIT):
                raise
            await self.redis.connection_pool.disconnect()  # ask anew who the master is
            raise RedisConnectionError(str(refused)) from refused
        if answer[0] == 1:
            return None
        _, epoch, version, hash_, missed = answer
        with _reading(center):
            return Behind(epoch.decode(), int(version), hash_.decode(), tuple(_entries(missed)))

    async def fact(self, center: str, epoch: str, name: str) -> Fact | None:
        """One fact of a center, as its hall of an epoch has it now."""
        data: Any = await self.redis.hget(key_of(center, "hall", epoch), name)
        return read_fact(name, data) if data else None

    async def after(self, center: str, head: Head) -> list[Entry]:
        """The entries of an epoch's journal after a head of it, at most 1000."""
        key = key_of(center, "journal", head.epoch)
        rows: Any = await self.redis.xrange(key, f"({head.version}-0", "+", count=1000)
        with _reading(center):
            return _entries(rows)

    async def follow(
        self, heads: Mapping[str, Head], wait: Millis
    ) -> tuple[dict[str, list[Entry]], dict[str, str]]:
        """What came after the heads of some centers, waiting at most `wait` ms for the first: the entries
        by center, and the next epoch of those whose epoch has ended."""
        keys = {center: key_of(center, "journal", head.epoch) for center, head in heads.items()}
        names = {key.encode(): center for center, key in keys.items()}
        streams: dict[Any, Any] = {key: f"{heads[center].version}-0" for center, key in keys.items()}
        answer: Any = await self.redis.xread(streams, count=1000, block=wait)
        came: dict[str, list[Entry]] = {}
        ended: dict[str, str] = {}
        for name, rows in answer or []:
            center = names[name]
            with _reading(center):
                came[center] = _entries(rows)
            for _, fields in rows:
                if b"next" in _fields(fields):
                    ended[center] = _fields(fields)[b"next"].decode()
        return came, ended

    async def keep_plan(self, plan: Plan) -> None:
        """Keep a plan under its digest, for as long as the center is kept."""
        key = key_of(plan.id, "plans")
        await self.redis.hsetnx(key, digest_of(plan), write_fact(replace(plan, voice=VoiceLengths())))

    async def kept_plan(self, center: str, digest: str) -> Plan | None:
        """The plan kept under a digest, without voice lengths; None when it was never kept."""
        data: Any = await self.redis.hget(key_of(center, "plans"), digest)
        plan: Any = read_fact("plan", data) if data else None
        return plan if isinstance(plan, Plan) else None

    async def durable(self) -> bool:
        """Whether every write is on disk before it is answered."""
        for name, value in DURABLE.items():
            answer: dict[Any, Any] = await self.redis.config_get(name)
            if value not in (answer.get(name), answer.get(name.encode(), b"").decode()):
                return False
        return True


def new_epoch(day: str) -> str:
    """A name for a new epoch of a center on a day (ISO date)."""
    return f"{day.replace('-', '')}-{secrets.token_hex(3)}"


@contextlib.contextmanager
def _reading(center: str) -> Iterator[None]:
    """What cannot be read says of which center it is."""
    try:
        yield
    except UnreadableEntry as fault:
        fault.center = center
        raise


def key_of(center: str, what: str, epoch: str = "") -> str:
    """The key under which something of a center is kept."""
    return f"goiso:{{{center}}}:{what}:{epoch}" if epoch else f"goiso:{{{center}}}:{what}"


def head_of(fields: Mapping[bytes, bytes]) -> Head:
    """The head written in these fields; an empty one in none."""
    if not fields:
        return Head()
    return Head(fields[b"epoch"].decode(), int(fields[b"version"]), fields[b"hash"].decode(), int(fields[b"at"]))


def _entries(rows: Sequence[Any]) -> list[Entry]:
    return [
        read_entry(int(row_id.partition(b"-")[0]), fields[b"entry"])
        for row_id, pairs in rows
        if b"entry" in (fields := _fields(pairs))
    ]


def _fields(pairs: Any) -> dict[bytes, bytes]:
    """A stream row's fields: a script gives a flat list, a command a mapping."""
    if isinstance(pairs, dict):
        return pairs
    return dict(zip(pairs[::2], pairs[1::2], strict=True))
