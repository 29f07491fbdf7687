"""The days that the store still has: the running one, followed as far as it has come, and closed ones that are not
copied yet, which are. Kept by each web process that makes reports.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.report.copies import Copies
from app.report.ledger import Ledger
from app.report.lines import Line
from app.store.days import Days, Epoch, day_of_epoch
from app.store.journal import Head, Store

MOST_TRIES = 3  # a day may begin, or a store may lose moments, while it is read


@dataclass(slots=True)
class _Running:
    """A center's running day as far as it was read."""

    epoch: str
    version: int
    ledger: Ledger


class Recent:
    """The lines of running days, by center."""

    def __init__(self, store: Store, copies: Copies) -> None:
        self._store = store
        self._days = Days(store)
        self._copies = copies
        self._running: dict[str, _Running] = {}
        self._alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def lines(self, centers: Sequence[str]) -> list[Line]:
        """The running days of some centers as they are now; raises one of LOST when the store is away."""
        found: list[Line] = []
        for center in centers:
            async with self._alone[center]:
                found += (await self._read(center)).lines()
        return found

    async def _read(self, center: str) -> Ledger:
        """The running day, up to the head."""
        for at in range(MOST_TRIES):
            head = await self._store.head(center)
            known = self._running.get(center)
            if at or known is None or known.epoch != head.epoch or known.version > head.version:
                known = self._running[center] = await self._begin(center)
            await self._follow(center, known, head)
            if known.ledger.hash == head.hash:
                break  # else it is on another path, after a loss: it is read anew
        return self._running[center].ledger

    async def _follow(self, center: str, known: _Running, head: Head) -> None:
        if known.epoch != head.epoch:
            return
        async for row in self._days.rows(Epoch(center, known.epoch, 0, 0, ""), known.version):
            if row.entry and row.version <= head.version:
                known.ledger.take(row.entry)
                known.version = row.version

    async def _begin(self, center: str) -> _Running:
        """Look at all days the store has: the running one is read but for its present epoch, closed ones that have
        no copy are copied."""
        kept = await self._days.kept(center)
        running = day_of_epoch(kept.head.epoch)
        copied = await asyncio.to_thread(self._copies.days, center)
        closed = []
        ledger = Ledger(center, running)
        for day, group in groupby(kept.epochs, key=lambda epoch: epoch.day):
            epochs = list(group)
            if day == running:
                await self._take(ledger, [epoch for epoch in epochs if epoch.name != kept.head.epoch])
            elif copied.get(day) != (await self._days.last(epochs[-1])).hash:
                closed.append(await self._take(Ledger(center, day), epochs))
        if closed:
            await asyncio.to_thread(self._copies.add, center, closed)
        return _Running(kept.head.epoch, 0, ledger)

    async def _take(self, ledger: Ledger, epochs: Sequence[Epoch]) -> Ledger:
        for epoch in epochs:
            async for row in self._days.rows(epoch):
                if row.entry:
                    ledger.take(row.entry)
        return ledger
