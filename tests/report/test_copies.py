"""The copies of closed days: each day once, of the entries it was made of; never half a file."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.report.copies import Copies
from app.report.count import count
from app.report.figures import Asked
from app.report.ledger import Ledger
from app.store.archived import FORMAT, Header, NotAnArchive, path_of, take_place, write
from app.store.chain import Link, Row
from app.store.entry import hash_of
from tests.report.conftest import DAYS, Month
from tests.report.naive import counted, numbers_of

pytestmark = pytest.mark.anyio

WHOLE = Asked(("nho",), "2020-01-01", "2020-12-31")


async def archive(rows: list[Row], day: str, folder: Path) -> Path:
    async def each() -> AsyncIterator[Row]:
        for row in rows:
            yield row

    path = path_of(folder, "nho", day)
    last = Link(len(rows), hash_of(rows[-1].entry))
    await write(path, Header("day", FORMAT, "nho", day, Link(), last, [], [2]), each())
    take_place(path)
    return path


def issued(copies: Copies) -> int:
    return count(WHOLE, copies.files(WHOLE.centers, WHOLE.first, WHOLE.last), ()).all.issued


async def test_the_archive_is_copied_day_by_day_and_month_by_month(
    months: dict[str, Month], tmp_path: Path
) -> None:
    month, copies = months["nho"], Copies(tmp_path / "report")
    dates = [truth.date for truth in month.truths]
    assert copies.days("nho") == {}
    for at in range(DAYS):
        await archive(month.rows[at], dates[at], tmp_path)
        assert copies.prepare(tmp_path, "nho") == [dates[at]]
        assert copies.prepare(tmp_path, "nho") == []
        assert list(copies.days("nho")) == dates[: at + 1]
        assert issued(copies) == counted(numbers_of(month.truths[: at + 1]))["issued"]
    assert [file.stem for file in copies.files(["nho"], "2020-03-01", "2020-04-30")] == ["2020-03", "2020-04"]
    assert {os.stat(file).st_mode & 0o777 for file in copies.files(["nho"], "2020-03", "2020-04")} == {0o600}


async def test_a_day_made_of_other_entries_is_copied_again(months: dict[str, Month], tmp_path: Path) -> None:
    month, copies = months["nho"], Copies(tmp_path / "report")
    day, rows = month.truths[0].date, month.rows[0]
    await archive(rows[: len(rows) // 2], day, tmp_path)
    assert copies.prepare(tmp_path, "nho") == [day]
    before = issued(copies)
    await archive(rows, day, tmp_path)
    assert copies.prepare(tmp_path, "nho") == [day]
    assert 0 < before < issued(copies) == len(month.truths[0].given)


async def test_what_a_killed_process_left_is_written_anew(months: dict[str, Month], tmp_path: Path) -> None:
    first, second, *_ = months["nho"].ledgers()
    copies = Copies(tmp_path)
    copies.add("nho", [first])
    file = copies.path("nho", "2020-03")
    file.with_name(f".{file.name}.new").write_bytes(b"half a file")
    copies.add("nho", [second])
    assert list(copies.days("nho")) == [first.day, second.day]
    assert [one.name for one in file.parent.iterdir()] == [file.name]


async def test_a_damaged_archive_is_named(months: dict[str, Month], tmp_path: Path) -> None:
    path = await archive(months["nho"].rows[0], "2020-03-28", tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(NotAnArchive, match="is damaged"):
        Copies(tmp_path / "report").prepare(tmp_path, "nho")


def test_nothing_personal_is_in_a_line(months: dict[str, Month]) -> None:
    ledger: Ledger = next(months["nho"].ledgers())
    names = {name for line in ledger.lines() for name in line.__struct_fields__}
    assert not names & {"holder", "contact", "by", "device", "note", "request"}
