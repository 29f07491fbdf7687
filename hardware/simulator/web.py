"""The simulator's page: all live by Server-Sent Events, hands and faults by POST. Called by the simulate command.

GET  /                       the page (also /page.css, /page.js)
GET  /state.json             the view as JSON
GET  /events                 the view now and after each change, as Server-Sent Events
GET  /slips/3.png            the third slip that the printer cut off since the start
POST /line/plug, /line/unplug; so for /printer and /modem
POST /line/faults?noise=0.02&drop=0&late=0       each optional; so for /printer and /modem
POST /boards/66/mute, unmute, power-off, power-on, break, mend
POST /keypads/66/mute, unmute, power-off, power-on
POST /keypads/66/next, recall, absent, pause, transfer?to=85    409 while the last key waits
POST /printer/open, close, empty, low, refill, mute, unmute
POST /modem/mute, unmute, network-off, network-on, lose, keep, refuse, accept, deliver, delay, fail
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hardware.protocols.keypads import Key
from hardware.simulator.device import Pty
from hardware.simulator.stage import Stage
from hardware.simulator.wire import Wire

FILES = Path(__file__).with_name("page")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Switches = Mapping[str, Mapping[str, Any]]
POWER: Switches = {
    "mute": {"muted": True},
    "unmute": {"muted": False},
    "power-off": {"powered": False},
    "power-on": {"powered": True},
}
BOARD: Switches = {**POWER, "break": {"broken": True}, "mend": {"broken": False}}
PRINTER: Switches = {
    "open": {"cover_open": True},
    "close": {"cover_open": False},
    "empty": {"empty": True},
    "low": {"low": True},
    "refill": {"empty": False, "low": False},
    "mute": {"muted": True},
    "unmute": {"muted": False},
}
MODEM: Switches = {
    "mute": {"muted": True},
    "unmute": {"muted": False},
    "network-off": {"registered": False, "dbm": None},
    "network-on": {"registered": True, "dbm": -73},
    "lose": {"lost": True},
    "keep": {"lost": False},
    "refuse": {"refuse": 38},  # 3GPP TS 24.011: network out of order
    "accept": {"refuse": None},
    "deliver": {"fate": "delivered"},
    "delay": {"fate": "trying"},
    "fail": {"fate": "failed"},
}
KEYS = {key.name.lower(): key for key in Key}
FEWEST_SECONDS = 0.05
KEEP_ALIVE = 15.0


class Page:
    """The web application of what is simulated. `close` ends the open event streams."""

    def __init__(self, stage: Stage, devices: Mapping[str, Pty]) -> None:
        self._stage = stage
        self._devices = devices
        self._streams: set[asyncio.Event] = set()
        self._closing = False
        self.app = Starlette(
            routes=[
                Route("/", self._file),
                Route("/page.css", self._file),
                Route("/page.js", self._file),
                Route("/state.json", self._state),
                Route("/events", self._events),
                Route("/slips/{number:int}.png", self._slip),
                Route("/boards/{address:int}/{action}", self._change_board, methods=["POST"]),
                Route("/keypads/{address:int}/{action}", self._use_keypad, methods=["POST"]),
                Route("/{device}/{action}", self._change_device, methods=["POST"]),
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
        return JSONResponse(asdict(self._stage.view()), headers=HEADERS)

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=HEADERS)

    async def _stream(self) -> AsyncIterator[str]:
        """Whole views, newest wins: what changes while one is on its way goes with the next."""
        stirred = asyncio.Event()
        stop = self._stage.watch(stirred.set)
        self._streams.add(stirred)
        try:
            yield "retry: 1000\n\n"
            while not self._closing:
                stirred.clear()
                yield f"data: {json.dumps(asdict(self._stage.view()), ensure_ascii=False)}\n\n"
                await asyncio.sleep(FEWEST_SECONDS)
                try:
                    await asyncio.wait_for(stirred.wait(), KEEP_ALIVE)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            stop()
            self._streams.discard(stirred)

    async def _slip(self, request: Request) -> Response:
        printer, number = self._stage.printer.end, request.path_params["number"]
        first = printer.printed - len(printer.slips) + 1
        if not first <= number <= printer.printed:
            raise HTTPException(404, f"no slip {number} is kept")
        picture = BytesIO()
        printer.slips[number - first].save(picture, "PNG")
        return Response(picture.getvalue(), media_type="image/png", headers=HEADERS)

    async def _change_device(self, request: Request) -> Response:
        refuse_other_origins(request)
        device, action = request.path_params["device"], request.path_params["action"]
        if device not in self._devices:
            raise HTTPException(404, f"no device {device!r}; here are {', '.join(self._devices)}")
        stage = self._stage
        wire: Wire = {"line": stage.line, "printer": stage.printer, "modem": stage.modem}[device]
        switches: Switches = {"printer": PRINTER, "modem": MODEM}.get(device, {})
        match action:
            case "plug":
                self._devices[device].plug()
            case "unplug":
                self._devices[device].unplug()
            case "faults":
                _set_faults(wire, dict(request.query_params))
            case _ if action in switches:
                end = stage.printer.end if device == "printer" else stage.modem.end
                for name, value in switches[action].items():
                    setattr(end, name, value)
                wire.changed()
            case _:
                known = ", ".join(("plug", "unplug", "faults", *switches))
                raise HTTPException(404, f"no action {action!r}; known: {known}")
        return Response(status_code=204)

    async def _change_board(self, request: Request) -> Response:
        refuse_other_origins(request)
        address, action = request.path_params["address"], request.path_params["action"]
        if action not in BOARD or address not in self._stage.line.boards:
            raise HTTPException(404, f"no board {address} or no action {action!r}")
        self._stage.line.set_board(address, **BOARD[action])
        return Response(status_code=204)

    async def _use_keypad(self, request: Request) -> Response:
        refuse_other_origins(request)
        line = self._stage.line
        address, action = request.path_params["address"], request.path_params["action"]
        if address not in line.keypads or action not in (*KEYS, *POWER):
            raise HTTPException(404, f"no keypad {address} or no action {action!r}")
        if action in POWER:
            line.set_keypad(address, **POWER[action])
            return Response(status_code=204)
        to = request.query_params.get("to", "0")
        if not (to.isascii() and to.isdecimal() and int(to) <= 99):
            raise HTTPException(422, f"found counter {to!r}, expected 0 to 99")
        if not line.press(address, KEYS[action], int(to)):
            raise HTTPException(409, "the last key waits to be answered, or there is no power")
        return Response(status_code=204)


def _set_faults(wire: Wire, asked: dict[str, str]) -> None:
    if unknown := asked.keys() - {"noise", "drop", "late"}:
        raise HTTPException(422, f"no fault {min(unknown)!r}; known: noise, drop, late")
    try:
        wire.set_faults(**{name: float(text) for name, text in asked.items()})
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


def refuse_other_origins(request: Request) -> None:
    """Let only this page (and programs that are no browser) change things. Raises HTTPException 403."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site is not None else False
    if foreign or (origin is not None and urlsplit(origin).netloc != request.headers.get("host")):
        raise HTTPException(403, "only the simulator's own page may do that")
