"""Boards with Modbus RTU registers: "Modbus over Serial Line" V1.02 and "Modbus Application Protocol" V1.1b3.

The text stands in holding registers, two ASCII letters each, right aligned; a register before them says how:
0 steady, 1 blink. Function 16 writes, and the board echoes address, first register and count; function 3 reads
them back. CRC-16 with polynomial 0xA001, first value 0xFFFF, low byte first (6.2.2; its example is 02 07 → 41 12).
Written here and not taken from pymodbus: the pure half is forty lines, and its client owns the port and the pace.
"""

from __future__ import annotations

from hardware.protocols.boards import BoardDriver, number
from hardware.protocols.digits import CELL_COUNT, Answer, Fault, Mode, Picture

READ, WRITE, FAILED = 3, 16, 0x80
EXCEPTION_LENGTH, ECHO_LENGTH = 5, 8
MODES = {Mode.STEADY: 0, Mode.BLINK: 1, Mode.TEST: 0}


def crc(data: bytes) -> bytes:
    """The two bytes at the end of a frame."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def whole(frame: bytes) -> bytes:
    """A frame without its CRC; raises ValueError for a damaged one."""
    if len(frame) < 4 or crc(frame[:-2]) != frame[-2:]:
        raise ValueError("damaged")
    return frame[:-2]


class ModbusBoards(BoardDriver):
    """`register`: the first one, which says how; the text stands in the `count` after it, two letters each."""

    def __init__(self, register: str = "0", count: str = "3") -> None:
        self._register, self._count = number(register, 0, 65_000, "register"), number(count, 1, 3, "count")
        self.cells = min(2 * self._count, CELL_COUNT)
        self.answer_length = 5 + 2 * (self._count + 1)

    def show(self, address: int, sequence: int, picture: Picture) -> bytes:
        if len(picture.text) > 2 * self._count:
            raise ValueError(f"found {picture.text!r}, expected at most {2 * self._count} letters")
        return _framed(
            _checked(address), WRITE, self._where() + bytes([2 * (self._count + 1)]) + self._words(picture)
        )

    def query(self, address: int, sequence: int) -> bytes:
        return _framed(_checked(address), READ, self._where())

    def ear(self, address: int, sequence: int, picture: Picture | None) -> _Ear:
        written = picture and bytes([address, WRITE]) + self._where()
        return _Ear(self, address, sequence, picture, written or b"")

    def _where(self) -> bytes:
        return self._register.to_bytes(2, "big") + (self._count + 1).to_bytes(2, "big")

    def _words(self, picture: Picture) -> bytes:
        return MODES[picture.mode].to_bytes(2, "big") + picture.text.rjust(2 * self._count).encode()

    def read_words(self, words: bytes) -> Picture:
        """The picture in a board's registers; raises ValueError."""
        mode = Mode.BLINK if int.from_bytes(words[:2], "big") else Mode.STEADY
        return Picture(words[2:].decode("ascii"), mode)

    def read(self, frame: bytes) -> tuple[int, Picture | None]:
        if len(frame) == 8 and frame[1:6] == bytes([READ]) + self._where():
            return whole(frame)[0], None
        if len(frame) < 8 or frame[1] != WRITE:
            raise ValueError("damaged")
        body = whole(frame)
        head = bytes([WRITE]) + self._where() + bytes([2 * (self._count + 1)])
        if body[1 : 1 + len(head)] != head or len(body) != 1 + len(head) + 2 * (self._count + 1):
            raise ValueError("damaged")
        return body[0], self.read_words(body[1 + len(head) :])

    def reply(self, address: int, shows: Picture, *, is_asked: bool) -> bytes:
        if not is_asked:
            return _framed(address, WRITE, self._where())
        return _framed(address, READ, bytes([2 * (self._count + 1)]) + self._words(shows))


class _Ear:
    """Listens for one answer: the echo of what was written, the registers read, or an exception."""

    def __init__(
        self, driver: ModbusBoards, address: int, sequence: int, picture: Picture | None, written: bytes
    ) -> None:
        self._driver = driver
        self._address, self._sequence = address, sequence
        self._picture, self._written = picture, written
        self._heard = b""

    def feed(self, data: bytes) -> list[Answer]:
        """Frames are looked for where the address stands, in the lengths they can have: noise costs little."""
        lengths = (EXCEPTION_LENGTH, ECHO_LENGTH if self._picture else self._driver.answer_length)
        for at in range(len(data)):
            self._heard = (self._heard + data[at : at + 1])[-max(lengths) :]
            for length in lengths:
                frame = self._heard[-length:]
                if len(frame) == length and frame[0] == self._address and (answer := self._read(frame)):
                    return [answer]
        return []

    def _read(self, frame: bytes) -> Answer | None:
        try:
            body = whole(frame)
            if body[0] != self._address:
                return None
            if body[1] in (READ | FAILED, WRITE | FAILED) and len(body) == 3:
                return Answer(self._address, self._sequence, Fault.VALUE, self._picture or Picture())
            if self._picture is not None:
                is_echo = body == self._written
                return Answer(self._address, self._sequence, Fault.NONE, self._picture) if is_echo else None
            if body[1] != READ or len(body) != 3 + body[2]:
                return None
            return Answer(self._address, self._sequence, Fault.NONE, self._driver.read_words(body[3:]))
        except ValueError:
            return None


def _framed(address: int, function: int, rest: bytes) -> bytes:
    body = bytes([address, function]) + rest
    return body + crc(body)


def _checked(address: int) -> int:
    if not 1 <= address <= 247:
        raise ValueError(f"found board address {address}, expected 1 to 247")
    return address
