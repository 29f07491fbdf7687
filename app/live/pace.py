"""When to send: at once after quiet, otherwise so often and no oftener. What changes meanwhile is sent
together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Pace:
    """Calls `flush` after it was asked, at most once every `seconds`, and not before the last one is done."""

    def __init__(self, flush: Callable[[], Awaitable[None]], seconds: float) -> None:
        self._flush = flush
        self._seconds = seconds
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Something has changed."""
        self._asked.set()

    async def run(self) -> None:
        """Flush until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._asked.wait()
            self._asked.clear()
            began = loop.time()
            try:
                await self._flush()
            except Exception:
                log.exception("! what changed could not be sent")
            if (pause := began + self._seconds - loop.time()) > 0:
                await asyncio.sleep(pause)
