"""Pictures that the browser tests keep, each looked at by axe-core too."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

FOLDER = Path(os.environ.get("PICTURES", "var/pictures"))


def keep(page: Page, name: str, size: tuple[int, int]) -> None:
    """Keep a picture. Faults: a page that scrolls sideways, a TV that scrolls at all, what axe-core finds."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wide, high = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert wide <= size[0], f"{name} is {wide} px wide"
    if name.startswith("tv"):
        assert high <= size[1], f"{name} is {high} px high"
    page.screenshot(path=FOLDER / f"{name}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
