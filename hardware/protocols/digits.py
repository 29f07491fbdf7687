"""The digit-board protocol: what a host says to LED boards on one RS-485 line, and what they answer.

Pure: no port, no clock. The bus encodes `Command` and decodes `Answer`; a board (here the simulator) does the
reverse. Every byte between the start byte and ETX is printable ASCII, so a start byte is always a start.

Host to board (16, 10 or 11 bytes)           Board to host (always 18 bytes)

    byte    show   query  level  meaning     byte    meaning
    0       STX    STX    STX    0x02        0       SOH, 0x01: a board never takes an answer for a command
    1-2     aa     aa     aa     address     1-2     address, two decimal digits 01 to 99
    3       n      n      n      sequence    3       sequence of the command answered
    4       S      Q      L      command     4       R, report
    5       mode   ETX    level              5       fault: 0 none, 1 value not understood, 2 display broken
    6-10    cells                            6       mode on show now: S steady, B blink, T test
    6                     ETX                7-11    cells on show now
    11      ETX                              12      brightness, 1 to 9
    ...     hhhh   hhhh   hhhh   CRC         13      ETX, 0x03
                                             14-17   CRC

Sequence is one digit, another one for each transmission, so a late answer is not taken for the next one's.
Cells are five of `0`-`9`, `-` and space, right aligned. Mode T lights every segment and keeps the cells.
An answer carries what the board shows: an acknowledgement proves the picture, not only the receipt.

CRC is CRC-16/CCITT-FALSE (polynomial 0x1021, first value 0xFFFF; "123456789" gives 29B1) over byte 0 to ETX,
as four upper-case hex digits. In the bytes it covers it catches every error of one to three bits and every
burst of up to 16 bits, hence any one wrong byte and any two neighbours; damage to the CRC digits alone is
always caught; of wider damage about one in 65,536 passes. The length is fixed by the command letter, so a
byte that turns into STX, SOH or ETX cannot make another valid frame either.

A board stays silent about a damaged frame (the address may be the damage) and about other addresses.
Address 00 is reserved. A board that starts shows blank cells, steady.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar, assert_never

STX, ETX, SOH = 0x02, 0x03, 0x01
CELL_COUNT = 5
CELL_CHARACTERS = frozenset("0123456789- ")
COMMAND_LENGTHS = {ord("S"): 16, ord("Q"): 10, ord("L"): 11}
ANSWER_LENGTHS = {ord("R"): 18}
ANSWER_LENGTH = 18
LONGEST = 18


class Mode(Enum):
    """How a board shows its cells."""

    STEADY = "S"
    BLINK = "B"
    TEST = "T"


class Fault(Enum):
    """What a board says is wrong; NONE in an acknowledgement."""

    NONE = "0"
    VALUE = "1"
    DISPLAY = "2"


@dataclass(frozen=True, slots=True)
class Picture:
    """What one board shows: up to five of `0`-`9`, `-`, space, right aligned (leading spaces are dropped).

    Raises ValueError for a longer text or another character.
    """

    text: str = ""
    mode: Mode = Mode.STEADY

    def __post_init__(self) -> None:
        text = self.text.lstrip(" ")
        if len(text) > CELL_COUNT:
            raise ValueError(f"found {len(text)} cells in {text!r}, expected at most {CELL_COUNT}")
        if strange := set(text) - CELL_CHARACTERS:
            found = "".join(sorted(strange))
            raise ValueError(f"found {found!r} in {text!r}, expected digits, '-' and spaces")
        object.__setattr__(self, "text", text)

    @property
    def cells(self) -> str:
        """Exactly five characters, as the board's cells from left to right."""
        return self.text.rjust(CELL_COUNT)


@dataclass(frozen=True, slots=True)
class Show:
    """Show this picture until told otherwise."""

    address: int
    sequence: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class Query:
    """Say what you show."""

    address: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Brightness:
    """Shine at this level, 1 (dimmest) to 9."""

    address: int
    sequence: int
    level: int


@dataclass(frozen=True, slots=True)
class Misfit:
    """An undamaged command whose value is unknown here; a board answers with `Fault.VALUE`. Never sent."""

    address: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A board's report: which command it answers, its fault, and what it shows now."""

    address: int
    sequence: int
    fault: Fault
    picture: Picture
    brightness: int = 9


Command = Show | Query | Brightness


def encode(frame: Command | Answer) -> bytes:
    """The bytes of one frame. Raises ValueError for an address, sequence or level out of range."""
    match frame:
        case Show():
            return _bytes(STX, frame, "S" + frame.picture.mode.value + frame.picture.cells)
        case Query():
            return _bytes(STX, frame, "Q")
        case Brightness():
            return _bytes(STX, frame, f"L{_level(frame.level)}")
        case Answer():
            shown = frame.picture.mode.value + frame.picture.cells
            return _bytes(SOH, frame, f"R{frame.fault.value}{shown}{_level(frame.brightness)}")
        case _:
            assert_never(frame)


def checked_address(address: int) -> int:
    """The address itself. Raises ValueError outside 1 to 99."""
    if not 1 <= address <= 99:
        raise ValueError(f"found board address {address}, expected 1 to 99")
    return address


def _bytes(start: int, frame: Command | Answer, rest: str) -> bytes:
    if not 0 <= frame.sequence <= 9:
        raise ValueError(f"found sequence {frame.sequence}, expected 0 to 9")
    head = f"{checked_address(frame.address):02d}{frame.sequence}{rest}"
    body = bytes((start,)) + head.encode("ascii") + bytes((ETX,))
    return body + b"%04X" % crc_hqx(body, 0xFFFF)


def _level(level: int) -> int:
    if not 1 <= level <= 9:
        raise ValueError(f"found brightness {level}, expected 1 to 9")
    return level


T = TypeVar("T")


class _Decoder(Generic[T]):
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
        raise NotImplementedError


def _whole(frame: bytearray) -> bool:
    """Whether ETX is in its place, the CRC is right, and address and sequence are digits."""
    body, crc = bytes(frame[:-4]), bytes(frame[-4:])
    head = body[1:4]
    return body[-1] == ETX and crc == b"%04X" % crc_hqx(body, 0xFFFF) and head.isdigit() and head[:2] != b"00"


def _picture(text: bytes) -> Picture | None:
    try:
        return Picture(text[1:].decode("ascii"), Mode(chr(text[0])))
    except ValueError:
        return None


class CommandDecoder(_Decoder[Command | Misfit]):
    """A board's ear: finds commands, to any address, and skips all else."""

    _start = STX
    _lengths = COMMAND_LENGTHS

    def _read(self, frame: bytes) -> Command | Misfit | None:
        address, sequence, letter = int(frame[1:3]), int(frame[3:4]), frame[4:5]
        if letter == b"Q":
            return Query(address, sequence)
        if letter == b"L" and frame[5:6] in b"123456789":
            return Brightness(address, sequence, int(frame[5:6]))
        if letter == b"S" and (picture := _picture(frame[5:11])) is not None:
            return Show(address, sequence, picture)
        return Misfit(address, sequence)


class AnswerDecoder(_Decoder[Answer]):
    """The host's ear: finds answers and skips all else, its own echo on a two-wire line included."""

    _start = SOH
    _lengths = ANSWER_LENGTHS

    def _read(self, frame: bytes) -> Answer | None:
        picture = _picture(frame[6:12])
        if picture is None or frame[5:6] not in b"012" or frame[12:13] not in b"123456789":
            return None
        fault, level = Fault(chr(frame[5])), int(frame[12:13])
        return Answer(int(frame[1:3]), int(frame[3:4]), fault, picture, level)
