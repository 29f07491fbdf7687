"""What happens on site, for tests: machines that run, calls that are made, what was heard."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from app.domain.commands import Issue
from app.domain.facts import Announcement
from app.domain.plan import Channel
from tests.web.house import CENTER, House, until

COUNTER, SERVICE, ZONE = "66", "thong-tin-truyen-thong", "tang-3"


class Machine(Protocol):
    async def run(self) -> None: ...


@contextlib.asynccontextmanager
async def running(machine: Machine) -> AsyncIterator[asyncio.Task[None]]:
    """A machine at work; killed at the end."""
    task = asyncio.create_task(machine.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def call(house: House, clerk: dict[str, str]) -> Announcement:
    """A number taken and called at the counter; its announcement."""
    await house.parts.centers.do(
        CENTER, Issue("system", f"{asyncio.get_running_loop().time()}", SERVICE, Channel.DESK)
    )
    number = (await house.press(clerk, COUNTER, "next"))["number"]
    return announcement(house, number)


def announcement(house: House, number: str) -> Announcement:
    """The last announcement of a number."""
    said = [one for one in house.parts.feed.hall(CENTER).announcements(ZONE) if one.number == number]
    return said[-1]


async def clerk(house: House) -> dict[str, str]:
    """A clerk who has taken the counter."""
    cookies = await house.staff("lan")
    await house.sit("lan", COUNTER)
    return cookies


def played(folder: Path) -> list[dict[str, Any]]:
    """What a `file:` player has played, without the moments of silence that try it."""
    timeline = folder / "played.jsonl"
    lines = timeline.read_text().splitlines() if timeline.exists() else []
    return [line for line in map(json.loads, lines) if re.fullmatch(r"\d{5}-\d{2}\.wav", line["name"])]


def holder(house: House) -> str:
    return house.parts.feed.hall(CENTER).voice(ZONE).holder


async def holds(house: House, key: str) -> None:
    """Wait until a device is the voice."""
    await until("it is the voice", lambda: holder(house) == key.partition(".")[0])
