"""SMS by a modem on a cable: how it is, kept for the page of notices, and which messages came to their phones.

The notices process looks after it once a minute, between messages. What is kept of it is short-lived and names
nobody: phone numbers in what the network says of the card are left out, and the number in a report only tells
whether it is about the message that had its reference last (a modem counts to 255 and begins anew).
"""

import asyncio
import contextlib
import logging
import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from redis.asyncio import Redis

from app.accounts.citizens import Citizens
from app.domain.plan import Millis
from app.notices.outgoing import Outgoing
from app.notices.record import Outcome, Record
from app.notices.senders import NotSent, SmsSender
from app.store.journal import LOST

KEY = "goiso:notices:modem"
KEPT_SECONDS = 600
PAUSE_SECONDS = 60.0
BUSY_SECONDS = 300.0  # so long messages go first
CREDIT_PAUSE: Millis = 15 * 60_000  # networks do not like to be asked more often
SAME_DIGITS = 9  # of two writings of a number: +84912345678, 84912345678, 0912345678
UNDELIVERED = "the network could not deliver it"
_NUMBER = re.compile(r"\+?\d{9,}|(?<!\d)(?:\+?84[ .-]?|0)\d{2,3}[ .-]\d{3}[ .-]\d{3,4}(?!\d)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What a modem tells: `registration` is home, roaming, searching, denied, none or unknown; `dbm` None where it
    is not known; `credit` None where it was not asked, "" where the network does not say."""

    registration: str
    operator: str
    dbm: int | None
    credit: str | None

    @property
    def is_registered(self) -> bool:
        return self.registration in ("home", "roaming")


@dataclass(frozen=True, slots=True)
class Kept:
    """How the modem was when it was asked last; `fault` says why it did not answer. `look` is its last answer."""

    asked_at: Millis
    fault: str = ""
    answered_at: Millis = 0
    look: Look | None = None
    credit_at: Millis = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A report: the reference of a message, whom it was to, how it ended (None while the network still tries)."""

    reference: int
    to: str
    outcome: Outcome | None


class Cable(SmsSender):
    """A sender that can be asked how it is; `is_busy` while it is at something."""

    @property
    @abstractmethod
    def is_busy(self) -> bool: ...

    @abstractmethod
    async def look(self, *, credit: bool) -> Look:
        """How it is; the credit only if wanted. Raises NotSent when it does not answer."""

    @abstractmethod
    async def reports(self) -> list[Told]:
        """The reports that came since, each once. Raises NotSent."""


class Care:
    """Looks after the modem until cancelled."""

    def __init__(self, redis: Redis, cable: Cable, citizens: Citizens, clock: Callable[[], Millis]) -> None:
        self._redis = redis
        self._cable = cable
        self._citizens = citizens
        self._record = Record(redis)
        self._clock = clock
        self._kept = Kept(0)
        self._told: list[Told] = []
        self._said = ""
        self.pause = PAUSE_SECONDS

    async def run(self) -> None:
        while True:
            try:
                await self._wait_for_quiet()
                await self._look()
                await self._count()
            except LOST:
                pass  # whoever follows the journal says so
            except Exception:
                log.exception("! the modem cannot be looked after")
            await asyncio.sleep(self.pause)

    async def _wait_for_quiet(self) -> None:
        waited = 0.0
        while self._cable.is_busy and waited < BUSY_SECONDS:
            await asyncio.sleep(1)
            waited += 1

    async def _look(self) -> None:
        """Ask it, read the reports, and keep how it is."""
        at, last = self._clock(), self._kept
        asks_credit = at - last.credit_at >= CREDIT_PAUSE
        try:
            look = await self._cable.look(credit=asks_credit)
            self._told += await self._cable.reports()
        except NotSent as fault:
            self._kept = replace(last, asked_at=at, fault=str(fault))
            self._say(str(fault))
        else:
            was_asked = asks_credit and look.is_registered
            before = last.look.credit if last.look else None
            credit = _NUMBER.sub("•••", look.credit) if look.credit else look.credit
            look = replace(look, credit=credit if was_asked else before)
            self._kept = Kept(at, "", at, look, at if was_asked else last.credit_at)
            self._say("" if look.is_registered else f"no network ({look.registration})")
        await self._redis.set(KEY, msgspec.json.encode(self._kept), ex=KEPT_SECONDS)

    async def expect(self, reference: int, notice: Outgoing) -> None:
        """A notice was sent, and a report may come. A store that is away changes nothing of that: it is counted
        as sent alone."""
        with contextlib.suppress(*LOST):
            await self._record.refer(reference, notice)

    def _say(self, trouble: str) -> None:
        """Write in the log what has changed."""
        if trouble and trouble != self._said:
            log.warning("! the modem: %s", trouble)
        elif self._said and not trouble:
            log.info("= the modem is well again")
        self._said = trouble

    async def _count(self) -> None:
        """Count the messages whose end is known."""
        while self._told:
            told = self._told[0]
            notice = await self._record.referred(told.reference) if told.outcome else None
            contact = await self._citizens.contact(notice.contact) if notice else None
            if notice and contact and contact.phone[-SAME_DIGITS:] == told.to[-SAME_DIGITS:] and told.outcome:
                reason = UNDELIVERED if told.outcome is Outcome.UNDELIVERED else ""
                await self._record.report(told.reference, notice, told.outcome, self._clock(), reason)
                log.info("%s %s is %s", "!" if reason else ">", notice.key, told.outcome)
            self._told.pop(0)


async def read_kept(redis: Redis) -> Kept | None:
    """How the modem was lately; None when nobody has asked it for a while."""
    data: Any = await redis.get(KEY)
    return msgspec.json.decode(data, type=Kept) if data else None
