"""A process on site follows a topic over the websocket like any screen, and comes back by itself after anything.

Used by `speaker` and `boards`. The rows are kept current here; whoever owns this is told after each frame.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec
import websockets
from websockets.asyncio.client import ClientConnection, connect

from app.domain.plan import Millis

CLOCK_SECONDS = 5.0
TELL_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
VERSION = version("goiso")
Row = dict[str, Any]

log = logging.getLogger(__name__)


class NotWelcome(Exception):
    """The server does not know this device's key (any more); trying again by itself is no use."""


class Following:
    """One topic of one server, as a device with a key (`<id>.<token>`)."""

    def __init__(self, server: str, key: str, topic: str, changed: Callable[[], None]) -> None:
        self.device = key.partition(".")[0]
        self.topic = topic
        self.rows: dict[str, Row] = {}
        self._server = server
        self._headers = {"authorization": f"Bearer {key}"}
        self._changed = changed
        self._have = ""
        self.state: Row = {}  # how this device is, told with each question for the time
        self.ordered: Callable[[Row], None] = lambda order: None  # told what somebody asks of this device
        self._ahead: Millis = 0  # how much the server's clock is ahead of ours
        self._http = httpx.AsyncClient(base_url=server, headers=self._headers, timeout=5)

    def now(self) -> Millis:
        """The server's time, by our own clock and the last answer to `clock`."""
        return time.time_ns() // 1_000_000 + self._ahead

    async def run(self) -> None:
        """Follow until cancelled; raises NotWelcome when the device is not paired."""
        pause = 0.1
        said = False
        while True:
            try:
                async with connect(self._address(), additional_headers=self._headers, max_size=2**22) as socket:
                    pause, said = 0.1, False
                    log.info("= following %s", self.topic)
                    await self._follow(socket)
            except (OSError, websockets.WebSocketException, TimeoutError) as fault:
                closed = fault.rcvd if isinstance(fault, websockets.ConnectionClosed) else None
                if closed and closed.code in (4401, 4403):
                    raise NotWelcome("the server does not know this device; pair it again") from None
                if not said:
                    log.warning("! %s: %s", self._server, fault or type(fault).__name__)
                    said = True
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 5.0)

    def _address(self) -> str:
        parts = urlsplit(self._server)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return urlunsplit((scheme, parts.netloc, "/live", f"device={self.device}", ""))

    async def _follow(self, socket: ClientConnection) -> None:
        await socket.send(msgspec.json.encode({"clock": time.time_ns() // 1_000_000}), text=True)
        await socket.send(msgspec.json.encode({"join": self.topic, "have": self._have}), text=True)
        clock = asyncio.create_task(self._ask_time(socket))
        try:
            async for text in socket:
                self._hear(msgspec.json.decode(text))
        finally:
            clock.cancel()
            await asyncio.gather(clock, return_exceptions=True)

    async def _ask_time(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            state = {"version": VERSION, "offset": -self._ahead, **self.state}
            await socket.send(
                msgspec.json.encode({"clock": time.time_ns() // 1_000_000, "state": state}), text=True
            )

    def _hear(self, frame: dict[str, Any]) -> None:
        if "clock" in frame:
            here = time.time_ns() // 1_000_000
            self._ahead = frame["now"] - (frame["clock"] + here) // 2
            return
        if "order" in frame:
            self.ordered(frame["order"])
            return
        if "refused" in frame:
            raise NotWelcome(f"{frame['refused']}: {frame['en']}")
        if frame.get("topic") != self.topic:
            return
        if "whole" in frame:
            self.rows = frame["whole"]
        else:
            self.rows.update(frame["rows"])
            for name in frame["gone"]:
                self.rows.pop(name, None)
        self._have = frame["at"]
        self._changed()

    async def tell(self, voice: str, seq: int) -> None:
        """Acknowledge an announcement; the server may be away for a moment, and twice is once."""
        for pause in TELL_PAUSES:
            if await self.post("/api/device/told", {"voice": voice, "seq": seq}):
                return
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Let go of the server; nothing is asked of it any more."""
        await self._http.aclose()

    async def post(self, path: str, body: Row) -> bool:
        """Say something to the server; False when it did not take it (what is said here may be said again)."""
        answer = await self.ask(path, body)
        return answer is not None and answer.is_success

    async def ask(self, path: str, body: Row) -> httpx.Response | None:
        """What the server answered to something said to it, None when it did not answer."""
        try:
            answer = await self._http.post(path, json=body)
        except httpx.HTTPError as fault:
            log.warning("! %s: %s", path, fault or type(fault).__name__)
            return None
        if answer.status_code != 200:
            log.warning("! %s: %s %s", path, answer.status_code, answer.text[:200])
        return answer
