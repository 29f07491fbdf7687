"""A house of its own for each test of the machines on site."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.commands import SetVoice
from tests.web.house import CENTER, House, open_house


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, so that the voice pack is prepared once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
async def house(redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 8) as house:
        done = await house.parts.centers.do(CENTER, SetVoice("system", house.lengths))
        await house.parts.feed.reach(CENTER, done.position)  # the ticker would tell it within a second
        yield house
