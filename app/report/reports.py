"""Makes reports for the web: of copies and the running day, one at a time, so that a process stays small."""

import asyncio
from pathlib import Path

from app.report.copies import Copies
from app.report.figures import Asked, Report
from app.report.lines import Line
from app.report.recent import Recent
from app.store.journal import Store


class Reports:
    """The reports of the centers of one store; `folder` holds the copies of closed days."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._copies = Copies(folder)
        self._recent = Recent(store, self._copies)
        self._alone = asyncio.Lock()

    async def make(self, asked: Asked) -> Report:
        """The report asked for, with all that happened until now; raises one of LOST when the store is away."""
        async with self._alone:
            running = await self._recent.lines(asked.centers)
            files = self._copies.files(asked.centers, asked.first, asked.last)
            return await asyncio.to_thread(self._count, asked, files, running)

    def _count(self, asked: Asked, files: list[Path], running: list[Line]) -> Report:
        from app.report.count import count  # here, as in `copies`: a process that makes no report pays nothing

        return count(asked, files, running)
