"""What the simulator shows at one moment, for the terminal, the page and `/state.json`. Facts only."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.simulator.board import SimulatedBoard
from hardware.simulator.keypad import SimulatedKeypad
from hardware.simulator.modem import ModemView
from hardware.simulator.printer import PrinterView


@dataclass(frozen=True, slots=True)
class BoardView:
    """One board. `cells`: exactly five characters. `mode`: steady, blink or test. Times: seconds since 1970."""

    address: int
    label: str
    cells: str
    mode: str
    brightness: int
    powered: bool
    muted: bool
    broken: bool
    frames: int
    errors: int
    last_frame_at: float | None

    @property
    def picture(self) -> tuple[str, str, bool]:
        """What a passer-by sees: cells, mode, lit at all."""
        return (self.cells, self.mode, self.powered)


@dataclass(frozen=True, slots=True)
class KeypadView:
    """One keypad. `cells`: exactly five characters. `told`: it knows its counter. `lamp`: "", taken or refused.
    `waits`: the key not yet answered, "" for none. Times: seconds since 1970."""

    address: int
    label: str
    cells: str
    waiting: int
    told: bool
    lamp: str
    waits: str
    powered: bool
    muted: bool
    frames: int
    errors: int
    last_frame_at: float | None


@dataclass(frozen=True, slots=True)
class LineView:
    """The line, its boards and its keypads, in the order given, and what is beside it. `noise`, `drop`:
    probability per byte. `late`: seconds."""

    port: str
    plugged: bool
    baud: int
    noise: float
    drop: float
    late: float
    boards: tuple[BoardView, ...]
    keypads: tuple[KeypadView, ...] = ()
    printer: PrinterView | None = None
    modem: ModemView | None = None


def view_of_keypad(keypad: SimulatedKeypad) -> KeypadView:
    """A keypad at this moment."""
    return KeypadView(
        address=keypad.address,
        label=keypad.label,
        cells=keypad.face.text.rjust(5),
        waiting=keypad.face.waiting,
        told=keypad.face.mark > 0,
        lamp=keypad.lamp,
        waits=keypad.waits.key.name.lower() if keypad.waits else "",
        powered=keypad.powered,
        muted=keypad.muted,
        frames=keypad.frames,
        errors=keypad.errors,
        last_frame_at=keypad.last_frame_at,
    )


def view_of_board(board: SimulatedBoard) -> BoardView:
    """A board at this moment."""
    return BoardView(
        address=board.address,
        label=board.label,
        cells=board.picture.cells,
        mode=board.picture.mode.name.lower(),
        brightness=board.brightness,
        powered=board.powered,
        muted=board.muted,
        broken=board.broken,
        frames=board.frames,
        errors=board.errors,
        last_frame_at=board.last_frame_at,
    )
