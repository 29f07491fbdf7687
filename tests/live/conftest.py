"""Sites on both event loops and in both gears, and no error that is logged unnoticed."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.live.lines import Site, open_site


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(params=[True, False], ids=["direct", "by the transport"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with open_site(request.param) as site:
        yield site
        await site.empty()


@pytest.fixture
async def door() -> AsyncIterator[Site]:
    """A site behind the real door."""
    async with open_site() as site:
        yield site
        await site.empty()


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """A close that is not answered is not waited for long."""
    monkeypatch.setattr("app.live.socket.CLOSE_SECONDS", 0.2)


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """No error is logged but those that a test takes out."""
    expected: list[str] = []
    yield expected
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [line for line in said if not any(part in line for part in expected)] == []
    assert all(any(part in line for line in said) for part in expected)
