"""A ticket printer by URL: asks how it is, prints a slip and says whether it came out. Blocking, with deadlines.

Called by `app.devices.printer` (in a thread) and `python -m hardware print`. A URL picks the printer:

    escpos+tcp://10.0.0.7:9100?width=80         over the network; port 9100 if none is named
    escpos+serial:/dev/ttyUSB0?baud=19200       on a serial line; options of hardware.ports
    escpos+usb://04b8:0202                      on USB, by vendor and product (hexadecimal)
    file:slips                                  no printer: each slip a PNG in this folder

`width` is the paper's in mm: 80 (if it is not named) or 58. Each slip opens the line and closes it again: network
printers serve one connection at a time, and a printer that was off and on needs no attention.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from PIL import Image

from hardware import escpos
from hardware.cables import Cable, serial_cable, socket_cable, usb_cable
from hardware.escpos import Answers, State
from hardware.ports import PortAddress, PortFault
from hardware.slips import DOTS, Slip, draw

SCHEMES = ("escpos+tcp:", "escpos+serial:", "escpos+usb:", "file:")
ANSWER_SECONDS = 0.6  # for one DLE EOT; printers answer within some ms, serial servers take their time
LOOK_SECONDS = 1.0  # while a slip comes out the printer is asked so often whether it stopped
DONE_SECONDS = 15.0  # for a slip to be on paper: at 50 mm/s of the slowest, three times
WRITE_BYTES = 1024
USB_IDS = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")

log = logging.getLogger(__name__)


class NotPrinted(Exception):
    """A slip did not come out, as far as can be known: `state` says why."""

    def __init__(self, state: State, reason: str = "") -> None:
        super().__init__(reason or f"the printer is {state}")
        self.state = state


class Printer(Protocol):
    """What prints slips. Not for two threads at a time."""

    def state(self) -> State:
        """How it is now; asked of the printer itself, within three seconds."""

    def print_slip(self, slip: Slip) -> None:
        """Return when the slip is on paper, or handed over to a printer that tells nothing; raises NotPrinted."""


def open_printer(url: str) -> Printer:
    """The printer of a URL; nothing is opened yet. Raises ValueError naming what is known."""
    address, _, query = url.partition("?")
    scheme, separator, target = address.partition(":")
    options = dict(parse_qsl(query, keep_blank_values=True))
    width = options.pop("width", "80")
    if not separator or f"{scheme}:" not in SCHEMES or not target.strip("/"):
        raise ValueError(f"found printer {url!r}, expected one of {', '.join(SCHEMES)} with where it is")
    if width not in map(str, DOTS):
        raise ValueError(f"found width={width} in {url!r}, expected {' or '.join(map(str, DOTS))} mm")
    if scheme == "escpos+serial":
        line = PortAddress.parse(f"{target}?{urlencode(options)}" if options else target)
        return EscposPrinter(lambda: serial_cable(line), int(width))
    if options:
        raise ValueError(f"found option {min(options)!r} in {url!r}, expected width")
    if scheme == "file":
        return FilePrinter(Path(target), int(width))
    return EscposPrinter(_plug(url, scheme, target.strip("/")), int(width))


def _plug(url: str, scheme: str, target: str) -> Callable[[], Cable]:
    """How the line to a network or USB printer is opened."""
    if scheme == "escpos+usb":
        ids = USB_IDS.fullmatch(target)
        if not ids:
            raise ValueError(f"found printer {url!r}, expected escpos+usb://VENDOR:PRODUCT as 04b8:0202")
        return lambda: usb_cable(url, ids[1], ids[2])
    try:
        parts = urlsplit(f"//{target}")
        host, port = parts.hostname or "", parts.port or 9100
    except ValueError:
        host, port = "", 0
    if not host:
        raise ValueError(f"found printer {url!r}, expected escpos+tcp://HOST:PORT as 10.0.0.7:9100")
    return lambda: socket_cable(url, host, port)


class EscposPrinter:
    """A printer that understands ESC/POS at the end of a cable."""

    def __init__(self, plug: Callable[[], Cable], paper: int = 80) -> None:
        self._plug = plug
        self._paper = paper

    def state(self) -> State:
        """Ask the printer how it is: `away` when there is no line to it."""
        try:
            with closing(self._plug()) as cable:
                return _ask(cable)
        except PortFault as fault:
            log.debug("%s", fault)
            return State.AWAY

    def print_slip(self, slip: Slip) -> None:
        """Ask how it is, send the slip, wait until it is on paper; raises NotPrinted."""
        image = draw(slip, self._paper)
        try:
            with closing(self._plug()) as cable:
                if not (state := _ask(cable)).prints:
                    raise NotPrinted(state)
                for data in (escpos.START, *escpos.picture(image), escpos.CUT):
                    for at in range(0, len(data), WRITE_BYTES):
                        cable.write(data[at : at + WRITE_BYTES])
                if state is not State.SILENT:
                    _wait(cable)
        except PortFault as fault:
            raise NotPrinted(State.AWAY, fault.reason) from fault


def _ask(cable: Cable) -> State:
    found: list[int] = []
    for question in (escpos.ASK_PRINTER, escpos.ASK_OFFLINE, escpos.ASK_PAPER):
        cable.write(question)
        answer = _answer(cable, escpos.is_status, ANSWER_SECONDS)
        if answer is None:
            return State.SILENT if not found else State.OFFLINE
        found.append(answer)
    return escpos.state_of(Answers(*found))


def _wait(cable: Cable) -> None:
    """Until the printer says that it has printed everything; one that stops meanwhile is asked why."""
    cable.write(escpos.ASK_DONE)
    end = time.monotonic() + DONE_SECONDS
    while time.monotonic() < end:
        if _answer(cable, escpos.is_done, LOOK_SECONDS) is not None:
            return
        if not (state := _ask(cable)).prints:
            raise NotPrinted(state)
    raise NotPrinted(State.FAULT, f"the slip is not out after {DONE_SECONDS:.0f} s")


def _answer(cable: Cable, fits: Callable[[int], bool], seconds: float) -> int | None:
    """The first byte that fits, of those that come in time; None when none does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for byte in cable.read(left):
            if fits(byte):
                return byte
    return None


class FilePrinter:
    """No printer: slips become pictures in a folder, numbered from 1."""

    def __init__(self, folder: Path, paper: int = 80) -> None:
        self._folder = folder
        self._paper = paper

    def state(self) -> State:
        return State.READY

    def print_slip(self, slip: Slip) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        image: Image.Image = draw(slip, self._paper)
        last = max((int(path.stem) for path in self._folder.glob("*.png") if path.stem.isdecimal()), default=0)
        image.save(self._folder / f"{last + 1:04}.png")
