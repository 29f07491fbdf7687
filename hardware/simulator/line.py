"""Simulated boards and keypads on one line, as on two wires: each hears the host and the answers of the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from hardware.protocols.boards import BoardDriver
from hardware.protocols.keypads import Key
from hardware.simulator.board import SimulatedBoard
from hardware.simulator.keypad import SimulatedKeypad
from hardware.simulator.spoken import DriverEar
from hardware.simulator.view import LineView, view_of_board, view_of_keypad
from hardware.simulator.wire import Wire

M = TypeVar("M", SimulatedBoard, SimulatedKeypad)


class SimulatedLine(Wire):
    """A line with boards and keypads.

    `turnaround`: seconds they need before they answer. `driver`: how its boards are spoken to, if not by the digit
    protocol. Raises ValueError for two boards, or two keypads, with one address.
    """

    def __init__(
        self,
        boards: Iterable[SimulatedBoard] = (),
        *,
        keypads: Iterable[SimulatedKeypad] = (),
        driver: BoardDriver | None = None,
        baud: int = 9600,
        turnaround: float = 0.002,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(baud, seed)
        self.boards, self.keypads = _by_address(boards, "boards"), _by_address(keypads, "keypads")
        self._ear = DriverEar(driver) if driver else None
        self._turnaround = turnaround
        self._clock = clock

    def set_board(
        self, address: int, *, powered: bool | None = None, muted: bool | None = None, broken: bool | None = None
    ) -> None:
        """Switch a board's power, cut its answers, break its display. Raises KeyError for no such board."""
        board = self.boards[address]
        board.muted = board.muted if muted is None else muted
        board.broken = board.broken if broken is None else broken
        if powered is not None:
            board.power(powered)
        self.changed()

    def set_keypad(self, address: int, *, powered: bool | None = None, muted: bool | None = None) -> None:
        """Switch a keypad's power, cut its reports. Raises KeyError for no such keypad."""
        keypad = self.keypads[address]
        keypad.muted = keypad.muted if muted is None else muted
        if powered is not None:
            keypad.power(powered)
        self.changed()

    def press(self, address: int, key: Key, target: int = 0) -> bool:
        """Press a keypad's key; False when it takes none now. Raises KeyError, ValueError for what none has."""
        taken = self.keypads[address].press(key, self._clock(), target)
        self.changed()
        return taken

    def view(self) -> LineView:
        """Everything at this moment."""
        boards = tuple(view_of_board(board) for board in self.boards.values())
        keypads = tuple(view_of_keypad(keypad) for keypad in self.keypads.values())
        line = self.port, self.plugged, self.baud, self.faults.noise, self.faults.drop, self.faults.late
        return LineView(*line, boards, keypads)

    def _heard(self, data: bytes) -> None:
        now = self._clock()
        if self._ear:
            for answer in self._ear.heard(data, self.boards, now):
                self._say(answer, self._turnaround)
        for one in self._all():
            if answer := one.hear(data, now):
                self._say(answer, self._turnaround, partial(self._overheard, one))
        self.changed()

    def _all(self) -> Iterator[SimulatedBoard | SimulatedKeypad]:
        yield from () if self._ear else self.boards.values()
        yield from self.keypads.values()

    def _overheard(self, speaker: SimulatedBoard | SimulatedKeypad, answer: bytes) -> None:
        for one in self._all():
            if one is not speaker:
                one.hear(answer, self._clock())


def _by_address(members: Iterable[M], what: str) -> dict[int, M]:
    found: dict[int, M] = {}
    for one in members:
        if one.address in found:
            raise ValueError(f"found two {what} with address {one.address:02d}")
        found[one.address] = one
    return found
