"""Alpha signs (Adaptive's M-Protocol): "Alpha Sign Communications Protocol", 9708-8061, chapters 4 to 6.

    NUL × 5   SOH   type   address   STX   A   label   ESC   position   mode   text   ETX   checksum   EOT

Five NULs set the sign's baud rate. Type `Z` is any sign, the address two hexadecimal digits (00: all). Command A
writes a text file; mode `b` holds it, `c` flashes. The checksum, four hexadecimal digits, is the sum of all bytes
from STX to ETX. Signs do not answer a write.
"""

from __future__ import annotations

from hardware.protocols.boards import BoardDriver, number
from hardware.protocols.digits import Mode, Picture

SYNC, SOH, STX, ETX, EOT, ESC = b"\0" * 5, b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
MIDDLE = b" "  # position: the middle line
MODES = {Mode.STEADY: b"b", Mode.BLINK: b"c", Mode.TEST: b"b"}
COLOURS = ("", "\x1c1", "\x1c2", "\x1c3")  # as it is, red, green, amber


class AlphaSigns(BoardDriver):
    """`label`: the text file that is written, a letter that the sign shows; `colour`: 0 as it is, 1 red, 2 green,
    3 amber."""

    def __init__(self, label: str = "A", colour: str = "0") -> None:
        if not (len(label) == 1 and label.isascii() and label.isalpha()):
            raise ValueError(f"found label={label!r}, expected one letter")
        self._label = label.encode()
        self._colour = COLOURS[number(colour, 0, 3, "colour")].encode()

    def show(self, address: int, sequence: int, picture: Picture) -> bytes:
        if not 1 <= address <= 255:
            raise ValueError(f"found sign address {address}, expected 1 to 255")
        text = ESC + MIDDLE + MODES[picture.mode] + self._colour + picture.text.encode()
        body = STX + b"A" + self._label + text + ETX
        return SYNC + SOH + b"Z%02X" % address + body + b"%04X" % (sum(body) & 0xFFFF) + EOT

    def read(self, frame: bytes) -> tuple[int, Picture]:
        head, stx, rest = frame.partition(STX)
        rest, etx, check = rest.rpartition(ETX)
        body = stx + rest + etx
        before = b"A" + self._label + ESC + MIDDLE
        if check != b"%04X" % (sum(body) & 0xFFFF) + EOT or not rest.startswith(before):
            raise ValueError("damaged")
        mode, text = rest[len(before) : len(before) + 1], rest[len(before) + 1 :]
        if head[:7] != SYNC + SOH + b"Z" or not text.startswith(self._colour) or mode not in (b"b", b"c"):
            raise ValueError("damaged")
        shown = Picture(text[len(self._colour) :].decode("ascii"), Mode.BLINK if mode == b"c" else Mode.STEADY)
        return int(head[7:9], 16), shown
