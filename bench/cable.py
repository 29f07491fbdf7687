"""`make bench-cable`: 64 boards on one simulated line of 9600 baud in an opening rush, keys of keypads among
boards, and a line that is pulled out and put back at random for two minutes.

Host and boards meet on a real pseudo-terminal, whose bytes take as long as on a wire. What the wire itself needs
is reckoned beside it: the same calls, one exchange after another (command, answer, the gap between frames) and
nothing else. The host's processor is that of a process of its own with the bus alone.
"""

import asyncio
import contextlib
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.table import Row, quantile, report
from hardware import Bus, Key, KeyPressed, Report, Shown
from hardware.bus import GAP_BYTES
from hardware.simulator import PtyDevice, SimulatedBoard, SimulatedKeypad, SimulatedLine

BOARDS, RUSHES, RUSH_SECONDS, BETWEEN_SECONDS = 64, 5, 1.0, 6.0
KEYPADS, PRESSES = 20, 100
BAUD, BYTE = 9600, 10 / 9600
COMMAND, ANSWER, TURNAROUND = 16, 18, 0.002  # bytes, bytes, s of the board
EXCHANGE = (COMMAND + ANSWER + GAP_BYTES) * BYTE + TURNAROUND
GOAL = 1.3
PULL_SECONDS, CPU_GOAL = 120.0, 2.0
SEED = 20261126


@contextlib.asynccontextmanager
async def boards(folder: Path) -> AsyncIterator[PtyDevice]:
    """The simulated boards, plugged in."""
    device = PtyDevice(SimulatedLine([SimulatedBoard(at) for at in range(1, BOARDS + 1)]), folder / "line")
    device.plug()
    try:
        yield device
    finally:
        device.unplug()


@contextlib.asynccontextmanager
async def host(link: Path, said: list[Report]) -> AsyncIterator[Bus]:
    """The bus, once all boards have answered."""
    bus = Bus(f"{link}?baud={BAUD}", boards=range(1, BOARDS + 1), on_report=said.append)
    task = asyncio.create_task(bus.run())
    try:
        while any(health.value != "ok" for health in bus.health().values()):
            await asyncio.sleep(0.05)
        yield bus
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ideal(calls: list[float]) -> list[float]:
    """How long each of calls at these moments (s, in order) takes on a wire that does nothing else: until the
    board has the whole command."""
    free, took = 0.0, []
    for at in calls:
        begins = max(free, at)
        free = begins + EXCHANGE
        took.append(begins + COMMAND * BYTE - at)
    return took


async def rush(folder: Path) -> list[Row]:
    """All counters call within a second, again and again."""
    chance, said, ours, wire, skipped = random.Random(SEED), list[Report](), list[float](), list[float](), 0
    async with boards(folder) as device, host(device.link, said) as bus:
        for nth in range(RUSHES):
            moments = sorted(chance.uniform(0, RUSH_SECONDS) for _ in range(BOARDS))
            order = chance.sample(range(1, BOARDS + 1), BOARDS)
            begun, asked, seen = time.monotonic(), dict[int, float](), dict[int, float]()
            wire += ideal(moments)

            def note(asked: dict[int, float] = asked, seen: dict[int, float] = seen, nth: int = nth) -> None:
                for address in asked.keys() - seen.keys():
                    if device.line.boards[address].picture.text == f"{address:02}{nth:03}":
                        seen[address] = time.monotonic()

            stop = device.line.watch(note)
            for moment, address in zip(moments, order, strict=True):
                await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
                asked[address] = time.monotonic()
                bus.show(address, f"{address:02}{nth:03}")
            await asyncio.sleep(BETWEEN_SECONDS)
            stop()
            ours += [seen[address] - asked[address] for address in seen]
            skipped += BOARDS - len(seen)
    told = [one.text for one in said if isinstance(one, Shown) and one.text]
    late = sum(text[:2] == other[:2] and text > other for text, other in zip(told, told[1:], strict=False))
    what = f"{BOARDS} boards, {BAUD} baud, all call within a second"
    return [
        Row(
            f"{what}: press → board, p50",
            "ms",
            quantile(ours, 0.5) * 1000,
            None,
            {"the wire itself": quantile(wire, 0.5) * 1000},
        ),
        Row(
            f"{what}: press → board, p99",
            "ms",
            quantile(ours, 0.99) * 1000,
            None,
            {"the wire itself": quantile(wire, 0.99) * 1000},
        ),
        Row(f"{what}: p99, times the wire's", "×", quantile(ours, 0.99) / quantile(wire, 0.99), GOAL),
        Row(f"{what}: calls not shown, or out of order", "calls", float(skipped + late), 0.0),
    ]


async def keys(folder: Path) -> list[Row]:
    """Clerks press keys at keypads that share their line with as many boards, none of which has news."""
    chance, took = random.Random(SEED), list[float]()
    addresses = range(1, KEYPADS + 1)
    line = SimulatedLine(map(SimulatedBoard, addresses), keypads=map(SimulatedKeypad, addresses))
    device = PtyDevice(line, folder / "line")
    heard = asyncio.Queue[KeyPressed]()

    def hear(report: Report) -> None:
        if isinstance(report, KeyPressed):
            heard.put_nowait(report)

    bus = Bus(f"{device.link}?baud={BAUD}", boards=addresses, keypads=addresses, on_report=hear)
    device.plug()
    task = asyncio.create_task(bus.run())
    try:
        while any(health.value != "ok" for health in bus.keypad_health().values()):
            await asyncio.sleep(0.05)
        for _ in range(PRESSES):
            await asyncio.sleep(chance.uniform(0.05, 0.3))
            address, begun = chance.choice(addresses), time.monotonic()
            if line.press(address, Key.NEXT):
                report = await heard.get()
                took.append(time.monotonic() - begun)
                bus.settle(report.address, report.pressed)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        device.unplug()
    what = f"{KEYPADS} keypads and as many boards on a line of {BAUD} baud: key → host"
    return [Row(f"{what}, p{nth:.0%}".replace("%", ""), "ms", quantile(took, nth) * 1000) for nth in (0.5, 0.99)]


def _drive(link: str, until: float) -> float:
    """The bus alone, in a process of its own, until a moment: its share of a core (%)."""

    async def run() -> None:
        bus = Bus(f"{link}?baud={BAUD}", boards=range(1, BOARDS + 1))
        for address in range(1, BOARDS + 1):
            bus.show(address, f"{address:02}000")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(until - time.time()):
                await bus.run()

    used, begun = resource.getrusage(resource.RUSAGE_SELF), time.time()
    asyncio.run(run())
    now = resource.getrusage(resource.RUSAGE_SELF)
    return 100 * (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / (time.time() - begun)


async def pull(folder: Path) -> list[Row]:
    """The line is pulled out and put back at random."""
    chance, pulls = random.Random(SEED), 0
    end = time.time() + PULL_SECONDS
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        async with boards(folder) as device:
            driving = asyncio.wrap_future(pool.submit(_drive, str(device.link), end))
            while time.time() < end - 20:
                await asyncio.sleep(chance.uniform(0.5, 6))
                device.unplug()
                for board in device.line.boards.values():
                    board.power(False)  # what it showed is gone
                    board.power(True)
                pulls += 1
                await asyncio.sleep(chance.uniform(0.1, 4))
                device.plug()
            share = await driving
            wrong = sum(board.picture.text != f"{at:02}000" for at, board in device.line.boards.items())
    what = f"pulled out and put back {pulls} times in {PULL_SECONDS:.0f} s"
    return [
        Row(f"{what}: boards that are wrong in the end", "boards", float(wrong), 0.0),
        Row(f"{what}: the host's processor", "% of a core", share, CPU_GOAL),
    ]


def main() -> None:
    rows: list[Row] = []
    for part in (rush, keys, pull):
        with tempfile.TemporaryDirectory(prefix="goiso-") as folder:
            rows += asyncio.run(part(Path(folder)))
    report("cable", rows)


if __name__ == "__main__":
    main()
