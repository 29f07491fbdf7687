"""One house for all tests of a file: each makes the people and devices it needs, and no file meets what another
has left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.house import House, Web, open_house


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, so that the voice pack is prepared once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
async def house(redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 5) as house:
        yield house


@pytest.fixture
async def second(house: House) -> AsyncIterator[Web]:
    """Another web process's worth over the same store."""
    async with Web(house.web.settings, house.web.serve) as web:
        yield web
