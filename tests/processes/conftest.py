"""A running site for each test."""

from collections.abc import Iterator

import pytest

from tests.processes.running import Site, open_site


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A running site; `indirect` parametrisation gives the number of web processes (1)."""
    with open_site(getattr(request, "param", 1)) as running:
        yield running
