"""`make bench-staff`: how soon the staff's pages answer and what they cost: a clerk's own panel, the supervisor's
page, a report over a month of 55 centers.

The panel runs in headless Chromium at a counter of the busy center (`bench.busy`), where others press and people
take numbers all the time. The page's own clock says how long after a key it shows what came of it, and when that
was painted.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

from playwright.async_api import Page, async_playwright

import bench.report
import bench.supervisor
from bench.busy import CENTER, COUNTER, SERVICE, SERVICES, Busy, busy, staff_page
from bench.ring import BROWSER
from bench.table import Row, quantile, report

VISITS, WARM_UP = 120, 10  # of three presses each: the next number, it is there, it is done
KEYS = (" ", "+", ".")
HAND_MS = 60.0  # so long a key is held down: what types faster than every 35 ms is taken for a scanner
PRESSES_A_SECOND = 2.0  # of the others
GOAL_MS = 50.0

# For each key: ms from its event until the panel shows another number or state, and until that is painted.
WATCH = """() => {
  window.took = [];
  const shown = () => ["number", "now-title"].map((id) => document.getElementById(id).textContent).join();
  let [before, pressed] = [shown(), 0];
  addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
  new MutationObserver(() => {
    if (!pressed || shown() === before) return;
    const began = pressed;
    const written = performance.now() - began;
    [before, pressed] = [shown(), 0];
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.took.push([written, performance.now() - began]);
      port2.postMessage(0);
    });
  }).observe(document.getElementById("panel"), { subtree: true, childList: true, characterData: true });
}"""
# Once so many keys have been carried out.
DONE = """count => new Promise((done) => {
  const look = () =>
    window.took.length === count && !document.querySelector("#panel.busy") ? done() : setTimeout(look, 5);
  look();
})"""


async def rows() -> list[Row]:
    """The panel's figures."""
    with tempfile.TemporaryDirectory(prefix="goiso-bench-") as folder:
        async with busy(Path(folder)) as center, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
            url = f"{center.address}/panel/{CENTER}/{COUNTER}"
            page = await staff_page(browser, url, center.clerk_cookies, (1280, 720))
            for _ in range(WARM_UP + VISITS):
                await center.issue(SERVICE)
            await begin(center, page)
            async with others_work(center):
                took = await press_all(page)
            await browser.close()
    written, painted = zip(*took[WARM_UP * len(KEYS) :], strict=True)
    return [
        Row(f"key → own panel shows it, p50 of {len(written)}", "ms", quantile(list(written), 0.5)),
        Row("… p99", "ms", quantile(list(written), 0.99), GOAL_MS),
        Row("… slowest", "ms", max(written)),
        Row("key → painted, p50", "ms", quantile(list(painted), 0.5)),
        Row("… p99", "ms", quantile(list(painted), 0.99)),
    ]


async def begin(center: Busy, page: Page) -> None:
    """Wait until the panel has the counter, and let it be without a visit."""
    while not (counter := await _counter(center))["seat"]:
        await asyncio.sleep(0.05)  # between two looks
    if counter["number"]:
        await page.keyboard.press(".")
    await page.locator("#number", has_text="–").wait_for()
    await page.evaluate(WATCH)


async def _counter(center: Busy) -> dict[str, Any]:
    answer = await center.desk.get(f"/api/views/panel/{CENTER}/{COUNTER}")
    row: dict[str, Any] = answer.raise_for_status().json()["whole"]["counter"]
    return row


async def press_all(page: Page) -> list[tuple[float, float]]:
    """Visit after visit by keyboard, each key when what was pressed before is done."""
    for at in range((WARM_UP + VISITS) * len(KEYS)):
        await page.keyboard.press(KEYS[at % len(KEYS)], delay=HAND_MS)
        await page.evaluate(DONE, at + 1)
    took: list[tuple[float, float]] = await page.evaluate("window.took")
    return took


@contextlib.asynccontextmanager
async def others_work(center: Busy) -> AsyncIterator[None]:
    """The other counters press, and somebody takes a number at every second press."""

    async def work() -> None:
        dice = Random(1)
        while True:
            await center.press(dice)
            await center.press(dice)
            await center.issue(f"linh-vuc-{dice.randrange(SERVICES)}")
            await asyncio.sleep(2 / PRESSES_A_SECOND)  # the pace that is measured

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working


if __name__ == "__main__":
    figures = asyncio.run(rows()) + asyncio.run(bench.supervisor.rows())
    with tempfile.TemporaryDirectory() as place:
        figures += bench.report.rows(Path(place))
    report("staff", figures)
