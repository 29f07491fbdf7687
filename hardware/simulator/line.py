"""Simulated boards and keypads on one line: bytes take their time, and get lost or damaged when asked.

It knows no device: a transport (a pseudo-terminal, in tests also TCP) plugs itself in with a function that takes
what the boards send, and hands over what the host sent. Runs in the event loop, no task of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from hardware.protocols.keypads import Key
from hardware.simulator.board import SimulatedBoard
from hardware.simulator.keypad import SimulatedKeypad
from hardware.simulator.view import LineView, view_of_board, view_of_keypad

BITS_PER_BYTE = 10
M = TypeVar("M", SimulatedBoard, SimulatedKeypad)


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a line. `noise`, `drop`: probability per byte, 0 to 1. `late`: seconds before answers."""

    noise: float = 0.0
    drop: float = 0.0
    late: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.noise <= 1 and 0 <= self.drop <= 1 and 0 <= self.late <= 60):
            raise ValueError(f"found {self}, expected probabilities from 0 to 1 and at most 60 s")


class SimulatedLine:
    """A two-wire line with boards and keypads; each hears the host and the answers of the others.

    `baud` paces both directions at ten bits a byte. `turnaround`: seconds they need before they answer.
    `seed` makes the faults repeatable. Raises ValueError for two boards, or two keypads, with one address.
    """

    def __init__(
        self,
        boards: Iterable[SimulatedBoard] = (),
        *,
        keypads: Iterable[SimulatedKeypad] = (),
        baud: int = 9600,
        turnaround: float = 0.002,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.boards, self.keypads = _by_address(boards, "boards"), _by_address(keypads, "keypads")
        self.faults = Faults()
        self.port = ""
        self._byte_seconds = BITS_PER_BYTE / baud
        self._baud = baud
        self._turnaround = turnaround
        self._chance = random.Random(seed)
        self._clock = clock
        self._send: Callable[[bytes], None] | None = None
        self._down_free = self._up_free = 0.0
        self._timers: set[asyncio.TimerHandle] = set()
        self._listeners: set[Callable[[], None]] = set()

    @property
    def plugged(self) -> bool:
        """Whether a host can reach them."""
        return self._send is not None

    def plug_in(self, send: Callable[[bytes], None], port: str = "") -> None:
        """A transport is there; `send` gets what they put on the line, `port` is its name for people."""
        self._send, self.port = send, port or self.port
        self.changed()

    def pull_out(self) -> None:
        """The transport is gone; bytes under way are lost."""
        self._send = None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._down_free = self._up_free = 0.0
        self.changed()

    def host_sent(self, data: bytes) -> None:
        """The host wrote bytes: they hear them when the last one has passed the wire."""
        loop = asyncio.get_running_loop()
        self._down_free = max(loop.time(), self._down_free) + len(data) * self._byte_seconds
        self._at(self._down_free, self._reach, data)

    def set_faults(self, **faults: float) -> None:
        """Change noise, drop or late. Raises ValueError out of range."""
        self.faults = replace(self.faults, **faults)
        self.changed()

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

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; return the function that ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def changed(self) -> None:
        """Tell the listeners."""
        for listener in tuple(self._listeners):
            listener()

    def view(self) -> LineView:
        """Everything at this moment."""
        boards = tuple(view_of_board(board) for board in self.boards.values())
        keypads = tuple(view_of_keypad(keypad) for keypad in self.keypads.values())
        line = self.port, self.plugged, self._baud, self.faults.noise, self.faults.drop, self.faults.late
        return LineView(*line, boards, keypads)

    def _reach(self, data: bytes) -> None:
        data = self._damage(data)
        now = self._clock()
        for one in self._all():
            if answer := one.hear(data, now):
                self._answer(one, answer)
        self.changed()

    def _all(self) -> Iterator[SimulatedBoard | SimulatedKeypad]:
        yield from self.boards.values()
        yield from self.keypads.values()

    def _answer(self, speaker: SimulatedBoard | SimulatedKeypad, answer: bytes) -> None:
        start = asyncio.get_running_loop().time() + self._turnaround + self.faults.late
        start = max(start, self._up_free)
        answer = self._damage(answer)
        step = max(1, round(0.001 / self._byte_seconds))  # bytes in a millisecond: finer cannot be seen
        for i in range(0, len(answer), step):
            piece = answer[i : i + step]
            self._at(start + (i + len(piece)) * self._byte_seconds, self._reach_host, piece)
        self._up_free = start + len(answer) * self._byte_seconds
        self._at(self._up_free, self._overheard, speaker, answer)

    def _overheard(self, speaker: SimulatedBoard | SimulatedKeypad, answer: bytes) -> None:
        for one in self._all():
            if one is not speaker:
                one.hear(answer, self._clock())

    def _reach_host(self, piece: bytes) -> None:
        if self._send is not None:
            self._send(piece)

    def _damage(self, data: bytes) -> bytes:
        noise, drop, chance = self.faults.noise, self.faults.drop, self._chance
        if not noise and not drop:
            return data
        kept = (byte for byte in data if chance.random() >= drop)
        return bytes(byte ^ chance.randrange(1, 256) if chance.random() < noise else byte for byte in kept)

    def _at(self, when: float, call: Callable[..., None], *arguments: object) -> None:
        def run() -> None:
            self._timers.discard(timer)
            call(*arguments)

        timer = asyncio.get_running_loop().call_at(when, run)
        self._timers.add(timer)


def _by_address(members: Iterable[M], what: str) -> dict[int, M]:
    found: dict[int, M] = {}
    for one in members:
        if one.address in found:
            raise ValueError(f"found two {what} with address {one.address:02d}")
        found[one.address] = one
    return found
