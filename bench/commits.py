"""Numbers issued a second through the door, on the disk before each answer; a part of `make bench-rules`.

Issuers ask for the next number as soon as they have theirs, on one process or spread over four, through
`Centers` to one redis-server with `appendfsync always`. Beside it the plain way to build such a thing: one Lua
script call per ticket that does it all in Redis, without rules, estimate, hash chain or a journal that can be
followed. Both take turns in one run; medians of three.
"""

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from redis.asyncio import BlockingConnectionPool, Redis

from app.center import Centers
from app.domain.commands import Issue
from app.domain.plan import Channel
from app.store.client import connect
from app.store.journal import Store
from app.store.private import private_server
from bench.table import FOLDER, Row, quantile, report
from bench.verbs import SERVICES, large_plan

ISSUERS = (1, 10, 100, 1000)
PROCESSES = (1, 4)
TURNS, SECONDS = 3, 1.5
CONNECTIONS = 128  # of a process that calls the script; the door needs one
SCRIPT = """
local running = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2] .. running, 'service', ARGV[1], 'state', 'waiting', 'at', ARGV[2], 'request', ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[2], running)
redis.call('XADD', KEYS[4], '*', 'issued', running, 'service', ARGV[1])
return running
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn reached: numbers a second, and the latencies (ms)."""

    rate: float
    p99: float
    worst: float


Issuing = Callable[[str], Awaitable[object]]


async def _ask_on(issue: Issuing, issuers: int, begin: float) -> list[float]:
    """Latencies (ms) of issuers who ask on for `SECONDS` from `begin` (wall-clock time)."""
    latencies: list[float] = []
    await asyncio.sleep(max(0.0, begin - time.time()))
    end = time.perf_counter() + SECONDS

    async def ask() -> None:
        while (began := time.perf_counter()) < end:
            await issue(secrets.token_hex(8))
            latencies.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(ask() for _ in range(issuers)))
    return latencies


async def _through_the_door(url: str, center: str, issuers: int, begin: float) -> list[float]:
    async with connect(url) as redis:
        centers = Centers(Store(redis), lambda: time.time_ns() // 1_000_000)

        async def issue(request: str) -> object:
            service = f"s{int(request[:4], 16) % SERVICES}"
            return await centers.do(center, Issue("kiosk", request, service, Channel.KIOSK))

        await centers.door(center)
        latencies = await _ask_on(issue, issuers, begin)
        await centers.close()
    return latencies


async def _by_script(url: str, center: str, issuers: int, begin: float) -> list[float]:
    pool = BlockingConnectionPool.from_url(url, max_connections=min(issuers, CONNECTIONS), timeout=None)
    async with Redis.from_pool(pool) as redis:
        script = redis.register_script(SCRIPT)

        async def issue(request: str) -> object:
            service = f"s{int(request[:4], 16) % SERVICES}"
            keys = [f"{center}:{part}:{service}" for part in ("series", "ticket", "queue")]
            return await script(keys=[*keys, f"{center}:journal"], args=[service, time.time_ns(), request])

        await redis.ping()
        return await _ask_on(issue, issuers, begin)


def _work(way: str, url: str, center: str, issuers: int, begin: float) -> list[float]:
    ways = {"door": _through_the_door, "script": _by_script}
    return asyncio.run(ways[way](url, center, issuers, begin))


def _turn(pool: ProcessPoolExecutor, way: str, url: str, processes: int, issuers: int) -> Turn:
    center = f"c{secrets.token_hex(4)}"
    asyncio.run(_found(url, center))
    shares = [issuers // processes + (at < issuers % processes) for at in range(processes)]
    begin = time.time() + 0.4
    futures = [pool.submit(_work, way, url, center, share, begin) for share in shares if share]
    latencies = [one for future in futures for one in future.result()]
    return Turn(len(latencies) / SECONDS, quantile(latencies, 0.99), max(latencies))


async def _found(url: str, center: str) -> None:
    """An empty store with the center."""
    async with connect(url) as redis:
        await redis.flushdb()
        await Centers(Store(redis), lambda: time.time_ns() // 1_000_000).found(large_plan(center))


def _rows(pool: ProcessPoolExecutor, url: str, processes: int, issuers: int) -> list[Row]:
    turns: dict[str, list[Turn]] = {"door": [], "script": []}
    for _ in range(TURNS):
        for way, reached in turns.items():
            reached.append(_turn(pool, way, url, processes, issuers))
    ours, script = turns["door"], turns["script"]
    plain = "one script call per ticket"
    what = f"{issuers:,} issuers, {processes} process{'es' if processes > 1 else ''}"
    rate, plain_rate = (median(turn.rate for turn in reached) for reached in (ours, script))
    p99, plain_p99 = (median(turn.p99 for turn in reached) for reached in (ours, script))
    return [
        Row(f"{what}: numbers a second", "1/s", rate, peers={plain: plain_rate}),
        Row(f"{what}: times the script's", "×", rate / plain_rate),
        Row(f"{what}: p99", "ms", p99, peers={plain: plain_p99}),
        Row(f"{what}: worst", "ms", median(turn.worst for turn in ours)),
    ]


def _fsync_ms(folder: Path) -> float:
    """How long this disk takes to keep 4 KB more of a file."""
    took = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(200):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


async def _measure(folder: Path, pool: ProcessPoolExecutor) -> list[Row]:
    rows = [Row("fsync of 4 KB", "ms", _fsync_ms(folder))]
    async with private_server(folder) as url:
        for processes in PROCESSES:
            for issuers in ISSUERS:
                rows += await asyncio.to_thread(_rows, pool, url, processes, issuers)
    return rows


def rows() -> list[Row]:
    """Numbers a second and latencies, by issuers and processes, beside one script call per ticket."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    spawn = get_context("spawn")
    with TemporaryDirectory(dir=FOLDER) as folder, ProcessPoolExecutor(max(PROCESSES), mp_context=spawn) as pool:
        return asyncio.run(_measure(Path(folder), pool))


if __name__ == "__main__":
    report("commits", rows())
