"""Several boards on one line, one writer: the shell that moves bytes for `Turns`.

One Bus per port, each with its own task, so a slow or lost port delays no other. Called by whoever has
something to show (in goiso, the boards' process on site).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from hardware.ports import OpenPort, PortAddress, PortFault, Reopening
from hardware.protocols.boards import BoardDriver
from hardware.protocols.digit_boards import DigitBoards
from hardware.protocols.digits import Answer, Fault, Mode, Picture
from hardware.turns import Health, Outcome, Pace, Turn, Turns

log = logging.getLogger(__name__)

NEAR_SLACK, FAR_SLACK = 0.05, 0.25
GAP_BYTES = 3.5


@dataclass(frozen=True, slots=True)
class Shown:
    """A board proved that it shows this. `acknowledged_at`: seconds of the bus's clock."""

    address: int
    text: str
    mode: Mode
    acknowledged_at: float


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """A board's health is another one than before."""

    address: int
    health: Health
    at: float


@dataclass(frozen=True, slots=True)
class PortChanged:
    """The port opened, or was lost or could not be opened (said once per outage, with the reason)."""

    url: str
    is_open: bool
    reason: str
    at: float


Report = Shown | HealthChanged | PortChanged


def answer_limit(address: PortAddress, command_length: int, answer_length: int) -> float:
    """Seconds to wait for an answer once the command is handed over: the wire time, a quarter more, slack."""
    wire = (command_length + answer_length) * address.byte_seconds
    return wire * 1.25 + (FAR_SLACK if address.is_remote else NEAR_SLACK)


class Bus:
    """The boards on one port.

    `boards` are watched from the start, others from their first `show`. `on_report` gets every report in the
    loop; it must not block. `driver` is how boards are spoken to, the digit protocol if none is given. `clock`
    gives wall time in seconds, for reports and `blink_until`; `sleep` is used between attempts to open the port.
    Raises ValueError for a port URL it cannot read.
    """

    def __init__(
        self,
        port_url: str,
        *,
        boards: Iterable[int] = (),
        on_report: Callable[[Report], None] | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pace: Pace | None = None,
        driver: BoardDriver | None = None,
    ) -> None:
        self._driver = driver or DigitBoards()
        self._address = PortAddress.parse(port_url)
        self._ports = Reopening(self._address, sleep)
        self._turns = Turns(boards, pace)
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

    def health(self) -> dict[int, Health]:
        """The health of every board, by address."""
        return self._turns.health()

    @property
    def port_faults(self) -> int:
        """Failed attempts to open the port and losses of it, since the start."""
        return self._ports.faults

    async def run(self) -> None:
        """Serve the line until cancelled; the port is closed on the way out."""
        while True:
            port = await self._ports.open(self._stir.set, self._say_lost)
            self._tell(self._turns.opened(self._monotonic()))
            self._report(PortChanged(self._address.url, True, "", self._clock()))
            try:
                await self._converse(port)
            except PortFault as fault:
                if self._ports.failed(fault, proven=port.proven):
                    self._say_lost(fault)
                self._tell(self._turns.closed(self._monotonic()))
            finally:
                await port.close()

    async def _converse(self, port: OpenPort) -> None:
        while True:
            turn = self._turns.next(self._monotonic())
            if turn is None:
                while port.take():  # nothing is expected: noise, or then the news that the port is lost
                    pass
                await self._stirred(self._turns.wake_at())
                continue
            answer = await self._exchange(port, turn)
            now = self._monotonic()
            outcome = self._turns.answered(turn, answer, now) if answer else self._turns.missed(turn, now)
            self._tell([outcome])
            await asyncio.sleep(GAP_BYTES * self._address.byte_seconds)

    async def _exchange(self, port: OpenPort, turn: Turn) -> Answer | None:
        """Send one command and wait for its answer; None when the limit is over. A board that never answers is
        taken to show what it was sent; where it would be asked, it is sent its picture again."""
        sequence = self._sequence = (self._sequence + 1) % 10
        picture = turn.picture
        if picture is None and self._driver.answer_length == 0:
            picture = self._turns.wanted(turn.address) or Picture()
        frame = self._driver.show(turn.address, sequence, picture) if picture else self._asking(turn, sequence)
        ear = self._driver.ear(turn.address, sequence, picture)
        port.take()
        await port.write(frame)
        if ear is None:
            await asyncio.sleep(len(frame) * self._address.byte_seconds)
            return Answer(turn.address, sequence, Fault.NONE, picture or Picture())
        limit = self._monotonic() + answer_limit(self._address, len(frame), self._driver.answer_length)
        while (now := self._monotonic()) < limit:
            if found := ear.feed(port.take()):
                return found[0]
            await self._stirred(limit, now)
        return None

    def _asking(self, turn: Turn, sequence: int) -> bytes:
        """The frame that asks a board what it shows, or that shows it its picture where it cannot be asked."""
        asking = self._driver.query(turn.address, sequence)
        return asking or self._driver.show(turn.address, sequence, self._turns.wanted(turn.address) or Picture())

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
        self._tell(self._turns.closed(self._monotonic()))
        self._report(PortChanged(self._address.url, False, fault.reason, self._clock()))

    def _tell(self, outcomes: Iterable[Outcome]) -> None:
        now = self._clock()
        for outcome in outcomes:
            if outcome.health is not None:
                self._report(HealthChanged(outcome.address, outcome.health, now))
            if outcome.shown is not None:
                self._report(Shown(outcome.address, outcome.shown.text, outcome.shown.mode, now))

    def _report(self, report: Report) -> None:
        try:
            self._on_report(report)
        except Exception:
            log.exception("a listener failed on %s; the line goes on", report)
