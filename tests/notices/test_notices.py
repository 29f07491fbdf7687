"""The notices process: from the journal to the outbox to the citizen, once, whatever is down in between."""

import asyncio
import contextlib

import pytest

from app.accounts.citizens import Citizen
from app.center import Centers
from app.demo import plan_of
from app.domain.commands import Issue
from app.domain.plan import Channel
from app.notices.record import OUT
from app.notices.senders import NotSent, SmsSender
from app.wiring import now
from tests.notices.mailbox import text_of
from tests.notices.post import CENTER, Post, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_everybody_is_told_by_the_way_they_gave(post: Post) -> None:
    async with post.running():
        first, second = await post.take(post.by_phone), await post.take(post.by_mail)
        await until("both are told", lambda: len(post.texts()) == len(post.letters()) == 1)
        assert f"So giao dich {first}." in post.texts()[0]
        assert second in post.letters()[0]
        assert "https://layso.example.vn/tickets/quang-ninh/" in text_of(post.box.taken[0])
        await until("all is done", post.idle)
    contact = await post.citizens.contact("contact-1")
    assert contact
    assert contact.number == first, "so that it can be looked up after its day"


async def test_what_was_taken_before_it_started_is_told_too(post: Post) -> None:
    number = await post.take(post.by_phone)
    async with post.running():
        await until("it is told", lambda: len(post.texts()) == 1)
    assert number in post.texts()[0]


async def test_a_restart_tells_nobody_twice(post: Post) -> None:
    async with post.running():
        await post.take(post.by_phone)
        await until("all is done", post.idle)
    async with post.running():
        await post.take(post.by_mail)
        await until("all is done", post.idle)
        await until("the letter is there", lambda: len(post.letters()) == 1)
    assert len(post.texts()) == 1


async def test_killed_while_mail_is_down_it_goes_on_after_a_restart(post: Post) -> None:
    await post.box.down()
    async with post.running():
        number = await post.take(post.by_mail)
        await until("it waits in the outbox", lambda: waits(post, 1))
    assert post.letters() == []
    await post.box.up()
    async with post.running():
        await until("it is told", lambda: len(post.letters()) == 1)
        await until("all is done", post.idle)
    assert number in post.letters()[0]


async def waits(post: Post, count: int) -> bool:
    return bool(await post.store.redis.hlen(OUT) == count)


async def test_mail_that_is_down_delays_no_sms_and_is_sent_when_it_is_up(post: Post) -> None:
    await post.box.down()
    async with post.running():
        for _ in range(12):
            await post.take(post.by_mail)
            await post.take(post.by_phone)
        await until("every SMS is sent", lambda: len(post.texts()) == 12)
        assert post.letters() == []
        await post.box.up()
        await until("every letter is sent", lambda: len(post.letters()) == 12)
        await until("all is done", post.idle)
    assert await post.dead() == []


async def test_a_server_that_hangs_delays_no_sms(post: Post) -> None:
    post.box.hangs = True
    async with post.running():
        for _ in range(12):
            await post.take(post.by_mail)
        await until("it hangs", lambda: post.box.tries > 0)
        await post.take(post.by_phone)
        await until("the SMS is sent", lambda: len(post.texts()) == 1)


async def test_one_address_that_does_not_exist_delays_no_other(post: Post) -> None:
    gone, later = [Citizen(who, who, "", f"{who}@vidu.vn", "") for who in ("gone", "later")]
    post.box.answer = {"gone@vidu.vn": "550 no such user", "later@vidu.vn": "451 greylisted"}
    async with post.running():
        await post.take(gone)
        await post.take(later)
        await post.take(post.by_mail)
        await until("the other is told", lambda: len(post.letters()) == 1)
        await until("it is given up", lambda: is_dead(post, 1))
        assert post.box.answer.pop("later@vidu.vn")
        await until("the one that was to come back is told", lambda: len(post.letters()) == 2)
        await until("all is done", post.idle)
    assert len(await post.dead()) == 1
    assert (await post.dead())[0].endswith("-mail")


async def is_dead(post: Post, count: int) -> bool:
    return len(await post.dead()) == count


async def test_a_sender_that_breaks_stops_nothing(post: Post) -> None:
    class Broken(SmsSender):
        async def send(self, key: str, sender: str, to: str, text: str) -> None:
            raise ValueError("a fault in a sender")

    async with post.running(sms=Broken()):
        await post.take(post.by_phone)
        await post.take(post.by_mail)
        await until("the letter is sent", lambda: len(post.letters()) == 1)
        await until("the other is given up", lambda: is_dead(post, 1))


async def test_a_new_epoch_is_followed(post: Post) -> None:
    """The store has lost moments: what was sent is not sent again, what comes now is."""
    async with post.running():
        await post.take(post.by_phone)
        await until("all is done", post.idle)
        door = await post.centers.door(CENTER)
        await door._recover()
        number = await post.take(post.by_phone)
        await until("the second is told", lambda: len(post.texts()) == 2)
        assert number in post.texts()[1]
        await until("all is done", post.idle)


async def test_a_number_given_again_after_a_loss_is_told_to_its_new_holder(post: Post) -> None:
    """The number is the same, the person is not: both get their message."""
    async with post.running():
        first = await post.take(post.by_phone)
        await until("all is done", post.idle)
        await post.store.redis.delete(*await post.store.redis.keys("goiso:{*}*"))
        await post.centers.close()
        post.centers = Centers(post.store, now)
        await post.centers.found(plan_of(CENTER))
        assert await post.take(post.by_mail) == first
        await until("the other is told", lambda: len(post.letters()) == 1)


async def test_a_journal_that_cannot_be_read_leaves_the_other_centers_theirs(post: Post) -> None:
    other = plan_of("cam-pha")
    async with post.running():
        await until("it has begun", post.idle)
        head = await post.store.head(CENTER)
        key = f"goiso:{{{CENTER}}}:journal:{head.epoch}"
        await post.store.redis.xadd(key, {"entry": b'{"schema": 99}'}, id=f"{head.version + 1}-0")
        await post.centers.found(other)
        await post.citizens.keep_contact("contact-x", post.by_phone, "cam-pha", 30)
        command = Issue("citizen", "request-x", "dat-dai", Channel.WEB, "holder", "contact-x")
        number = (await post.centers.do("cam-pha", command)).answer.number
        await until("the other center's citizen is told", lambda: len(post.texts()) == 1)
    assert number in post.texts()[0]


async def test_a_number_without_a_contact_is_nobodys(post: Post) -> None:
    async with post.running():
        await post.centers.do(CENTER, Issue("device/x", "request", "visa", Channel.KIOSK))
        await post.centers.do(CENTER, Issue("citizen", "lost", "visa", Channel.WEB, "h", "no such contact"))
        await post.take(post.by_phone)
        await until("all is done", post.idle)
    assert len(post.texts()) == 1


async def test_the_outbox_names_nobody(post: Post) -> None:
    await post.box.down()
    async with post.running():
        await post.take(post.by_mail)
        await until("it waits in the outbox", lambda: waits(post, 1))
    content = repr(await post.store.redis.hgetall(OUT))
    assert "lan@vidu.vn" not in content
    assert "Lan" not in content


async def test_a_stop_that_a_library_swallows_is_a_stop_all_the_same(post: Post) -> None:
    class Swallows(SmsSender):
        async def send(self, key: str, sender: str, to: str, text: str) -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            raise NotSent("the wait ended just then")

    async with post.running(sms=Swallows()) as notices:
        await post.take(post.by_phone)
        await until("it is being sent", lambda: bool(notices.outbox._taken))
