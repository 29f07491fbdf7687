"""When to send: at once after quiet, otherwise so often and no oftener. What changes meanwhile, and what changes
in one burst, is sent together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

BURSTS = 4

log = logging.getLogger(__name__)


class Pace:
    """Calls `flush` after it was asked, at most once every `seconds`, and not before the last one is done. With
    `burst` it waits until nothing has been asked for so long (s), but not more than `BURSTS` times."""

    def __init__(self, flush: Callable[[], Awaitable[None]], seconds: float, burst: float = 0.0) -> None:
        self._flush = flush
        self._seconds = seconds
        self._burst = burst
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Something has changed."""
        self._asked.set()

    async def run(self) -> None:
        """Flush until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._asked.wait()
            began = loop.time()
            await self._until_over()
            try:
                await self._flush()
            except Exception:
                log.exception("! what changed could not be sent")
            if (pause := began + self._seconds - loop.time()) > 0:
                await asyncio.sleep(pause)

    async def _until_over(self) -> None:
        """Let a burst end; whatever was asked until now is answered by the flush that follows."""
        self._asked.clear()
        for _ in range(BURSTS if self._burst else 0):
            await asyncio.sleep(self._burst)
            if not self._asked.is_set():
                return
            self._asked.clear()
