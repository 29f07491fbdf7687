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
from hardware.protocols.digits import ANSWER_LENGTH, Answer, AnswerDecoder, Mode, Picture, Query, Show, encode
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


def answer_limit(address: PortAddress, command_length: int) -> float:
    """Seconds to wait for an answer once the command is handed over: the wire time, a quarter more, slack."""
    wire = (command_length + ANSWER_LENGTH) * address.byte_seconds
    return wire * 1.25 + (FAR_SLACK if address.is_remote else NEAR_SLACK)


class Bus:
    """The boards on one port.

    `boards` are watched from the start, others from their first `show`. `on_report` gets every report in the
    loop; it must not block. `clock` gives wall time in seconds, for reports and `blink_until`; `sleep` is
    used between attempts to open the port. Raises ValueError for a port URL it cannot read.
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
    ) -> None:
        self._address = PortAddress.parse(port_url)
        self._ports = Reopening(self._address, sleep)
        self._turns = Turns(boards, pace)
        self._on_report = on_report or (lambda report: None)
        self._clock = clock
        self._monotonic = time.monotonic  # deadlines must not jump when the wall clock is set
        self._stir = asyncio.Event()
        self._sequence = 0
        self._decoder = AnswerDecoder()

    def show(self, address: int, text: str, *, mode: Mode = Mode.STEADY, blink_until: float | None = None) -> None:
        """Let a board show a text (up to five of `0`-`9`, `-`, space) from now on; the newest wins.

        `blink_until`, in seconds of the bus's clock, blinks until then and is steady after. Returns at once;
        the acknowledgement is a `Shown` report. Raises ValueError for an address or text no board has.
        """
        until = None
        if blink_until is not None:
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
        """Send one command and wait for the answer that carries its sequence; None when the limit is over."""
        sequence = self._sequence = (self._sequence + 1) % 10
        if turn.picture is None:
            frame = encode(Query(turn.address, sequence))
        else:
            frame = encode(Show(turn.address, sequence, turn.picture))
        port.take()
        self._decoder.reset()
        await port.write(frame)
        limit = self._monotonic() + answer_limit(self._address, len(frame))
        while (now := self._monotonic()) < limit:
            for answer in self._decoder.feed(port.take()):
                if (answer.address, answer.sequence) == (turn.address, sequence):
                    return answer
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
