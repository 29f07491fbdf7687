"""Pairing a machine from its terminal, and the marks by which devices are known to be there."""

import asyncio

import pytest

from app.accounts.staff import Role
from app.devices.following import NotWelcome
from app.devices.pairing import pair
from app.domain.facts import DeviceKind
from tests.web.house import CENTER, House, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_a_machine_shows_a_code_and_gets_its_key(house: House) -> None:
    codes: list[str] = []
    pairing = asyncio.create_task(pair(house.web.address, "boards", codes.append))
    await until("a code is shown", lambda: bool(codes))
    async with house.web.http(await house.staff("quan", Role.OPERATOR)) as staff:
        body = {"code": codes[0], "name": "Bảng LED"}
        assert (await staff.post(f"/api/centers/{CENTER}/devices", json=body)).status_code == 200
    async with asyncio.timeout(10):
        device, _, token = (await pairing).partition(".")
    known = house.parts.feed.hall(CENTER).device(device)
    assert (known.kind, known.name) == (DeviceKind.BOARDS, "Bảng LED")
    assert token not in repr(known), "the hall knows the token's hash only"
    assert len(codes) == 1


async def test_a_server_that_is_not_there_is_said(house: House) -> None:
    with pytest.raises(NotWelcome, match="does not answer"):
        await pair("http://127.0.0.1:9", "boards", lambda code: None)
    with pytest.raises(NotWelcome, match="gives no code: 400"):
        await pair(house.web.address, "toaster", lambda code: None)


async def test_who_is_there(house: House) -> None:
    presence = house.parts.presence
    await presence.seen("a")
    await presence.seen("b")
    assert await presence.present(["a", "b", "c"]) == {"a", "b"}
    await presence.gone("a")
    assert await presence.present(["a", "b", "c"]) == {"b"}
    assert await presence.present([]) == set()
