"""`make bench-report`: a report of a month over 55 centers, from the copies and from the archive's own files.

A few days of the demo center are played through the rule book (`bench.months`); the month is made of them, with
other names of centers and days. `rows` is for `bench.staff` too.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as at
from pathlib import Path

import msgspec

from app.demo import plan_of
from app.domain.plan import Limits
from app.report.copies import Copies, read_day
from app.report.ledger import Ledger
from app.report.lines import Line
from app.store.archived import FORMAT, Archived, Header, path_of, take_place, write
from app.store.chain import Link, Row
from bench.months import Simulated
from bench.table import Row as Figure
from bench.table import report

CENTERS, DAYS = 55, 31
PLAYED = 3  # days that are really played
STEPS = 1_350  # of a played day: some 400 numbers
FIRST = date(2020, 3, 1)
GOAL_SECONDS = 2.0

# A process that makes reports: seconds of its first one, the median of further ones, MB of memory they take.
ASK = """
import sys, time
from pathlib import Path
def memory(): return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
import app.report.copies, app.wiring
before, began = memory(), time.perf_counter()
from app.report.count import count
from app.report.figures import Asked
folder, first, last, centers = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
files = app.report.copies.Copies(folder).files(centers, first, last)
took = []
for _ in range(6):
    found = count(Asked(tuple(centers), first, last), files, ())
    took.append(time.perf_counter() - began)
    began = time.perf_counter()
print(took[0], sorted(took[1:])[2], memory() - before, found.all.issued)
"""


class Day(Ledger):
    """A played day under another center's name and date."""

    def __init__(self, played: list[Line], center: str, day: str) -> None:
        super().__init__(center, day)
        self._played = played

    def lines(self) -> Iterator[Line]:
        for line in self._played:
            yield msgspec.structs.replace(line, center=self.center, day=self.day)


async def archived(rows: list[Row], center: str, day: str, folder: Path) -> Path:
    """A day's file in the archive."""

    async def each() -> AsyncIterator[Row]:
        for row in rows:
            yield row

    path = path_of(folder, center, day)
    await write(path, Header("day", FORMAT, center, day, Link(), Link(len(rows)), [], [2]), each())
    take_place(path)
    return path


def play() -> Iterator[tuple[list[Row], list[Line]]]:
    """A few days of the demo center: their entries, and their lines."""
    plan = replace(plan_of("quang-ninh"), double_press_ms=0, limits=Limits(0, 0, 0))
    center = Simulated(plan, date(2020, 3, 2), 7)
    for _ in range(PLAYED):
        center.play(at(7, 5), at(16, 40), STEPS)
        center.end()
        ledger = Ledger("played", center.truth.date)
        for row in center.rows:
            ledger.take(row.entry)
        yield center.rows, list(ledger.lines())
        center.begin()


def rows(folder: Path) -> list[Figure]:
    """The figures of a report over a month of 55 centers, made in a folder."""
    played = list(play())
    began = time.perf_counter()
    files = [
        asyncio.run(archived(one, "played", f"2020-03-{at + 2:02}", folder)) for at, (one, _) in enumerate(played)
    ]
    began = time.perf_counter()
    for file in files:
        list(read_day(Archived.open(file)).lines())
    direct = (time.perf_counter() - began) / len(files)
    copies = Copies(folder / "copies")
    centers = [f"center-{at:02}" for at in range(CENTERS)]
    dates = [(FIRST + timedelta(days)).isoformat() for days in range(DAYS)]
    for which, center in enumerate(centers):
        copies.add(center, [Day(played[(which + at) % PLAYED][1], center, day) for at, day in enumerate(dates)])
    began = time.perf_counter()
    copies.add(centers[0], [Day(played[0][1], centers[0], dates[0])])
    adding = time.perf_counter() - began
    command = [sys.executable, "-c", ASK, str(copies.folder), dates[0], dates[-1], *centers]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    first, further, memory, issued = map(float, said)
    size = sum(file.stat().st_size for file in copies.files(centers, dates[0], dates[-1]))
    from_archive = {"from the archive's own files": direct * CENTERS * DAYS}
    return [
        Figure(
            f"report, {CENTERS} centers, {DAYS} days, {issued:,.0f} numbers",
            "s",
            further,
            GOAL_SECONDS,
            from_archive,
        ),
        Figure("… the first of a process", "s", first, GOAL_SECONDS),
        Figure("… memory it takes at most", "MB", memory),
        Figure("a closed day read from the archive", "ms", direct * 1000),
        Figure("… and put into its center's month", "ms", adding * 1000),
        Figure("the copies of the month", "MB", size / 1e6),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        report("report", rows(Path(place)))
