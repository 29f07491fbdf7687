"""The ASGI servers that the application is served by: as `goiso serve` does it, and as anybody else would."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager

import hypercorn
import hypercorn.asyncio
import uvicorn
from starlette.applications import Starlette

from app.settings import Settings
from app.wiring import web_config

STARTS_WITHIN = 10.0
Serve = Callable[[Starlette, Settings, socket.socket], AbstractAsyncContextManager[None]]


class QuietServer(uvicorn.Server):
    """Leaves the signals of the test run alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def as_goiso_serves(app: Starlette, settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    """uvicorn with our own door: websockets are let in before HTTP is."""
    config = web_config(settings)
    config.app = app  # the same, but at hand
    async with _uvicorn(config, listening):
        yield


@contextlib.asynccontextmanager
async def by_plain_uvicorn(app: Starlette, settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    """uvicorn with protocols of its own."""
    config = uvicorn.Config(
        app, http="h11", ws="websockets-sansio", access_log=False, log_config=None, timeout_graceful_shutdown=3
    )
    async with _uvicorn(config, listening):
        yield


@contextlib.asynccontextmanager
async def by_hypercorn(app: Starlette, settings: Settings, listening: socket.socket) -> AsyncIterator[None]:
    """Another server altogether."""
    listening.listen()  # who comes before the server does waits for it
    config = hypercorn.Config()
    config.bind = [f"fd://{listening.detach()}"]
    config.graceful_timeout = 1
    config.errorlog = None
    stops = asyncio.Event()
    serving = asyncio.create_task(
        hypercorn.asyncio.serve(app, config, shutdown_trigger=stops.wait)  # type: ignore[arg-type]
    )
    async with asyncio.timeout(STARTS_WITHIN):
        while not hasattr(app.state, "parts"):
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0.005)
    try:
        yield
    finally:
        stops.set()
        await serving


@contextlib.asynccontextmanager
async def _uvicorn(config: uvicorn.Config, listening: socket.socket) -> AsyncIterator[None]:
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with asyncio.timeout(STARTS_WITHIN):
        while not server.started:
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


PLAIN: dict[str, Serve] = {"uvicorn by itself": by_plain_uvicorn, "hypercorn": by_hypercorn}
