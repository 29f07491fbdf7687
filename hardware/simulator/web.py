"""The simulator's web page: boards live by Server-Sent Events, faults by POST. Called by the simulate command.

GET  /                       the page (also /page.css, /page.js)
GET  /state.json             the view as JSON
GET  /events                 the view now and after each change, as Server-Sent Events
POST /line/plug, /line/unplug
POST /line/faults?noise=0.02&drop=0&late=0       each optional
POST /boards/66/mute, unmute, power-off, power-on, break, mend
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hardware.simulator.device import PtyDevice
from hardware.simulator.line import SimulatedLine

FILES = Path(__file__).with_name("page")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
SWITCHES: dict[str, dict[str, bool]] = {
    "mute": {"muted": True},
    "unmute": {"muted": False},
    "power-off": {"powered": False},
    "power-on": {"powered": True},
    "break": {"broken": True},
    "mend": {"broken": False},
}
FEWEST_SECONDS = 0.05
KEEP_ALIVE = 15.0


class Page:
    """The web application of one simulated line. `close` ends the open event streams."""

    def __init__(self, line: SimulatedLine, device: PtyDevice) -> None:
        self._line = line
        self._device = device
        self._streams: set[asyncio.Event] = set()
        self._closing = False
        self.app = Starlette(
            routes=[
                Route("/", self._file),
                Route("/page.css", self._file),
                Route("/page.js", self._file),
                Route("/state.json", self._state),
                Route("/events", self._events),
                Route("/line/{action}", self._change_line, methods=["POST"]),
                Route("/boards/{address:int}/{action}", self._change_board, methods=["POST"]),
            ]
        )

    def close(self) -> None:
        """End the event streams, so that the server can stop."""
        self._closing = True
        for stirred in self._streams:
            stirred.set()

    async def _file(self, request: Request) -> Response:
        name = request.url.path.lstrip("/") or "page.html"
        return FileResponse(FILES / name, headers=HEADERS)

    async def _state(self, request: Request) -> Response:
        return JSONResponse(asdict(self._line.view()), headers=HEADERS)

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=HEADERS)

    async def _stream(self) -> AsyncIterator[str]:
        """Whole views, newest wins: what changes while one is on its way goes with the next."""
        stirred = asyncio.Event()
        stop = self._line.watch(stirred.set)
        self._streams.add(stirred)
        try:
            yield "retry: 1000\n\n"
            while not self._closing:
                stirred.clear()
                yield f"data: {json.dumps(asdict(self._line.view()), ensure_ascii=False)}\n\n"
                await asyncio.sleep(FEWEST_SECONDS)
                try:
                    await asyncio.wait_for(stirred.wait(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            stop()
            self._streams.discard(stirred)

    async def _change_line(self, request: Request) -> Response:
        refuse_other_origins(request)
        match request.path_params["action"]:
            case "plug":
                self._device.plug()
            case "unplug":
                self._device.unplug()
            case "faults":
                self._set_faults(dict(request.query_params))
            case action:
                raise HTTPException(404, f"no action {action!r}; known: plug, unplug, faults")
        return Response(status_code=204)

    def _set_faults(self, asked: dict[str, str]) -> None:
        if unknown := asked.keys() - {"noise", "drop", "late"}:
            raise HTTPException(422, f"no fault {min(unknown)!r}; known: noise, drop, late")
        try:
            self._line.set_faults(**{name: float(text) for name, text in asked.items()})
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    async def _change_board(self, request: Request) -> Response:
        refuse_other_origins(request)
        address, action = request.path_params["address"], request.path_params["action"]
        if action not in SWITCHES or address not in self._line.boards:
            raise HTTPException(404, f"no board {address} or no action {action!r}")
        self._line.set_board(address, **SWITCHES[action])
        return Response(status_code=204)


def refuse_other_origins(request: Request) -> None:
    """Let only this page (and programs that are no browser) change things. Raises HTTPException 403."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site is not None else False
    if foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise HTTPException(403, "only the simulator's own page may do that")
