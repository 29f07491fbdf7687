"""The list of centers: the province's first, and of many one is found by its name, with marks or without."""

import re
from dataclasses import replace

import pytest

from app.web.portal import SEARCHED
from tests.web.house import CENTER, House, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

TOWNS = ("Đông Triều", "Móng Cái", "Uông Bí", "Vân Đồn", "Bình Liêu", "Cô Tô")


async def listed(house: House, asked: str = "") -> list[str]:
    async with house.web.http() as http:
        page = (await http.get("/centers", params={"q": asked} if asked else None)).text
    assert ('role="search"' in page) is (asked != "" or len(house.parts.feed.centers()) > SEARCHED)
    return re.findall(r"<b>Trung tâm ([^<]*)</b>", page)


async def test_one_of_many_centers_is_found_by_its_name(house: House) -> None:
    assert len(await listed(house)) == 2
    plan = house.parts.feed.hall(CENTER).plan
    for at, town in enumerate(TOWNS):
        await house.parts.centers.found(replace(plan, id=f"town-{at}", name=f"Trung tâm hành chính công {town}"))
    await until("all are shown", lambda: len(house.parts.feed.centers()) == 2 + len(TOWNS))
    everyone = await listed(house)
    assert len(everyone) == 2 + len(TOWNS)
    assert "tỉnh" in everyone[0]
    for asked in ("dong trieu", "Đông Triều", "TRIỀU", " triều  đông "):
        assert await listed(house, asked) == ["hành chính công Đông Triều"]
    assert await listed(house, "<b>nowhere") == []
