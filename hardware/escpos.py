"""ESC/POS as bytes, without I/O: a picture to print, a cut, questions about the printer and what answers mean.

Called by `hardware.printers`; the tests' printer reads the same bytes by its own reading. Source of the commands:
Epson's ESC/POS reference (GS v 0, GS V, ESC @, DLE EOT, GS r). They are few, so they stand here: python-escpos,
whose pictures the tests compare with these byte by byte, has had no release since 2023, brings seven packages of
which none is used here (two that draw codes, YAML, directories …), and makes a temporary folder at import.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

START = b"\x1b@"
"""ESC @: what somebody else left half done is forgotten."""
CUT = b"\x1dVB\x00"
"""GS V 66 0: feed to the knife and cut, leaving one point."""
ASK_PRINTER, ASK_OFFLINE, ASK_FAULT, ASK_PAPER = (b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))
"""DLE EOT 1 to 4: answered at once with one byte, also while the printer is offline."""
ASK_DONE = b"\x1dr\x01"
"""GS r 1: answered with one byte only after all that was sent before is printed."""
INVERTED = bytes(byte ^ 0xFF for byte in range(256))  # a picture has white as 1, a printer ink
SLICE_ROWS = 256  # rows a GS v 0: small printers have some 16 KB of buffer for one


class State(StrEnum):
    """How a printer is. `low`: it prints, the roll ends soon. `silent`: it takes data but tells nothing, as many
    cheap ones and one-way cables; it is used in good faith."""

    READY = "ready"
    LOW = "paper-low"
    SILENT = "silent"
    EMPTY = "paper-end"
    OPEN = "cover-open"
    FAULT = "fault"
    OFFLINE = "offline"
    AWAY = "away"

    @property
    def prints(self) -> bool:
        return self in (State.READY, State.LOW, State.SILENT)


@dataclass(frozen=True, slots=True)
class Answers:
    """The bytes that DLE EOT 1, 2 and 4 were answered with."""

    printer: int
    offline: int
    paper: int


def picture(image: Image.Image) -> Iterator[bytes]:
    """GS v 0 commands that print a picture of mode "1", black is ink, in slices of `SLICE_ROWS` rows.

    The width must be a multiple of 8 dots; raises ValueError.
    """
    if image.mode != "1" or image.width % 8:
        raise ValueError(f"found a picture {image.mode} {image.width} wide, expected mode 1, whole bytes a row")
    for top in range(0, image.height, SLICE_ROWS):
        part = image.crop((0, top, image.width, min(top + SLICE_ROWS, image.height)))
        size = (part.width // 8).to_bytes(2, "little") + part.height.to_bytes(2, "little")
        yield b"\x1dv0\x00" + size + part.tobytes().translate(INVERTED)


def is_status(byte: int) -> bool:
    """Whether a byte answers DLE EOT: bits 1 and 4 set, 0 and 7 clear, whatever the others say."""
    return byte & 0x93 == 0x12


def is_done(byte: int) -> bool:
    """Whether a byte answers GS r: bits 4 and 7 clear. A picture may contain the bytes of a DLE EOT, which is then
    answered too; that is told from this by bit 4."""
    return byte & 0x90 == 0


def state_of(answers: Answers) -> State:
    """What the answers mean; the cause that somebody at the kiosk can remove first."""
    if answers.offline & 0x04:
        return State.OPEN
    if answers.paper & 0x60 or answers.offline & 0x20:
        return State.EMPTY
    if answers.offline & 0x40:
        return State.FAULT
    if answers.printer & 0x08:
        return State.OFFLINE
    return State.LOW if answers.paper & 0x0C else State.READY
