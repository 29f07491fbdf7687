"""The report's own copy of closed days: Parquet files, one a center and month, made once of each of the archive's
files. They can be made again at any time; the archive is what counts.

    FOLDER/quang-ninh/2020-04.parquet

A file is written anew with a further day and takes its place whole. Whether a day is in it, and of which entries
it was made, says its line of kind *day*.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.report.ledger import Ledger
from app.report.lines import DAY, Line
from app.store.archived import Archived, listed

ENDING = ".parquet"


class Copies:
    """The copies in a folder. They may be read by many processes while one makes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, center: str, month: str) -> Path:
        return self.folder / center / f"{month}{ENDING}"

    def files(self, centers: Iterable[str], first: str, last: str) -> list[Path]:
        """The files that may hold days (ISO dates) from first to last."""
        return [
            file
            for center in centers
            for file in sorted((self.folder / center).glob(f"????-??{ENDING}"))
            if first[:7] <= file.stem <= last[:7]
        ]

    def days(self, center: str) -> dict[str, str]:
        """The days of a center that are there, each with the hash of its last entry."""
        files = self.files([center], "0000-00", "9999-99")
        if not files:
            return {}
        from app.report.engine import engine, gather  # here, as below: a process that makes no report pays nothing

        with engine() as database:
            gather(database, files, (), f"kind = '{DAY}'")
            return dict(database.execute("SELECT day, source FROM lines ORDER BY day").fetchall())

    def add(self, center: str, days: Sequence[Ledger]) -> None:
        """Keep some days of a center, each in place of what was kept of it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for month in sorted({one.day[:7] for one in days}):
            mine = [one for one in days if one.day[:7] == month]
            with self._alone():
                self._write(self.path(center, month), mine)

    def _write(self, file: Path, days: Sequence[Ledger]) -> None:
        from app.report.engine import engine, gather

        file.parent.mkdir(mode=0o700, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        others = " AND ".join(f"day <> '{one.day}'" for one in days)
        lines: Iterator[Line] = (line for one in days for line in one.lines())
        with engine() as database:
            gather(database, [file] if file.exists() else [], lines, others)
            database.execute("SET VARIABLE draft = ?", [str(draft)])
            ordered = "(SELECT * FROM lines ORDER BY day, kind, moment)"
            database.execute(f"COPY {ordered} TO (getvariable('draft')) (FORMAT parquet, COMPRESSION zstd)")
        os.chmod(draft, 0o600)
        os.replace(draft, file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no other process writes here."""
        with open(self.folder / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def prepare(self, archive: Path, center: str) -> list[str]:
        """Copy the days of a center that are in the archive's folder and not here, or were made of other entries;
        returns them. Raises NotAnArchive for a file that cannot be read."""
        known, made = self.days(center), []
        month: list[Ledger] = []
        for path in listed(archive, center):
            archived = Archived.open(path)
            header = archived.header
            if known.get(header.day) == header.last.hash:
                continue
            if month and month[0].day[:7] != header.day[:7]:
                self.add(center, month)
                month = []
            month.append(read_day(archived))
            made.append(header.day)
        if month:
            self.add(center, month)
        return made


def read_day(archived: Archived) -> Ledger:
    """The ledger of a file of the archive; raises NotAnArchive."""
    ledger = Ledger(archived.header.center, archived.header.day)
    for row in archived.rows():
        ledger.take(row.entry)
    return ledger
