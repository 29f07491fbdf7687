"""A reader behind any ASGI server: what waits for it stands in a queue that a task of its own empties.

Slower than a `LiveSocket`, and the same to whoever listens: beyond `HELD` frames it loses them and gets whole
views.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from app.live.hub import Hub
from app.live.reader import Reader

HELD = 64  # frames held for one reader


class QueuedReader(Reader):
    """`closed_with` is the code it was closed with."""

    __slots__ = ("_closed", "_emptied", "_waiting", "_wake", "_whole", "closed_with")

    def __init__(self) -> None:
        super().__init__()
        self.closed_with: int | None = None
        self._waiting: deque[tuple[str, bytes]] = deque()  # with their topic; "": said to this reader only
        self._whole: set[str] = set()  # topics whose whole view it gets next
        self._wake = asyncio.Event()
        self._emptied = asyncio.Event()
        self._closed = asyncio.Event()

    def send(self, frame: bytes) -> None:
        self._waiting.append(("", frame))
        self._wake.set()

    def offer(self, topic: str, frame: bytes) -> None:
        if topic in self._whole:
            return
        if len(self._waiting) >= HELD:
            self._waiting = deque((of, data) for of, data in self._waiting if not of)
            self._whole |= set(self.topics)
        else:
            self._waiting.append((topic, frame))
        self._wake.set()

    def tell(self, topic: str, frames: Sequence[bytes]) -> None:
        self._whole.discard(topic)
        self._waiting = deque((of, data) for of, data in self._waiting if of != topic)
        self._waiting.extend((topic, frame) for frame in frames)
        if frames:
            self._wake.set()

    def cut_short(self, rest: bytes) -> None:
        """Nothing is written to it directly."""

    def lost(self) -> None:
        """Nothing is written to it directly."""

    def close(self, code: int) -> None:
        """Ask the socket's task to close."""
        self.closed_with = code
        for waited in (self._wake, self._emptied, self._closed):
            waited.set()

    async def closed(self) -> None:
        """Wait until it was closed."""
        await self._closed.wait()

    async def room(self) -> None:
        """Wait until little waits for this reader: whoever asks and never reads is not listened to."""
        while len(self._waiting) >= HELD and self.closed_with is None:
            self._emptied.clear()
            await self._emptied.wait()

    async def next(self, hub: Hub) -> list[bytes]:
        """Wait for frames to send; empty when the socket is to be closed."""
        while self.closed_with is None:
            await self._wake.wait()
            self._wake.clear()
            ready = [whole for topic in sorted(self._whole) if (whole := hub.whole(topic))]
            ready += [data for _, data in self._waiting]
            self._whole.clear()
            self._waiting.clear()
            self._emptied.set()
            if ready and self.closed_with is None:
                return ready
        return []
