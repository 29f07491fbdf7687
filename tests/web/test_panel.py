"""The panel's page as it is painted: who a counter may be handed to."""

import re

import pytest

from app.accounts.staff import Role
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
