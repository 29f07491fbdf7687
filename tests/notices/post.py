"""A center with citizens of both ways, and the notices process for them; for the tests of notices."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.accounts.citizens import Citizen, Citizens
from app.accounts.tries import Tries
from app.center import Centers
from app.domain.change import Answer
from app.domain.commands import Command, Issue
from app.domain.facts import Counter
from app.domain.plan import Channel, Millis, Plan
from app.domain.presses import AnyPress, TakeCounter
from app.notices.meter import Meter
from app.notices.notices import Notices
from app.notices.push import Push, Subscription, Subscriptions
from app.notices.record import OUT, Record
from app.notices.senders import SmsSender, open_mail, open_sms
from app.seals import Seals
from app.store.client import connect
from app.store.journal import Store
from tests.notices.mailbox import Mailbox

CENTER = "quang-ninh"
LIMIT_SECONDS = 10.0


async def until(what: str, is_so: Callable[[], Awaitable[bool]] | Callable[[], bool]) -> None:
    """Wait until something is so; fails when it is not within the limit."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            answer = is_so()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)


@dataclass
class Post:
    """A center with citizens who have a phone, a mailbox or neither, and notices processes for them."""

    store: Store
    clock: Callable[[], Millis]
    centers: Centers
    citizens: Citizens
    box: Mailbox
    file: Path
    by_phone: Citizen
    by_mail: Citizen
    by_push: Citizen
    asked: int = 0
    meter: Meter | None = None

    async def take(self, citizen: Citizen, service: str = "visa", browser: Subscription | None = None) -> str:
        """A number taken by a citizen, as the web takes it; his browser may be subscribed before that is told."""
        self.asked += 1
        asked, contact = self.asked, f"contact-{self.asked}"
        await self.citizens.keep_contact(contact, citizen, CENTER, 30)
        if browser:
            assert await Subscriptions(self.store.redis).keep(contact, browser)
        command = Issue("citizen", f"request-{asked}", service, Channel.WEB, f"holder-{asked}", contact)
        return (await self.centers.do(CENTER, command)).answer.number

    async def do(self, command: Command) -> Answer:
        return (await self.centers.do(CENTER, command)).answer

    async def press(self, key: type[AnyPress], counter: str, **more: str) -> Answer:
        """Press a key at a counter, by its clerk; the first to press takes it."""
        here = await self._counter(counter)
        if not here.clerk:
            await self.do(TakeCounter("staff/quan", counter, here.turn))
            here = await self._counter(counter)
        return await self.do(key(here.clerk, counter, here.turn, **more))  # type: ignore[arg-type]

    async def _counter(self, counter: str) -> Counter:
        epoch = (await self.store.head(CENTER)).epoch
        kept = await self.store.fact(CENTER, epoch, f"counter/{counter}")
        return kept if isinstance(kept, Counter) else Counter(counter)

    @contextlib.asynccontextmanager
    async def running(self, sms: SmsSender | None = None, care_pause: float = 60) -> AsyncIterator[Notices]:
        """The process, which looks after a modem so often; it is killed at the end."""
        notices = Notices(
            self.store,
            self.citizens,
            Seals("a secret"),
            "https://layso.example.vn",
            sms or open_sms(f"log:{self.file}"),
            open_mail(self.box.url, "so@layso.example.vn"),
            self.clock,
            self.meter or Meter(self.store.redis),
            Push(Seals("a secret").push(), "https://layso.example.vn"),
        )
        notices.outbox.first_pause = notices.outbox.look = 0.05
        if notices.care:
            notices.care.pause = care_pause
        task = asyncio.create_task(notices.run())
        try:
            yield notices
        finally:
            assert not task.done(), "it runs until it is stopped"
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def texts(self) -> list[str]:
        """The SMS sent."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line)["text"] for line in lines]

    def letters(self) -> list[str]:
        return [str(message["Subject"]) for message in self.box.taken]

    async def idle(self) -> bool:
        """Whether the journal is read to its end and the outbox is empty."""
        head = await self.store.head(CENTER)
        cursor: Any = await self.store.redis.get(f"goiso:notices:cursor:{CENTER}") or b""
        return cursor.decode() == str(head.position) and not await self.store.redis.hlen(OUT)

    async def dead(self) -> list[str]:
        return [dead.notice.key for dead in await Record(self.store.redis).dead(CENTER)]


@contextlib.asynccontextmanager
async def open_post(redis_url: str, folder: Path, plan: Plan, clock: Callable[[], Millis]) -> AsyncIterator[Post]:
    """A center with this plan and nobody in it."""
    async with connect(f"{redis_url}?db=7") as redis, Mailbox() as box:
        await redis.flushdb()
        store = Store(redis)
        centers, citizens = Centers(store, clock), Citizens(redis, Tries(redis))
        await centers.found(plan)
        by_phone = Citizen("a", "Hoa", "+84912345678", "", "")
        by_mail = Citizen("b", "Lan", "", "lan@vidu.vn", "")
        by_push = Citizen("c", "Cúc", "", "", "")
        yield Post(store, clock, centers, citizens, box, folder / "sms.jsonl", by_phone, by_mail, by_push)
        await centers.close()
