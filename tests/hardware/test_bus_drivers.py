"""The bus with boards of other kinds, over a real TCP line and on a pseudo-terminal: read back where they answer,
sent again where they do not."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware import Bus, Face, Health, HealthChanged, Mode, Pace, Picture, Report, Shown, open_driver
from hardware.protocols.modbus import ModbusBoards
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedKeypad, SimulatedLine

pytestmark = pytest.mark.anyio

PACE = Pace(query_every=0.05)


@dataclass
class Gateway:
    """A serial line behind a TCP gateway: what the host sends, in the pieces it comes, and what it is answered."""

    answer: Callable[[bytes], bytes]
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Gateway"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1000):
                self.heard.append(data)
                writer.write(self.answer(data))
            writer.close()


@contextlib.asynccontextmanager
async def running(gateway: Gateway, driver: str, said: list[Report]) -> AsyncIterator[Bus]:
    url = f"socket://127.0.0.1:{gateway.port}?baud=115200"
    bus = Bus(url, on_report=said.append, pace=PACE, driver=open_driver(driver))
    task = asyncio.create_task(bus.run())
    try:
        yield bus
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_board_with_registers_is_written_read_back_and_mended() -> None:
    driver, shows = ModbusBoards(), {7: Picture()}

    def board(frame: bytes) -> bytes:
        address, told = driver.read(frame)
        shows[address] = told or shows[address]
        return driver.reply(address, shows[address], is_asked=told is None)

    said: list[Report] = []
    async with Gateway(board).listening() as gateway, running(gateway, "modbus", said) as bus:
        bus.show(7, "86001")
        await until(lambda: any(isinstance(one, Shown) for one in said))
        assert shows[7] == Picture("86001")
        assert bus.health() == {7: Health.OK}
        shows[7] = Picture()  # it lost its power for a moment
        await until(lambda: shows[7] == Picture("86001"))


async def test_a_board_that_cannot_answer_is_sent_its_picture_again_and_again() -> None:
    frame = open_driver("ascii").show(7, 0, Picture("86001"))
    said: list[Report] = []
    async with Gateway(lambda data: b"").listening() as gateway, running(gateway, "ascii", said) as bus:
        bus.show(7, "86001", blink_until=time.time() + 60)  # it cannot: shown steadily
        await until(lambda: b"".join(gateway.heard).count(frame) >= 3)
        shown = [one for one in said if isinstance(one, Shown)]
        assert [(one.address, one.text) for one in shown] == [(7, "86001")], "said once"
        assert [one.health for one in said if isinstance(one, HealthChanged)] == [Health.OK]
        with pytest.raises(ValueError, match="address"):
            bus.show(100, "1")


@pytest.mark.parametrize("kind", ["ascii", "ascii:checksum=crc,address=3,blink=42,steady=53", "modbus", "alpha"])
async def test_simulated_boards_of_each_kind_show_calls_and_are_mended(tmp_path: Path, kind: str) -> None:
    """On a pseudo-terminal, beside keypads: a call, a loss of power, a pulled cable, a line with noise."""
    boards, said = [SimulatedBoard(address) for address in (7, 8)], list[Report]()
    line = SimulatedLine(boards, keypads=[SimulatedKeypad(7)], driver=open_driver(kind), baud=38_400, seed=5)
    device = PtyDevice(line, tmp_path / "line")
    device.plug()
    bus = Bus(f"{device.link}?baud=38400", on_report=said.append, pace=PACE, driver=open_driver(kind))
    bus.face(7, Face("86001", 3, 9))
    task = asyncio.create_task(bus.run())
    try:
        bus.show(7, "86001", blink_until=time.time() + 60)
        bus.show(8, "-----")
        await until(lambda: [board.picture.text for board in boards] == ["86001", "-----"])
        assert (boards[0].picture.mode is Mode.BLINK) == open_driver(kind).can_blink
        await until(lambda: line.keypads[7].face == Face("86001", 3, 9))
        line.set_board(8, powered=False)
        line.set_board(8, powered=True)
        await until(lambda: boards[1].picture.text == "-----")
        device.unplug()
        line.set_board(7, powered=False)
        line.set_board(7, powered=True)
        device.plug()
        await until(lambda: boards[0].picture.text == "86001")
        line.set_faults(noise=0.005, drop=0.002)
        for nth in range(2, 9):
            bus.show(7, f"8600{nth}")
            await until(lambda nth=nth: boards[0].picture.text == f"8600{nth}")  # type: ignore[misc]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        device.unplug()
