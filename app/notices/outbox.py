"""The outbox: notices on their way out, each sent by itself, so that no trouble with one delays another.

What is to be sent stands in Redis from the moment the cursor has passed it until it is sent, given up or not so
any more; it names its ticket and the key of its contact, no person. At least once: a notice has the same key at
every try. One that tells of what can be undone stands there as well, and is not tried before its time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.domain.plan import Millis
from app.notices.outgoing import WAYS, Outgoing, Way
from app.notices.record import Outcome, Record
from app.notices.senders import NotSent, Undeliverable
from app.store.journal import LOST

TRIES = 14  # with the pauses below a quarter of an hour: longer than the time in which a number can be reached
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 120.0
LOOK_SECONDS = 1.0  # how often the clock is looked at for a notice that waits for its time
AT_ONCE = 8  # of each way

log = logging.getLogger(__name__)


class NotSo(Exception):
    """What the notice tells is not so any more: it is not sent."""


class Outbox:
    """Sends what was put out with `send`, which raises NotSent, Undeliverable or NotSo."""

    def __init__(
        self, record: Record, send: Callable[[Outgoing], Awaitable[None]], clock: Callable[[], Millis]
    ) -> None:
        self._record = record
        self._send = send
        self._clock = clock
        self._taken: set[str] = set()
        self._ways: dict[Way, asyncio.Semaphore] = {way: asyncio.Semaphore(AT_ONCE) for way in WAYS}
        self.first_pause = FIRST_PAUSE_SECONDS
        self.look = LOOK_SECONDS

    async def take(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send whatever stands in the outbox and is not being sent."""
        for notice in await self._record.out():
            self.begin(tasks, notice)

    async def take_again(self, tasks: asyncio.TaskGroup) -> None:
        """Begin to send what was given up and an operator wants sent again."""
        for notice in await self._record.again():
            self.begin(tasks, notice)

    def begin(self, tasks: asyncio.TaskGroup, outgoing: Outgoing) -> None:
        """Begin to send a notice that was put out."""
        if outgoing.key not in self._taken:
            self._taken.add(outgoing.key)
            tasks.create_task(self._carry(outgoing))

    async def _carry(self, outgoing: Outgoing) -> None:
        """Try until it is sent or given up; between two tries others go."""
        while (left := (outgoing.not_before - self._clock()) / 1000) > 0:
            await asyncio.sleep(min(left, self.look))
        pause, outcome, reason = self.first_pause, Outcome.GIVEN_UP, ""
        for attempt in range(1, TRIES + 1):
            try:
                async with self._ways[outgoing.way]:
                    await self._send(outgoing)
                outcome = Outcome.SENT
                log.info("> %s", outgoing.key)
                break
            except NotSo:
                outcome = Outcome.NOT_SO
                log.info("- %s is not so any more", outgoing.key)
                break
            except Undeliverable as fault:
                reason = str(fault)
                log.warning("! %s: %s", outgoing.key, fault)
                break
            except LOST as fault:
                reason = "the store does not answer"
                log.warning("! %s, the store: %s", outgoing.key, fault)
            except NotSent as fault:
                reason = str(fault)
                log.warning("! %s, try %d: %s", outgoing.key, attempt, fault)
            except Exception as fault:
                reason = f"a fault of the program ({type(fault).__name__})"
                log.exception("! %s cannot be sent", outgoing.key)
                break
            stop_if_cancelled()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        await self._settle(outgoing, outcome, reason)

    async def _settle(self, outgoing: Outgoing, outcome: Outcome, reason: str) -> None:
        while True:
            try:
                await self._record.settle(outgoing, outcome, self._clock(), reason)
                self._taken.discard(outgoing.key)
                return
            except LOST:
                await asyncio.sleep(1)


def stop_if_cancelled() -> None:
    """Raise CancelledError again if it was swallowed below: Python 3.11's `wait_for`, which the mail library
    uses, loses it when what it waited for ends at that very moment, and a loop would go on for ever."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
