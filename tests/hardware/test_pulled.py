"""A line of 64 boards that is pulled out and put back at random, as `make bench-cable` does for two minutes."""

import asyncio
from pathlib import Path

import pytest

from bench import cable


@pytest.mark.proof
def test_in_the_end_every_board_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cable, "PULL_SECONDS", 40.0)
    wrong, _ = asyncio.run(cable.pull(tmp_path))
    assert wrong.ours == 0
