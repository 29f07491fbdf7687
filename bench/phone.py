"""`make bench-phone`: what a cheap phone loads, and how long until it can be read and used.

Over slow 3G (400 kbit/s each way, 400 ms there and back, as Chromium's tools define it) with a processor slowed
four times, nothing kept from before. Usable is a page that is painted: its keys are plain forms. It is live once
it says so. The whole demo runs.
"""

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import CDPSession, Page, ViewportSize, async_playwright

from app.demo import CENTER, Demo, demo
from bench.ring import BROWSER
from bench.table import Row, quantile, report

LOADS = 5
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWDOWN = 4  # of the processor, as a cheap phone has it
WEIGHT_GOAL_KB, USABLE_GOAL_S = 60.0, 2.0
PHONE: ViewportSize = {"width": 360, "height": 640}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load took: over the wire (KB), until something could be read, until it was live (s)."""

    weight: float
    painted: float
    live: float


async def _load(page: Page, tools: CDPSession, url: str, live: bool) -> Loaded:
    weight = 0.0

    def loaded(event: dict[str, float]) -> None:
        nonlocal weight
        weight += event["encodedDataLength"] / 1000

    tools.on("Network.loadingFinished", loaded)
    await tools.send("Network.clearBrowserCache")
    began = time.monotonic()
    await page.goto(url, wait_until="commit")
    if live:
        await page.locator("#light.live").wait_for()
    is_live = time.monotonic() - began
    await page.wait_for_load_state("networkidle")
    tools.remove_listener("Network.loadingFinished", loaded)
    return Loaded(weight, await page.evaluate(PAINTED) / 1000, is_live)


async def _measure(running: Demo) -> list[Row]:
    grid = f"{running.portal}/centers/{CENTER}/zones/tang-3"
    rows = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
        page = await browser.new_page(viewport=PHONE)
        await page.goto(f"{running.portal}/sign-in?next=/centers/{CENTER}/zones/tang-3")
        await page.fill("[name=login]", running.citizen["login"])
        await page.fill("[name=password]", running.citizen["password"])
        await page.press("[name=password]", "Enter")
        await page.wait_for_url(grid)
        await page.get_by_role("button", name="Visa").click()
        await page.wait_for_url("**/tickets/**")
        ticket = page.url.partition("?")[0]
        tools = await page.context.new_cdp_session(page)
        await tools.send("Network.enable")
        await tools.send("Network.setBypassServiceWorker", {"bypass": True})
        await tools.send("Network.emulateNetworkConditions", SLOW_3G)
        await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        for name, url, live in (
            ("the first page", running.portal, False),
            ("the grid of services", grid, True),
            ("the page of a number", ticket, True),
        ):
            rows += _rows(name, live, [await _load(page, tools, url, live) for _ in range(LOADS)])
        await browser.close()
    return rows


def _rows(name: str, live: bool, loads: list[Loaded]) -> list[Row]:
    rows = [
        Row(f"{name}: weight", "KB", max(load.weight for load in loads), WEIGHT_GOAL_KB),
        Row(f"{name}: usable, p50", "s", quantile([load.painted for load in loads], 0.5), USABLE_GOAL_S),
        Row(f"{name}: usable, slowest", "s", max(load.painted for load in loads)),
    ]
    if live:
        rows.append(Row(f"{name}: live, p50", "s", quantile([load.live for load in loads], 0.5)))
    return rows


async def run() -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    try:
        async with demo(folder, 0, lambda: time.time_ns() // 1_000_000) as running:
            return await _measure(running)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    report("phone", asyncio.run(run()))
