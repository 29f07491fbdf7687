"""What a bus reports: facts about boards, keypads and the port, each with the time it was known.

Times are seconds of the bus's clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware.protocols.digits import Mode
from hardware.protocols.keypads import Pressed
from hardware.turns import Health

BOARD, KEYPAD = "board", "keypad"


@dataclass(frozen=True, slots=True)
class Shown:
    """A board proved that it shows this."""

    address: int
    text: str
    mode: Mode
    acknowledged_at: float


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key was pressed at a keypad, said once; whoever hears it settles it."""

    address: int
    pressed: Pressed
    at: float


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """A board's or keypad's health (`kind`) is another one than before."""

    address: int
    health: Health
    at: float
    kind: str = BOARD


@dataclass(frozen=True, slots=True)
class PortChanged:
    """The port opened, or was lost or could not be opened (said once per outage, with the reason)."""

    url: str
    is_open: bool
    reason: str
    at: float


Report = Shown | KeyPressed | HealthChanged | PortChanged
