"""Whose numbers are whose: by the key of the day while it is kept, by the account's own list afterwards."""

import pytest

from app.store.days import key_of_day
from tests.web.house import CENTER, House, Web, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_every_process_knows_a_citizens_numbers_of_today(house: House, second: Web) -> None:
    citizen, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        number = (await house.take(http, "visa"))["number"]
    async with second.http(cookies) as http:
        assert number in text_of((await http.get("/tickets")).text)
    hall = house.parts.feed.hall(CENTER)
    holder = await second.parts.day_keys.holder(CENTER, hall.day.date, citizen.id)
    assert [ticket.number for ticket in hall.held_by(holder)] == [number]


async def test_numbers_of_past_days_are_listed_without_the_keys_of_those_days(house: House) -> None:
    citizen, cookies = await house.citizen()
    await house.parts.citizens.keep_contact("contact-past", citizen, CENTER, 30)
    await house.parts.citizens.note_number("contact-past", "86123", "2020-04-03")
    async with house.web.http(cookies) as http:
        page = text_of((await http.get("/tickets")).text)
    assert "86123" in page
    assert "03/04/2020" in page
    redis = house.parts.sessions._redis
    assert not await redis.exists(key_of_day(CENTER, "2020-04-03"))
