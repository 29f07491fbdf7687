"""A ticket printer for tests: reads ESC/POS by its own reading of the reference, and keeps what is on paper.

On a socket, or on a pseudo-terminal in the place of a serial line or of a USB printer's file.
"""

from __future__ import annotations

import os
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops

STOP_AFTER = 10**9


@dataclass
class Paper:
    """The printer itself. `slips` are what was cut off, as pictures; faults are switched by hand; `stop_after` so
    many bytes of pictures the paper is at its end."""

    width: int = 576
    mute: bool = False
    cover_open: bool = False
    empty: bool = False
    low: bool = False
    stop_after: int = STOP_AFTER
    slips: list[Image.Image] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    unread: bytearray = field(default_factory=bytearray)
    rows: bytearray = field(default_factory=bytearray)
    started: int = 0

    def feed(self, data: bytes) -> bytes:
        """Bytes come; the answers."""
        self.received += data
        self.unread += data
        answers = bytearray()
        while (answer := self._step()) is not None:
            answers += answer
        return b"" if self.mute else bytes(answers)

    def _step(self) -> bytes | None:
        """Do one whole command; None when there is none yet."""
        have = bytes(self.unread[:8])
        if have[:2] == b"\x10\x04" and len(have) >= 3:
            return self._took(3, self._status(have[2]))
        if have[:2] == b"\x1b@":
            self.started += 1
            return self._took(2)
        if have[:4] == b"\x1dVB\x00":
            self._cut()
            return self._took(4)
        if have[:3] == b"\x1dr\x01":
            return self._took(3, b"" if self.empty else b"\x03" if self.low else b"\x00")
        if have[:4] == b"\x1dv0\x00" and len(have) == 8:
            across, down = int.from_bytes(have[4:6], "little"), int.from_bytes(have[6:8], "little")
            assert across * 8 == self.width, "a picture as wide as the paper"
            if len(self.unread) < 8 + across * down:
                return None
            self._ink(bytes(self.unread[8 : 8 + across * down]))
            return self._took(8 + across * down)
        assert len(have) < 8 or not have, f"not ESC/POS: {have.hex(' ')}"
        return None

    def _took(self, length: int, answer: bytes = b"") -> bytes:
        del self.unread[:length]
        return answer

    def _status(self, which: int) -> bytes:
        offline = self.cover_open or self.empty
        found = {
            1: 0x08 if offline else 0,
            2: (0x04 if self.cover_open else 0) | (0x20 if self.empty else 0),
            4: (0x60 if self.empty else 0) | (0x0C if self.low else 0),
        }[which]
        return bytes([0x12 | found])

    def _ink(self, data: bytes) -> None:
        self.rows += data
        if len(self.rows) >= self.stop_after:
            self.empty = True

    def _cut(self) -> None:
        if self.empty:
            return
        across = self.width // 8
        ink = bytes(byte ^ 0xFF for byte in self.rows)
        self.slips.append(Image.frombytes("1", (self.width, len(ink) // across), ink))
        self.rows.clear()


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures are the same, dot by dot."""
    return one.size == other.size and ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None


@contextmanager
def network_printer(paper: Paper) -> Iterator[int]:
    """The paper behind a port of this machine, one connection at a time; gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(ConnectionError):
                    while data := connection.recv(4096):
                        connection.sendall(paper.feed(data))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


@contextmanager
def line_printer(paper: Paper, file: Path) -> Iterator[Path]:
    """The paper at a device file of its own (a link to a pseudo-terminal)."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    file.symlink_to(os.ttyname(theirs))

    def serve() -> None:
        with suppress(OSError):
            while data := os.read(ours, 4096):
                os.write(ours, paper.feed(data))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield file
    finally:
        os.close(theirs)  # ends the reading
        thread.join(5)
        os.close(ours)
        file.unlink()
