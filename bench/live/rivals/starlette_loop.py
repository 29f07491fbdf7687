"""Starlette on uvicorn, as its users write it: `await socket.send_text(text)` in a loop over all sockets.
`--pings`: uvicorn pings as it does by default."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--view", type=int, default=0)
parser.add_argument("--deflate", action="store_true")
parser.add_argument("--pings", action="store_true")
arguments = parser.parse_args()
view = '{"at":"view.1","view":"' + "x" * max(0, arguments.view - 25) + '"}' if arguments.view else ""
sockets: set[WebSocket] = set()


async def viewer(socket: WebSocket) -> None:
    await socket.accept()
    sockets.add(socket)
    try:
        if view:
            await socket.send_text(view)
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        sockets.discard(socket)


async def broadcast() -> None:
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        text = line[2:].decode().rstrip("\n")
        for socket in list(sockets):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.send_text(text)


@contextlib.asynccontextmanager
async def life(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(broadcast())
    yield
    task.cancel()


uvicorn.run(
    Starlette(routes=[WebSocketRoute("/", viewer)], lifespan=life),
    port=arguments.port,
    ws="websockets-sansio",
    ws_ping_interval=20.0 if arguments.pings else None,
    ws_per_message_deflate=arguments.deflate,
    log_level="error",
    access_log=False,
    backlog=4096,
)
