"""The boards' process against a real server and simulated boards on a real pseudo-terminal."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.devices.following import NotWelcome
from app.devices.line import Line
from app.domain.commands import SetPlan
from app.domain.states import DeviceKind
from hardware import Mode, open_driver
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedLine
from tests.devices.site import announcement, call, clerk, running
from tests.web.house import CENTER, House, Web, settings_of, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def device(house: House, tmp_path: Path) -> AsyncIterator[PtyDevice]:
    """Every board of the center on one line."""
    planned = house.parts.feed.hall(CENTER).plan.counters
    boards = [SimulatedBoard(counter.board) for counter in planned if counter.board is not None]
    device = PtyDevice(SimulatedLine(boards, baud=115_200), tmp_path / "boards.tty")
    device.plug()
    yield device
    device.unplug()


def board(house: House, device: PtyDevice, counter: str = "66") -> SimulatedBoard:
    planned = house.parts.feed.hall(CENTER).plan.counter(counter)
    assert planned
    assert planned.board is not None
    return device.line.boards[planned.board]


def boards(web: Web, key: str, device: PtyDevice) -> Line:
    return Line(web.address, CENTER, f"{device.link}?baud=115200", boards_key=key)


async def test_a_call_is_shown_blinks_in_its_slot_and_is_acknowledged(house: House, device: PtyDevice) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.BOARDS)
    async with running(boards(house.web, key, device)):
        here, other = board(house, device), board(house, device, "85")
        await until("the others are closed", lambda: other.picture.text == "-----")
        await until("the counter is open", lambda: here.picture.text == "")
        said = await call(house, lan)
        await until("the number is shown", lambda: here.picture.text == said.number)
        await until("it blinks", lambda: here.picture.mode is Mode.BLINK)
        assert house.parts.clock() >= said.start - 5
        await until("it is acknowledged", lambda: key.partition(".")[0] in announcement(house, said.number).told)
        assert other.picture.text == "-----"
        await house.press(lan, "66", "leave")
        await until("it is closed", lambda: here.picture.text == "-----")


async def test_a_line_that_comes_later_shows_what_is_true_then(house: House, device: PtyDevice) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.BOARDS)
    device.unplug()
    async with running(boards(house.web, key, device)) as task:
        said = await call(house, lan)
        device.plug()
        await until("the number is shown", lambda: board(house, device).picture.text == said.number)
        assert not task.done()


async def test_a_counter_that_leaves_the_plan_goes_dark(house: House, device: PtyDevice) -> None:
    key = await house.device(DeviceKind.BOARDS)
    plan = house.parts.feed.hall(CENTER).plan
    here = board(house, device, "85")
    async with running(boards(house.web, key, device)):
        await until("it is closed", lambda: here.picture.text == "-----")
        counters = tuple(replace(c, board=None) if c.id == "85" else c for c in plan.counters)
        await house.parts.centers.do(CENTER, SetPlan("system", replace(plan, counters=counters)))
        await until("it is dark", lambda: here.picture.text.strip() == "")


async def test_boards_with_less_room_are_driven_all_the_same(house: House, device: PtyDevice) -> None:
    """A number that does not fit is not cut, for a part of it would call somebody else; all else goes on."""
    lan, key = await clerk(house), await house.device(DeviceKind.BOARDS)
    narrow = "ascii:digits=4"
    boards = [SimulatedBoard(address) for address in device.line.boards]
    line = SimulatedLine(boards, driver=open_driver(narrow), baud=115_200)
    plugged = PtyDevice(line, device.link.with_name("narrow.tty"))
    plugged.plug()
    shown = Line(house.web.address, CENTER, f"{plugged.link}?baud=115200", narrow, boards_key=key)
    async with running(shown) as task:
        await until("it is closed", lambda: line.boards[85].picture.text == "----")
        await call(house, lan)
        await until("it is said", lambda: "faulty" in state_of(shown) and 66 in state_of(shown)["faulty"])
        await house.press(lan, "66", "leave")
        await until("it is closed", lambda: line.boards[66].picture.text == "----")
        assert not task.done()
    plugged.unplug()


def state_of(line: Line) -> dict[str, Any]:
    """What the line tells the server of its boards."""
    assert line._boards
    return line._boards.following.state


async def test_a_wrong_key_is_not_welcome(house: House, device: PtyDevice) -> None:
    async with asyncio.timeout(10):
        with pytest.raises(ExceptionGroup) as ended:
            await boards(house.web, "none.none", device).run()
    assert ended.group_contains(NotWelcome, match="pair it again")


async def test_it_comes_back_after_a_restart_of_the_server(house: House, device: PtyDevice) -> None:
    """A call made while this server was away is on the board when it is back, and acknowledged."""
    lan, key = await clerk(house), await house.device(DeviceKind.BOARDS)
    settings = house.web.settings
    async with Web(settings_of(settings.store_url, settings.data)) as web:
        port, work = web.port, running(boards(web, key, device))
        await work.__aenter__()
        await until("it follows", lambda: board(house, device, "85").picture.text == "-----")
    try:
        said = await call(house, lan)
        assert board(house, device).picture.text != said.number
        async with Web(settings_of(settings.store_url, settings.data, PORT=str(port))):
            await until("the number is shown", lambda: board(house, device).picture.text == said.number)
            await until("it is acknowledged", lambda: bool(announcement(house, said.number).told))
    finally:
        await work.__aexit__(None, None, None)
