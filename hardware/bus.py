"""Several boards and keypads on one line, one writer: the shell that moves bytes for `Turns` and `Polls`.

One Bus per port, each with its own task, so a slow or lost port delays no other. Called by whoever has
something to show or keys to hear (in goiso, the boards' process on site). Keypads and boards that
lack their picture take turns, neither waits longer than one exchange for the other; boards are only queried after
some polls.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

from hardware.polls import Heard, Polls
from hardware.ports import OpenPort, PortAddress, PortFault, Reopening
from hardware.protocols.boards import BoardDriver
from hardware.protocols.digit_boards import DigitBoards
from hardware.protocols.digits import Answer, Fault, Mode, Picture
from hardware.protocols.keypads import REPORT_LENGTH, Face, Poll, Pressed, ReportDecoder, Tell, encode
from hardware.protocols.keypads import Report as KeypadReport
from hardware.reports import BOARD, KEYPAD, HealthChanged, KeyPressed, PortChanged, Report, Shown
from hardware.turns import Health, Outcome, Pace, Turn, Turns

log = logging.getLogger(__name__)
T = TypeVar("T")

NEAR_SLACK, FAR_SLACK = 0.05, 0.25
GAP_BYTES = 3.5
POLLS_A_QUERY = 4  # keypads' clerks wait for each poll, nobody for a board's query


class Ear(Protocol[T]):
    """Finds what is expected in the bytes that come."""

    def feed(self, data: bytes) -> list[T]: ...


def answer_limit(address: PortAddress, command_length: int, answer_length: int) -> float:
    """Seconds to wait for an answer once the command is handed over: the wire time, a quarter more, slack."""
    wire = (command_length + answer_length) * address.byte_seconds
    return wire * 1.25 + (FAR_SLACK if address.is_remote else NEAR_SLACK)


class Bus:
    """The boards and keypads on one port.

    `boards` and `keypads` are watched from the start, others from their first `show` or `face`. `on_report` gets
    every report in the loop; it must not block. `driver` is how boards are spoken to, the digit protocol if none
    is given. `clock` gives wall time in seconds, for reports and `blink_until`; `sleep` is used between attempts
    to open the port. Raises ValueError for a port URL it cannot read.
    """

    def __init__(
        self,
        port_url: str,
        *,
        boards: Iterable[int] = (),
        keypads: Iterable[int] = (),
        on_report: Callable[[Report], None] | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: Pace | None = None,
        driver: BoardDriver | None = None,
    ) -> None:
        self._driver = driver or DigitBoards()
        self._address = PortAddress.parse(port_url)
        self._ports = Reopening(self._address, sleep)
        self._turns, self._polls = Turns(boards, pace), Polls(keypads, pace)
        self._on_report = on_report or (lambda report: None)
        self._clock = clock
        self._monotonic = time.monotonic  # deadlines must not jump when the wall clock is set
        self._stir = asyncio.Event()
        self._sequence = 0

    def show(self, address: int, text: str, *, mode: Mode = Mode.STEADY, blink_until: float | None = None) -> None:
        """Let a board show a text (up to five of `0`-`9`, `-`, space) from now on; the newest wins.

        `blink_until`, in seconds of the bus's clock, blinks until then and is steady after. Returns at once;
        the acknowledgement is a `Shown` report. Raises ValueError for an address or text no board has.
        """
        self._driver.show(address, 0, Picture(text, mode))  # raises for what this kind of board cannot show
        until = None
        if blink_until is not None and self._driver.can_blink:
            left = blink_until - self._clock()
            mode = Mode.BLINK if left > 0 else mode
            until = self._monotonic() + left
        self._turns.want(address, Picture(text, mode), until)
        self._stir.set()

    @property
    def cells(self) -> int:
        """How many letters the boards have room for."""
        return self._driver.cells

    def drop_board(self, address: int) -> None:
        """Speak to this board no more."""
        self._turns.drop(address)

    def shine(self, level: int) -> None:
        """How brightly all boards shine, 1 (dimmest) to 9; boards without a brightness stay as they are."""
        if self._driver.can_dim:
            self._driver.dim(1, 0, level)  # raises for a level no board has
            self._turns.shine(level)
            self._stir.set()

    def face(self, address: int, face: Face) -> None:
        """Let a keypad show this from now on; keys pressed there come as `KeyPressed` and wait to be settled."""
        self._polls.want(address, face)
        self._stir.set()

    def settle(self, address: int, pressed: Pressed, *, refused: bool = False) -> None:
        """Tell a keypad that this key of it was taken, or refused."""
        self._polls.settle(address, pressed, refused=refused)
        self._stir.set()

    def drop_keypad(self, address: int) -> None:
        """Poll this keypad no more."""
        self._polls.drop(address)

    def health(self) -> dict[int, Health]:
        """The health of every board, by address."""
        return self._turns.health()

    def keypad_health(self) -> dict[int, Health]:
        """The health of every keypad, by address."""
        return self._polls.health()

    @property
    def port_faults(self) -> int:
        """Failed attempts to open the port and losses of it, since the start."""
        return self._ports.faults

    async def run(self) -> None:
        """Serve the line until cancelled; the port is closed on the way out."""
        while True:
            port = await self._ports.open(self._stir.set, self._say_lost)
            now = self._monotonic()
            self._tell(self._turns.opened(now), self._polls.opened(now))
            self._report(PortChanged(self._address.url, True, "", self._clock()))
            try:
                await self._converse(port)
            except PortFault as fault:
                if self._ports.failed(fault, proven=port.proven):
                    self._say_lost(fault)
                self._forget()
            finally:
                await port.close()

    async def _converse(self, port: OpenPort) -> None:
        polled = 0
        while True:
            now = self._monotonic()
            self._sequence = (self._sequence + 1) % 10
            most = 1 if self._turns.is_urgent(now) else POLLS_A_QUERY
            said = self._polls.next(now, self._sequence) if polled < most else None
            turn = self._turns.next(now) if said is None else None
            said = self._polls.next(now, self._sequence) if said is None and turn is None else said
            polled = polled + 1 if said else 0
            if turn is not None:
                await self._serve_board(port, turn)
            elif said is not None:
                await self._poll_keypad(port, said)
            else:
                while port.take():  # nothing is expected: noise, or then the news that the port is lost
                    pass
                moments = [at for at in (self._turns.wake_at(), self._polls.wake_at()) if at is not None]
                await self._stirred(min(moments, default=None))
                continue
            await asyncio.sleep(GAP_BYTES * self._address.byte_seconds)

    async def _serve_board(self, port: OpenPort, turn: Turn) -> None:
        """One exchange with a board. One that never answers is taken to show what it was sent; where it would be
        asked, it is sent its picture again."""
        address, sequence, driver, picture = turn.address, self._sequence, self._driver, turn.picture
        if picture is None and driver.answer_length == 0:
            picture = self._turns.wanted(address) or Picture()
        if picture is not None:
            frame = driver.show(address, sequence, picture)
        elif turn.level is not None:
            frame = driver.dim(address, sequence, turn.level)
        else:
            asking = driver.query(address, sequence)
            frame = asking or driver.show(address, sequence, self._turns.wanted(address) or Picture())
        ear, answer = driver.ear(address, sequence, picture), None
        if ear is not None:
            answer = await self._exchange(port, frame, ear, driver.answer_length)
        else:
            await port.write(frame)
            await asyncio.sleep(len(frame) * self._address.byte_seconds)
            answer = Answer(address, sequence, Fault.NONE, picture or Picture())
        now = self._monotonic()
        self._tell([self._turns.answered(turn, answer, now) if answer else self._turns.missed(turn, now)])

    async def _poll_keypad(self, port: OpenPort, said: Poll | Tell) -> None:
        ear = _Keypad(said)
        report = await self._exchange(port, encode(said), ear, REPORT_LENGTH)
        now = self._monotonic()
        self._tell(keypads=[self._polls.answered(said, report, now) if report else self._polls.missed(said, now)])

    async def _exchange(self, port: OpenPort, frame: bytes, ear: Ear[T], answer_length: int) -> T | None:
        """Send one frame and wait for its answer; None when the limit is over."""
        port.take()
        port.expect(answer_length)
        await port.write(frame)
        limit = self._monotonic() + answer_limit(self._address, len(frame), answer_length)
        while (now := self._monotonic()) < limit:
            if found := ear.feed(port.take()):
                return found[0]
            await self._stirred(limit, now)
        return None

    async def _stirred(self, until: float | None, now: float | None = None) -> None:
        """Wait until something arrived or was asked for, or until that time."""
        left = None if until is None else until - (self._monotonic() if now is None else now)
        try:
            async with asyncio.timeout(left):
                await self._stir.wait()
        except TimeoutError:
            pass
        self._stir.clear()

    def _say_lost(self, fault: PortFault) -> None:
        self._forget()
        self._report(PortChanged(self._address.url, False, fault.reason, self._clock()))

    def _forget(self) -> None:
        now = self._monotonic()
        self._tell(self._turns.closed(now), self._polls.closed(now))

    def _tell(self, boards: Iterable[Outcome] = (), keypads: Iterable[Heard] = ()) -> None:
        now = self._clock()
        for outcome in boards:
            if outcome.health is not None:
                self._report(HealthChanged(outcome.address, outcome.health, now, BOARD))
            if outcome.shown is not None:
                self._report(Shown(outcome.address, outcome.shown.text, outcome.shown.mode, now))
        for heard in keypads:
            if heard.health is not None:
                self._report(HealthChanged(heard.address, heard.health, now, KEYPAD))
            if heard.pressed is not None:
                self._report(KeyPressed(heard.address, heard.pressed, now))

    def _report(self, report: Report) -> None:
        try:
            self._on_report(report)
        except Exception:
            log.exception("a listener failed on %s; the line goes on", report)


class _Keypad:
    """Hears the report that carries the frame's address and sequence; a late one to another is passed over."""

    def __init__(self, said: Poll | Tell) -> None:
        self._of = said.address, said.sequence
        self._decoder = ReportDecoder()

    def feed(self, data: bytes) -> list[KeypadReport]:
        return [one for one in self._decoder.feed(data) if (one.address, one.sequence) == self._of]
