"""A plain frame of ASCII, as most simple digit boards take it: start, address, text, checksum, end.

Each part is an option. With the defaults board 7 shows 86001 by `02 30 37 38 36 30 30 31 36 36 03`: the checksum
is two hexadecimal digits, the sum over address and text. Nothing answers.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Callable
from functools import reduce
from operator import xor

from hardware.protocols.boards import BoardDriver, hexadecimal, number
from hardware.protocols.digits import Mode, Picture

CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda data: b"",
    "sum": lambda data: b"%02X" % (sum(data) % 256),
    "xor": lambda data: b"%02X" % reduce(xor, data, 0),
    "crc": lambda data: b"%04X" % crc_hqx(data, 0xFFFF),  # CRC-16/CCITT-FALSE
}


class AsciiBoards(BoardDriver):
    """`start`, `end`, `blink`, `steady`: bytes in hexadecimal, the last two before the text; `address`: its
    decimal digits (0: none is sent); `digits`: letters of the text, right aligned; `checksum`: none, sum, xor or
    crc."""

    def __init__(
        self,
        start: str = "02",
        address: str = "2",
        digits: str = "5",
        checksum: str = "sum",
        end: str = "03",
        blink: str = "",
        steady: str = "",
    ) -> None:
        self._start, self._end = hexadecimal(start, "start"), hexadecimal(end, "end")
        self._address, self._digits = number(address, 0, 3, "address"), number(digits, 1, 5, "digits")
        self.cells = self._digits
        if checksum not in CHECKS:
            raise ValueError(f"found checksum={checksum!r}, expected {', '.join(CHECKS)}")
        self._check = CHECKS[checksum]
        self._modes = {Mode.BLINK: hexadecimal(blink, "blink"), Mode.STEADY: hexadecimal(steady, "steady")}
        self.can_blink = self._modes[Mode.BLINK] != self._modes[Mode.STEADY]

    def show(self, address: int, sequence: int, picture: Picture) -> bytes:
        if len(picture.text) > self._digits:
            raise ValueError(f"found {picture.text!r}, expected at most {self._digits} digits")
        said = f"{address:0{self._address}d}" if self._address else ""
        if len(said) > self._address:
            raise ValueError(f"found board address {address}, expected at most {self._address} digits")
        mode = self._modes.get(picture.mode, self._modes[Mode.STEADY])
        body = said.encode() + mode + picture.text.rjust(self._digits).encode()
        return self._start + body + self._check(body) + self._end

    def read(self, frame: bytes) -> tuple[int, Picture]:
        body = frame[len(self._start) : len(frame) - len(self._end)]
        length = len(self._check(b""))
        body, check = body[: len(body) - length], body[len(body) - length :]
        if frame != self._start + body + check + self._end or check != self._check(body):
            raise ValueError("damaged")
        said, text = body[: self._address], body[len(body) - self._digits :]
        before = body[self._address : len(body) - self._digits]
        mode = next((mode for mode, mark in self._modes.items() if mark == before), None)
        if (
            mode is None
            or (said and not said.isdigit())
            or len(body) != self._address + len(before) + self._digits
        ):
            raise ValueError("damaged")
        return int(said or b"0"), Picture(text.decode("ascii"), mode if self.can_blink else Mode.STEADY)
