"""Which keypad is spoken to next, and with what: the pure half of the bus for keypads, as `turns` for boards.

For each keypad it keeps the face wanted and the face told, the key handed out, and how that key is to be answered.
`next` gives the next exchange to make, `answered` and `missed` take its outcome. `now` is handed in, in seconds of
one clock that never runs backwards. Called by the bus.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hardware.protocols.framing import checked_address
from hardware.protocols.keypads import Face, Poll, Pressed, Report, Tell
from hardware.turns import Health, Pace


@dataclass(frozen=True, slots=True)
class Heard:
    """What an exchange brought: a key just pressed, the keypad's new health; None: no change."""

    address: int
    pressed: Pressed | None = None
    health: Health | None = None


@dataclass(slots=True)
class _Keypad:
    address: int
    face: Face = field(default_factory=Face)
    told: Face | None = None
    asked: Pressed | None = None  # the key handed out, until the keypad lets go of it
    answer: tuple[int, bool] = (0, False)  # the number of a key, and whether it was refused
    health: Health = Health.UNKNOWN
    misses: int = 0
    due: float = 0.0

    def turn_to(self, health: Health) -> Heard:
        changed, self.health = self.health is not health, health
        return Heard(self.address, health=health if changed else None)


class Polls:
    """The keypads of one line, polled in turn."""

    def __init__(self, keypads: Iterable[int] = (), pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._keypads: dict[int, _Keypad] = {}  # in order of service: the one just served moves to the end
        for address in keypads:
            self._keypad(address)

    def want(self, address: int, face: Face) -> None:
        """What a keypad is to show from now on; it is polled from its first face on.

        Raises ValueError for an address outside 1 to 99.
        """
        self._keypad(address).face = face

    def settle(self, address: int, pressed: Pressed, *, refused: bool) -> None:
        """A key handed out was taken, or refused; the keypad is told with its next exchange."""
        keypad = self._keypads.get(address)
        if keypad and keypad.asked == pressed:
            keypad.answer, keypad.due = (pressed.number, refused), 0.0

    def drop(self, address: int) -> None:
        """Speak to this keypad no more."""
        self._keypads.pop(address, None)

    def health(self) -> dict[int, Health]:
        """The health of every keypad, by address."""
        return {address: self._keypads[address].health for address in sorted(self._keypads)}

    def next(self, now: float, sequence: int) -> Poll | Tell | None:
        """What to say next, None when nobody is due. Its outcome must be told before the next call."""
        keypad = next((one for one in self._keypads.values() if one.due <= now), None)
        if keypad is None:
            return None
        self._keypads[keypad.address] = self._keypads.pop(keypad.address)
        if keypad.told == keypad.face and not keypad.answer[0]:
            return Poll(keypad.address, sequence)
        number, refused = keypad.answer
        return Tell(keypad.address, sequence, keypad.face, number, refused)

    def wake_at(self) -> float | None:
        """When `next` may have something, None without keypads."""
        return min((keypad.due for keypad in self._keypads.values()), default=None)

    def answered(self, said: Poll | Tell, report: Report, now: float) -> Heard:
        """The keypad answered."""
        keypad = self._keypads.get(said.address)
        if keypad is None:
            return Heard(said.address)
        keypad.misses = 0
        keypad.due = now + self._pace.poll_every
        if isinstance(said, Tell):
            keypad.told = said.face
            if said.answered and keypad.answer[0] == said.answered:
                keypad.answer, keypad.asked = (0, False), None
        elif report.pressed is None and report.mark != keypad.face.mark:
            keypad.told = None  # it has lost its power meanwhile
        heard = keypad.turn_to(Health.OK)
        fresh = report.pressed if report.pressed != keypad.asked else None
        if report.pressed is None or fresh:
            keypad.asked, keypad.answer = report.pressed, (0, False)
        return Heard(keypad.address, fresh, heard.health)

    def missed(self, said: Poll | Tell, now: float) -> Heard:
        """No whole report came within the limit."""
        keypad, pace = self._keypads.get(said.address), self._pace
        if keypad is None:
            return Heard(said.address)
        keypad.misses += 1
        keypad.due = now + pace.retry_after(keypad.misses)
        if keypad.misses < pace.silent_after:
            return Heard(keypad.address)
        keypad.told = None
        return keypad.turn_to(Health.SILENT)

    def opened(self, now: float) -> list[Heard]:
        """The port is open (again): every keypad is told all."""
        return [self._start(keypad, now, Health.UNKNOWN) for keypad in self._keypads.values()]

    def closed(self, now: float) -> list[Heard]:
        """The port is lost: nothing is known of any keypad."""
        return [self._start(keypad, now, Health.CLOSED) for keypad in self._keypads.values()]

    def _start(self, keypad: _Keypad, now: float, health: Health) -> Heard:
        keypad.told, keypad.misses, keypad.due = None, 0, now
        return keypad.turn_to(health)

    def _keypad(self, address: int) -> _Keypad:
        if address not in self._keypads:
            self._keypads[checked_address(address)] = _Keypad(address)
        return self._keypads[address]
