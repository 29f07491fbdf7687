"""One simulated keypad: bytes in, report out, as the protocol says; a hand presses its keys. Pure; called by the
simulated line."""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.protocols.framing import checked_address
from hardware.protocols.keypads import (
    FORGET_SECONDS,
    CommandDecoder,
    Face,
    Key,
    Poll,
    Pressed,
    Report,
    Tell,
    encode,
)


@dataclass(slots=True)
class SimulatedKeypad:
    """A keypad at an address (1 to 99), with what it shows and the key that waits there.

    `muted`: hears, but its reports are cut. `powered`: off, it is dark and deaf, and forgets. `lamp`: "" dark,
    "taken" or "refused" after the last key. `frames` counts frames to this keypad, `errors` damaged ones it heard
    on the line.
    """

    address: int
    label: str = ""
    face: Face = field(default_factory=Face)
    lamp: str = ""
    waits: Pressed | None = None
    powered: bool = True
    muted: bool = False
    frames: int = 0
    last_frame_at: float | None = None
    _waits_since: float = 0.0
    _number: int = 0
    _ear: CommandDecoder = field(default_factory=CommandDecoder)

    def __post_init__(self) -> None:
        checked_address(self.address)
        self.label = self.label or f"Bàn phím {self.address:02d}"

    @property
    def errors(self) -> int:
        """Damaged frames heard on the line."""
        return self._ear.damaged

    def press(self, key: Key, now: float, target: int = 0) -> bool:
        """A hand presses a key, after typing a counter for a transfer; False when the last one still waits or
        there is no power. Raises ValueError for a counter that no keypad can say."""
        self._forget(now)
        if not self.powered or self.waits:
            return False
        pressed = Pressed(self._number % 99 + 1, key, self.face.mark, target if key is Key.TRANSFER else 0)
        self._number, self.waits, self._waits_since, self.lamp = pressed.number, pressed, now, ""
        return True

    def hear(self, data: bytes, now: float) -> bytes:
        """Take bytes from the line; return the reports to put on it, mostly none. `now`: wall time, seconds."""
        if not self.powered:
            return b""
        frames = [frame for frame in self._ear.feed(data) if frame.address == self.address]
        return b"".join(self._obey(frame, now) for frame in frames)

    def power(self, on: bool) -> None:
        """Switch the keypad; off, it forgets all."""
        if self.powered and not on:
            self.face, self.lamp, self.waits, self._number = Face(), "", None, 0
            self._ear.reset()
        self.powered = on

    def _obey(self, frame: Poll | Tell, now: float) -> bytes:
        self.frames += 1
        self.last_frame_at = now
        self._forget(now)
        if isinstance(frame, Tell):
            self.face = frame.face
            if frame.answered and self.waits and frame.answered == self.waits.number:
                self.waits, self.lamp = None, "refused" if frame.refused else "taken"
        mark = self.waits.mark if self.waits else self.face.mark
        return b"" if self.muted else encode(Report(self.address, frame.sequence, self.waits, mark))

    def _forget(self, now: float) -> None:
        if self.waits and now - self._waits_since > FORGET_SECONDS:
            self.waits = None
