"""`goiso printer`: the ticket printer of a kiosk, on the kiosk's machine; prints what the kiosk's page hands over.

A small HTTP service on loopback, which the page asks how the printer is before a number is taken, and hands the
slip of a stored number. The server has no part in it: a slip carries the number's link and check code, which no
topic may carry; the printer is asked in milliseconds, not through the internet; and a number can be printed again
when the line to the server is down. Only pages of the site may ask: every request must carry the site's `Origin`,
which browsers send with each one to another address and which no page can forge.

    GET  /state     {"state": "ready", "prints": true, "vi": "", "en": ""}
    POST /slips     {"job": "…", "slip": {…}} gives {"printed": true}, or 503 with the state as above

`job` is the page's own id of one printing: asked again because the answer was lost, it is not printed again.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
import uvicorn
from msgspec import Meta
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.views.slip import Slip
from hardware.escpos import State
from hardware.printers import NotPrinted, Printer, open_printer
from hardware.slips import Qr, Rule, Text
from hardware.slips import Slip as Paper

REMEMBERED = 64  # jobs
MOST_BYTES = 64 * 1024
SENTENCES: Final = {
    State.READY: ("", ""),
    State.SILENT: ("", ""),
    State.LOW: ("Máy in sắp hết giấy.", "The printer is low on paper."),
    State.EMPTY: ("Máy in đã hết giấy.", "The printer is out of paper."),
    State.OPEN: ("Nắp máy in đang mở.", "The printer's cover is open."),
    State.FAULT: ("Máy in có lỗi.", "The printer has a fault."),
    State.OFFLINE: ("Máy in chưa sẵn sàng.", "The printer is not ready."),
    State.AWAY: ("Máy in không trả lời.", "The printer does not answer."),
}

log = logging.getLogger(__name__)


class PrintSlip(msgspec.Struct, forbid_unknown_fields=True):
    """What the kiosk's page hands over."""

    job: Annotated[str, Meta(min_length=8, max_length=80)]
    slip: Slip


@dataclass(frozen=True, slots=True)
class Told:
    """How the printer is, with a sentence for people when it is not simply ready."""

    state: State
    prints: bool
    vi: str
    en: str

    @classmethod
    def of(cls, state: State) -> "Told":
        return cls(state, state.prints, *SENTENCES[state])


class Printing:
    """The service: one printer, asked and used by one request at a time. `origins` are those of the site."""

    def __init__(self, printer: Printer, *origins: str) -> None:
        self._printer = printer
        self._origins = frozenset(origins)
        self._one = asyncio.Lock()
        self._printed: dict[str, None] = {}  # the last jobs, oldest first
        self._said = State.READY
        routes = [
            Route("/state", self._state, methods=["GET", "OPTIONS"]),
            Route("/slips", self._slips, methods=["POST", "OPTIONS"]),
        ]
        self.app = Starlette(routes=routes)

    async def _state(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        async with self._one:
            state = await asyncio.to_thread(self._printer.state)
        self._note(state)
        return self._answer(request, Told.of(state))

    async def _slips(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        try:
            short = int(request.headers.get("content-length", MOST_BYTES + 1)) <= MOST_BYTES
            body = await request.body() if short else b""
            wanted = msgspec.json.decode(body, type=PrintSlip)
        except (ValueError, msgspec.MsgspecError) as fault:
            return self._answer(request, {"fault": str(fault)}, 400)
        async with self._one:
            if wanted.job not in self._printed:
                try:
                    await asyncio.to_thread(self._printer.print_slip, paper_of(wanted.slip))
                except NotPrinted as fault:
                    log.warning("! %s not printed: %s", wanted.slip.number, fault)
                    return self._answer(request, Told.of(fault.state), 503)
                log.info("> %s printed", wanted.slip.number)
                self._printed[wanted.job] = None
                if len(self._printed) > REMEMBERED:
                    del self._printed[next(iter(self._printed))]
        return self._answer(request, {"printed": True})

    def _refused(self, request: Request) -> Response | None:
        """The answer to whoever is no page of the site, and to a browser's question whether the site may ask."""
        if request.headers.get("origin") not in self._origins:
            return Response(status_code=403)
        return self._answer(request, None, 204) if request.method == "OPTIONS" else None

    def _answer(self, request: Request, content: Any, status: int = 200) -> Response:
        headers = {
            "access-control-allow-origin": request.headers["origin"],
            "access-control-allow-headers": "content-type",
            "access-control-allow-private-network": "true",
            "vary": "origin",
            "cache-control": "no-store",
        }
        body = b"" if content is None else msgspec.json.encode(content)
        return Response(body, status, headers, "application/json" if body else None)

    def _note(self, state: State) -> None:
        """Say in the log what has changed, once."""
        if state is not self._said:
            log.info("= printer %s", state)
            self._said = state


def paper_of(slip: Slip) -> Paper:
    """A slip as it is laid out on paper: the number as big as fits, then where to go, when, the QR, the rest."""
    lines: list[Text | Rule | Qr] = [
        Text(slip.center, 26, bold=True),
        Rule(),
        Text("Số thứ tự · Your number", 26, above=8),
        Text(slip.number, 160, bold=True, one_line=True, above=20),
        Text(slip.service, 38, bold=True, above=20),
        Text(f"{slip.zone} · Quầy {', '.join(slip.counters)}", 38, bold=True),
    ]
    if slip.group:
        lines.append(Text(f"Ưu tiên: {slip.group}", 30, bold=True))
    lines.append(Text(f"Người trước bạn: {slip.ahead}", 30, above=8))
    if slip.wait:
        lines.append(Text(f"Dự kiến chờ: {slip.wait}", 30))
    return Paper(
        (
            *lines,
            Text(f"Xin đến quầy trước {slip.arrive_time} ngày {slip.arrive_date}", 26),
            Qr(slip.link, 260),
            Text("Quét mã để theo dõi số trên điện thoại", 22),
            Text(f"Mã xác nhận: {slip.check_code}", 36, bold=True, above=6),
            Rule(),
            Text(f"Lấy số lúc {slip.taken_time}", 24, above=8),
            Text("Xin giữ phiếu và theo dõi màn hình, loa gọi số.", 22),
        )
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the command line stops us


async def run_printer(url: str, port: int, *origins: str) -> None:
    """Serve until cancelled. Raises ValueError for a URL that names no printer, or a port that cannot be had."""
    service = Printing(open_printer(url), *origins)
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as fault:
        raise ValueError(f"cannot listen on 127.0.0.1:{port}: {fault.strerror or fault}") from None
    config = uvicorn.Config(service.app, log_level="error", access_log=False, lifespan="off", ws="none")
    server = _Server(config)
    log.info("= printing for %s on 127.0.0.1:%d", ", ".join(origins), listening.getsockname()[1])
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
