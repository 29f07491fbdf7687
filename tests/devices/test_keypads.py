"""Keypads on the boards' line, against a real server: what they show, what their keys do, what they may not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.devices.following import Following, NotWelcome, Row
from app.devices.line import Line
from app.domain.commands import Issue, RevokeDevice, SetPlan
from app.domain.hall import Hall
from app.domain.plan import Channel
from app.domain.states import CounterState, DeviceKind
from hardware import Key, mark_of
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedKeypad, SimulatedLine
from tests.devices.site import SERVICE, call, clerk, running
from tests.web.house import CENTER, House, Web, settings_of, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

COUNTER, OTHER = 66, 85


@pytest.fixture
async def device(house: House, tmp_path: Path) -> AsyncIterator[PtyDevice]:
    """The boards and keypads of the center on one line."""
    counters = hall(house).plan.counters
    boards = [SimulatedBoard(one.board) for one in counters if one.board is not None]
    keypads = [SimulatedKeypad(one.keypad) for one in counters if one.keypad is not None]
    device = PtyDevice(SimulatedLine(boards, keypads=keypads, baud=115_200), tmp_path / "line.tty")
    device.plug()
    yield device
    device.unplug()


async def line(house: House, device: PtyDevice, web: Web | None = None) -> Line:
    keys = [await house.device(kind) for kind in (DeviceKind.BOARDS, DeviceKind.KEYPADS)]
    port = f"{device.link}?baud=115200"
    address = (web or house.web).address
    return Line(address, CENTER, port, boards_key=keys[0], keypads_key=keys[1], brightness=5)


async def pressed(device: PtyDevice, key: Key, target: int = 0, counter: int = COUNTER) -> str:
    """A hand presses a key; the lamp that it gets."""
    keypad = device.line.keypads[counter]
    await until("the last key is answered", lambda: keypad.waits is None)
    assert device.line.press(counter, key, target)
    await until("the key is answered", lambda: keypad.waits is None)
    return keypad.lamp


async def test_a_clerk_without_a_computer_works_a_counter(house: House, device: PtyDevice) -> None:
    lan = await clerk(house)
    keypad, board = device.line.keypads[COUNTER], device.line.boards[COUNTER]
    async with running(await line(house, device)):
        await until("the keypad knows its counter", lambda: knows(house, device))
        said = await call(house, lan)
        await until("it shows the number", lambda: keypad.face.text == said.number)
        await until("its board too", lambda: board.picture.text == said.number)
        await until("and shines as told", lambda: board.brightness == 5)
        assert await pressed(device, Key.RECALL) == "taken"
        await until("called again", lambda: hall(house).ticket(said.number).calls == 2)
        await until("the keypad knows", lambda: knows(house, device))
        assert await pressed(device, Key.PAUSE) == "taken"
        await until("it is paused", lambda: hall(house).counter("66").state is CounterState.PAUSED)
        await until("the keypad knows", lambda: knows(house, device))
        assert await pressed(device, Key.PAUSE) == "taken"
        await until("it is open", lambda: hall(house).counter("66").state is CounterState.OPEN)
        await until("the keypad knows", lambda: knows(house, device))
        assert await pressed(device, Key.TRANSFER, 99) == "refused", "there is no such counter"
        assert await pressed(device, Key.TRANSFER, OTHER) == "taken"
        await until("sent on", lambda: hall(house).ticket(said.number).only == "85")
        await until("the keypad knows", lambda: knows(house, device))
        assert await pressed(device, Key.NEXT) == "refused", "nobody waits any more"


def hall(house: House) -> Hall:
    return house.parts.feed.hall(CENTER)


def knows(house: House, device: PtyDevice) -> bool:
    """Whether the keypad was told the counter's turn."""
    return device.line.keypads[COUNTER].face.mark == mark_of(hall(house).counter("66").turn)


def present(house: House) -> str:
    return hall(house).counter("66").ticket


async def wait(house: House) -> None:
    """Let somebody take a number for the counter."""
    request = f"{asyncio.get_running_loop().time()}"
    await house.parts.centers.do(CENTER, Issue("system", request, SERVICE, Channel.DESK))


async def test_a_key_at_a_closed_counter_is_refused_and_changes_nothing(house: House, device: PtyDevice) -> None:
    async with running(await line(house, device)):
        await until("the keypad knows its counter", lambda: device.line.keypads[OTHER].face.mark > 0)
        assert device.line.keypads[OTHER].face.text == "-----"
        turn = hall(house).counter("85").turn
        assert await pressed(device, Key.NEXT, counter=OTHER) == "refused"
        assert hall(house).counter("85").turn == turn


async def test_a_finger_that_pressed_twice_calls_once_and_is_told(house: House, device: PtyDevice) -> None:
    lan = await clerk(house)
    patient = replace(hall(house).plan, double_press_ms=5_000)
    await house.parts.centers.do(CENTER, SetPlan("system", patient))
    async with running(await line(house, device)):
        said = await call(house, lan)
        await wait(house)
        await until("the keypad knows", lambda: knows(house, device))
        assert await pressed(device, Key.NEXT) == "refused"
        assert present(house) == said.number


async def test_a_line_full_of_noise_calls_each_number_once_in_order(house: House, device: PtyDevice) -> None:
    lan = await clerk(house)
    async with running(await line(house, device)):
        await call(house, lan)
        for _ in range(6):
            await wait(house)
        device.line.set_faults(noise=0.005, drop=0.002)
        called = []
        for _ in range(6):
            before = present(house)
            await until("the keypad knows", lambda: knows(house, device), 20)
            await pressed(device, Key.NEXT)
            await until("the next one", lambda before=before: present(house) != before, 20)  # type: ignore[misc]
            called.append(present(house))
        assert called == sorted(called)
        assert [int(one) - int(called[0]) for one in called] == list(range(6)), "nobody is skipped"


async def test_a_server_that_is_away_lights_the_red_lamp_and_is_asked_when_it_is_back(
    house: House, device: PtyDevice
) -> None:
    lan = await clerk(house)
    settings = house.web.settings
    async with Web(settings_of(settings.store_url, settings.data)) as web:
        port, work = web.port, running(await line(house, device, web))
        await work.__aenter__()
        said = await call(house, lan)
        await until("it shows the number", lambda: device.line.keypads[COUNTER].face.text == said.number)
    try:
        turn = hall(house).counter("66").turn
        device.line.press(COUNTER, Key.RECALL)
        await until("it is said", lambda: device.line.keypads[COUNTER].lamp == "refused", 10)
        assert hall(house).counter("66").turn == turn
        async with Web(settings_of(settings.store_url, settings.data, PORT=str(port))):
            await until("it works", lambda: knows(house, device))
            assert await pressed(device, Key.RECALL) == "taken"
            await until("called again", lambda: hall(house).ticket(said.number).calls == 2)
    finally:
        await work.__aexit__(None, None, None)


async def test_a_server_that_does_not_answer_lights_the_red_lamp_before_the_key_is_forgotten(
    house: House, device: PtyDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clerk(house)

    async def hangs(following: Following, path: str, body: Row) -> None:
        await asyncio.sleep(60)

    async with running(await line(house, device)):
        await until("the keypad knows its counter", lambda: knows(house, device))
        monkeypatch.setattr(Following, "ask", hangs)
        assert await pressed(device, Key.NEXT) == "refused"


async def test_what_a_keypads_key_opens_and_what_not(house: House) -> None:
    """Least rights: it presses keypads' keys of its own center, for a turn once; boards press nothing."""
    await clerk(house)
    keypads, boards = await house.device(DeviceKind.KEYPADS), await house.device(DeviceKind.BOARDS)
    turn = hall(house).counter("66").turn
    await wait(house)
    key = {"keypad": COUNTER, "turn": turn, "key": "next"}

    async def ask(http: httpx.AsyncClient, body: dict[str, object], bearer: str) -> tuple[int, dict[str, object]]:
        answer = await http.post("/api/device/press", json=body, headers={"authorization": f"Bearer {bearer}"})
        return answer.status_code, answer.json()

    async with house.web.http() as http:
        assert (await ask(http, key, boards))[0] == 401, "not a keypad"
        assert (await ask(http, key | {"keypad": 67}, keypads))[0] == 404
        assert (await ask(http, key | {"key": "leave"}, keypads))[0] == 400
        status, answer = await ask(http, key, keypads)
        assert (status, answer["outcome"]) == (200, "done")
        status, again = await ask(http, key, keypads)
        assert (status, again["outcome"]) == (200, "unchanged"), "the same frame presses once"
        for path in (f"/api/centers/{CENTER}/counters/66/next", "/api/device/told"):
            body = {"turn": turn} if "counters" in path else {"voice": "tang-3", "seq": 1}
            refused = await http.post(path, json=body, headers={"authorization": f"Bearer {keypads}"})
            assert refused.status_code in (401, 403), path


async def test_keypads_of_a_zone_press_there_only(house: House) -> None:
    await clerk(house)
    await wait(house)
    key = {"keypad": COUNTER, "turn": hall(house).counter("66").turn, "key": "next"}
    for zone, status in (("tang-1", 404), ("tang-3", 200)):
        bearer = {"authorization": f"Bearer {await house.device(DeviceKind.KEYPADS, zone)}"}
        async with house.web.http(headers=bearer) as http:
            assert (await http.post("/api/device/press", json=key)).status_code == status, zone


async def test_a_device_that_is_removed_leaves_the_line_to_the_other(house: House, device: PtyDevice) -> None:
    lan = await clerk(house)
    driven = await line(house, device)
    async with running(driven) as task:
        await until("the keypad knows its counter", lambda: knows(house, device))
        keypads = next(one for one in hall(house).devices() if one.kind is DeviceKind.KEYPADS)
        await house.parts.centers.do(CENTER, RevokeDevice("staff/quan", keypads.id))
        await until("its keypads are left alone", lambda: driven._bus.keypad_health() == {})
        said = await call(house, lan)
        await until("the boards go on", lambda: device.line.boards[COUNTER].picture.text == said.number)
        boards = next(one for one in hall(house).devices() if one.kind is DeviceKind.BOARDS)
        await house.parts.centers.do(CENTER, RevokeDevice("staff/quan", boards.id))
        await until("it ends", task.done)
        fault = task.exception()
        assert isinstance(fault, ExceptionGroup)
        assert fault.subgroup(NotWelcome)
