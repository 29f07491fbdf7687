"""A house of its own for each test of the machines on site."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.house import House, open_house


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, so that the voice pack is prepared once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
async def house(redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 8) as house:
        yield house
