"""What leads to a printer: a serial line through pyserial, a socket, or USB through the kernel's printer driver.

Called by `hardware.printers`, which holds a cable open for one conversation. Blocking; the bus of the boards has
its own way (`hardware.ports`), for it listens all day.

USB needs no library: Linux's `usblp` gives each printer a file `/dev/usb/lp<n>` to write and read, and sysfs says
which vendor and product it is. The user needs to be in the group `lp`.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from hardware.ports import PortAddress, PortFault, open_device, reason_of

WRITE_SECONDS = 8.0
"""So long a printer may take no byte: its buffer is full while it prints or cuts; longer, it has stopped."""
OPEN_SECONDS = 2.0
USB_PRINTERS = Path("/sys/class/usbmisc")
DEVICES = Path("/dev/usb")


class Cable(Protocol):
    """An open line. Every fault is a PortFault; whoever opened it closes it."""

    def write(self, data: bytes) -> None:
        """Hand over all bytes."""

    def read(self, seconds: float) -> bytes:
        """What has come, waiting so long for a first byte; b"" when none did."""

    def close(self) -> None:
        """Let go of the line."""


class SerialCable:
    """A line that pyserial has opened."""

    def __init__(self, address: PortAddress, device: Any) -> None:
        self._url = address.url
        self._device = device

    def write(self, data: bytes) -> None:
        try:
            self._device.write(data)
        except Exception as error:  # pyserial lets TypeError and others through when a device goes away
            raise PortFault(self._url, reason_of(error)) from error

    def read(self, seconds: float) -> bytes:
        try:
            self._device.timeout = seconds
            data: bytes = self._device.read(1)
            return data + self._device.read(self._device.in_waiting) if data else b""
        except Exception as error:
            raise PortFault(self._url, reason_of(error)) from error

    def close(self) -> None:
        self._device.close()


def serial_cable(address: PortAddress) -> SerialCable:
    """Open a serial line; raises PortFault."""
    try:
        device = open_device(address, OPEN_SECONDS, WRITE_SECONDS)
    except Exception as error:
        raise PortFault(address.url, reason_of(error)) from error
    return SerialCable(address, device)


class FileCable:
    """A socket, or the file of a USB printer, by its descriptor: written and read, and never waited for longer."""

    def __init__(self, url: str, descriptor: int, may_end: bool = False) -> None:
        self._url = url
        self._descriptor = descriptor
        self._may_end = may_end

    def write(self, data: bytes) -> None:
        end = time.monotonic() + WRITE_SECONDS
        while data:
            if not select.select([], [self._descriptor], [], max(end - time.monotonic(), 0))[1]:
                raise PortFault(self._url, "takes no data")
            data = data[self._do(os.write, data) or 0 :]

    def read(self, seconds: float) -> bytes:
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return b""
        found: bytes | None = self._do(os.read, 64)
        if found == b"" and self._may_end:
            raise PortFault(self._url, "the printer has hung up")
        return found or b""

    def _do(self, call: Callable[[int, Any], Any], argument: object) -> Any:
        try:
            return call(self._descriptor, argument)
        except BlockingIOError:
            return None
        except OSError as error:
            raise PortFault(self._url, reason_of(error)) from error

    def close(self) -> None:
        os.close(self._descriptor)


def socket_cable(url: str, host: str, port: int) -> FileCable:
    """Connect to a network printer; raises PortFault. Not by pyserial, whose sockets sleep when they close."""
    try:
        connection = socket.create_connection((host, port), OPEN_SECONDS)
    except OSError as error:
        raise PortFault(url, reason_of(error)) from error
    connection.setblocking(False)
    return FileCable(url, connection.detach(), may_end=True)


def usb_cable(
    url: str, vendor: str, product: str, printers: Path = USB_PRINTERS, devices: Path = DEVICES
) -> FileCable:
    """Open the USB printer of a vendor and product (four hexadecimal digits each); raises PortFault."""
    file = devices / _usb_file(url, f"{vendor}:{product}".lower(), printers)
    try:
        return FileCable(url, os.open(file, os.O_RDWR | os.O_NONBLOCK))
    except OSError as error:
        raise PortFault(url, reason_of(error)) from error


def _usb_file(url: str, ids: str, printers: Path) -> str:
    """The name of the device file (`lp0`) of vendor and product; raises PortFault when it is not plugged in."""
    for found in sorted(printers.glob("lp*")):
        usb = (found / "device").resolve().parent  # the printer's interface is below the device it belongs to
        try:
            vendor, product = (usb / "idVendor").read_text().strip(), (usb / "idProduct").read_text().strip()
        except OSError:
            continue
        if f"{vendor}:{product}" == ids:
            return found.name
    raise PortFault(url, "no such printer is plugged in")
