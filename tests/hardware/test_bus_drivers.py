"""The bus with boards of other kinds, over a real TCP line: what answers is read back, all else sent again."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from hardware import Bus, Health, HealthChanged, Pace, Picture, Report, Shown, open_driver
from hardware.protocols.modbus import ModbusBoards

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
        if frame == driver.query(7, 0):
            return driver.told(7, shows[7])
        address, shows[7] = driver.read(frame)
        return driver.echo(address)

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
