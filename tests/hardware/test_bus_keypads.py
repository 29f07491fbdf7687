"""The bus with keypads beside boards on one line, on a real pseudo-terminal; and the brightness of boards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hardware import Bus, Face, Health, HealthChanged, Key, KeyPressed, Pace, Pressed, Report, Shown
from hardware.reports import KEYPAD
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedKeypad, SimulatedLine

pytestmark = pytest.mark.anyio

QUICK = Pace(query_every=0.1, poll_every=0.02, last_retry=0.2)


class Stage:
    """A line with boards and keypads at the same addresses, a bus on it, all its reports."""

    def __init__(self, folder: Path, addresses: range) -> None:
        boards = [SimulatedBoard(address) for address in addresses]
        self.line = SimulatedLine(boards, keypads=[SimulatedKeypad(a) for a in addresses], baud=38_400, seed=3)
        self.device = PtyDevice(self.line, folder / "line")
        self.reports: list[Report] = []
        self.bus = Bus(f"{self.device.link}?baud=38400", on_report=self.reports.append, pace=QUICK)
        for address in addresses:
            self.bus.show(address, "")
            self.bus.face(address, Face("", 0, 1))

    def keys(self, address: int) -> list[Pressed]:
        return [one.pressed for one in self.reports if isinstance(one, KeyPressed) and one.address == address]

    def healths(self, address: int) -> list[Health]:
        found = [one for one in self.reports if isinstance(one, HealthChanged) and one.kind == KEYPAD]
        return [one.health for one in found if one.address == address]

    async def answer(self, address: int, nth: int) -> None:
        """Wait for the nth key of a keypad, and take it."""
        await until(lambda: len(self.keys(address)) == nth)
        self.bus.settle(address, self.keys(address)[-1])
        await until(lambda: self.line.keypads[address].waits is None)


@asynccontextmanager
async def staged(folder: Path, addresses: range) -> AsyncIterator[Stage]:
    stage = Stage(folder, addresses)
    stage.device.plug()
    task = asyncio.create_task(stage.bus.run())
    try:
        await until(lambda: all(health is Health.OK for health in stage.bus.keypad_health().values()))
        yield stage
        assert not task.done(), "the bus ended by itself"
    finally:
        task.cancel()
        await asyncio.wait([task])
        stage.device.unplug()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(6):
        while not is_so():
            await asyncio.sleep(0.005)


async def test_a_key_comes_once_and_its_answer_lights_the_lamp(tmp_path: Path) -> None:
    async with staged(tmp_path, range(66, 67)) as stage:
        keypad = stage.line.keypads[66]
        stage.bus.face(66, Face("86001", 12, 7))
        await until(lambda: keypad.face == Face("86001", 12, 7))
        assert stage.line.press(66, Key.NEXT)
        assert not stage.line.press(66, Key.RECALL), "the first one waits"
        await until(lambda: len(stage.keys(66)) == 1)
        await asyncio.sleep(0.3)
        assert stage.keys(66) == [Pressed(1, Key.NEXT, 7)]
        stage.bus.settle(66, stage.keys(66)[-1])
        await until(lambda: keypad.lamp == "taken")
        assert stage.line.press(66, Key.TRANSFER, 85)
        await until(lambda: stage.keys(66)[1:] == [Pressed(2, Key.TRANSFER, 7, 85)])
        stage.bus.settle(66, stage.keys(66)[-1], refused=True)
        await until(lambda: keypad.lamp == "refused")


async def test_a_noisy_line_loses_no_key_and_doubles_none(tmp_path: Path) -> None:
    async with staged(tmp_path, range(1, 4)) as stage:
        stage.line.set_faults(noise=0.01, drop=0.005)
        for nth in range(1, 11):
            for address in (1, 2, 3):
                assert stage.line.press(address, Key.NEXT)
            for address in (1, 2, 3):
                await stage.answer(address, nth)
        assert [len(stage.keys(address)) for address in (1, 2, 3)] == [10, 10, 10]


async def test_a_keypad_that_is_away_is_said_once_and_delays_nobody(tmp_path: Path) -> None:
    async with staged(tmp_path, range(1, 4)) as stage:
        stage.line.set_keypad(2, powered=False)
        await until(lambda: stage.healths(2)[-1] is Health.SILENT)
        stage.bus.show(3, "86003")
        await until(lambda: stage.line.boards[3].picture.text == "86003")
        assert stage.line.press(1, Key.ABSENT)
        await until(lambda: len(stage.keys(1)) == 1)
        assert stage.healths(2) == [Health.OK, Health.SILENT]
        stage.line.set_keypad(2, powered=True)
        await until(lambda: stage.line.keypads[2].face.mark == 1)
        await until(lambda: stage.bus.keypad_health()[2] is Health.OK)


async def test_boards_keep_pace_while_many_keypads_are_polled(tmp_path: Path) -> None:
    async with staged(tmp_path, range(1, 21)) as stage:
        for address in range(1, 21):
            stage.bus.show(address, f"{address:02}001")
        await until(lambda: all(board.picture.text for board in stage.line.boards.values()))

        def shown() -> list[str]:
            return sorted(one.text for one in stage.reports if isinstance(one, Shown) and one.text)

        await until(lambda: shown() == [f"{address:02}001" for address in range(1, 21)])


async def test_boards_shine_as_they_are_told_and_again_after_a_loss_of_power(tmp_path: Path) -> None:
    async with staged(tmp_path, range(1, 3)) as stage:
        stage.bus.shine(4)
        await until(lambda: all(board.brightness == 4 for board in stage.line.boards.values()))
        stage.line.set_board(2, powered=False)
        stage.line.set_board(2, powered=True)
        assert stage.line.boards[2].brightness == 9
        await until(lambda: stage.line.boards[2].brightness == 4)
        with pytest.raises(ValueError, match="brightness"):
            stage.bus.shine(10)


async def test_a_line_that_was_pulled_out_tells_its_keypads_all_again(tmp_path: Path) -> None:
    async with staged(tmp_path, range(5, 6)) as stage:
        keypad = stage.line.keypads[5]
        stage.device.unplug()
        keypad.power(False)
        keypad.power(True)
        await until(lambda: stage.bus.keypad_health()[5] is Health.CLOSED)
        stage.device.plug()
        await until(lambda: keypad.face.mark == 1)
        assert stage.line.press(5, Key.PAUSE)
        await until(lambda: stage.keys(5) == [Pressed(1, Key.PAUSE, 1)])
