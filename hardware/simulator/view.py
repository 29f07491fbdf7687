"""What the simulator shows at one moment, for the terminal, the page and `/state.json`. Facts only."""

from __future__ import annotations

from dataclasses import dataclass


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
class LineView:
    """The line and its boards, in the order given. `noise`, `drop`: probability per byte. `late`: seconds."""

    port: str
    plugged: bool
    baud: int
    noise: float
    drop: float
    late: float
    boards: tuple[BoardView, ...]
