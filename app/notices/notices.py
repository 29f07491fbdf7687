"""`goiso notices`: follows every center's journal with a cursor of its own and tells citizens of their numbers.

At least once: the cursor moves after the sending, and every notice has a key that is the same at every try, by
which it is known to be sent. The request that took the number never waits for a sender.
"""

import asyncio
import logging
from typing import Any

from redis.asyncio import Redis

from app.accounts.citizens import Citizens, Contact
from app.domain.events import Issued
from app.domain.facts import Ticket
from app.domain.plan import Plan
from app.notices.senders import MailSender, NotSent, SmsSender
from app.notices.texts import mail, sms
from app.position import Position
from app.seals import Seals
from app.store.entry import Entry
from app.store.journal import LOST, Head, Store

WAIT_MS = 1000
SENT_SECONDS = 3 * 86_400
TRIES = 6
FIRST_PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


class Notices:
    def __init__(
        self, store: Store, citizens: Citizens, seals: Seals, origin: str, sms: SmsSender, mail: MailSender
    ) -> None:
        self._store = store
        self._redis: Redis = store.redis
        self._citizens = citizens
        self._seals = seals
        self._origin = origin
        self._sms = sms
        self._mail = mail
        self._heads: dict[str, Head] = {}
        self._first_pause = FIRST_PAUSE_SECONDS

    async def run(self) -> None:
        """Follow until cancelled; a store that is away is waited for."""
        said = False
        while True:
            try:
                await self._step()
                said = False
            except LOST as fault:
                if not said:
                    log.warning("! the store does not answer: %s", fault)
                    said = True
                await asyncio.sleep(0.2)

    async def _step(self) -> None:
        for center in await self._store.centers():
            if center not in self._heads:
                self._heads[center] = await self._cursor(center)
        if not self._heads:
            await asyncio.sleep(0.2)
            return
        came, ended = await self._store.follow(self._heads, WAIT_MS)
        for center, entries in came.items():
            for entry in entries:
                await self._entry(center, entry)
        for center, epoch in ended.items():
            await self._move(center, Head(epoch, 0))
        for center in self._heads.keys() - came.keys() - ended.keys():
            await self._look_for_epoch(center)

    async def _look_for_epoch(self, center: str) -> None:
        """An epoch whose end was lost with the store's last moments never says what follows it."""
        head = await self._store.head(center)
        if head.epoch != self._heads[center].epoch and not await self._store.after(center, self._heads[center]):
            await self._move(center, Head(head.epoch, 0))

    async def _cursor(self, center: str) -> Head:
        """Where this process stood: at first, the beginning of the epoch."""
        kept: Any = await self._redis.get(f"goiso:notices:cursor:{center}")
        if kept and (position := Position.parse(kept.decode())):
            return Head(position.epoch, position.version)
        return Head((await self._store.head(center)).epoch, 0)

    async def _move(self, center: str, head: Head) -> None:
        self._heads[center] = head
        await self._redis.set(f"goiso:notices:cursor:{center}", str(head.position))

    async def _entry(self, center: str, entry: Entry) -> None:
        for event in entry.events:
            if isinstance(event, Issued) and event.contact:
                await self._issued(center, entry, event)
        await self._move(center, Head(self._heads[center].epoch, entry.version))

    async def _issued(self, center: str, entry: Entry, event: Issued) -> None:
        contact = await self._citizens.contact(event.contact)
        ticket = entry.sets.get(f"ticket/{event.number}")
        plan = await self._store.fact(center, self._heads[center].epoch, "plan")
        if contact is None or not isinstance(plan, Plan) or not isinstance(ticket, Ticket):
            return
        day = plan.local(ticket.issued_at).date().isoformat()
        await self._citizens.note_number(event.contact, event.number, day)
        code = self._seals.check_code(center, day, event.number)
        link = self._origin + self._seals.path(center, day, event.number)
        await self._tell(f"{center}-{day}-{event.number}-taken", plan, ticket, contact, code, link)

    async def _tell(self, key: str, plan: Plan, ticket: Ticket, contact: Contact, code: str, link: str) -> None:
        if contact.phone:
            text = sms(plan, ticket, code)
            await self._once(f"{key}-sms", lambda k: self._sms.send(k, plan.sms_sender, contact.phone, text))
        if contact.email:
            letter = mail(plan, ticket, code, link)
            await self._once(
                f"{key}-mail", lambda k: self._mail.send(k, contact.email, letter.subject, letter.text)
            )

    async def _once(self, key: str, send: Any) -> None:
        """Send unless it is known to be sent; after `TRIES` failures it is put on the dead-letter list."""
        if await self._redis.exists(f"goiso:notices:sent:{key}"):
            return
        pause = self._first_pause
        for attempt in range(1, TRIES + 1):
            try:
                await send(key)
                await self._redis.set(f"goiso:notices:sent:{key}", 1, ex=SENT_SECONDS)
                log.info("> %s", key)
                return
            except NotSent as fault:
                log.warning("! %s, try %d: %s", key, attempt, fault)
                await asyncio.sleep(pause)
                pause *= 2
        await self._redis.rpush("goiso:notices:dead", key)
