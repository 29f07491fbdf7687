"""What our own two protocols (`digits`, `keypads`) share: a frame, its checksum, and an ear that finds frames.

    start byte   address, two digits   sequence, one digit   letter   …   ETX   CRC, four upper-case hex digits

Every byte between the start byte and ETX is printable ASCII, so a start byte is always a start. The letter fixes
the length, so a byte that turns into a start byte or ETX cannot make another valid frame.

CRC is CRC-16/CCITT-FALSE (polynomial 0x1021, first value 0xFFFF; "123456789" gives 29B1) over the start byte to
ETX. In the bytes it covers it catches every error of one to three bits and every burst of up to 16 bits, hence any
one wrong byte and any two neighbours; damage to the CRC digits alone is always caught; of wider damage about one
in 65,536 passes.
"""

from __future__ import annotations

from binascii import crc_hqx
from typing import Generic, TypeVar

ETX = 0x03
T = TypeVar("T")


def framed(start: int, address: int, sequence: int, rest: str) -> bytes:
    """A whole frame; `rest` is the letter and what follows it. Raises ValueError for a number out of range."""
    if not 0 <= sequence <= 9:
        raise ValueError(f"found sequence {sequence}, expected 0 to 9")
    head = f"{checked_address(address):02d}{sequence}{rest}"
    body = bytes((start,)) + head.encode("ascii") + bytes((ETX,))
    return body + b"%04X" % crc_hqx(body, 0xFFFF)


def checked_address(address: int) -> int:
    """The address itself. Raises ValueError outside 1 to 99; 00 is reserved."""
    if not 1 <= address <= 99:
        raise ValueError(f"found address {address}, expected 1 to 99")
    return address


class FrameDecoder(Generic[T]):
    """Finds frames in a stream one feeds; holds at most one frame's bytes. Never raises."""

    _start: int
    _lengths: dict[int, int]

    def __init__(self) -> None:
        self._held = bytearray()
        self.damaged = 0
        """Frames that began and were refused."""

    @property
    def held(self) -> int:
        """Bytes of a frame not yet complete, less than the longest frame."""
        return len(self._held)

    def feed(self, data: bytes) -> list[T]:
        """Take the next bytes, any number; return the frames that are complete now, in order."""
        found: list[T] = []
        for byte in data:
            if byte == self._start:
                self._give_up()
                self._held.append(byte)
            elif self._held:
                self._held.append(byte)
                if (frame := self._judge()) is not None:
                    found.append(frame)
        return found

    def reset(self) -> None:
        """Forget a frame begun, as after a silence on the line."""
        self._held.clear()

    def _give_up(self) -> None:
        self.damaged += bool(self._held)
        self._held.clear()

    def _judge(self) -> T | None:
        held = self._held
        if len(held) < 5:
            return None
        length = self._lengths.get(held[4], 0)
        if len(held) < length:
            return None
        frame = self._read(bytes(held)) if length and _whole(held) else None
        if frame is None:
            self._give_up()
        held.clear()
        return frame

    def _read(self, frame: bytes) -> T | None:
        """What a whole frame means; None when its values are unknown."""
        raise NotImplementedError


def _whole(frame: bytearray) -> bool:
    """Whether ETX is in its place, the CRC is right, and address and sequence are digits."""
    body, crc = bytes(frame[:-4]), bytes(frame[-4:])
    head = body[1:4]
    return body[-1] == ETX and crc == b"%04X" % crc_hqx(body, 0xFFFF) and head.isdigit() and head[:2] != b"00"
