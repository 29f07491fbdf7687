"""The days that the store still has: followed while they run, after losses too; copied once they are closed."""

from datetime import date, time
from pathlib import Path

import pytest

from app.center import Centers
from app.domain.plan import Plan
from app.report.copies import Copies
from app.report.ledger import Ledger
from app.report.lines import NUMBER, Line
from app.report.recent import Recent
from app.store.journal import Store
from tests.conftest import HandClock, Snapshot
from tests.journals import QN, play_days, play_hours

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def centers(store: Store, clock: HandClock, plan: Plan) -> Centers:
    """Friday in two epochs, Saturday, and a Monday that runs still."""
    centers = Centers(store, clock)
    await play_days(centers, clock, plan)
    return centers


def numbers(lines: list[Line]) -> list[tuple[str, str, str]]:
    return sorted((line.day, line.number, line.state) for line in lines if line.kind == NUMBER)


async def test_the_running_day_is_followed_and_closed_ones_are_copied(
    store: Store, centers: Centers, tmp_path: Path
) -> None:
    copies = Copies(tmp_path)
    recent = Recent(store, copies)
    lines = await recent.lines([QN])
    assert {day for day, _, _ in numbers(lines)} == {"2020-04-06"}
    assert [state for _, _, state in numbers(lines)] == ["finished", "called", "waiting", "waiting", "waiting"]
    assert list(copies.days(QN)) == ["2020-04-03", "2020-04-04"]
    await play_hours(centers, "later")
    assert len(numbers(await recent.lines([QN]))) == 10
    assert numbers(await recent.lines([QN])) == numbers(await Recent(store, copies).lines([QN]))
    await centers.close()


async def test_a_loss_at_noon_is_part_of_its_day(store: Store, centers: Centers, tmp_path: Path) -> None:
    recent = Recent(store, Copies(tmp_path))
    await recent.lines([QN])
    await (await centers.door(QN))._recover()
    await play_hours(centers, "after")
    assert len(numbers(await recent.lines([QN]))) == 10
    await centers.close()


async def test_moments_that_the_store_lost_are_forgotten(
    store: Store, centers: Centers, clock: HandClock, tmp_path: Path
) -> None:
    recent, before = Recent(store, Copies(tmp_path)), await Snapshot.of(store)
    await play_hours(centers, "lost", 3)
    assert len(numbers(await recent.lines([QN]))) == 8
    await centers.close()
    await before.put_back()
    assert len(numbers(await recent.lines([QN]))) == 5
    others = Centers(store, clock)
    await play_hours(others, "other", 7)
    assert len(numbers(await recent.lines([QN]))) == 12
    await others.close()


async def test_a_new_day_begins(store: Store, centers: Centers, clock: HandClock, tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    recent = Recent(store, copies)
    await recent.lines([QN])
    clock.set(date(2020, 4, 7), time(8))
    await play_hours(centers, "tuesday", 2)
    assert [day for day, _, _ in numbers(await recent.lines([QN]))] == ["2020-04-07"] * 2
    assert list(copies.days(QN)) == ["2020-04-03", "2020-04-04", "2020-04-06"]
    await centers.close()


async def test_the_entries_are_read_as_they_come(store: Store, centers: Centers, tmp_path: Path) -> None:
    recent, taken = Recent(store, Copies(tmp_path)), 0
    take = Ledger.take

    def counted(ledger: Ledger, data: bytes) -> None:
        nonlocal taken
        taken += 1
        take(ledger, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "take", counted)
        await recent.lines([QN])
        before = taken
        await recent.lines([QN])
        assert taken == before
        await play_hours(centers, "more", 1)
        await recent.lines([QN])
        assert 0 < taken - before < 8
    await centers.close()
