"""Ports by URL: what opens, what is said of one that does not, and what waiting for it costs."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path

import pytest

from hardware.ports import OpenPort, PortAddress, PortFault, Reopening, open_port

MISSING = PortAddress.parse("/dev/no-such-port")


class Patience:
    """A sleep that takes no time, writes down how long was asked for, and rests for ever after `limit` calls."""

    def __init__(self, limit: int) -> None:
        self.asked: list[float] = []
        self.limit = limit
        self.enough = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) > self.limit:
            self.enough.set()
            await asyncio.Event().wait()


async def received(port: OpenPort, stirred: asyncio.Event, count: int) -> bytes:
    data = b""
    async with asyncio.timeout(3):
        while len(data) < count:
            await stirred.wait()
            stirred.clear()
            data += port.take()
    return data


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/dev/ttyUSB0", PortAddress("/dev/ttyUSB0", "/dev/ttyUSB0")),
        ("/dev/ttyUSB0?baud=19200", PortAddress("/dev/ttyUSB0?baud=19200", "/dev/ttyUSB0", 19200)),
        ("COM3?bits=7&parity=e&stop=2", PortAddress("COM3?bits=7&parity=e&stop=2", "COM3", 9600, 7, "E", 2)),
        ("socket://10.0.0.5:4001", PortAddress("socket://10.0.0.5:4001", "socket://10.0.0.5:4001")),
        ("loop://", PortAddress("loop://", "loop://")),
        (
            "rfc2217://10.0.0.5:4001?ign_set_control&baud=4800",
            PortAddress(
                "rfc2217://10.0.0.5:4001?ign_set_control&baud=4800",
                "rfc2217://10.0.0.5:4001?ign_set_control=",
                4800,
            ),
        ),
    ],
)
def test_a_url_says_where_and_how(url: str, expected: PortAddress) -> None:
    assert PortAddress.parse(url) == expected


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("", "expected a device path or one of socket://, rfc2217://, loop://"),
        ("http://x", "expected a device path or one of socket://, rfc2217://, loop://"),
        ("/dev/ttyUSB0?speed=9600", "found option 'speed'"),
        ("socket://10.0.0.5", "expected socket://HOST:PORT"),
        ("/dev/ttyUSB0?baud=fast", "found baud=fast"),
        ("/dev/ttyUSB0?baud=1", "found baud=1"),
        ("/dev/ttyUSB0?bits=9", "found bits=9"),
        ("/dev/ttyUSB0?parity=X", "found parity=X"),
    ],
)
def test_a_url_that_cannot_be_is_refused_with_what_can(url: str, part: str) -> None:
    with pytest.raises(ValueError, match="found") as refusal:
        PortAddress.parse(url)
    assert part in str(refusal.value)


def test_a_byte_has_its_start_and_stop_bits() -> None:
    assert PortAddress.parse("x?baud=9600").byte_seconds == pytest.approx(10 / 9600)
    assert PortAddress.parse("x?baud=9600&parity=E&stop=2").byte_seconds == pytest.approx(12 / 9600)


def test_loop_hears_itself_and_closes() -> None:
    async def scenario() -> None:
        stirred = asyncio.Event()
        port = await open_port(PortAddress.parse("loop://?baud=115200"), stirred.set)
        await port.write(b"86001")
        assert await received(port, stirred, 5) == b"86001"
        assert port.proven
        await port.close()
        with pytest.raises(PortFault, match="closed"):
            port.take()
        with pytest.raises(PortFault):
            await port.write(b"x")

    asyncio.run(scenario())


def test_a_terminal_taken_away_is_noticed_at_once() -> None:
    async def scenario() -> None:
        master, slave = os.openpty()
        stirred = asyncio.Event()
        port = await open_port(PortAddress.parse(os.ttyname(slave)), stirred.set)
        os.close(slave)
        os.write(master, b"ab")
        assert await received(port, stirred, 2) == b"ab"
        start = time.monotonic()
        os.close(master)
        async with asyncio.timeout(3):
            await stirred.wait()
        assert time.monotonic() - start < 0.4
        with pytest.raises(PortFault):
            port.take()
        await port.close()

    asyncio.run(scenario())


def test_a_missing_port_is_tried_with_back_off_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    faults: list[PortFault] = []

    async def scenario() -> tuple[Patience, Reopening]:
        patience = Patience(limit=9)
        ports = Reopening(MISSING, sleep=patience)
        waiting = asyncio.create_task(ports.open(lambda: None, faults.append))
        async with asyncio.timeout(3):
            await patience.enough.wait()
        waiting.cancel()
        await asyncio.wait([waiting])
        return patience, ports

    caplog.set_level(logging.WARNING)
    patience, ports = asyncio.run(scenario())
    assert patience.asked == pytest.approx([0, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5])
    assert ports.faults == 9
    assert [str(fault) for fault in faults] == ["port /dev/no-such-port: No such file or directory"]
    assert [record.message for record in caplog.records] == [
        "port /dev/no-such-port: No such file or directory (said once, trying again)"
    ]


def test_waiting_for_a_missing_port_costs_no_processor(tmp_path: Path) -> None:
    async def scenario() -> float:
        ports = Reopening(PortAddress.parse(str(tmp_path / "none")))
        start = time.process_time()
        try:
            async with asyncio.timeout(1.0):  # the time under test: attempts at 0, 0.2 and 0.6 s
                await ports.open(lambda: None, lambda fault: None)
        except TimeoutError:
            pass
        assert ports.faults == 3
        return time.process_time() - start

    assert asyncio.run(scenario()) < 0.1


def test_a_port_that_opens_and_fails_at_once_is_not_tried_faster(caplog: pytest.LogCaptureFixture) -> None:
    async def delays() -> list[float]:
        patience = Patience(limit=100)
        ports = Reopening(PortAddress.parse("loop://"), sleep=patience)
        for _ in range(7):
            port = await ports.open(lambda: None, lambda fault: None)
            await port.close()
            ports.failed(PortFault("loop://", "gone"), proven=False)
        ports.failed(PortFault("loop://", "gone"), proven=True)
        port = await ports.open(lambda: None, lambda fault: None)
        await port.close()
        return patience.asked

    assert asyncio.run(delays()) == pytest.approx([0, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 0.2])
    assert len(caplog.records) == 2  # the first outage, and the one that began after the port had worked
