"""The kiosk's page as the server gives it: its printer, and what a citizen's card says of him."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.domain.commands import SetPlan
from app.domain.plan import Limits
from app.domain.states import DeviceKind
from tests.web.house import CENTER, House, device_cookie

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_the_page_may_ask_the_printer_named_in_its_address_and_nobody_else(house: House) -> None:
    key = await house.device(DeviceKind.KIOSK)
    path = f"/kiosk/{key.partition('.')[0]}"
    async with house.web.http(device_cookie(key)) as kiosk:
        found = await kiosk.get("/kiosk?printer=8017")
        assert found.headers["location"] == f"{path}?printer=8017"
        with_one = await kiosk.get(found.headers["location"])
        without = await kiosk.get(path)
        wrong = [await kiosk.get(f"{path}?printer={text}") for text in ("0", "65536", "80;x", "٨٠", "-1")]
    assert with_one.headers["content-security-policy"].endswith("; connect-src 'self' http://127.0.0.1:8017")
    assert '"printer": "http://127.0.0.1:8017"' in with_one.text
    assert "connect-src" not in without.headers["content-security-policy"]
    assert '"printer": ""' in without.text
    assert {answer.status_code for answer in wrong} == {400}


async def test_a_kiosk_that_is_not_paired_keeps_its_printer(house: House) -> None:
    async with house.web.http() as stranger:
        assert (await stranger.get("/kiosk?printer=8017")).headers["location"] == "/kiosk/pair?printer=8017"
        assert (await stranger.get("/kiosk/x?printer=8017")).headers["location"] == "/kiosk/pair?printer=8017"


CARD, OTHER_CARD = "022090012345", "022185054321"
PATH = f"/api/centers/{CENTER}/tickets"


@pytest.fixture
async def kiosk(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A kiosk of a center where a citizen holds one number of a service, two in all."""
    before = house.parts.feed.hall(CENTER).plan
    await house.parts.centers.do(CENTER, SetPlan("staff/quan", replace(before, limits=Limits(2, 10, 1))))
    key = await house.device(DeviceKind.KIOSK)
    async with house.web.http(headers={"authorization": f"Bearer {key}"}) as http:
        yield http
    await house.parts.centers.do(CENTER, SetPlan("staff/quan", before))


async def take(kiosk: httpx.AsyncClient, service: str, card: str, request: str = "") -> tuple[int, Any]:
    body = {"service": service, "request": request or f"somebody {card[-2:]} takes {service}", "identity": card}
    answer = await kiosk.post(PATH, json=body)
    return answer.status_code, answer.json()


async def test_the_limits_hold_for_whoever_the_card_is_of(kiosk: httpx.AsyncClient) -> None:
    status, first = await take(kiosk, "noi-vu", CARD)
    assert status == 200
    assert (await take(kiosk, "noi-vu", CARD))[1]["number"] == first["number"], "the same press"
    status, again = await take(kiosk, "noi-vu", CARD, "another press")
    assert (status, again["refusal"]["code"]) == (409, "already-held")
    assert first["number"] in again["refusal"]["vi"]
    assert (await take(kiosk, "noi-vu", OTHER_CARD))[0] == 200
    assert (await take(kiosk, "y-te", CARD))[0] == 200
    assert (await take(kiosk, "du-lich", CARD))[1]["refusal"]["code"] == "too-many-numbers"
    assert (await take(kiosk, "noi-vu", "", "nobody in particular"))[0] == 200


async def test_the_number_of_a_card_is_kept_nowhere(
    house: House, kiosk: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    _, taken = await take(kiosk, "ngoai-vu", OTHER_CARD)
    ticket = house.parts.feed.hall(CENTER).ticket(taken["number"])
    assert len(ticket.holder) == 22
    assert not ticket.contact
    redis: Any = house.parts.sessions._redis
    read = {b"stream": redis.xrange, b"hash": redis.hgetall, b"string": redis.get, b"zset": None, b"set": None}
    for key in await redis.keys("*"):
        if reading := read[await redis.type(key)]:
            assert OTHER_CARD not in repr(await reading(key)), key
    assert OTHER_CARD not in caplog.text
    assert OTHER_CARD not in repr(taken)


@pytest.mark.parametrize("card", ["02209001234", "0220900123456", "02209001234a", "٠" * 12])
async def test_what_is_no_card_is_refused(kiosk: httpx.AsyncClient, card: str) -> None:
    status, answer = await take(kiosk, "noi-vu", card)
    assert (status, answer["refusal"]["code"]) == (400, "bad-request")
    assert card not in answer["refusal"]["vi"]


async def test_only_a_kiosk_reads_cards(house: House) -> None:
    _, citizen = await house.citizen()
    staff = await house.staff("hoa")
    for cookies in (citizen, staff):
        async with house.web.http(cookies) as http:
            status, answer = await take(http, "noi-vu", CARD, "from elsewhere")
        assert (status, answer["refusal"]["code"]) == (400, "bad-request")
