"""The whole story of a number, of today or of an earlier day: read from the store, or from the archive once the
day is there. Asked by supervisors.

A day has thousands of entries; only those that name the number are decoded, and the store is read page by page, so
that nobody waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.domain.plan import Plan
from app.domain.refusals import DayNotKept, UnknownNumber
from app.domain.story import Step, steps
from app.store.archived import Archived, NotAnArchive, path_of
from app.store.chain import Row
from app.store.days import Days, Epoch
from app.store.entry import UnreadableEntry, read_entry

SETS_PLAN = b'"plan":{'


@dataclass(slots=True)
class _Reader:
    """What has been read of a number's day."""

    number: str
    plan: Plan
    found: list[Step]

    def take(self, row: Row) -> None:
        """Take an entry: the plan that is in force from then on, and what it says of the number."""
        named = f'{self.number}"'.encode() in row.entry or b"PaperReserved" in row.entry
        if not named and SETS_PLAN not in row.entry:
            return
        try:
            entry = read_entry(row.version, row.entry)
        except UnreadableEntry:
            return  # of an older program: `goiso audit` tells of it
        plan = entry.sets.get("plan")
        if isinstance(plan, Plan):
            self.plan = plan
        self.found += steps(self.plan, self.number, entry.at, entry.by, entry.events, entry.sets)


class Stories:
    def __init__(self, days: Days, archive: Path) -> None:
        self._days = days
        self._archive = archive

    async def of(self, plan: Plan, number: str, day: str) -> list[Step]:
        """What happened to a number of a day (ISO), in order; raises UnknownNumber, DayNotKept. `plan` names what
        the day's own journal does not."""
        reader = _Reader(number, plan, [])
        epochs = await self._days.epochs(plan.id, day)
        if epochs:
            async for row in _rows(self._days, epochs):
                reader.take(row)
        else:
            await asyncio.to_thread(_read_file, path_of(self._archive, plan.id, day), reader, day)
        if not reader.found:
            raise UnknownNumber()
        return reader.found


async def _rows(days: Days, epochs: Iterable[Epoch]) -> AsyncIterator[Row]:
    for epoch in epochs:
        async for row in days.rows(epoch):
            if row.entry:
                yield row


def _read_file(path: Path, reader: _Reader, day: str) -> None:
    try:
        for row in Archived.open(path).rows():
            reader.take(row)
    except NotAnArchive:
        raise DayNotKept(date=f"{date.fromisoformat(day):%d/%m/%Y}") from None
