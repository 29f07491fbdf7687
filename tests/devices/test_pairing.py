"""Pairing a machine from its terminal, and the marks by which devices are known to be there."""

import asyncio

import pytest

from app.accounts.staff import Role
from app.devices.following import NotWelcome
from app.devices.pairing import pair
from app.devices.presence import Said, Seen
from app.domain.states import DeviceKind
from tests.web.house import CENTER, House, live, until

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


async def test_how_a_device_is_and_what_it_is_asked_once(house: House) -> None:
    presence = house.parts.presence
    await presence.order("a", "tone")
    await presence.order("a", "reload")
    order = await presence.seen("a", 1_000, "10.0.0.7", Said("abc", "1920x1080", -3_000, "refused"))
    assert order
    assert order.what == "reload", "a later order takes an earlier one's place"
    assert await presence.seen("a", 2_000, "10.0.0.7", Said("abd")) is None
    states = await presence.states(["a", "b"])
    assert states == {"a": Seen(2_000, "10.0.0.7", Said("abd"))}
    await presence.note_told(CENTER, "tang-3", 7, "a", 3_000)
    assert await presence.told(CENTER, [("tang-3", 7), ("tang-3", 8)]) == {
        ("tang-3", 7): {"a"},
        ("tang-3", 8): set(),
    }
    assert await presence.told_last(["a", "b"]) == {"a": 3_000}


async def test_only_those_who_look_after_devices_may_ask_them_for_something(house: House) -> None:
    key = await house.device(DeviceKind.TV, "tang-1")
    device = key.partition(".")[0]
    kiosk = (await house.device(DeviceKind.KIOSK)).partition(".")[0]
    here = f"/admin/{CENTER}/devices/{device}"
    asked = {"tone": {}, "reload": {}, "rename": {"name": "TV"}, "heard": {"heard": "yes"}}
    async with house.web.http(await house.staff("lan")) as clerk, house.web.http() as nobody:
        for what, form in asked.items():
            assert (await clerk.post(f"{here}/{what}", data=form)).status_code == 403
            assert (await nobody.post(f"{here}/{what}", data=form)).status_code == 401
        assert (await clerk.post(f"/admin/{CENTER}/bulletin", data={"lines": "x"})).status_code == 403
    async with house.web.http(await house.staff("quan", Role.OPERATOR)) as operator:
        for what, form in asked.items():
            assert (await operator.post(f"{here}/{what}", data=form)).status_code == 303
        assert (await operator.post(f"/admin/{CENTER}/devices/{kiosk}/tone")).status_code == 403
        assert (await operator.post(f"/admin/{CENTER}/devices/none/tone")).status_code == 404
        assert (await operator.get(f"{here}/tone")).status_code == 405


async def test_any_clerk_may_try_the_sound_and_nothing_else(house: House) -> None:
    key = await house.device(DeviceKind.TV, "tang-1")
    kiosk = (await house.device(DeviceKind.KIOSK)).partition(".")[0]
    here = f"/panel/{CENTER}/sound"
    device = f"{here}/{key.partition('.')[0]}"
    async with house.web.http(await house.staff("lan")) as clerk, house.web.http() as nobody:
        for what, form in {"tone": {}, "heard": {"heard": "yes"}}.items():
            done = await clerk.post(f"{device}/{what}", data=form)
            assert (done.status_code, done.headers["location"]) == (303, here)
            assert (await nobody.post(f"{device}/{what}", data=form)).status_code == 401
        assert (await clerk.post(f"{here}/{kiosk}/tone")).status_code == 403
        assert (await clerk.post(f"{device}/reload")).status_code == 404
        assert (await nobody.get(here)).headers["location"] == f"/panel/sign-in?next={here}"


async def test_a_tv_painted_by_another_version_is_told_to_load_itself_anew(house: House) -> None:
    key = await house.device(DeviceKind.TV, "tang-1")
    async with live(house.web, authorization=f"Bearer {key}") as tv:
        await tv.say(clock=1, state={"version": "of-yesterday", "sound": "on", "offset": 7})
        heard = [await tv.hear(), await tv.hear()]
        assert {"order": {"id": "upgrade", "what": "reload"}} in heard
        stamp = house.parts.pages.globals["stamp"]
        await tv.say(clock=2, state={"version": stamp})
        await tv.say(clock=3, state={"version": stamp})
        assert [(await tv.hear())["clock"], (await tv.hear())["clock"]] == [2, 3]
    states = await house.parts.presence.states([key.partition(".")[0]])
    assert [seen.said.version for seen in states.values()] == [stamp]
