"""The bus against simulated boards, through pyserial: on a real pseudo-terminal and over TCP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from serial import serial_for_url
from serial.rfc2217 import PortManager

from hardware import Bus, Health, HealthChanged, Mode, Pace, PortChanged, Report, Shown
from hardware.bus import answer_limit
from hardware.ports import PortAddress
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedLine

QUICK = Pace(query_every=0.1, last_retry=0.4)
WIRE_SECONDS = 34 * 10 / 9600  # show and answer


async def until(condition: Callable[[], bool], limit: float = 6.0) -> float:
    """Wait for a condition; return the seconds it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < limit, "waited in vain"
        await asyncio.sleep(0.002)
    return time.monotonic() - start


class Stage:
    """A line of boards, a bus on it, and all its reports."""

    def __init__(self, line: SimulatedLine, url: str, pace: Pace) -> None:
        self.line = line
        self.reports: list[Report] = []
        self.bus = Bus(url, on_report=self.reports.append, pace=pace)

    def shown(self, address: int) -> str | None:
        """The text last acknowledged."""
        texts = [report.text for report in self.reports if isinstance(report, Shown) and report.address == address]
        return texts[-1] if texts else None

    def healths(self, address: int) -> list[Health]:
        found = [report for report in self.reports if isinstance(report, HealthChanged)]
        return [report.health for report in found if report.address == address]

    def ports(self) -> list[PortChanged]:
        return [report for report in self.reports if isinstance(report, PortChanged)]

    def cells(self) -> dict[int, str]:
        """What a passer-by reads."""
        return {address: board.picture.text for address, board in self.line.boards.items()}


@asynccontextmanager
async def running(bus: Bus) -> AsyncIterator[None]:
    task = asyncio.create_task(bus.run())
    try:
        yield
        assert not task.done(), "the bus ended by itself"
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def staged(
    folder: Path, *addresses: int, pace: Pace = QUICK, baud: int = 9600
) -> AsyncIterator[tuple[Stage, PtyDevice]]:
    line = SimulatedLine([SimulatedBoard(address) for address in addresses], seed=7, baud=baud)
    device = PtyDevice(line, folder / "boards.tty")
    device.plug()
    stage = Stage(line, f"{device.link}?baud={baud}", pace)
    try:
        async with running(stage.bus):
            yield stage, device
    finally:
        device.unplug()


def test_a_shown_text_is_acknowledged_by_the_board(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66, pace=Pace()) as (stage, _):
            await until(lambda: len(stage.ports()) == 1)
            stage.bus.show(66, "86001")
            took = await until(lambda: stage.shown(66) == "86001")
            assert stage.cells() == {66: "86001"}
            assert WIRE_SECONDS < took < WIRE_SECONDS + 1
            [shown] = [report for report in stage.reports if isinstance(report, Shown)]
            assert shown.mode is Mode.STEADY
            assert abs(shown.acknowledged_at - time.time()) < 1
            assert stage.healths(66) == [Health.OK]

    asyncio.run(scenario())


def test_of_many_texts_the_newest_is_shown_and_the_rest_skipped(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 5, 66, pace=Pace()) as (stage, _):
            for number in range(1, 200):
                stage.bus.show(66, f"66{number:03d}")
                stage.bus.show(5, f"05{number:03d}")
            await until(lambda: stage.cells() == {5: "05199", 66: "66199"})
            await until(lambda: (stage.shown(5), stage.shown(66)) == ("05199", "66199"))
            assert stage.line.boards[66].frames <= 3

    asyncio.run(scenario())


def test_a_blink_ends_at_its_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66, pace=Pace()) as (stage, _):
            stage.bus.show(66, "66002", blink_until=time.time() + 0.3)
            await until(lambda: stage.line.boards[66].picture.mode is Mode.BLINK)
            await until(lambda: stage.line.boards[66].picture.mode is Mode.STEADY)
            await until(
                lambda: stage.reports[-1:] != [] and getattr(stage.reports[-1], "mode", None) is Mode.STEADY
            )
            assert stage.cells() == {66: "66002"}

    asyncio.run(scenario())


def test_noise_is_retried_until_every_board_is_right(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 1, 2, 3, baud=38400) as (stage, _):
            stage.line.set_faults(noise=0.01, drop=0.002)
            for number in range(4):
                wanted = {address: f"{address:02d}{number:03d}" for address in (1, 2, 3)}
                for address, text in wanted.items():
                    stage.bus.show(address, text)

                def right(wanted: dict[int, str] = wanted) -> bool:
                    return stage.cells() == wanted == {address: stage.shown(address) for address in wanted}

                await until(right)
            assert stage.line.boards[1].errors > 0, "there was no noise"

    asyncio.run(scenario())


def test_a_mute_board_costs_the_others_only_its_time_outs(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 1, 2, 3, 4, pace=Pace()) as (stage, _):
            stage.line.set_board(2, muted=True)
            for address in (1, 2, 3, 4):
                stage.bus.show(address, f"{address}")
            others = (1, 3, 4)
            took = await until(lambda: all(stage.shown(address) for address in others))
            time_out = answer_limit(PortAddress.parse("x?baud=9600"), 16, 18)
            assert took < 3 * (WIRE_SECONDS + 0.02) + 2 * time_out + 0.5
            await until(lambda: stage.healths(2) == [Health.SILENT])
            assert stage.shown(2) is None

            stage.bus.show(2, "22")
            stage.line.set_board(2, muted=False)
            await until(lambda: stage.shown(2) == "22")
            assert stage.healths(2) == [Health.SILENT, Health.OK]
            assert stage.cells()[2] == "22"

    asyncio.run(scenario())


def test_a_late_answer_is_never_taken_for_another(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 1, 2) as (stage, _):
            stage.line.set_faults(late=0.17)  # beyond the limit, so it arrives in somebody else's turn
            for number in range(4):
                stage.bus.show(1, f"1{number}")
                stage.bus.show(2, f"2{number}")
                await until(lambda n=number: stage.line.boards[2].picture.text == f"2{n}")  # type: ignore[misc]
            for report in stage.reports:
                assert not isinstance(report, Shown) or report.text[0] == str(report.address)
            stage.line.set_faults(late=0)
            await until(lambda: (stage.shown(1), stage.shown(2)) == ("13", "23"))

    asyncio.run(scenario())


def test_an_unplugged_line_comes_back_with_every_picture(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66, 68) as (stage, device):
            stage.bus.show(66, "66001")
            stage.bus.show(68, "68001")
            await until(lambda: (stage.shown(66), stage.shown(68)) == ("66001", "68001"))
            device.unplug()
            await until(lambda: stage.bus.health() == {66: Health.CLOSED, 68: Health.CLOSED})
            assert not device.link.exists()
            assert stage.ports()[-1].reason
            for address in (66, 68):
                stage.line.set_board(address, powered=False)
                stage.line.set_board(address, powered=True)
            stage.bus.show(68, "68002")
            await until(lambda: stage.bus.port_faults >= 3)
            device.plug()
            await until(lambda: stage.cells() == {66: "66001", 68: "68002"})
            await until(lambda: stage.bus.health() == {66: Health.OK, 68: Health.OK})
            assert [port.is_open for port in stage.ports()] == [True, False, True]

    asyncio.run(scenario())


def test_a_board_that_lost_power_gets_its_picture_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66, 68) as (stage, _):
            stage.bus.show(66, "66001", mode=Mode.BLINK)
            await until(lambda: stage.shown(66) == "66001")
            stage.line.set_board(66, powered=False)
            stage.line.set_board(66, powered=True)
            assert stage.cells()[66] == ""
            await until(lambda: stage.cells()[66] == "66001")
            assert stage.line.boards[66].picture.mode is Mode.BLINK

    asyncio.run(scenario())


def test_a_board_with_a_broken_display_is_faulty_until_mended(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66, pace=Pace(faulty_retry=0.05)) as (stage, _):
            stage.line.set_board(66, broken=True)
            stage.bus.show(66, "66001")
            await until(lambda: stage.healths(66) == [Health.FAULTY])
            assert stage.shown(66) is None
            stage.line.set_board(66, broken=False)
            await until(lambda: stage.shown(66) == "66001")

    asyncio.run(scenario())


def test_the_device_outlives_its_host_and_has_one_at_a_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66) as (stage, device):
            stage.bus.show(66, "1")
            await until(lambda: stage.shown(66) == "1")
            second = Stage(stage.line, str(device.link), QUICK)
            async with running(second.bus):
                await until(lambda: len(second.ports()) == 1)
            assert second.ports()[0].reason == "in use by another program"
        line = SimulatedLine([SimulatedBoard(66)])
        device = PtyDevice(line, tmp_path / "again.tty")
        device.plug()
        for text in ("2", "3"):
            host = Stage(line, str(device.link), QUICK)
            host.bus.show(66, text)
            async with running(host.bus):
                await until(lambda host=host, text=text: host.shown(66) == text)  # type: ignore[misc]
        device.unplug()

    asyncio.run(scenario())


def test_a_listener_that_fails_does_not_stop_the_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with staged(tmp_path, 66) as (stage, device):
            pass
        device.plug()

        def fail(report: Report) -> None:
            raise RuntimeError("a listener's fault")

        bus = Bus(str(device.link), on_report=fail)
        bus.show(66, "66001")
        async with running(bus):
            await until(lambda: bus.health() == {66: Health.OK})
        device.unplug()

    asyncio.run(scenario())
    assert "a listener failed" in caplog.text


class TelnetGateway:
    """The far end of `rfc2217://`: pyserial's own protocol part, with the line behind it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.write = writer.write
        self._telnet = PortManager(serial_for_url("loop://"), self)

    def to_host(self, data: bytes) -> None:
        self.write(b"".join(self._telnet.escape(data)))

    def to_line(self, data: bytes) -> bytes:
        return b"".join(self._telnet.filter(data))


class RawGateway:
    """The far end of `socket://`: bytes as they are."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.to_host = writer.write

    def to_line(self, data: bytes) -> bytes:
        return data


@pytest.mark.parametrize(("scheme", "gateway"), [("socket", RawGateway), ("rfc2217", TelnetGateway)])
def test_a_line_behind_a_network_gateway(scheme: str, gateway: type[RawGateway] | type[TelnetGateway]) -> None:
    async def scenario() -> None:
        line = SimulatedLine([SimulatedBoard(66), SimulatedBoard(68)])
        hosts: list[asyncio.StreamWriter] = []

        async def bridge(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            hosts.append(writer)
            far = gateway(writer)
            line.plug_in(far.to_host, "tcp")
            while data := await reader.read(100):
                line.host_sent(far.to_line(data))
            line.pull_out()
            writer.close()

        server = await asyncio.start_server(bridge, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        stage = Stage(line, f"{scheme}://127.0.0.1:{port}?baud=9600", QUICK)
        async with running(stage.bus):
            stage.bus.show(66, "66001")
            stage.bus.show(68, "68001")
            await until(lambda: (stage.shown(66), stage.shown(68)) == ("66001", "68001"))
            hosts[0].transport.abort()
            await until(lambda: any(not port.is_open for port in stage.ports()))
            stage.bus.show(66, "66002")
            await until(lambda: stage.cells() == {66: "66002", 68: "68001"})
        server.close()

    asyncio.run(scenario())
