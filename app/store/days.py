"""The days of a center's journal that the store still has: found, read page by page, and let go once archived.

Called by `app.audit` and `app.archive`. The epochs are found by looking for their keys (SCAN) and put in order by
their versions, which go on from epoch to epoch: a list kept beside them could be wrong, and journals begun before
there was a list would not be on it. What is missing shows in the versions and in the hash chain.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from app.store.chain import Link, Row
from app.store.journal import Head, Store, head_of, key_of

PAGE = 500  # rows asked for at once: a running center waits for one page at most


@dataclass(frozen=True, slots=True)
class Epoch:
    """A journal that is kept: its center and name, its first version, how many rows, the id of the last."""

    center: str
    name: str
    first: int
    rows: int
    last: str

    @property
    def day(self) -> str:
        return day_of_epoch(self.name)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has of a center: its head and running hall at one moment, the entry before the first that is
    kept, the epochs, oldest first."""

    center: str
    head: Head
    hall: Mapping[str, bytes]
    before: Link
    epochs: Sequence[Epoch]


def day_of_epoch(epoch: str) -> str:
    """The working day (ISO date) that an epoch's name begins with."""
    day = epoch.partition("-")[0]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def key_of_day(center: str, day: str) -> str:
    """Where the key of a day's holders is kept."""
    return key_of(center, "daykey", day)


class Days:
    """The journals of the centers of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._redis: Redis = store.redis
        self._trim = store.redis.register_script(files("app.store").joinpath("trim.lua").read_text())

    async def kept(self, center: str) -> Kept:
        """What there is of a center."""
        head, hall = await self._running(center)
        epochs = await self.epochs(center)
        if head.epoch in (in_order := [epoch.name for epoch in epochs]):
            del epochs[in_order.index(head.epoch) + 1 :]  # one that has begun since the head was read
        return Kept(center, head, hall, await self._before(center), epochs)

    async def epochs(self, center: str, day: str = "") -> list[Epoch]:
        """The journals of a center, or of one day (ISO) of it, oldest first."""
        begins = key_of(center, "journal") + ":"
        names = [key.decode()[len(begins) :] async for key in self._redis.scan_iter(f"{begins}*", count=1000)]
        wanted = {name for name in names if day in ("", day_of_epoch(name))}
        epochs = [epoch for name in wanted if (epoch := await self._epoch(center, name)).rows]
        return sorted(epochs, key=lambda epoch: (epoch.first, epoch.name))

    async def _epoch(self, center: str, name: str) -> Epoch:
        key = key_of(center, "journal", name)
        pipe = self._redis.pipeline(transaction=True)
        pipe.xrange(key, count=1)
        pipe.xrevrange(key, count=1)
        pipe.xlen(key)
        first, last, rows = await pipe.execute()
        if not rows:
            return Epoch(center, name, 0, 0, "")
        return Epoch(center, name, _row(name, first[0]).version, rows, last[0][0].decode())

    async def rows(self, epoch: Epoch, version: int = 0) -> AsyncIterator[Row]:
        """The rows of an epoch after a version, oldest first."""
        key, after = key_of(epoch.center, "journal", epoch.name), f"({version}-0"
        while True:
            page: Any = await self._redis.xrange(key, after, "+", count=PAGE)
            for item in page:
                yield _row(epoch.name, item)
            if len(page) < PAGE:
                return
            after = f"({page[-1][0].decode()}"

    async def first(self, epoch: Epoch) -> Row | None:
        """The first entry of an epoch."""
        found: Any = await self._redis.xrange(key_of(epoch.center, "journal", epoch.name), count=1)
        row = _row(epoch.name, found[0]) if found else None
        return row if row and row.entry else None

    async def last(self, epoch: Epoch) -> Link:
        """The last entry of an epoch."""
        key = key_of(epoch.center, "journal", epoch.name)
        found: Any = await self._redis.xrevrange(key, count=2)
        rows = [_row(epoch.name, item) for item in found]
        return next((Link.of(row) for row in rows if row.entry), Link())

    async def _before(self, center: str) -> Link:
        """The last entry that was archived and let go; where the journal begins when none was."""
        fields: Any = await self._redis.hgetall(key_of(center, "trimmed"))
        if not fields:
            return Link()
        return Link(int(fields[b"version"]), fields[b"hash"].decode(), fields[b"name"].decode())

    async def _running(self, center: str) -> tuple[Head, Mapping[str, bytes]]:
        """The head of a center and the facts of its hall, as they are written, at one moment."""
        head = await self.store.head(center)
        while True:
            pipe = self._redis.pipeline(transaction=True)
            pipe.hgetall(key_of(center, "head"))
            pipe.hgetall(key_of(center, "hall", head.epoch))
            fields, hall = await pipe.execute()
            now = head_of(fields)
            if now.epoch == head.epoch:
                return now, _by_name(hall)
            head = now

    async def hall(self, epoch: Epoch) -> Mapping[str, bytes]:
        """The facts of a past epoch's hall as they are written; none when it is not kept any more."""
        fields: Any = await self._redis.hgetall(key_of(epoch.center, "hall", epoch.name))
        return _by_name(fields)

    async def trim(self, center: str, epochs: Sequence[Epoch], last: Link) -> bool:
        """Let the epochs of a finished day go, with their halls and the key of the day; `last` is their last
        entry. False when they are not any more what they were when listed, or the center has not gone on."""
        journals = [
            key
            for one in epochs
            for key in (key_of(center, "journal", one.name), key_of(center, "hall", one.name))
        ]
        keys = [key_of(center, "head"), key_of(center, "trimmed"), key_of_day(center, epochs[0].day), *journals]
        described = [part for one in epochs for part in (one.name, one.rows, one.last)]
        return bool(await self._trim(keys=keys, args=[last.version, last.hash, last.name, *described]))


def _by_name(fields: Mapping[bytes, bytes]) -> Mapping[str, bytes]:
    return {name.decode(errors="replace"): value for name, value in fields.items()}


def _row(epoch: str, item: tuple[bytes, Mapping[bytes, bytes]]) -> Row:
    id_, fields = item
    version, _, more = id_.decode().partition("-")
    if more != "0":
        return Row(epoch, int(version))
    return Row(epoch, int(version), fields.get(b"entry", b""), fields.get(b"next", b"").decode())
