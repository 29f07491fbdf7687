"""A running site for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.running import Site


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A running site; `indirect` parametrisation gives the number of web processes (1)."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    running = Site(folder, getattr(request, "param", 1))
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
