"""A port by URL, opened by pyserial and never blocking the event loop; and the patience to open it again.

Called by the bus and by modems; printers take its addresses and faults. Each open port has one daemon thread that
reads: `loop.add_reader` would be lighter but needs a file descriptor that selects, which `loop://` and `rfc2217://`
do not have. It waits for the rest of an answer whose length is known instead of waking for each of its bytes. A
write to a device of this machine goes straight to the kernel's buffer; one that would block, or that goes to a
gateway, runs in a thread of its own.

    /dev/ttyUSB0?baud=9600&parity=E     a device, a pseudo-terminal, COM3
    socket://10.0.0.5:4001?baud=9600    a serial-to-Ethernet gateway in raw TCP mode (baud: of its line)
    rfc2217://10.0.0.5:4001             a gateway that takes the line settings too
    loop://                             hears itself

Options: baud (9600), bits (8), parity (N, E, O), stop (1, 2).
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

T = TypeVar("T")
log = logging.getLogger(__name__)

SCHEMES = ("socket", "rfc2217", "loop")
NETWORK = re.compile(r"\w+://[^/]+:\d{1,5}")
LINE_OPTIONS: tuple[str, ...] = ("baud", "bits", "parity", "stop")
GATEWAY_OPTIONS = frozenset({"ign_set_control", "poll_modem", "timeout"})
FIRST_DELAY, LAST_DELAY = 0.2, 5.0
READ_SLICE, WRITE_LIMIT = 0.5, 1.0


class PortFault(Exception):
    """A port that cannot be opened, or is lost. `url` names it, `reason` says why."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"port {self.url}: {self.reason}"


@dataclass(frozen=True, slots=True)
class PortAddress:
    """Where a port is and how its line is set. `device` is what pyserial opens."""

    url: str
    device: str
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: int = 1

    @classmethod
    def parse(cls, url: str) -> PortAddress:
        """Read a port URL. Raises ValueError naming the known schemes and options."""
        device, _, query = url.partition("?")
        scheme, separator, _ = device.partition("://")
        if not device or (separator and scheme not in SCHEMES):
            known = ", ".join(f"{name}://" for name in SCHEMES)
            raise ValueError(f"found port {url!r}, expected a device path or one of {known}")
        if scheme in ("socket", "rfc2217") and not NETWORK.fullmatch(device):
            raise ValueError(f"found port {url!r}, expected {scheme}://HOST:PORT as {scheme}://10.0.0.5:4001")
        options = dict(parse_qsl(query, keep_blank_values=True))
        own = {name: options.pop(name) for name in LINE_OPTIONS if name in options}
        allowed = GATEWAY_OPTIONS if scheme == "rfc2217" else frozenset()
        if unknown := options.keys() - allowed:
            raise ValueError(f"found option {min(unknown)!r} in {url!r}, expected {', '.join(LINE_OPTIONS)}")
        device += f"?{urlencode(options)}" if options else ""
        return cls(url, device, **_line_settings(url, own))

    @property
    def byte_seconds(self) -> float:
        """How long one byte takes on the line, start and stop bits included."""
        return (1 + self.bits + (self.parity != "N") + self.stop) / self.baud

    @property
    def is_remote(self) -> bool:
        """Whether a network lies between here and the line."""
        return self.device.startswith(("socket://", "rfc2217://"))


def _line_settings(url: str, own: dict[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {name: int(text) for name, text in own.items() if text.isdecimal()}
    settings |= {name: text.upper() for name, text in own.items() if not text.isdecimal()}
    right = {
        "baud": lambda value: isinstance(value, int) and 300 <= value <= 4_000_000,
        "bits": lambda value: value in (7, 8),
        "parity": lambda value: value in ("N", "E", "O"),
        "stop": lambda value: value in (1, 2),
    }
    for name, value in settings.items():
        if not right[name](value):
            raise ValueError(f"found {name}={own[name]} in {url!r}, which no line has")
    return settings


class OpenPort:
    """A port that is open. `notify` is called in the loop when there is something to `take`, or a fault."""

    def __init__(self, address: PortAddress, device: Any, notify: Callable[[], None]) -> None:
        self.address = address
        self.heard = 0
        """Bytes received since it was opened."""
        self._device = device
        self._notify = notify
        self._received = bytearray()
        self._fault: PortFault | None = None
        self._expected = 0
        self._closing = threading.Event()
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._opened_at = self._loop.time()
        threading.Thread(target=self._read, name=f"read {address.device}", daemon=True).start()

    @property
    def proven(self) -> bool:
        """Whether it was a working port: something was heard, or it lasted."""
        return self.heard > 0 or self._loop.time() - self._opened_at > LAST_DELAY

    def take(self) -> bytes:
        """All bytes received since the last call, perhaps none. Raises PortFault once the port is lost."""
        data = bytes(self._received)
        self._received.clear()
        if self._fault is not None and not data:
            raise self._fault
        return data

    def expect(self, length: int) -> None:
        """So many bytes are about to come as one answer: a local device is read when they can be there."""
        self._expected = 0 if self.address.is_remote else length

    async def write(self, data: bytes) -> None:
        """Hand all bytes to the device. Raises PortFault."""
        data = self._written_at_once(data)
        if not data:
            return
        try:
            await _in_thread(lambda: self._device.write(data), f"write {self.address.device}")
        except Exception as error:  # pyserial lets TypeError and others through when a device goes away
            raise PortFault(self.address.url, reason_of(error)) from error

    async def close(self) -> None:
        """Close and wait until the device is free."""
        self._closing.set()
        if hasattr(self._device, "cancel_read"):
            self._device.cancel_read()
        await self._ended.wait()

    def _written_at_once(self, data: bytes) -> bytes:
        """What is left to write after the kernel's buffer took what it could; all of it where there is none."""
        file = getattr(self._device, "fd", None)  # pyserial's for a device that is a file, without blocking
        if file is None or os.name != "posix":
            return data
        try:
            return data[os.write(file, data) :]
        except (BlockingIOError, InterruptedError):
            return data
        except OSError as error:
            raise PortFault(self.address.url, reason_of(error)) from error

    def _read(self) -> None:
        """The reading thread: it alone closes the device, so no read meets a closed descriptor."""
        fault = PortFault(self.address.url, "closed")
        try:
            while not self._closing.is_set():
                if data := self._device.read(1):
                    if (rest := self._expected - len(data) - self._device.in_waiting) > 0:
                        time.sleep(rest * self.address.byte_seconds)
                    while waiting := self._device.in_waiting:
                        data += self._device.read(waiting)
                    self._expected = max(0, self._expected - len(data))
                    _post(self._loop, self._arrive, data)
        except Exception as error:
            fault = PortFault(self.address.url, reason_of(error))
        finally:
            self._device.close()
            _post(self._loop, self._end, fault)

    def _arrive(self, data: bytes) -> None:
        self.heard += len(data)
        self._received += data
        self._notify()

    def _end(self, fault: PortFault) -> None:
        self._fault = fault
        self._ended.set()
        self._notify()


async def open_port(address: PortAddress, notify: Callable[[], None]) -> OpenPort:
    """Open once, without blocking the loop. Raises PortFault."""
    abandoned = threading.Event()

    def opening() -> Any:
        device = open_device(address, READ_SLICE, WRITE_LIMIT)
        if abandoned.is_set():
            device.close()
        return device

    try:
        device = await _in_thread(opening, f"open {address.device}")
    except asyncio.CancelledError:
        abandoned.set()
        raise
    except Exception as error:
        raise PortFault(address.url, reason_of(error)) from error
    return OpenPort(address, device, notify)


def open_device(address: PortAddress, read_seconds: float, write_seconds: float) -> Any:
    """What pyserial opens for an address, blocking; it raises whatever pyserial does."""
    import serial

    return serial.serial_for_url(
        address.device,
        baudrate=address.baud,
        bytesize=address.bits,
        parity=address.parity,
        stopbits=address.stop,
        timeout=read_seconds,
        # rfc2217:// refuses the option and has its socket's own limit
        write_timeout=None if address.device.startswith("rfc2217:") else write_seconds,
        exclusive=True,
    )


class Reopening:
    """Opens one port again and again, with back-off: 0.2 s, doubling to 5 s. Logs once per outage."""

    def __init__(self, address: PortAddress, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.address = address
        self.faults = 0
        """Attempts that failed and ports that were lost, since the start."""
        self._sleep = sleep
        self._delay = 0.0
        self._said = False

    async def open(self, notify: Callable[[], None], on_fault: Callable[[PortFault], None]) -> OpenPort:
        """Wait until the port is open; `on_fault` is called for the first fault of an outage."""
        while True:
            await self._sleep(self._delay)
            try:
                port = await open_port(self.address, notify)
            except PortFault as fault:
                if self.failed(fault):
                    on_fault(fault)
            else:
                if self._said:
                    log.info("port %s: open again (%d faults so far)", self.address.url, self.faults)
                return port

    def failed(self, fault: PortFault, *, proven: bool = False) -> bool:
        """Count a fault; return whether it is the first of this outage.

        Losing a `proven` port begins an outage. A port that opens and fails at once keeps its growing delay
        and stays unsaid, so it neither spins nor fills the log.
        """
        self.faults += 1
        first, self._said = proven or not self._said, True
        if first:
            log.warning("%s (said once, trying again)", fault)
        self._delay = FIRST_DELAY if proven or not self._delay else min(self._delay * 2, LAST_DELAY)
        return first


async def _in_thread(work: Callable[[], T], name: str) -> T:
    """Run one blocking call in a daemon thread: unlike an executor's, it never delays the process's end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def finish(setter: Callable[[Any], None], value: Any) -> None:
        if not future.done():
            setter(value)

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            _post(loop, finish, future.set_exception, error)
        else:
            _post(loop, finish, future.set_result, result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await future


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(callback, *arguments)


def reason_of(error: Exception) -> str:
    """The system's sentence where there is one, also under pyserial's own."""
    cause = error.__context__
    number = getattr(error, "errno", None) or getattr(cause, "errno", None)
    if number is None and cause is not None and cause.args and isinstance(cause.args[0], int):  # as termios does
        number = cause.args[0]
    if number == errno.EAGAIN:  # the lock of `exclusive=True`
        return "in use by another program"
    return os.strerror(number) if number else str(error) or type(error).__name__
