"""A websocket served straight from the transport: no task, no queue, no library object for a viewer who only
watches.

Made by `door`; written to by the hub, looked at by the pulse.
"""

import asyncio
import logging
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from app.live import frames, handshake
from app.live.frames import Came, Incoming, Opcode
from app.live.host import Host
from app.live.outgoing import SILENT, Outgoing

RESTARTING, FAULT, NO_TEXT = 1012, 1011, 4400
CLOSE_SECONDS = 2.0  # how long a close may remain unanswered
PARKED_LOOKS = 3  # a parked socket may be looked at so often (27 s)
IDLE_LOOKS = 7  # and one that follows nothing so often (a minute)
MOST_AT_ONCE = 32  # messages of one socket dealt with before the others have their turn

log = logging.getLogger(__name__)


class LiveSocket(Outgoing):
    """One websocket."""

    __slots__ = (
        "_busy",
        "_came",
        "_connections",
        "_heard",
        "_host",
        "_idle",
        "_incoming",
        "_place",
        "_waited_for",
        "_who",
    )

    def __init__(
        self, transport: asyncio.Transport, host: Host, connections: set[Any], direct: bool = True
    ) -> None:
        super().__init__(transport, host.hub, direct)
        self._host = host
        self._connections = connections
        self._incoming = Incoming()
        self._came: list[Came] = []  # heard, and not dealt with yet; the next one last
        self._waited_for: asyncio.Future[None] | None = None
        self._who: object = None
        self._busy = self._heard = False
        self._place = -1
        self._idle = 0
        transport.set_protocol(self)
        connections.add(self)

    # Opening

    def open(self, asked: handshake.Asked, early: bytes) -> None:
        """Begin with a handshake, and what came right behind it."""
        if early:
            self._came = self._incoming.feed(early)[::-1]
        peer = self._transport.get_extra_info("peername")
        try:
            who = self._host.admit(asked, peer[0] if isinstance(peer, tuple) else "", self)
        except handshake.NotOpened as refused:
            self._refuse(refused.status)
            return
        except Exception:
            self._fail_to_admit()
            return
        if isinstance(who, Awaitable):
            self._wait_for(self._admit(asked, who))
        else:
            self._accept(asked, who)

    async def _admit(self, asked: handshake.Asked, who: Awaitable[object]) -> None:
        try:
            self._accept(asked, await who)
        except handshake.NotOpened as refused:
            self._refuse(refused.status)
        except Exception:
            self._fail_to_admit()

    def _fail_to_admit(self) -> None:
        log.exception("! a websocket could not be let in")
        self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _accept(self, asked: handshake.Asked, who: object) -> None:
        if self._transport.is_closing():  # it left while it was let in
            self._end()
            if not isinstance(who, int):
                self._host.left(who, self)
            return
        self._who = who
        self._answer = handshake.accepted(asked)
        self.fd = self._descriptor
        if isinstance(who, int):
            self.close(who)
            return
        self._hub.enter(self)
        self._place = self._host.pulse.enter(self)
        try:
            self._host.greet(who, self, asked)
        except Exception:
            log.exception("! a websocket could not be greeted")
            self.close(FAULT)
        self._write(b"")
        self._go_on()

    def _refuse(self, status: HTTPStatus) -> None:
        self._end()
        if not self._transport.is_closing():
            self._transport.write(handshake.refused(status))
            self._transport.close()

    # What comes in

    def data_received(self, data: bytes) -> None:
        self._heard = True
        came = self._incoming.feed(data)
        if self._ended:
            if came and came[-1].opcode is Opcode.CLOSE:  # our close is answered
                self._transport.close()
        elif came:
            self._came = came[::-1] + self._came
            self._go_on()

    def _go_on(self) -> None:
        """Deal with what came, one after another, as long as it need not wait; after some the others have their
        turn."""
        for _ in range(MOST_AT_ONCE):
            if not self._came or self._busy or self._parked:
                return
            self._deal_with(self._came.pop())
        if self._came and not self._busy and not self._parked:
            self._busy = True
            self._transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._free)

    def _deal_with(self, came: Came) -> None:
        match came.opcode:
            case Opcode.TEXT:
                self._say(came.data)
            case Opcode.PING:
                self._write(frames.frame(Opcode.PONG, came.data))
            case Opcode.BINARY:
                self.close(NO_TEXT)
            case Opcode.CLOSE:
                self.close(came.code)
                if came.asked:
                    self._transport.close()

    def _say(self, text: bytes) -> None:
        try:
            waits = self._host.hear(self._who, self, text)
        except Exception:
            log.exception("! a websocket's message could not be dealt with")
            self.close(FAULT)
            return
        if waits is not None:
            self._wait_for(waits)

    def _wait_for(self, waits: Awaitable[None]) -> None:
        """Hear nothing more until something is done."""
        self._busy = True
        self._transport.pause_reading()
        self._waited_for = asyncio.ensure_future(waits)
        self._waited_for.add_done_callback(self._waited)

    def _waited(self, done: "asyncio.Future[None]") -> None:
        self._waited_for = None
        if fault := None if done.cancelled() else done.exception():
            log.error("! a websocket's message could not be dealt with", exc_info=fault)
            self.close(FAULT)
        self._free()

    def _free(self) -> None:
        self._busy = False
        self._hear_on()

    def _hear_on(self) -> None:
        """Deal with what came and hear more, if nothing stands against it."""
        self._go_on()
        if not self._busy and not self._parked and not self._transport.is_closing():
            self._transport.resume_reading()

    # The end

    def look(self) -> None:
        """The pulse: ping who was silent, let go of who stays so, who does not read, who follows nothing. Of whom
        we do not listen to we cannot say that it is silent."""
        self._idle = 0 if self.topics else self._idle + 1
        if (self._heard or self._busy) and not self._parked:
            self._heard, self._silent = False, 0
        elif not self._parked and not self._silent:
            self._silent = 1
            self._write(frames.PING)
        else:
            self._silent += 1
        if self._silent >= (PARKED_LOOKS if self._parked else 2) or self._idle >= IDLE_LOOKS:
            self.close(SILENT)

    def close(self, code: int) -> None:
        """Say the close, and wait a little for its answer."""
        if self._ended:
            return
        if self.fd >= 0 or self._descriptor < 0:
            self._write(frames.closing(code))
        elif not self._transport.is_closing():  # parked: behind what it has not read
            self._transport.write(frames.closing(code))
        self._end()
        if not self._transport.is_closing():
            self._transport.resume_reading()
        self._cut_off_later()

    def _cut_off_later(self) -> None:
        """Whoever leaves something unread does not keep the connection."""
        asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._transport.abort)

    def _end(self) -> None:
        """Follow nothing any more, and be written to by nobody."""
        self._ended, self._parked, self.fd = True, False, -1
        self._held, self._came = b"", []
        self._hub.leave(self)
        if self._place >= 0:
            self._host.pulse.leave(self, self._place)
            self._place = -1
            self._host.left(self._who, self)

    def shutdown(self) -> None:
        """The server stops: uvicorn asks every connection."""
        if not self._ended:
            self._write(frames.closing(RESTARTING))
            self._end()
        self._transport.close()
        self._cut_off_later()

    def eof_received(self) -> None:
        self._end()
        self._cut_off_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        self._connections.discard(self)
