"""Two centers whose plans count a citizen's numbers together, asked at the same moment by two web processes."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.demo import plan_of
from app.domain.commands import SetPlan
from app.domain.plan import Limits
from tests.web.house import CENTER, OTHER, House, Web, open_house

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

SERVICES = {
    CENTER: ["visa", "tu-phap", "noi-vu", "y-te"],
    OTHER: [service.id for service in plan_of("cam-pha").services[:4]],
}


@pytest.fixture(scope="module")
async def towns(redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 10) as house:
        for center in (CENTER, OTHER):
            limits = Limits(citizen=3, organisation=5, service=1, across_centers=True)
            plan = replace(house.parts.feed.hall(center).plan, limits=limits)
            done = await house.parts.centers.do(center, SetPlan("staff/quan", plan))
            await house.parts.feed.reach(center, done.position)
        yield house


async def ask(http: httpx.AsyncClient, center: str, service: str, request: str = "") -> httpx.Response:
    body = {"service": service, "request": request or secrets.token_urlsafe(9)}
    return await http.post(f"/api/centers/{center}/tickets", json=body)


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code != 200
    code: str = answer.json()["refusal"]["code"]
    return code


async def held(house: House, account: str) -> list[str]:
    """The numbers an account holds, as the halls have them."""
    found = []
    for center in (CENTER, OTHER):
        hall = house.parts.feed.hall(center)
        holder = await house.parts.day_keys.holder(center, hall.day.date, account)
        found += [ticket.number for ticket in hall.lives(holder)]
    return found


async def test_asked_at_once_in_both_centers_no_more_are_given_than_may_be(towns: House) -> None:
    citizen, cookies = await towns.citizen()
    async with (
        Web(towns.web.settings) as second,
        towns.web.http(cookies) as one,
        second.http(cookies) as two,
    ):
        asked = [
            ask(http, center, name) for center, http in ((CENTER, one), (OTHER, two)) for name in SERVICES[center]
        ]
        answers = await asyncio.gather(*asked)
        codes = sorted(answer.status_code for answer in answers)
        assert codes.count(200) == 3, codes
        assert {refusal(answer) for answer in answers if answer.status_code != 200} == {"too-many-numbers"}
        assert len(await held(towns, citizen.id)) == 3


async def test_a_repeat_is_answered_as_before_though_no_more_may_be_taken(towns: House) -> None:
    _, cookies = await towns.citizen()
    async with towns.web.http(cookies) as http:
        first = await ask(http, CENTER, "visa", "request-one")
        for center, service in ((CENTER, "tu-phap"), (OTHER, SERVICES[OTHER][0])):
            assert (await ask(http, center, service)).status_code == 200
        assert refusal(await ask(http, OTHER, SERVICES[OTHER][1])) == "too-many-numbers"
        again = await ask(http, CENTER, "visa", "request-one")
        assert again.status_code == 200
        assert again.json()["number"] == first.json()["number"]


async def test_an_organisation_says_so_when_it_registers(towns: House) -> None:
    async with towns.web.http() as http:
        answer = await towns.register(http, name="Công ty Hoa Sen", organisation="on")
        assert answer.status_code == 303, answer.text
        for center in (CENTER, OTHER, CENTER, OTHER, CENTER):
            assert (await ask(http, center, SERVICES[center][0])).status_code == 200
        assert refusal(await ask(http, CENTER, "visa")) == "too-many-numbers"
