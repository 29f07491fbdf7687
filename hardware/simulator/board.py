"""One simulated LED board: bytes in, answer out, as the protocol says. Pure; called by the simulated line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from hardware.protocols.digits import (
    Answer,
    Brightness,
    Command,
    CommandDecoder,
    Fault,
    Misfit,
    Picture,
    Query,
    Show,
    encode,
)
from hardware.protocols.framing import checked_address


@dataclass(slots=True)
class SimulatedBoard:
    """A board at an address (1 to 99), with what it shows and what was done to it.

    `muted`: hears and shows, but its answers are cut. `powered`: off, it is dark and deaf, and forgets.
    `broken`: answers that its display failed. `frames` counts commands to this board, `errors` damaged frames
    it heard on the line.
    """

    address: int
    label: str = ""
    picture: Picture = field(default_factory=Picture)
    brightness: int = 9
    powered: bool = True
    muted: bool = False
    broken: bool = False
    frames: int = 0
    last_frame_at: float | None = None
    _ear: CommandDecoder = field(default_factory=CommandDecoder)

    def __post_init__(self) -> None:
        checked_address(self.address)
        self.label = self.label or f"Quầy {self.address:02d}"

    @property
    def errors(self) -> int:
        """Damaged frames heard on the line."""
        return self._ear.damaged

    def hear(self, data: bytes, now: float) -> bytes:
        """Take bytes from the line; return the answers to put on it, mostly none. `now`: wall time, seconds."""
        if not self.powered:
            return b""
        commands = [command for command in self._ear.feed(data) if command.address == self.address]
        return b"".join(self._obey(command, now) for command in commands)

    def power(self, on: bool) -> None:
        """Switch the board; off, it forgets what it showed."""
        if self.powered and not on:
            self.picture, self.brightness = Picture(), 9
            self._ear.reset()
        self.powered = on

    def _obey(self, command: Command | Misfit, now: float) -> bytes:
        self.frames += 1
        self.last_frame_at = now
        fault = Fault.DISPLAY if self.broken else Fault.NONE
        match command:
            case Show():
                self.picture = command.picture
            case Brightness():
                self.brightness = command.level
            case Query():
                pass
            case Misfit():
                fault = Fault.VALUE
            case _:
                assert_never(command)
        answer = Answer(self.address, command.sequence, fault, self.picture, self.brightness)
        return b"" if self.muted else encode(answer)
