"""`goiso notices`: follows every center's journal with a cursor of its own and tells citizens of their numbers.

One transaction moves the cursor and puts what is to be sent in the outbox, from where it goes out by itself
(`app.notices.outbox`): the request that took the number never waits for a sender, nor one citizen for another.
What can be undone is told once it cannot be any more, and only if it is still so in the store at that moment.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, assert_never

from redis.asyncio import Redis

from app.accounts.citizens import Citizens
from app.domain.facts import Ticket
from app.domain.plan import Millis, Plan
from app.notices.cable import Cable, Care
from app.notices.meter import Meter, Used
from app.notices.near import Near
from app.notices.outbox import NotSo, Outbox, stop_if_cancelled
from app.notices.outgoing import Outgoing, Way
from app.notices.push import Gone, Push, Subscriptions
from app.notices.record import Record, put
from app.notices.senders import MailSender, SmsSender, Undeliverable
from app.notices.steps import AT_ONCE, CAN_WAIT, RAISE_PAUSE, Kind, Step, is_still_so, next_raise, steps_of
from app.notices.texts import Shown, mail, shown, sms
from app.position import Position
from app.seals import Seals
from app.store.entry import Entry, UnreadableEntry
from app.store.journal import LOST, Head, Store

WAIT_MS = 1000

log = logging.getLogger(__name__)


class Notices:
    def __init__(
        self,
        store: Store,
        citizens: Citizens,
        seals: Seals,
        origin: str,
        sms: SmsSender,
        mail: MailSender,
        clock: Callable[[], Millis],
        meter: Meter,
        push: Push,
    ) -> None:
        self._store = store
        self._redis: Redis = store.redis
        self._citizens = citizens
        self._seals = seals
        self._origin = origin
        self._sms = sms
        self._mail = mail
        self._clock = clock
        self._meter = meter
        self._push = push
        self._subscriptions = Subscriptions(store.redis)
        self._near = Near(store)
        self._heads: dict[str, Head] = {}
        self._unreadable: set[str] = set()  # centers whose journal this program cannot follow
        self.outbox = Outbox(Record(self._redis), self._send, clock)
        self.care = Care(self._redis, sms, citizens, clock) if isinstance(sms, Cable) else None

    async def run(self) -> None:
        """Follow until cancelled; a store that is away is waited for, a center that cannot be read is left out."""
        said, taken = False, False
        async with asyncio.TaskGroup() as tasks:
            if self.care:
                tasks.create_task(self.care.run())
            while True:
                stop_if_cancelled()
                try:
                    if not taken:
                        await self.outbox.take(tasks)
                    taken = True
                    await self._step(tasks)
                    await self.outbox.take_again(tasks)
                    said = False
                except LOST as fault:
                    if not said:
                        log.warning("! the store does not answer: %s", fault)
                        said = True
                    await asyncio.sleep(0.2)
                except UnreadableEntry as fault:
                    log.error("! notices of %s are not sent any more: %s", fault.center, fault)
                    self._unreadable.add(fault.center)
                    self._heads.pop(fault.center, None)

    async def _step(self, tasks: asyncio.TaskGroup) -> None:
        for center in await self._store.centers():
            if center not in self._heads and center not in self._unreadable:
                self._heads[center] = await self._cursor(center)
        if not self._heads:
            await asyncio.sleep(0.2)
            return
        came, ended = await self._store.follow(self._heads, WAIT_MS)
        for center, entries in came.items():
            if entries:
                await self._put_out(center, entries, tasks)
        for center, epoch in ended.items():
            await self._move(center, Head(epoch, 0), [])
        for center in self._heads.keys() - came.keys() - ended.keys():
            await self._look_for_epoch(center)

    async def _look_for_epoch(self, center: str) -> None:
        """An epoch whose end was lost with the store's last moments never says what follows it."""
        head = await self._store.head(center)
        if head.epoch != self._heads[center].epoch and not await self._store.after(center, self._heads[center]):
            await self._move(center, Head(head.epoch, 0), [])

    async def _cursor(self, center: str) -> Head:
        """Where this process stood: at first, the beginning of the epoch."""
        kept: Any = await self._redis.get(f"goiso:notices:cursor:{center}")
        if kept and (position := Position.parse(kept.decode())):
            return Head(position.epoch, position.version)
        return Head((await self._store.head(center)).epoch, 0)

    async def _put_out(self, center: str, entries: Sequence[Entry], tasks: asyncio.TaskGroup) -> None:
        out = [notice for entry in entries for notice in await self._notices_of(center, entry, steps_of(entry))]
        epoch, last = self._heads[center].epoch, entries[-1]
        near, seen = await self._near.after(center, epoch, entries)
        out += await self._notices_of(center, last, near)
        await self._move(center, Head(epoch, last.version), out, seen)
        for notice in out:
            self.outbox.begin(tasks, notice)

    async def _move(self, center: str, head: Head, out: list[Outgoing], seen: list[str] | None = None) -> None:
        """Move the cursor, put out what it has passed, and keep who was seen near."""
        pipe = self._redis.pipeline(transaction=True)
        for notice in out:
            put(pipe, notice)
            if notice.kind is Kind.RAISED:
                pipe.set(_raise_of(notice.contact), notice.not_before, px=2 * RAISE_PAUSE)
        pipe.set(f"goiso:notices:cursor:{center}", str(head.position))
        self._near.keep(pipe, center, seen or [])
        await pipe.execute()
        self._near.kept(center, seen or [])
        self._heads[center] = head

    async def _notices_of(self, center: str, entry: Entry, steps: Iterable[Step]) -> list[Outgoing]:
        out: list[Outgoing] = []
        for step in steps:
            ticket = step.ticket
            contact = await self._citizens.contact(ticket.contact)
            plan = await self._store.fact(center, self._heads[center].epoch, "plan")
            if contact is None or not isinstance(plan, Plan):
                log.error("! nobody can be told of %s-%s at %d", center, ticket.number, entry.version)
                continue
            day = day_of(plan, ticket)
            if step.kind is Kind.TAKEN:
                await self._citizens.note_number(ticket.contact, ticket.number, day)
            when = await self._not_before(step, plan)
            key = f"{center}-{day}-{self._name(step, center, entry)}"
            told = step.kind not in AT_ONCE or plan.notices.called
            ways: list[tuple[Way, str]] = [("sms", "")] if contact.phone and told else []
            ways += [("mail", "")] if contact.email and told else []
            ways += [("push", one.id) for one in await self._subscriptions.of(ticket.contact)]  # it costs nothing
            for way, browser in ways:
                name = f"{key}-{way}{f'-{browser}' if browser else ''}"
                made = (name, way, center, ticket, ticket.contact, step.kind, step.counter, when, step.ahead, day)
                out.append(Outgoing(*made, browser))
        return out

    async def _not_before(self, step: Step, plan: Plan) -> Millis:
        """When a step may be told: what can wait, not in quiet hours. Raised promises are told now and then: the
        last one counts."""
        at = step.sure_at
        if step.kind is Kind.RAISED:
            slot: Any = await self._redis.get(_raise_of(step.ticket.contact))
            at = next_raise(at, int(slot)) if slot else at
        return after_quiet(plan, max(at, self._clock())) if step.kind in CAN_WAIT else at

    def _name(self, step: Step, center: str, entry: Entry) -> str:
        """What tells a notice from all others of its center and day. After a failover the same number may be
        somebody else's: it says whose it is."""
        whose = hashlib.sha256(step.ticket.contact.encode()).hexdigest()[:8]
        if step.kind is Kind.TAKEN:
            return f"{step.ticket.number}-{whose}"
        if step.kind is Kind.NEAR:
            return f"{step.ticket.number}-{whose}-{step.kind}"
        at = Position(self._heads[center].epoch, entry.version)
        return f"{step.ticket.number}-{whose}-{step.kind}-{at}"

    async def _send(self, notice: Outgoing) -> None:
        """Send one notice of the outbox; raises NotSent, Undeliverable or NotSo."""
        epoch = (await self._store.head(notice.center)).epoch
        plan = await self._store.fact(notice.center, epoch, "plan")
        contact = await self._citizens.contact(notice.contact)
        if contact is None or not isinstance(plan, Plan):
            raise Undeliverable("the contact is not kept any more")
        ticket, step, day = notice.ticket, notice.step, day_of(plan, notice.ticket)
        found = await self._store.fact(notice.center, epoch, f"ticket/{ticket.number}")
        if not is_still_so(step, found if isinstance(found, Ticket) else None):
            raise NotSo
        code = self._seals.check_code(notice.center, day, ticket.number)
        path = self._seals.path(notice.center, day, ticket.number)
        match notice.way:
            case "sms":
                await self._send_sms(notice, plan, contact.phone, sms(plan, step, code))
            case "mail":
                await self._mail.send(notice.key, contact.email, mail(plan, step, code, self._origin + path))
            case "push":
                await self._send_push(notice, shown(plan, step, path))
            case _:
                assert_never(notice.way)

    async def _send_push(self, notice: Outgoing, what: Shown) -> None:
        to = await self._subscriptions.find(notice.contact, notice.browser)
        if to is None:
            raise NotSo
        try:
            await self._push.send(notice.key, to, what)
        except Gone:
            await self._subscriptions.drop(notice.contact, notice.browser)
            raise NotSo from None

    async def _send_sms(self, notice: Outgoing, plan: Plan, to: str, text: str) -> None:
        """Send an SMS that the day's limit allows, and count it."""
        today = plan.local(self._clock()).date().isoformat()
        try:
            async with self._meter.one(today):
                reference = await self._sms.send(notice.key, plan.sms_sender, to, text)
        except Used:
            raise Undeliverable("the limit of SMS of the day is reached (GOISO_SMS_A_DAY)") from None
        if self.care and reference is not None:
            await self.care.expect(reference, notice)


def after_quiet(plan: Plan, at: Millis) -> Millis:
    """The first moment from `at` on that is not in the plan's quiet hours."""
    begins, ends = plan.notices.quiet_from, plan.notices.quiet_until
    moment = plan.local(at)
    is_late, is_early = moment.time() >= begins, moment.time() < ends
    if not (is_late and is_early if begins < ends else begins != ends and (is_late or is_early)):
        return at
    next_day = is_late and begins > ends
    return plan.moment(moment.date() + timedelta(days=next_day), ends)


def day_of(plan: Plan, ticket: Ticket) -> str:
    """The working day of a ticket, as an ISO date."""
    return plan.local(ticket.issued_at).date().isoformat()


def _raise_of(contact: str) -> str:
    """Where the moment stands for which the last notice of a raised promise was set."""
    return f"goiso:notices:raised:{contact}"
