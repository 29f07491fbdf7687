"""The supervisor's page over 60 counters and 2,000 numbers of today: how soon it is painted, how soon it shows a
press, what it costs while the center is busy. The page runs in headless Chromium, the server as `goiso serve`.

`rows()` joins `make bench-staff`; alone: `make bench-supervisor`.
"""

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from random import Random

import httpx
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.busy import CENTER, SERVICES, Busy, busy, staff_page
from bench.ring import BROWSER
from bench.table import Row, quantile, report

LOADS = 12
PRESSES_A_SECOND = 2.0  # a clerk presses three times a visit of eight minutes: 60 of them 0.4 times a second
SECONDS = 60
PATH = f"/supervisor/{CENTER}"

# When the page was first painted, when all rows stood there, in ms from the start of its navigation.
PAINTED = """() => new Promise((painted) => {
  const look = () => {
    const first = performance.getEntriesByName("first-contentful-paint")[0];
    if (!first || document.querySelectorAll("#counters tr").length < 60) return requestAnimationFrame(look);
    painted([first.startTime, performance.now()]);
  };
  look();
})"""

# Notes, in ms since 1970, when a counter's row first holds each number; how many cells were written.
WATCH = """() => {
  window.seenAt = {};
  window.writes = 0;
  new MutationObserver((changes) => {
    window.writes += changes.length;
    for (const { target } of changes) {
      const number = target.closest?.("tr")?.cells[4]?.textContent;
      if (number) window.seenAt[number] ||= performance.timeOrigin + performance.now();
    }
  }).observe(document.querySelector(".halves"), { subtree: true, childList: true });
}"""

# When each number was seen, once the last one was, or five seconds later.
SEEN = """(last) => new Promise((told) => {
  const until = performance.now() + 5000;
  const isOver = () => window.seenAt[last] || performance.now() > until;
  const look = () => (isOver() ? told(window.seenAt) : setTimeout(look, 50));
  look();
})"""


async def rows() -> list[Row]:
    """The figures, each with its unit."""
    with tempfile.TemporaryDirectory(prefix="goiso-bench-") as folder:
        async with busy(Path(folder)) as center, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
            painted = await _paint(browser, center)
            alone, _ = await _work(center)
            page = await _page(browser, center)
            worked = await _watched(center, page, alone)
            await browser.close()
    return painted + worked


async def _page(browser: Browser, center: Busy) -> Page:
    """The page, painted and live, in a window of its own."""
    return await staff_page(browser, center.address + PATH, center.cookies, (1920, 1080))


async def _paint(browser: Browser, center: Busy) -> list[Row]:
    """Open the page again and again, each time with nothing kept."""
    firsts, fulls = [], []
    for _ in range(LOADS):
        page = await _page(browser, center)
        first, full = await page.evaluate(PAINTED)
        firsts.append(first)
        fulls.append(full)
        await page.context.close()
    async with httpx.AsyncClient(base_url=center.address, cookies=center.cookies) as http:
        answers = []
        for _ in range(LOADS):
            began = time.perf_counter()
            size = len((await http.get(PATH, headers={"accept-encoding": "identity"})).content)
            answers.append((time.perf_counter() - began) * 1000)
    return [
        Row("supervisor page, nothing kept: first paint, p50", "ms", quantile(firsts, 0.5)),
        Row("… slowest", "ms", max(firsts)),
        Row("… all rows stand there, p50", "ms", quantile(fulls, 0.5)),
        Row("… the server's answer, p50", "ms", quantile(answers, 0.5)),
        Row("… its size, not packed", "KB", size / 1024),
    ]


async def _watched(center: Busy, page: Page, alone: float) -> list[Row]:
    """Work while the page looks on; `alone` is what the server used without it (% of a core)."""
    await page.evaluate(PAINTED)
    await page.evaluate(WATCH)
    tools = await page.context.new_cdp_session(page)
    await tools.send("Performance.enable")
    before, began = await _busy_seconds(tools), time.monotonic()
    server, pressed = await _work(center)
    used = (await _busy_seconds(tools) - before) / (time.monotonic() - began) * 100
    seen: dict[str, float] = await page.evaluate(SEEN, list(pressed)[-1])
    writes: int = await page.evaluate("window.writes")
    shown = [seen[number] - at for number, at in pressed.items() if number in seen]
    return [
        Row("press → supervisor page shows it, p50", "ms", quantile(shown, 0.5)),
        Row("… p99", "ms", quantile(shown, 0.99)),
        Row("… never shown", "presses", float(len(pressed) - len(shown)), 0.0),
        Row(f"{PRESSES_A_SECOND:g} presses and 1 number a second: the page's processor", "% of a core", used),
        Row("… the page's cells written a second", "cells", writes / SECONDS),
        Row("… the server's processor, nobody looking", "% of a core", alone),
        Row("… with the page open", "% of a core", server),
    ]


async def _busy_seconds(tools: CDPSession) -> float:
    """Seconds of work the page's main thread has done so far."""
    metrics = (await tools.send("Performance.getMetrics"))["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


async def _work(center: Busy) -> tuple[float, dict[str, float]]:
    """Press for a minute: the server's processor (% of a core), when each number was called (ms since 1970)."""
    dice, pressed = Random(1), {}
    before, began = center.cpu(), time.monotonic()
    for at in range(int(SECONDS * PRESSES_A_SECOND)):
        await asyncio.sleep(max(0.0, began + at / PRESSES_A_SECOND - time.monotonic()))
        sent = time.time_ns() / 1e6
        _, number = await center.press(dice)
        if number:
            pressed[number] = sent
        if at % int(PRESSES_A_SECOND) == 0:
            await center.issue(f"linh-vuc-{dice.randrange(SERVICES)}")
    return (center.cpu() - before) / 1e7 / (time.monotonic() - began), pressed


if __name__ == "__main__":
    report("supervisor", asyncio.run(rows()))
