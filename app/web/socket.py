"""The websocket `/live`: joins topics to a reader, answers what time it is, sends what the hub holds ready."""

import asyncio
import contextlib
import logging

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.domain.refusals import BadRequest, NotPaired, NotSignedIn, Refusal, TooLarge
from app.live.hub import Reader
from app.position import Position
from app.store.journal import LOST
from app.topics import TopicName
from app.web.access import device_of, member_of
from app.web.answers import CLOSE, nearest, told
from app.web.following import Follower, check_may_follow, follower_of
from app.web.parts import Parts, parts_of

MOST_BYTES = 4096
MOST_TOPICS = 32
TOO_MANY_TOPICS = 4429
CLOSE_SECONDS = 1.0  # a socket that does not read cannot be told why it is closed

log = logging.getLogger(__name__)
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
    try:
        follower = await follower_of(socket)
    except LOST:  # who is signed in cannot be told now; the client comes back by itself
        await socket.close()
        return
    await socket.accept()
    reader = Reader(follower.paired.device.id if follower.paired else "")
    parts.topics.hub.enter(reader)
    if (reader.mark or "device" in socket.query_params) and device_of(socket) is None:
        reader.close(nearest(CLOSE, NotPaired()))  # never paired, or shut out before it stood in the hub
    tasks = [
        asyncio.create_task(_read(socket, parts, follower, reader)),
        asyncio.create_task(_send(socket, parts, reader)),
    ]
    if reader.mark:  # it may be shut out while it does not read
        tasks.append(asyncio.create_task(reader.closed()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        parts.topics.hub.leave(reader)
        if socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await socket.close(reader.closed_with or 1000)


async def _read(socket: WebSocket, parts: Parts, follower: Follower, reader: Reader) -> None:
    try:
        while reader.closed_with is None:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await _heard(socket, parts, follower, reader, message.get("text") or "")
            await reader.room()
    except Refusal as refusal:
        reader.closed_with = nearest(CLOSE, refusal)
    except WebSocketDisconnect:
        return
    except Exception:
        log.exception("! a websocket's message could not be dealt with")
        reader.closed_with = 1011


async def _heard(socket: WebSocket, parts: Parts, follower: Follower, reader: Reader, text: str) -> None:
    if len(text.encode()) > MOST_BYTES:
        raise TooLarge()
    try:
        said = _said(text)
    except msgspec.MsgspecError as fault:
        raise BadRequest(what=str(fault)) from None
    if said.clock is not None:
        reader.send(_json({"clock": said.clock, "now": parts.clock()}))
        with contextlib.suppress(*LOST):  # the store is away: no reason to take a screen its picture
            if follower.member and await member_of(socket) is None:
                raise NotSignedIn()  # signed out, or the session is over: the panel must say so
            if follower.paired:
                await parts.presence.seen(follower.paired.device.id)
    elif said.leave:
        parts.topics.hub.part(reader, said.leave)
    elif said.join:
        if len(reader.topics | {said.join}) > MOST_TOPICS:
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
