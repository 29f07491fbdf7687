"""The page of notices: what went, what waits, what was given up and why, without anybody's contact or name."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import msgspec
import pytest

from app.accounts.staff import Role
from app.notices.cable import KEY, Kept, Look
from app.notices.outgoing import Outgoing
from app.notices.record import Outcome, put
from app.notices.steps import Kind
from app.notices.texts import mask
from tests.web.house import CENTER, House, Web, new_phone, text_of

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


@pytest.fixture
async def by_modem(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A supervisor of a center whose SMS go by a modem."""
    staff = await house.staff("cuc", Role.SUPERVISOR)
    settings = replace(house.web.settings, sms_url="gsm:/dev/no-such-modem")
    async with Web(settings) as web, web.http(staff) as http:
        yield http


LOOK = Look("home", "Viettel", -73, "TKG: 50.000d")


@pytest.mark.parametrize(
    ("kept", "said", "unsaid"),
    [
        (None, ["Chưa biết modem thế nào", "Chưa hỏi."], ["Sóng"]),
        (Kept(1, "", 1, LOOK, 1), ["Đã vào mạng · Viettel", "−73 dBm · mạnh", "50.000d"], ["không trả lời"]),
        (
            Kept(1, "", 1, replace(LOOK, dbm=-95, credit="")),
            ["95 dBm · vừa", "nhà mạng không cho biết"],
            ["không đi"],
        ),
        (
            Kept(1, "", 1, Look("searching", "", -97, None)),
            ["SMS không đi được", "Đang tìm mạng", "yếu"],
            ["Tài khoản"],
        ),
        (Kept(2, "the modem does not answer", 1, LOOK), ["Modem không trả lời.", "Lần cuối", "50.000d"], []),
        (Kept(2, "port /dev/x: no such file"), ["Modem không trả lời.", "port /dev/x"], ["Lần cuối", "Sóng"]),
        (Kept(1, "", 1, Look("unknown", "", None, None)), ["Không rõ", "Sóng không rõ"], []),
    ],
)
async def test_how_the_modem_is(
    house: House, by_modem: httpx.AsyncClient, kept: Kept | None, said: list[str], unsaid: list[str]
) -> None:
    if kept:
        await house.parts.store.redis.set(KEY, msgspec.json.encode(kept))
    else:
        await house.parts.store.redis.delete(KEY)
    text = text_of((await by_modem.get(PAGE)).text)
    assert "Modem gửi SMS SMS modem" in text
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


async def test_what_came_to_its_phone_is_counted(
    house: House, keeper: httpx.AsyncClient, by_modem: httpx.AsyncClient
) -> None:
    notice = await given_up(house, "key-6", "x")
    notice = replace(notice, kind=Kind.ASIDE)
    record, at = house.parts.record, house.parts.clock()
    assert "SMS đến máy" not in text_of((await keeper.get(PAGE)).text)
    await record.settle(notice, Outcome.SENT, at)
    await record.refer(7, notice)
    assert "Đến lượt khi vắng mặt 1 0 0 0 0 0 0" in text_of((await by_modem.get(PAGE)).text)
    assert await record.referred(7) == notice
    await record.report(7, notice, Outcome.DELIVERED, at, "")
    assert await record.referred(7) is None
    await record.report(
        8, replace(notice, key="key-7"), Outcome.UNDELIVERED, at, "the network could not deliver it"
    )
    for page in (keeper, by_modem):
        text = text_of((await page.get(PAGE)).text)
        assert "Đến lượt khi vắng mặt 1 0 0 1 1 0 0" in text
        assert "the network could not deliver it" in text
    assert "Modem gửi SMS SMS modem" not in text_of((await keeper.get(PAGE)).text)
