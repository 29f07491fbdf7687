"""One house for all tests of the web: each makes the people and devices it needs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from tests.web.house import House, Web, open_house


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, so that the voice pack is prepared once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
async def house(redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 5) as house:
        yield house


@pytest.fixture
async def second(house: House) -> AsyncIterator[Web]:
    """Another web process's worth over the same store."""
    async with Web(house.web.settings, house.web.serve) as web:
        yield web


@pytest.fixture(scope="module")
def quick_passwords() -> Iterator[None]:
    """Where the strength of the hash is not the point, and hundreds of requests ask for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()
