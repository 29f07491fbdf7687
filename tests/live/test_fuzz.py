"""Whatever bytes come, in whatever pieces, over a real connection through the real door: nothing is raised,
nothing logged, nothing left, and the others are served meanwhile. On both event loops.
"""

import asyncio
import contextlib
import logging
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvloop
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from uvicorn.config import Config

from app.live.outgoing import MOST_HELD
from app.live.socket import LiveSocket
from tests.live.lines import HEAD, Site, Viewer, masked, open_site, until

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop, uvloop.new_event_loop]
CONFIG = Config(Starlette(), log_config=None, access_log=False, lifespan="off", http="app.live.door:Door",
                ws="app.live.door:Upgrade")  # fmt: skip

WORD = st.sampled_from(
    [b"join", b"echo x", b"bye", b"wait", b"\xff", b"", "echo Số".encode(), b"echo " + b"y" * 2000]
)
FRAME = st.builds(
    masked,
    st.sampled_from([1, 1, 1, 0, 2, 8, 9, 10, 3, 15]),
    st.one_of(WORD, WORD, st.binary(max_size=130)),
    st.sampled_from([True, True, True, False]),
)
LINE = st.sampled_from([b"GET /live HTTP/1.1", b"GET /live?x HTTP/1.1", b"GET /lively HTTP/1.1", b"GET / HTTP/1.1",
                        b"POST /live HTTP/1.1", b"GET /live HTTP/1.0", b"G", b"GET /live"])  # fmt: skip
HEADER = st.sampled_from([b"host: x", b"upgrade: websocket", b"connection: upgrade", b"sec-websocket-version: 13",
                          b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==", b"x", b"content-length: 5",
                          b"transfer-encoding: chunked"])  # fmt: skip
GOOD = st.just(HEAD % (b"", b""))
OPENING = st.one_of(
    GOOD, GOOD, GOOD,
    st.builds(lambda line, more: b"\r\n".join([line, *more]) + b"\r\n\r\n", LINE, st.lists(HEADER, max_size=7)),
    st.binary(max_size=80),
)  # fmt: skip
STREAM = st.builds(lambda head, rest: head + b"".join(rest), OPENING,
                   st.lists(st.one_of(FRAME, FRAME, st.binary(max_size=20)), max_size=8))  # fmt: skip
END = st.sampled_from(["close", "reset", "half", "read first"])


class Errors(logging.Handler):
    """Every error that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def life(make_loop: Callable[[], asyncio.AbstractEventLoop], lives: Any, errors: Errors) -> None:
    """Run something with a loop that nothing may be told of."""
    faults: list[dict[str, Any]] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
        await lives()

    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(run())
    assert not faults
    assert errors.lines == []


async def throw(site: Site, stream: bytes, cuts: list[int], end: str) -> None:
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    async with site.caller() as viewer:
        with contextlib.suppress(ConnectionError):
            for begin, stop in zip(places, places[1:], strict=False):
                await viewer.send(stream[begin:stop])
                await asyncio.sleep(0)
        await leave(site, viewer, end)


async def leave(site: Site, viewer: Viewer, end: str) -> None:
    if end == "reset":
        viewer.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        if end == "read first":
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    while await viewer.read():
                        pass
        elif end == "half":
            viewer.raw.shutdown(socket.SHUT_WR)
            await until("it is gone", lambda: not site.connections, 1.0)


@pytest.mark.parametrize("make_loop", LOOPS, ids=["asyncio", "uvloop"])
@given(stream=STREAM, cuts=st.lists(st.integers(0, 4000), max_size=5), end=END)
@example(stream=HEAD % (b"", b"") + masked(1, b"wait") + masked(1, b"echo x"), cuts=[], end="close")
@settings(max_examples=120)
def test_whatever_comes(
    make_loop: Callable[[], asyncio.AbstractEventLoop],
    errors: Errors,
    stream: bytes,
    cuts: list[int],
    end: str,
) -> None:
    async def lives() -> None:
        async with open_site(config=CONFIG) as site:
            site.desk.gate.set()
            await throw(site, stream, cuts, end)
            await site.empty()

    life(make_loop, lives, errors)


@pytest.fixture(scope="module")
def errors() -> Iterator["Errors"]:
    kept = Errors()
    logging.getLogger().addHandler(kept)
    yield kept
    logging.getLogger().removeHandler(kept)


FLOODS = {
    "pings whose answers are never read": masked(9, b"x" * 100),
    "the smallest pings": masked(9, b""),
    "joins for ever": masked(1, b"join"),
    "questions": masked(1, b"echo " + b"y" * 500),
    "fragments of nothing": masked(0, b"", False),
}


@pytest.mark.parametrize("make_loop", LOOPS, ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("flood", FLOODS)
def test_who_floods_and_never_reads_is_bounded_and_hinders_nobody(
    make_loop: Callable[[], asyncio.AbstractEventLoop], flood: str, errors: Errors
) -> None:
    """Two megabytes of it: what is kept stays small, and another viewer has its answers."""

    async def lives() -> None:
        async with open_site(config=CONFIG) as site:
            site.desk.rows["much"] = "z" * 3000
            async with site.viewer() as floods, site.viewer() as other:
                if flood.startswith("fragments"):
                    await floods.send(masked(1, b"", False))
                sending = asyncio.create_task(pour(floods, FLOODS[flood]))
                for at in range(30):
                    began = time.process_time()  # what other programs take of the machine does not count
                    await other.say(f"echo {at}")
                    assert await other.hear() == str(at)
                    assert time.process_time() - began < 2, "hindered"
                    for reader in site.desk.readers:
                        assert isinstance(reader, LiveSocket)
                        assert len(reader._held) <= MOST_HELD
                        assert reader._transport.get_write_buffer_size() <= MOST_HELD
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
            await site.empty()

    life(make_loop, lives, errors)


async def pour(viewer: Viewer, piece: bytes) -> None:
    for _ in range(32):
        await viewer.send(piece * (1 + 65536 // len(piece)))
