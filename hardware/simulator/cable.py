"""One simulated device alone at the end of a cable: a printer, a modem."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from hardware.simulator.wire import Wire


class Hearing(Protocol):
    """What can hang on a cable."""

    def hear(self, data: bytes) -> bytes:
        """Take bytes from the host; return the answers, perhaps none."""


T = TypeVar("T", bound=Hearing)


class SimulatedCable(Wire, Generic[T]):
    """`end` hears what the host sends, and its answers go back."""

    def __init__(self, end: T, baud: int = 115_200, seed: int = 0) -> None:
        super().__init__(baud, seed)
        self.end = end

    def _heard(self, data: bytes) -> None:
        if answer := self.end.hear(data):
            self._say(answer, 0.0)
        self.changed()
