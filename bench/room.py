"""`make bench-room`: a burst of calls as the room sees and hears it, twenty in two seconds over twelve counters.

When each stood on the TV in the browser, when its sound was there, what was spoken and when, and how far voice,
flash and blink of one call lay apart. The whole demo runs; only what was done is counted, not what was planned.
A counter's second call ends its first visit: what has not been spoken of that is taken back, as it should be.

All clocks are the machine's own: the page notes when its DOM holds a number and when its counter begins to flash,
the speaker when a sound really began and ended, the board simulator when it took in the frame that blinks.
"""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.demo import CENTER, PASSWORD, Demo, demo, plan_of
from app.store.client import connect
from audio.playing import TIMELINE
from bench.ring import KEPT, ZONE, tv_page
from bench.table import Row, quantile, report

CALLS, COUNTERS, BURST_SECONDS = 20, 12, 2.0
SHOWN_GOAL_MS, SOUND_GOAL_MS, SPREAD_GOAL_MS = 100.0, 50.0, 150.0

# Notes, in ms since 1970, when each number first stood at a counter, and when it began to flash there.
WATCH = """() => {
  window.stoodAt = {}; window.flashedAt = {};
  const now = () => performance.timeOrigin + performance.now();
  const note = () => {
    for (const cell of document.querySelectorAll('#counters .counter')) {
      const number = cell.dataset.number;
      if (!number) continue;
      window.stoodAt[number] = window.stoodAt[number] || now();
      if (cell.classList.contains('calling')) window.flashedAt[number] = window.flashedAt[number] || now();
    }
  };
  new MutationObserver(note).observe(document.querySelector('#counters'),
    {subtree: true, childList: true, characterData: true, attributes: true});
}"""


@dataclass
class Burst:
    """What was pressed and what came of it; moments in ms since 1970."""

    pressed: dict[str, float] = field(default_factory=dict)
    sounded: list[float] = field(default_factory=list)  # ms from the press until the sound was fetched
    says: dict[int, dict[str, Any]] = field(default_factory=dict)
    blinked: dict[str, float] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def clerks(running: Demo) -> AsyncIterator[list[tuple[str, str, httpx.AsyncClient]]]:
    """Twelve clerks, each at a counter of the zone: counter, service, and the client of their panel."""
    counters = [one for one in plan_of(CENTER).counters_in(ZONE) if one.services][:COUNTERS]
    async with contextlib.AsyncExitStack() as stack:
        redis = await stack.enter_async_context(connect(running.store))
        staff = Staff(redis, Tries(redis))
        seated = []
        for counter in counters:
            login = f"phong-{counter.id}"
            await staff.add(login, login, (Role.CLERK,), (CENTER,), PASSWORD)
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=running.portal, timeout=10, limits=KEPT)
            )
            await http.post("/panel/sign-in", data={"login": login, "password": PASSWORD, "next": "/panel"})
            seated.append((counter.id, counter.services[0], http))
        yield seated


def key_of(running: Demo, kind: str) -> dict[str, str]:
    key = next(one.key for one in running.devices if one.kind == kind)
    return {"authorization": f"Bearer {key}"}


async def press_all(running: Demo, burst: Burst) -> None:
    """The burst itself: a press every tenth of a second, over the counters in turn."""
    async with clerks(running) as seated, httpx.AsyncClient(base_url=running.portal) as site:
        for _, service, _ in (seated + seated)[:CALLS]:
            ticket = {"service": service, "request": secrets.token_urlsafe(9)}
            path = f"/api/centers/{CENTER}/tickets"
            (await site.post(path, json=ticket, headers=key_of(running, "kiosk"))).raise_for_status()
        turns = {}
        for counter, _, http in seated:
            answer = await http.post(f"/api/centers/{CENTER}/counters/{counter}/take", json={"turn": 1})
            turns[counter] = answer.json()["turn"]
        view = f"/api/views/speaker/{CENTER}/{ZONE}"
        pack = (await site.get(view, headers=key_of(running, "speaker"))).json()["whole"]["voice"]["pack"]
        begin = time.monotonic() + 0.5

        async def press(at: int) -> None:
            counter, _, http = seated[at % COUNTERS]
            path = f"/api/centers/{CENTER}/counters/{counter}"
            if at >= COUNTERS:  # its visit ends first: a next so soon after a call is a bounced key
                await asyncio.sleep(begin + (at - 1) * BURST_SECONDS / CALLS - time.monotonic())
                done = await http.post(f"{path}/finish", json={"turn": turns[counter]})
                turns[counter] = done.json()["turn"]
            await asyncio.sleep(begin + at * BURST_SECONDS / CALLS - time.monotonic())
            began = time.time_ns() / 1e6
            answer = (await http.post(f"{path}/next", json={"turn": turns[counter]})).json()
            turns[counter] = answer["turn"]
            burst.pressed[answer["number"]] = began
            answered = time.time_ns() / 1e6
            (await site.get(f"/sound/{pack}/{answer['number']}-{counter}.wav")).raise_for_status()
            burst.sounded.append(time.time_ns() / 1e6 - answered)

        await asyncio.gather(*(press(at) for at in range(CALLS)))


async def watch_says(running: Demo, burst: Burst) -> None:
    """Keep every announcement as the voice's topic last had it."""
    async with httpx.AsyncClient(base_url=running.portal, headers=key_of(running, "speaker")) as http:
        while True:
            rows = (await http.get(f"/api/views/speaker/{CENTER}/{ZONE}")).json()["whole"]
            burst.says |= {row["seq"]: row for name, row in rows.items() if name.startswith("say/")}
            await asyncio.sleep(1)


async def watch_boards(running: Demo, burst: Burst) -> None:
    """Note when each number first blinked on its board."""
    async with httpx.AsyncClient(timeout=None) as http, http.stream("GET", f"{running.boards}/events") as stream:
        async for line in stream.aiter_lines():
            for board in json.loads(line[5:])["boards"] if line.startswith("data:") else ():
                if board["mode"] == "blink":
                    burst.blinked.setdefault(board["cells"].strip(), (board["last_frame_at"] or 0) * 1000)


def timeline(folder: Path) -> list[tuple[str, float, float]]:
    """What was really played: number, begin and end in ms since 1970, in the order it began."""
    lines = [json.loads(line) for line in (folder / TIMELINE).read_text().splitlines()]
    calls = [line for line in lines if "-" in line["name"]]
    played = [(line["name"].partition("-")[0], line["started_at"] * 1e3, line["ended_at"] * 1e3) for line in calls]
    return sorted(played, key=lambda one: one[1])


async def run() -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    os.environ["GOISO_SPEAKER_OUT"] = f"file:{folder / 'spoken'}"
    burst = Burst()
    try:
        async with demo(folder, 0, lambda: time.time_ns() // 1_000_000) as running, tv_page(running) as page:
            await page.evaluate(WATCH)
            watching = [asyncio.create_task(watch(running, burst)) for watch in (watch_says, watch_boards)]
            await press_all(running, burst)
            while not burst.says or time.time_ns() / 1e6 < max(say["end"] for say in burst.says.values()) + 1500:
                await asyncio.sleep(0.5)
            stood: dict[str, float] = await page.evaluate("window.stoodAt")
            flashed: dict[str, float] = await page.evaluate("window.flashedAt")
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            played = timeline(folder / "spoken")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows_of(burst, stood, flashed, played)


def rows_of(
    burst: Burst, stood: dict[str, float], flashed: dict[str, float], played: list[tuple[str, float, float]]
) -> list[Row]:
    """The table; a call that was neither spoken nor marked silent or taken back is lost."""
    shown = [stood[number] - began for number, began in burst.pressed.items() if number in stood]
    in_turn = [say["number"] for _, say in sorted(burst.says.items())]
    silent, taken_back = (
        [say["number"] for say in burst.says.values() if say["state"] == state]
        for state in ("silent", "cancelled")
    )
    spoken = [number for number, _, _ in played]
    out_of_turn = [in_turn.index(one) > in_turn.index(other) for one, other in pairwise(spoken)]
    overlap = sum(max(0.0, one[2] - other[1]) for one, other in pairwise(played))
    began = {number: start for number, start, _ in played}
    together = [n for n in spoken if n in flashed and n in burst.blinked]
    spread = [
        max(began[n], flashed[n], burst.blinked[n]) - min(began[n], flashed[n], burst.blinked[n]) for n in together
    ]
    lost = set(burst.pressed) - set(spoken) - set(silent) - set(taken_back)
    return [
        Row("press → shown on the TV, p50", "ms", quantile(shown, 0.5)),
        Row("press → shown on the TV, slowest", "ms", max(shown), SHOWN_GOAL_MS),
        Row("answer → sound file fetched, slowest", "ms", max(burst.sounded), SOUND_GOAL_MS),
        Row("calls not shown", "calls", float(CALLS - len(shown)), 0.0),
        Row("calls spoken", "calls", float(len(spoken))),
        Row("calls marked as not spoken (over a minute late)", "calls", float(len(silent))),
        Row("calls taken back before they were spoken (the visit had ended)", "calls", float(len(taken_back))),
        Row("calls neither spoken nor marked", "calls", float(len(lost)), 0.0),
        Row("calls spoken out of turn", "calls", float(sum(out_of_turn)), 0.0),
        Row("overlap of what was played", "ms", overlap, 0.0),
        Row("voice, flash, blink of one call apart, p50", "ms", quantile(spread, 0.5)),
        Row("voice, flash, blink of one call apart, most", "ms", max(spread), SPREAD_GOAL_MS),
        Row("calls of which all three were seen", "calls", float(len(together))),
    ]


if __name__ == "__main__":
    report("room", asyncio.run(run()))
