"""A clerk at a counter with the panel open in the real browser, and people who wait there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, sign_in_staff

SCANNER = 40  # ms; what types faster than that is a scanner


@dataclass
class Desk:
    """A clerk at a counter, with the panel open; people wait there."""

    page: Page
    demo: RunningDemo
    counter: str

    def keys(self, *names: str) -> None:
        """Press keys, each when what was pressed before is done."""
        for name in names:
            expect(self.page.locator("#panel.busy")).to_have_count(0)
            self.page.keyboard.press(name, delay=SCANNER)

    def click(self, verb: str) -> None:
        """Click a key of the page when what was pressed before is done."""
        expect(self.page.locator("#panel.busy")).to_have_count(0)
        self.page.locator(f"[data-verb={verb}]").click()

    def rows(self, counter: str = "") -> dict[str, Any]:
        """The panel's rows as the server has them now."""
        url = f"{self.demo.portal}/api/views/panel/{CENTER}/{counter or self.counter}"
        rows: dict[str, Any] = self.page.request.get(url).json()["whole"]
        return rows

    def press(self, verb: str, **fields: object) -> Any:
        """Press a key past the page, with the present turn."""
        url = f"{self.demo.portal}/api/centers/{CENTER}/counters/{self.counter}/{verb}"
        return self.page.request.post(url, data={"turn": self.rows()["counter"]["turn"], **fields}).json()

    def shows(self, number: str) -> None:
        expect(self.page.locator("#number")).to_have_text(number)

    def answers(self, words: str) -> None:
        expect(self.page.locator("#answer")).to_contain_text(words)

    def call_next(self, number: str) -> None:
        self.keys("Space")
        self.shows(number)

    def undo_key(self) -> Any:
        return self.page.locator("[data-verb=undo]")


# Keys as fast as a scanner sends them, or two hands in one moment. Whether the last one was left to the browser.
TYPE_AT_ONCE = """keys => keys.map(key => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))).pop()"""


def type_at_once(page: Page, *keys: str) -> bool:
    left: bool = page.evaluate(TYPE_AT_ONCE, list(keys))
    return left


def people_wait(desk: Desk, count: int) -> None:
    """So many people take a number of the counter's first service at the kiosk."""
    service = next(name for name in desk.rows() if name.startswith("service/")).removeprefix("service/")
    with httpx.Client(headers={"authorization": f"Bearer {desk.demo.device('kiosk')['key']}"}) as kiosk:
        for at in range(count):
            body = {"service": service, "request": f"panel-{desk.counter}-{at}"}
            kiosk.post(f"{desk.demo.portal}/api/centers/{CENTER}/tickets", json=body).raise_for_status()


def listens(page: Page) -> None:
    """Wait until a panel's script has drawn it: only then it hears keys."""
    page.locator("[data-verb=take][aria-busy]").wait_for(state="attached")


def sit_down(desk: Desk) -> None:
    """Open the counter's panel and take it."""
    desk.page.goto(f"{desk.demo.portal}/panel/{CENTER}/{desk.counter}")
    listens(desk.page)
    desk.keys("t")
    expect(desk.page.locator("[data-verb=next]")).to_be_enabled()


@pytest.fixture
def desk(request: pytest.FixtureRequest, demo: RunningDemo, pages: Pages) -> Iterator[Desk]:
    """The clerk lan at the counter a test names, where five people wait; each test has a counter of its own."""
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "lan")
    desk = Desk(page, demo, request.param)
    people_wait(desk, 5)
    sit_down(desk)
    yield desk
    desk.press("leave")


def at_counter(counter: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("desk", [counter], indirect=True)
