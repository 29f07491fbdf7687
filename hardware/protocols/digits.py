"""The digit-board protocol: what a host says to LED boards on one RS-485 line, and what they answer.

Pure: no port, no clock. The bus encodes `Command` and decodes `Answer`; a board (here the simulator) does the
reverse. `framing` says what a frame and its checksum are.

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

A board stays silent about a damaged frame (the address may be the damage) and about other addresses.
A board that starts shows blank cells, steady.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from hardware.protocols.framing import FrameDecoder, framed

STX, SOH = 0x02, 0x01
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
            return framed(STX, frame.address, frame.sequence, "S" + frame.picture.mode.value + frame.picture.cells)
        case Query():
            return framed(STX, frame.address, frame.sequence, "Q")
        case Brightness():
            return framed(STX, frame.address, frame.sequence, f"L{_level(frame.level)}")
        case Answer():
            shown = frame.picture.mode.value + frame.picture.cells
            return framed(
                SOH, frame.address, frame.sequence, f"R{frame.fault.value}{shown}{_level(frame.brightness)}"
            )
        case _:
            assert_never(frame)


def _level(level: int) -> int:
    if not 1 <= level <= 9:
        raise ValueError(f"found brightness {level}, expected 1 to 9")
    return level


def _picture(text: bytes) -> Picture | None:
    try:
        return Picture(text[1:].decode("ascii"), Mode(chr(text[0])))
    except ValueError:
        return None


class CommandDecoder(FrameDecoder[Command | Misfit]):
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


class AnswerDecoder(FrameDecoder[Answer]):
    """The host's ear: finds answers and skips all else, its own echo on a two-wire line included."""

    _start = SOH
    _lengths = ANSWER_LENGTHS

    def _read(self, frame: bytes) -> Answer | None:
        picture = _picture(frame[6:12])
        if picture is None or frame[5:6] not in b"012" or frame[12:13] not in b"123456789":
            return None
        fault, level = Fault(chr(frame[5])), int(frame[12:13])
        return Answer(int(frame[1:3]), int(frame[3:4]), fault, picture, level)
