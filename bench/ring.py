"""`make bench-ring`: from a pressed key until the TV page in the browser shows the call, until the board has it,
until its sound is there. The whole demo runs, as `goiso demo` starts it; presses come over HTTP like a panel's.

All clocks are the machine's own: the press is timed before it is sent, the page notes when its DOM holds the
number, the board simulator when it has taken the frame in.
"""

import asyncio
import contextlib
import json
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from playwright.async_api import Page, async_playwright

from app.demo import CENTER, Demo, demo
from bench.table import Row, quantile, report

PRESSES = 150
WARM_UP = 10
PAUSE_SECONDS = 0.15  # between presses, so that each is measured alone
COUNTER, SERVICE, ZONE = "86", "visa", "tang-3"
TV_GOAL_MS = 100.0
KEPT = httpx.Limits(keepalive_expiry=3)  # the server closes a connection after 5 s: no press may meet that moment
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Notes, in ms since 1970, when the page first holds each number of the counter.
WATCH = """counter => {
  window.seenAt = {};
  const note = () => {
    for (const found of document.body.innerText.match(new RegExp(counter + "[0-9]{3}", "g")) || [])
      window.seenAt[found] = window.seenAt[found] || performance.timeOrigin + performance.now();
  };
  new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


@contextlib.asynccontextmanager
async def tv_page(running: Demo) -> AsyncIterator[Page]:
    """The TV of the zone in the real browser, paired and live."""
    url = next(key.url for key in running.devices if (key.kind, key.zone) == ("tv", ZONE))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        await page.goto(url)
        await page.wait_for_url("**/tv/*")
        await page.locator("#counters > *").first.wait_for()
        await page.evaluate(WATCH, COUNTER)
        yield page
        await browser.close()


async def watch_boards(running: Demo, seen: dict[str, float]) -> None:
    """Note when the counter's board holds each number, in ms since 1970, from the simulator's event stream."""
    async with (
        httpx.AsyncClient(timeout=None) as http,
        http.stream("GET", f"{running.boards}/events") as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                for board in json.loads(line[5:])["boards"]:
                    if board["address"] == int(COUNTER):
                        seen.setdefault(board["cells"].strip(), (board["last_frame_at"] or 0) * 1000)


async def press_all(running: Demo) -> tuple[dict[str, float], list[float], list[float]]:
    """Press next again and again: when each number's press was sent (ms since 1970), how long until the answer,
    and how long until its sound was fetched whole (ms)."""
    pressed: dict[str, float] = {}
    answered: list[float] = []
    sounded: list[float] = []
    kiosk = next(key.key for key in running.devices if key.kind == "kiosk")
    speaker = next(key.key for key in running.devices if key.kind == "speaker")
    path = f"/api/centers/{CENTER}/counters/{COUNTER}"
    async with (
        httpx.AsyncClient(base_url=running.portal) as clerk,
        httpx.AsyncClient(base_url=running.portal) as site,
    ):
        await clerk.post("/panel/sign-in", data={**running.staff[0], "next": "/panel"})
        turn = (await clerk.post(f"{path}/take", json={"turn": 1})).json()["turn"]
        for _ in range(PRESSES + WARM_UP):
            ticket = {"service": SERVICE, "request": secrets.token_urlsafe(9)}
            bearer = {"authorization": f"Bearer {kiosk}"}
            taken = await site.post(f"/api/centers/{CENTER}/tickets", json=ticket, headers=bearer)
            taken.raise_for_status()
        says = f"/api/views/speaker/{CENTER}/{ZONE}"
        pack = (await site.get(says, headers={"authorization": f"Bearer {speaker}"})).json()["whole"]["voice"][
            "pack"
        ]
        for at in range(PRESSES + WARM_UP):
            await asyncio.sleep(PAUSE_SECONDS)
            began = time.time_ns() / 1e6
            answer = (await clerk.post(f"{path}/next", json={"turn": turn})).json()
            done = time.time_ns() / 1e6
            number = answer["number"]
            (await site.get(f"/sound/{pack}/{number}-{COUNTER}.wav")).raise_for_status()
            if at >= WARM_UP:
                pressed[number] = began
                answered.append(done - began)
                sounded.append(time.time_ns() / 1e6 - began)
            # The visit ends between the calls: a next within a second and a half of a call is a bounced key.
            await asyncio.sleep(PAUSE_SECONDS)
            turn = (await clerk.post(f"{path}/finish", json={"turn": answer["turn"]})).json()["turn"]
    return pressed, answered, sounded


async def run() -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    try:
        async with demo(folder, 0, lambda: time.time_ns() // 1_000_000) as running, tv_page(running) as page:
            boards: dict[str, float] = {}
            watching = asyncio.create_task(watch_boards(running, boards))
            pressed, answered, sounded = await press_all(running)
            await asyncio.sleep(2)  # the last frames on the wire
            seen: dict[str, float] = await page.evaluate("window.seenAt")
            watching.cancel()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    shown = [seen[number] - began for number, began in pressed.items() if number in seen]
    on_board = [boards[number] - began for number, began in pressed.items() if number in boards]
    rows = [
        *_row("press → answer", answered),
        *_row("press → TV page shows it", shown, TV_GOAL_MS),
        *_row("press → board has it (9600 baud, 33 boards on the line)", on_board),
        *_row("press → sound file fetched", sounded),
        Row("presses not seen on the TV", "presses", float(PRESSES - len(shown)), 0.0),
        Row("presses not seen on the board", "presses", float(PRESSES - len(on_board)), 0.0),
    ]
    return rows


def _row(figure: str, values: list[float], goal: float | None = None) -> list[Row]:
    return [
        Row(f"{figure}, p50", "ms", quantile(values, 0.5)),
        Row(f"{figure}, p99", "ms", quantile(values, 0.99), goal),
    ]


if __name__ == "__main__":
    report("ring", asyncio.run(run()))
