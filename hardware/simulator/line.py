"""Simulated boards on one line: bytes take their time, and get lost or damaged when asked.

It knows no device: a transport (a pseudo-terminal, in tests also TCP) plugs itself in with a function that takes
what the boards send, and hands over what the host sent. Runs in the event loop, no task of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hardware.simulator.board import SimulatedBoard
from hardware.simulator.view import BoardView, LineView

BITS_PER_BYTE = 10


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
    """A two-wire line with boards; every board hears the host and the answers of the others.

    `baud` paces both directions at ten bits a byte. `turnaround`: seconds a board needs before it answers.
    `seed` makes the faults repeatable. Raises ValueError for two boards with one address.
    """

    def __init__(
        self,
        boards: Iterable[SimulatedBoard],
        *,
        baud: int = 9600,
        turnaround: float = 0.002,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.boards: dict[int, SimulatedBoard] = {}
        for board in boards:
            if board.address in self.boards:
                raise ValueError(f"found two boards with address {board.address:02d}")
            self.boards[board.address] = board
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
        """Whether a host can reach the boards."""
        return self._send is not None

    def plug_in(self, send: Callable[[bytes], None], port: str = "") -> None:
        """A transport is there; `send` gets what boards put on the line, `port` is its name for people."""
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
        """The host wrote bytes: the boards hear them when the last one has passed the wire."""
        loop = asyncio.get_running_loop()
        self._down_free = max(loop.time(), self._down_free) + len(data) * self._byte_seconds
        self._at(self._down_free, self._reach_boards, data)

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
        boards = tuple(_view(board) for board in self.boards.values())
        faults = self.faults
        return LineView(self.port, self.plugged, self._baud, faults.noise, faults.drop, faults.late, boards)

    def _reach_boards(self, data: bytes) -> None:
        data = self._damage(data)
        now = self._clock()
        for board in self.boards.values():
            if answer := board.hear(data, now):
                self._answer(board, answer)
        self.changed()

    def _answer(self, board: SimulatedBoard, answer: bytes) -> None:
        start = asyncio.get_running_loop().time() + self._turnaround + self.faults.late
        start = max(start, self._up_free)
        answer = self._damage(answer)
        step = max(1, round(0.001 / self._byte_seconds))  # bytes in a millisecond: finer cannot be seen
        for i in range(0, len(answer), step):
            piece = answer[i : i + step]
            self._at(start + (i + len(piece)) * self._byte_seconds, self._reach_host, piece)
        self._up_free = start + len(answer) * self._byte_seconds
        self._at(self._up_free, self._overheard, board, answer)

    def _overheard(self, speaker: SimulatedBoard, answer: bytes) -> None:
        for board in self.boards.values():
            if board is not speaker:
                board.hear(answer, self._clock())

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


def _view(board: SimulatedBoard) -> BoardView:
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
