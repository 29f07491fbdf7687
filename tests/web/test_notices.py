"""The page of notices: what went, what waits, what was given up and why, without anybody's contact or name."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.accounts.staff import Role
from app.notices.outgoing import Outgoing
from app.notices.record import Outcome, put
from app.notices.steps import Kind
from app.notices.texts import mask
from tests.web.house import CENTER, House, new_phone, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PAGE = f"/admin/{CENTER}/notices"
NAME = "Zuzana Đặng Thị Kín"


@pytest.fixture
async def keeper(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.web.http(await house.staff("bich", Role.SUPERVISOR)) as http:
        yield http


async def given_up(house: House, key: str, reason: str) -> Outgoing:
    """A notice of a number that was given up."""
    _, cookies = await house.citizen(NAME, new_phone())
    async with house.web.http(cookies) as http:
        number = (await house.take(http, "du-lich"))["number"]
    hall = house.parts.feed.hall(CENTER)
    ticket = hall.ticket(number)
    today = hall.plan.local(house.parts.clock()).date().isoformat()
    notice = Outgoing(key, "sms", CENTER, ticket, ticket.contact, Kind.CALLED, "86", day=today)
    await house.parts.record.settle(notice, Outcome.GIVEN_UP, house.parts.clock(), reason)
    return notice


async def test_what_was_given_up_is_seen_and_sent_again(house: House, keeper: httpx.AsyncClient) -> None:
    notice = await given_up(house, "key-1", "the gateway answers 422")
    contact = await house.parts.citizens.contact(notice.contact)
    assert contact
    page = (await keeper.get(PAGE)).text
    text = text_of(page)
    assert f"{notice.ticket.number} · Đang được gọi SMS đến {mask(contact.phone)}" in text
    assert "the gateway answers 422" in text
    assert "Đang được gọi 0 0 0 0 1" in text
    for secret in (NAME, contact.phone, contact.phone[3:], notice.contact):
        assert secret not in page
    answer = await keeper.post(f"{PAGE}/send-again", data={"key": "key-1"})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert [one.key for one in await house.parts.record.again()] == ["key-1"]
    text = text_of((await keeper.get(PAGE)).text)
    assert "Không gửi được (0)" in text
    assert "Đang được gọi 0 0 0 1 1" in text, "it waits"
    await house.parts.record.settle(notice, Outcome.SENT, house.parts.clock())
    assert "Đang được gọi 1 0 0 0 1" in text_of((await keeper.get(PAGE)).text)


async def test_all_are_sent_again_at_once(house: House, keeper: httpx.AsyncClient) -> None:
    for key in ("key-2", "key-3"):
        await given_up(house, key, "the gateway does not answer (ConnectError)")
    await keeper.post(f"{PAGE}/send-again", data={"key": ""})
    assert {one.key for one in await house.parts.record.again()} == {"key-2", "key-3"}
    for notice in await house.parts.record.out():
        await house.parts.record.settle(notice, Outcome.SENT, house.parts.clock())


async def test_the_notices_of_another_center_are_not_there(house: House, keeper: httpx.AsyncClient) -> None:
    notice = await given_up(house, "key-4", "x")
    pipe = house.parts.store.redis.pipeline()
    put(pipe, Outgoing("key-5", "sms", "cam-pha", notice.ticket, "contact"))
    await pipe.execute()
    assert "Đang chờ gửi: 0." in text_of((await keeper.get(PAGE)).text)
