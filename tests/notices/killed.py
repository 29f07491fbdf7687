"""A notices process that is killed as the kernel kills, again and again, before a gateway that fails, is slow,
loses its answers, goes away and comes back; for `test_killed`."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.notices.provider import LOST, Provider

LIMIT_SECONDS = 400.0  # for the whole of it


def rough(count: int) -> tuple[int, str] | str | None:
    """How the n-th request ends: of twenty, two fail, one is told to come later, one is taken and not answered."""
    ends: dict[int, tuple[int, str] | str] = {3: (500, ""), 7: (429, ""), 11: (503, "no"), 16: LOST}
    return ends.get(count % 20)


def slow(count: int) -> float:
    """How long the n-th request waits, in seconds."""
    return 0.3 if count % 50 == 0 else 0.002


class Runner:
    """`goiso notices` with the real settings, as a process."""

    def __init__(self, store_url: str, gateway: str, folder: Path) -> None:
        self._log = folder / "notices.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GOISO_")},
            "GOISO_STORE_URL": store_url,
            "GOISO_DATA": str(folder),
            "GOISO_ORIGIN": "https://layso.example.vn",
            "GOISO_SECRET": "x" * 32,
            "GOISO_SMS_URL": gateway,
        }

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It runs; at the end it is killed without a word (SIGKILL)."""
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "notices", env=self._environment, stdout=log, stderr=log
            )
        try:
            yield
            assert process.returncode is None, self._log.read_text()[-2000:]
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def said(self, words: str) -> int:
        return self._log.read_text(errors="replace").count(words) if self._log.exists() else 0


async def reach(provider: Provider, count: int) -> None:
    """Wait until the gateway has taken so many messages."""
    while len(provider.taken) < count:
        await asyncio.sleep(0.02)


async def kill_over(runner: Runner, provider: Provider, count: int, kills: int) -> None:
    """Let the process send `count` messages while it is killed `kills` times; every second time the gateway is
    away when it comes back."""
    for kill in range(1, kills + 1):
        async with runner.running():
            await reach(provider, count * kill // (kills + 1))
        if kill % 2 == 0:
            await provider.down()
            before = runner.said("does not answer")
            async with runner.running():
                while runner.said("does not answer") == before:
                    await asyncio.sleep(0.02)
                await provider.up()
                await reach(provider, count * kill // (kills + 1) + 1)
