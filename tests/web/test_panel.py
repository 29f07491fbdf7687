"""The panel's page as it is painted: who a counter may be handed to."""

import re

import pytest

from app.accounts.staff import Role
from app.domain.states import DeviceKind
from app.web.device_list import list_calls
from tests.web.house import CENTER, OTHER, House

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_a_counter_may_be_handed_to_the_other_clerks_of_its_center_only(house: House) -> None:
    await house.staff("nhan")
    await house.staff("truong-ca", Role.SUPERVISOR)
    await house.staff("may-tinh", Role.OPERATOR)
    await house.staff("noi-khac", center=OTHER)
    async with house.web.http(await house.staff("giao")) as http:
        page = (await http.get(f"/panel/{CENTER}/86")).text
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered >= {"nhan", "truong-ca"}
    assert not offered & {"giao", "may-tinh", "noi-khac"}


async def test_who_has_carried_the_present_call_out_is_told_as_the_list_of_calls_tells_it(house: House) -> None:
    cookies = await house.staff("hoi-man-hinh")
    await house.sit("hoi-man-hinh", "86")
    tv, _ = [await house.device(DeviceKind.TV, "tang-3") for _ in range(2)]
    path = f"/api/centers/{CENTER}/counters/86/told"
    async with house.web.http(cookies) as clerk, house.web.http() as device:
        assert (await clerk.get(path)).json()["number"] == ""
        await house.take(clerk, "visa")
        number = (await house.press(cookies, "86", "next"))["number"]
        before = (await clerk.get(path)).json()
        assert (before["number"], before["tvs"]) == (number, 0)
        await house.parts.presence.seen(tv.partition(".")[0])
        told = before | {"of_tvs": before["of_tvs"] + 1}  # the other new TV is away
        assert (await clerk.get(path)).json() == told
        said = {"voice": "tang-3", "seq": house.parts.feed.hall(CENTER).voice("tang-3").seq}
        await device.post("/api/device/told", json=said, headers={"authorization": f"Bearer {tv}"})
        assert (await clerk.get(path)).json() == told | {"tvs": 1}
        calls = await list_calls(house.parts, house.parts.feed.hall(CENTER))
        listed = next(one for one in calls if one.number == number)
        assert (listed.tvs, listed.of_tvs, listed.board) == (1, told["of_tvs"], told["board"])
    await house.press(cookies, "86", "leave")
