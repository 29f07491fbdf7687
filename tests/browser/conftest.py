"""The demo and the real browser. Without a browser: a failure in CI, elsewhere a skip that says why."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desks import desk
from tests.browser.running import ARGUMENTS, Pages, RunningDemo, running_demo

__all__ = ["desk"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        sentence = "Chromium is missing, so nothing was seen in a browser (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    """A demo center of the module's own; its speaker plays into a folder."""
    with running_demo(GOISO_SPEAKER_OUT="file:{folder}/spoken") as running:
        yield running


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    """Pages of the real browser; a fault in any page's script fails the test."""
    opened = Pages(browser, [], [])
    yield opened
    for context in opened.contexts:
        context.close()
    assert not opened.unforgiven
