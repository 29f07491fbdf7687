"""The websocket `/live`: joins topics to a reader, answers what time it is, sends what the hub holds ready."""

import asyncio
import contextlib

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.domain.refusals import BadRequest, NotPaired, Refusal, TooLarge
from app.live.hub import Reader
from app.position import Position
from app.topics import TopicName
from app.web.answers import CLOSE, nearest, told
from app.web.following import Follower, check_may_follow, follower_of
from app.web.parts import Parts, parts_of

MOST_BYTES = 4096
MOST_TOPICS = 32
TOO_MANY_TOPICS = 4429

_json = msgspec.json.Encoder().encode


class Said(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a client may send: one of the three."""

    join: str = ""
    have: str = ""
    leave: str = ""
    clock: int | None = None


_said = msgspec.json.Decoder(Said).decode


async def live(socket: WebSocket) -> None:
    """One socket's life: a task reads, a task sends, the first to end ends both."""
    parts = parts_of(socket)
    follower = await follower_of(socket)
    await socket.accept()
    if "device" in socket.query_params and follower.paired is None:
        await socket.close(nearest(CLOSE, NotPaired()))
        return
    reader = Reader(follower.paired.device.id if follower.paired else "")
    parts.topics.hub.enter(reader)
    tasks = [
        asyncio.create_task(_read(socket, parts, follower, reader)),
        asyncio.create_task(_send(socket, parts, reader)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        parts.topics.hub.leave(reader)
        if socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(reader.closed_with or 1000)


async def _read(socket: WebSocket, parts: Parts, follower: Follower, reader: Reader) -> None:
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await _heard(parts, follower, reader, message.get("text") or "")
            if reader.closed_with is not None:
                return
    except (Refusal, WebSocketDisconnect) as ended:
        if isinstance(ended, Refusal):
            reader.closed_with = nearest(CLOSE, ended)


async def _heard(parts: Parts, follower: Follower, reader: Reader, text: str) -> None:
    if len(text) > MOST_BYTES:
        raise TooLarge()
    try:
        said = _said(text)
    except msgspec.MsgspecError as fault:
        raise BadRequest(what=str(fault)) from None
    if said.clock is not None:
        reader.send(_json({"clock": said.clock, "now": parts.clock()}))
        if follower.paired:
            await parts.presence.seen(follower.paired.device.id)
    elif said.leave:
        parts.topics.hub.part(reader, said.leave)
    elif said.join:
        if len(reader.topics) >= MOST_TOPICS:
            reader.closed_with = TOO_MANY_TOPICS
            return
        try:
            name = TopicName.parse(said.join)
            check_may_follow(follower, name)
            parts.topics.join(reader, name, Position.parse(said.have))
        except Refusal as refusal:
            reader.send(_json({"refused": said.join[:160]} | told(refusal)))
    else:
        raise BadRequest(what="join, leave, clock")


async def _send(socket: WebSocket, parts: Parts, reader: Reader) -> None:
    try:
        while ready := await reader.next(parts.topics.hub):
            for data in ready:
                await socket.send_text(data.decode())
    except WebSocketDisconnect:
        return
