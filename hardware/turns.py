"""Whose turn it is on a shared line: the pure half of the bus. No port, no task, `now` is handed in.

For each board it keeps the newest picture wanted and what the board is known to show. `next` gives the next
exchange to make, `answered` and `missed` take its outcome. All times are seconds of one clock that never runs
backwards. Called by the bus.

Order: boards that answer and lack their picture first, whoever has waited longest; then queries and boards that
were silent, round robin. So a mute board costs the others one time-out per attempt, at attempts further and
further apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from hardware.protocols.digits import Answer, Fault, Mode, Picture
from hardware.protocols.framing import checked_address


class Health(Enum):
    """What is known of a board: not yet asked, answers, answers but cannot show, does not answer, no port."""

    UNKNOWN = "unknown"
    OK = "ok"
    FAULTY = "faulty"
    SILENT = "silent"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the line is, in seconds and counts. Boards are queried, keypads polled."""

    query_every: float = 2.0
    poll_every: float = 0.15
    silent_after: int = 4
    first_retry: float = 0.05
    last_retry: float = 5.0
    faulty_retry: float = 1.0

    def retry_after(self, misses: int) -> float:
        """How long whoever missed so many answers in a row is left alone."""
        return min(self.first_retry * 2.0 ** (misses - 1), self.last_retry)


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange to make: show this picture, shine at this level, or, without either, query."""

    address: int
    picture: Picture | None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an exchange changed: the picture proven on the board, the board's new health; None: no change."""

    address: int
    shown: Picture | None = None
    health: Health | None = None


@dataclass(slots=True)
class _Board:
    address: int
    wanted: Picture | None = None
    blink_until: float | None = None
    confirmed: Picture | None = None
    health: Health = Health.UNKNOWN
    misses: int = 0
    not_before: float = 0.0
    asked: int = 0  # what it lacks was asked for as the nth
    level: int | None = None  # its brightness, as it said itself
    query_at: float = 0.0

    @property
    def lacks(self) -> bool:
        return self.wanted is not None and self.confirmed != self.wanted

    @property
    def due(self) -> float:
        return self.not_before if self.lacks else max(self.not_before, self.query_at)

    @property
    def urgent(self) -> bool:
        return self.lacks and self.health is not Health.SILENT

    def turn_to(self, health: Health) -> Outcome:
        changed, self.health = self.health is not health, health
        return Outcome(self.address, health=health if changed else None)


class Turns:
    """The boards of one line. `boards` are watched from the start; others join with their first picture."""

    def __init__(self, boards: Iterable[int] = (), pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._asked = 0
        self._level: int | None = None
        self._boards: dict[int, _Board] = {}  # in order of service: the board just served moves to the end
        for address in boards:
            self._board(address)

    def want(self, address: int, picture: Picture, blink_until: float | None = None) -> None:
        """The newest picture for a board; it replaces one not yet sent. After `blink_until` it is steady.

        Raises ValueError for an address outside 1 to 99.
        """
        board = self._board(address)
        if not board.lacks:  # else it has a place in the line already
            self._to_the_back(board)
        board.wanted, board.blink_until = picture, blink_until

    def shine(self, level: int) -> None:
        """How brightly all boards shine from now on, 1 to 9; those that start again are told again."""
        self._level = level
        for board in self._boards.values():
            board.query_at = 0.0

    def drop(self, address: int) -> None:
        """This board is not on the line any more."""
        self._boards.pop(address, None)

    def health(self) -> dict[int, Health]:
        """The health of every board, by address."""
        return {address: self._boards[address].health for address in sorted(self._boards)}

    def wanted(self, address: int) -> Picture | None:
        """The newest picture asked for, None before the first."""
        return self._board(address).wanted

    def next(self, now: float) -> Turn | None:
        """The next exchange, None when nothing is due. Its outcome must be told before the next call."""
        self._end_blinks(now)
        due = [board for board in self._boards.values() if board.due <= now]
        board = min((one for one in due if one.urgent), key=lambda one: one.asked, default=due[0] if due else None)
        if board is None:
            return None
        self._boards[board.address] = self._boards.pop(board.address)
        self._to_the_back(board)  # what it lacks from now on is behind all others
        if not board.lacks:
            return Turn(board.address, None, self._level if self._is_dim(board) else None)
        board.confirmed = None  # from the first byte on, the board may show the old or the new
        return Turn(board.address, board.wanted)

    def is_urgent(self, now: float) -> bool:
        """Whether a board that answers lacks its picture, and may have it now."""
        return any(board.urgent and board.due <= now for board in self._boards.values())

    def wake_at(self) -> float | None:
        """When `next` may have something, None if only a new picture can bring it."""
        times = [board.due for board in self._boards.values()]
        times += [board.blink_until for board in self._boards.values() if board.blink_until is not None]
        return min(times, default=None)

    def answered(self, turn: Turn, answer: Answer, now: float) -> Outcome:
        """The board answered this turn."""
        if (board := self._boards.get(turn.address)) is None:
            return Outcome(turn.address)
        board.misses = 0
        board.level = answer.brightness
        is_new = self._is_dim(board) and turn.level is None  # one that does not do as it is told waits its time
        board.query_at = now if is_new else now + self._pace.query_every
        wrong = turn.picture is not None and answer.picture != turn.picture
        if wrong or answer.fault is not Fault.NONE:
            board.confirmed = None
            board.not_before = now + self._pace.faulty_retry
            return board.turn_to(Health.FAULTY)
        board.not_before = now
        board.confirmed = answer.picture
        return replace(board.turn_to(Health.OK), shown=turn.picture)

    def missed(self, turn: Turn, now: float) -> Outcome:
        """No whole answer came within the limit."""
        board, pace = self._boards.get(turn.address), self._pace
        if board is None:
            return Outcome(turn.address)
        board.misses += 1
        board.not_before = now + pace.retry_after(board.misses)
        if board.misses < pace.silent_after:
            return Outcome(turn.address)
        board.confirmed = None  # whatever it shows when it comes back, it gets its picture again
        return board.turn_to(Health.SILENT)

    def opened(self, now: float) -> list[Outcome]:
        """The port is open (again): every board is due, and gets its whole picture."""
        return [self._start(board, now, Health.UNKNOWN) for board in self._boards.values()]

    def closed(self, now: float) -> list[Outcome]:
        """The port is lost: nothing is known of any board."""
        return [self._start(board, now, Health.CLOSED) for board in self._boards.values()]

    def _start(self, board: _Board, now: float, health: Health) -> Outcome:
        board.confirmed, board.misses, board.not_before, board.query_at = None, 0, now, now
        return board.turn_to(health)

    def _board(self, address: int) -> _Board:
        if address not in self._boards:
            self._boards[checked_address(address)] = _Board(address)
        return self._boards[address]

    def _is_dim(self, board: _Board) -> bool:
        return self._level is not None and board.level != self._level

    def _to_the_back(self, board: _Board) -> None:
        self._asked += 1
        board.asked = self._asked

    def _end_blinks(self, now: float) -> None:
        for board in self._boards.values():
            if board.blink_until is not None and board.blink_until <= now:
                board.blink_until = None
                if board.wanted is not None and board.wanted.mode is Mode.BLINK:
                    board.wanted = replace(board.wanted, mode=Mode.STEADY)
