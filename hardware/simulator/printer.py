"""A simulated ticket printer: reads ESC/POS by its own reading of the reference, and keeps what is on paper.

Pure: bytes in, answers out. Called by the simulate command, through a `SimulatedCable`, and by tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

KEPT = 20
NEVER = 10**9


@dataclass(frozen=True, slots=True)
class PrinterView:
    """The printer at one moment. `printed`: slips since the start; the last ones are kept as pictures."""

    port: str
    plugged: bool
    cover_open: bool
    empty: bool
    low: bool
    muted: bool
    printed: int
    kept: int


@dataclass(slots=True)
class SimulatedPrinter:
    """A printer with a knife. Faults are switched by hand: `muted` takes data but tells nothing, `cover_open`,
    `empty`, `low` are of its paper; after `stop_after` bytes of pictures the paper is at its end.

    `slips` are the last that were cut off, `printed` how many there were; `unknown` counts bytes that are no
    command.
    """

    width: int = 576
    muted: bool = False
    cover_open: bool = False
    empty: bool = False
    low: bool = False
    stop_after: int = NEVER
    slips: list[Image.Image] = field(default_factory=list)
    printed: int = 0
    received: int = 0
    started: int = 0
    unknown: int = 0
    _unread: bytearray = field(default_factory=bytearray)
    _rows: bytearray = field(default_factory=bytearray)

    def hear(self, data: bytes) -> bytes:
        """Take bytes from the host; return the answers, perhaps none."""
        self.received += len(data)
        self._unread += data
        answers = bytearray()
        while (answer := self._step()) is not None:
            answers += answer
        return b"" if self.muted else bytes(answers)

    @property
    def unread(self) -> bytes:
        """What came and is no whole command yet."""
        return bytes(self._unread)

    def view(self, port: str, plugged: bool) -> PrinterView:
        """Everything at this moment."""
        faults = self.cover_open, self.empty, self.low, self.muted
        return PrinterView(port, plugged, *faults, self.printed, len(self.slips))

    def _step(self) -> bytes | None:
        """Do one whole command; None when there is none yet."""
        have = bytes(self._unread[:8])
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
            if len(self._unread) < 8 + across * down:
                return None
            if across * 8 == self.width:
                self._ink(bytes(self._unread[8 : 8 + across * down]))
            else:
                self.unknown += 1
            return self._took(8 + across * down)
        if len(have) < 8:
            return None
        self.unknown += 1
        return self._took(1)

    def _took(self, length: int, answer: bytes = b"") -> bytes:
        del self._unread[:length]
        return answer

    def _status(self, which: int) -> bytes:
        offline = self.cover_open or self.empty
        found = {
            1: 0x08 if offline else 0,
            2: (0x04 if self.cover_open else 0) | (0x20 if self.empty else 0),
            4: (0x60 if self.empty else 0) | (0x0C if self.low else 0),
        }.get(which, 0)
        return bytes([0x12 | found])

    def _ink(self, data: bytes) -> None:
        self._rows += data
        if len(self._rows) >= self.stop_after:
            self.empty = True

    def _cut(self) -> None:
        if self.empty:
            return
        across = self.width // 8
        ink = bytes(byte ^ 0xFF for byte in self._rows)
        self.slips = [*self.slips, Image.frombytes("1", (self.width, len(ink) // across), ink)][-KEPT:]
        self.printed += 1
        self._rows.clear()
