"""A number's whole story, of today, of an earlier day in the store, and of one in the archive."""

from pathlib import Path

import pytest

from app.archive import archive
from app.center import Centers
from app.domain.plan import Plan
from app.domain.refusals import DayNotKept, UnknownNumber
from app.store.days import Days
from app.store.journal import Store
from app.stories import Stories
from tests.conftest import HandClock
from tests.journals import QN, play_days

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def played(store: Store, clock: HandClock, plan: Plan) -> Store:
    """Friday in two epochs, Saturday, and a Monday that runs still."""
    centers = Centers(store, clock)
    await play_days(centers, clock, plan)
    await centers.close()
    return store


async def test_a_day_tells_the_same_from_the_store_and_from_the_archive(
    played: Store, plan: Plan, tmp_path: Path
) -> None:
    stories = Stories(Days(played), tmp_path)
    monday = await stories.of(plan, "86001", "2020-04-06")
    friday = await stories.of(plan, "86001", "2020-04-03")
    assert [step.by for step in friday] == ["citizen", "staff/lan", "staff/lan"]
    assert [step.vi for step in friday] == [
        "Lấy số qua mạng, lĩnh vực Visa; mời đến trước 08:11.",
        "Gọi đến quầy 86 vì chờ lâu nhất (0 phút) trong 5 số đang chờ.",
        "Xong ở quầy 86.",
    ]
    assert [step.en for step in friday][2] == "Served at counter 86."
    assert friday[0].at < monday[0].at
    async for said in archive(Days(played), tmp_path, QN):
        assert not said.is_fault
    assert await stories.of(plan, "86001", "2020-04-03") == friday
    assert await stories.of(plan, "86001", "2020-04-06") == monday


async def test_what_expired_with_its_day(played: Store, plan: Plan, tmp_path: Path) -> None:
    told = await Stories(Days(played), tmp_path).of(plan, "86003", "2020-04-04")
    assert told[-1].vi == "Hết hiệu lực khi ngày làm việc kết thúc."


async def test_a_number_or_a_day_that_there_was_not(played: Store, plan: Plan, tmp_path: Path) -> None:
    stories = Stories(Days(played), tmp_path)
    with pytest.raises(UnknownNumber):
        await stories.of(plan, "86999", "2020-04-03")
    with pytest.raises(DayNotKept, match="01/04/2020"):
        await stories.of(plan, "86001", "2020-04-01")
