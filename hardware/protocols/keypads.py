"""The keypad protocol: what a host says to the keypads of clerks without a computer, and what they answer.

Pure: no port, no clock. `framing` says what a frame and its checksum are. Keypads and boards of any kind may share
a line: a keypad hears only what begins with ENQ, and speaks only when it was spoken to.

Host to keypad (10 or 23 bytes)              Keypad to host (always 17 bytes)

    byte    poll   tell  meaning             byte    meaning
    0       ENQ    ENQ   0x05                0       ACK, 0x06
    1-2     aa     aa    address             1-2     address, two decimal digits 01 to 99
    3       n      n     sequence            3       sequence of the frame answered
    4       P      T     command             4       K, report
    5-6            kk    the key answered    5-6     number of the key that waits, 01 to 99; 00: none waits
    7              r     1 taken, 2 refused  7       the key: N next, R recall, A absent, P pause or resume,
    8-9            mm    mark of the turn            T transfer; - none
    10-14          cells number called       8-9     mark under which it was pressed, or on show when none waits
    15-17          www   how many wait       10-11   counter typed before T, 00 none
    18             ETX                       12      ETX
    ...     hhhh   hhhh  CRC                 13-16   CRC

*Mark.* The host marks each state of the counter with two digits, 01 to 99 (`mark_of` its turn); a keypad gives a
key the mark it showed. So a key pressed for a visit that is over is known for what it is, and a report that comes
twice, even to a host that has just started, presses once: the first has made another turn of it. A keypad that
starts shows mark 00, and is told all anew.

*Keys.* A keypad numbers its keys, 01 to 99 and again, and holds one until a tell names its number as answered
(`kk`; 00 answers none); meanwhile it takes no other. It forgets a key that nobody has fetched within five
seconds: no clerk wants it then. `r` lights its lamp green or red.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from hardware.protocols.digits import Picture
from hardware.protocols.framing import FrameDecoder, framed

ENQ, ACK = 0x05, 0x06
COMMAND_LENGTHS = {ord("P"): 10, ord("T"): 23}
REPORT_LENGTHS = {ord("K"): 17}
REPORT_LENGTH = 17
LONGEST = 23
FORGET_SECONDS = 5.0
MOST_WAITING = 999


class Key(Enum):
    """What a clerk can press."""

    NEXT = "N"
    RECALL = "R"
    ABSENT = "A"
    PAUSE = "P"
    TRANSFER = "T"


@dataclass(frozen=True, slots=True)
class Face:
    """What a keypad shows: the number called (as a board's text), how many wait (from 999 on: 999), the mark of
    the turn (1 to 99; 0: told nothing)."""

    text: str = ""
    waiting: int = 0
    mark: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", Picture(self.text).text)
        object.__setattr__(self, "waiting", min(self.waiting, MOST_WAITING))
        if self.waiting < 0 or not 0 <= self.mark <= 99:
            raise ValueError(f"found {self.waiting} waiting, mark {self.mark}, expected 0 or more, 0 to 99")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that waits to be answered: its number (1 to 99), the mark it was pressed under, for a transfer the
    counter typed (1 to 99; 0: none)."""

    number: int
    key: Key
    mark: int
    target: int = 0

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 99 and 0 <= self.mark <= 99 and 0 <= self.target <= 99):
            raise ValueError(f"found {self}, expected a number of 1 to 99, a mark and a target of 0 to 99")


@dataclass(frozen=True, slots=True)
class Poll:
    """Say whether a key was pressed."""

    address: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Show this; `answered` is the number of the key that was taken or `refused`, 0 for none."""

    address: int
    sequence: int
    face: Face = field(default_factory=Face)
    answered: int = 0
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A keypad's answer: the key that waits, if any, and the mark on show."""

    address: int
    sequence: int
    pressed: Pressed | None
    mark: int


def mark_of(turn: int) -> int:
    """The mark of a counter's turn, 1 to 99."""
    return turn % 99 + 1


def encode(frame: Poll | Tell | Report) -> bytes:
    """The bytes of one frame. Raises ValueError for an address or sequence out of range."""
    match frame:
        case Poll():
            return framed(ENQ, frame.address, frame.sequence, "P")
        case Tell():
            if not 0 <= frame.answered <= 99:
                raise ValueError(f"found key number {frame.answered}, expected 0 to 99")
            face, how = frame.face, 0 if not frame.answered else 2 if frame.refused else 1
            shown = f"{face.mark:02d}{face.text.rjust(5)}{face.waiting:03d}"
            return framed(ENQ, frame.address, frame.sequence, f"T{frame.answered:02d}{how}{shown}")
        case Report():
            key = frame.pressed
            said = f"{key.number:02d}{key.key.value}{key.mark:02d}{key.target:02d}" if key else ""
            return framed(ACK, frame.address, frame.sequence, "K" + (said or f"00-{frame.mark:02d}00"))


class CommandDecoder(FrameDecoder[Poll | Tell]):
    """A keypad's ear: finds what the host says, to any address, and skips all else."""

    _start = ENQ
    _lengths = COMMAND_LENGTHS

    def _read(self, frame: bytes) -> Poll | Tell | None:
        address, sequence, rest = int(frame[1:3]), int(frame[3:4]), frame[5:-5].decode("ascii", "replace")
        if not rest:
            return Poll(address, sequence)
        number, how, mark, cells, waiting = rest[:2], rest[2], rest[3:5], rest[5:10], rest[10:]
        if not _are_digits(number, mark, waiting) or how not in "012" or (how == "0") != (number == "00"):
            return None
        try:
            face = Face(cells, int(waiting), int(mark))
        except ValueError:
            return None
        return Tell(address, sequence, face, int(number), how == "2")


class ReportDecoder(FrameDecoder[Report]):
    """The host's ear: finds reports and skips all else, its own echo on a two-wire line included."""

    _start = ACK
    _lengths = REPORT_LENGTHS

    def _read(self, frame: bytes) -> Report | None:
        address, sequence, rest = int(frame[1:3]), int(frame[3:4]), frame[5:-5].decode("ascii", "replace")
        number, letter, mark, target = rest[:2], rest[2], rest[3:5], rest[5:]
        if not _are_digits(number, mark, target):
            return None
        if (number, letter, target) == ("00", "-", "00"):
            return Report(address, sequence, None, int(mark))
        if number == "00" or letter not in (key.value for key in Key):
            return None
        pressed = Pressed(int(number), Key(letter), int(mark), int(target))
        return Report(address, sequence, pressed, pressed.mark)


def _are_digits(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() for text in texts)
