"""The memory of a TV's page over thousands of calls, in a Chromium that nothing watches: what a test looks through
keeps a record of every request, and grows by itself. `make bench-tv_memory`.

The whole demo runs; twelve clerks call one number after another, faster than any hall. Between two collections of
its garbage such a browser takes and gives back some fifty MB: what is compared is the median of several looks.
"""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import httpx

from app.demo import CENTER, Demo, demo
from bench.ring import BROWSER, KEPT, ZONE
from bench.room import clerks, key_of
from bench.table import Row, report

PART, WARM_UP, LOOKS = 300, 600, 12  # calls between two looks: 3,600 calls, more than a day of a zone's counters
PAUSE_SECONDS = 1.3  # between the presses of one clerk: a next so soon after a call is a bounced key
GROWTH_GOAL_MB = 30.0


@contextlib.asynccontextmanager
async def chromium(url: str) -> AsyncIterator[Path]:
    """A browser on a page, without any tool attached: its profile's folder, which its processes name."""
    with tempfile.TemporaryDirectory(prefix="goiso-tv-", ignore_cleanup_errors=True) as profile:
        size = ["--window-size=1920,1080", "--headless", f"--user-data-dir={profile}"]
        found = shutil.which("chromium") or "chromium"
        process = await asyncio.create_subprocess_exec(
            found, *BROWSER, *size, url, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield Path(profile)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            await process.wait()


def drawing_mb(profile: Path) -> float:
    """MB that the browser's drawing processes hold: of their own, and shared pictures."""
    held = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (process / "cmdline").read_text()
            if "--type=renderer" in line and str(profile) in line:
                status = (process / "status").read_text()
                held += sum(int(kb) for kb in re.findall(r"Rss(?:Anon|Shmem):\s+(\d+)", status))
    return held / 1000


async def call(running: Demo, calls: int, seated: list[tuple[str, str, httpx.AsyncClient]]) -> None:
    """So many calls, over the counters at once: each number is taken at the kiosk first."""
    async with httpx.AsyncClient(base_url=running.portal, headers=key_of(running, "kiosk"), limits=KEPT) as kiosk:

        async def work(counter: str, service: str, http: httpx.AsyncClient) -> None:
            turn = await _press(http, counter, "take", 1)
            for _ in range(calls // len(seated)):
                began = time.monotonic()
                ticket = {"service": service, "request": secrets.token_urlsafe(9)}
                (await kiosk.post(f"/api/centers/{CENTER}/tickets", json=ticket)).raise_for_status()
                turn = await _press(http, counter, "next", turn)
                await asyncio.sleep(began + PAUSE_SECONDS - time.monotonic())

        await asyncio.gather(*(work(*one) for one in seated))


async def _press(http: httpx.AsyncClient, counter: str, key: str, turn: int) -> int:
    """The counter's turn after a key."""
    answer = await http.post(f"/api/centers/{CENTER}/counters/{counter}/{key}", json={"turn": turn})
    return int(answer.raise_for_status().json()["turn"])


async def rows() -> list[Row]:
    """How much the page's memory grew, and from what."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    try:
        async with demo(folder, 0, lambda: time.time_ns() // 1_000_000) as running:
            url = next(key.url for key in running.devices if (key.kind, key.zone) == ("tv", ZONE))
            async with chromium(url) as profile, clerks(running) as seated:
                await call(running, WARM_UP, seated)
                looks = []
                for _ in range(LOOKS):
                    await call(running, PART, seated)
                    looks.append(drawing_mb(profile))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    before, after = median(looks[: LOOKS // 2]), median(looks[LOOKS // 2 :])
    calls = LOOKS * PART
    return [
        Row(f"memory of the TV's page, median of the first {calls // 2} calls", "MB", before),
        Row(f"its growth to the median of the {calls // 2} that followed", "MB", after - before, GROWTH_GOAL_MB),
    ]


if __name__ == "__main__":
    report("tv-memory", asyncio.run(rows()))
