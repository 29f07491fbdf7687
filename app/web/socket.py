"""The websocket `/live` as any ASGI server serves it: a task reads, a task sends. `goiso serve` has a faster way
(`app.live.socket`); both say the same."""

import asyncio
import contextlib
import logging

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.domain.refusals import BadRequest
from app.live.frames import texts
from app.live.queued import QueuedReader
from app.store.journal import LOST
from app.web.answers import CLOSE, nearest
from app.web.following import Follower, follower_of, greet, hear
from app.web.parts import Parts, parts_of
from app.web.welcome import admit

CLOSE_SECONDS = 1.0  # a socket that does not read cannot be told why it is closed

log = logging.getLogger(__name__)


async def live(socket: WebSocket) -> None:
    """One socket's life: the first task to end ends both."""
    parts = parts_of(socket)
    await socket.accept()
    try:
        follower = await follower_of(socket)
    except LOST:  # who is signed in cannot be told now; the client comes back by itself
        await socket.close(1011)
        return
    reader = QueuedReader()
    who = admit(parts, socket, follower, reader)
    if isinstance(who, int):
        await socket.close(who)
        return
    parts.topics.hub.enter(reader)
    try:
        greet(parts, follower, reader, socket.scope["query_string"])
    except Exception:
        log.exception("! a websocket could not be greeted")
        reader.close(1011)
    tasks = [
        asyncio.create_task(_read(socket, parts, follower, reader)),
        asyncio.create_task(_send(socket, parts, reader)),
        asyncio.create_task(reader.closed()),  # it may be shut out while it does not read
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        parts.topics.hub.leave(reader)
        parts.limits.leave(follower.address, follower.account)
        parts.watch.leave(reader)
        if socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await socket.close(reader.closed_with or 1000)


async def _read(socket: WebSocket, parts: Parts, follower: Follower, reader: QueuedReader) -> None:
    try:
        while reader.closed_with is None:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                reader.close(nearest(CLOSE, BadRequest(what="text")))
            elif waits := hear(parts, follower, reader, text.encode()):
                await waits
            await reader.room()
    except WebSocketDisconnect:
        return
    except Exception:
        log.exception("! a websocket's message could not be dealt with")
        reader.close(1011)


async def _send(socket: WebSocket, parts: Parts, reader: QueuedReader) -> None:
    try:
        while ready := await reader.next(parts.topics.hub):
            for frame in ready:
                for text in texts(frame):
                    await socket.send_text(text.decode())
    except WebSocketDisconnect:
        return
