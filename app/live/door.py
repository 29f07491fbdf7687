"""What every connection meets first: uvicorn's `http` class. A request that opens a websocket at the host's path
is read here and goes straight to its socket; all else is handed to uvicorn's own HTTP protocol, unread.

A web server runs with `http="app.live.door:Door", ws="app.live.door:Upgrade"`; without them, on any other ASGI
server, the application serves the same path by its plain endpoint.
"""

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.live import handshake
from app.live.host import STATE, Host
from app.live.socket import LiveSocket

OPENING_SECONDS = 10.0  # how long the first request's head may take to come


class Door(asyncio.Protocol):
    """One connection until it is known what it is."""

    __slots__ = ("_came", "_limit", "_made", "_transport")

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._made = (config, server_state, app_state)
        self._came = b""
        self._limit: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by behaviour only
        self._limit = asyncio.get_running_loop().call_later(OPENING_SECONDS, self._transport.abort)
        self._connections().add(self)

    def _connections(self) -> set[Any]:
        """Those that uvicorn asks to end when the server stops."""
        connections: set[Any] = self._made[1].connections
        return connections

    def data_received(self, data: bytes) -> None:
        self._came += data
        host: Host = self._made[2][STATE]
        wanted = b"GET " + host.path
        if not self._came.startswith(wanted[: len(self._came)]):
            self._hand_over()
        elif (end := self._came.find(handshake.END)) >= 0:
            self._open(host, self._came[:end], self._came[end + 4 :])
        elif len(self._came) > handshake.MOST_HEAD:
            self._hand_over()

    def _open(self, host: Host, head: bytes, early: bytes) -> None:
        if head[4 + len(host.path) : 5 + len(host.path)] not in (b" ", b"?") or not handshake.is_upgrade(head):
            self._hand_over()
            return
        self._done()
        try:
            asked = handshake.read(head)
        except handshake.NotOpened as refused:
            self._refuse(refused.status)
            return
        LiveSocket(self._transport, host, self._connections()).open(asked, early)

    def _refuse(self, status: HTTPStatus) -> None:
        self._transport.write(handshake.refused(status))
        self._transport.close()

    def _hand_over(self) -> None:
        """Let uvicorn's HTTP protocol have the connection, from its first byte on."""
        self._done()
        protocol = HttpToolsProtocol(*self._made)
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._came)

    def _done(self) -> None:
        self._connections().discard(self)
        if self._limit:
            self._limit.cancel()
            self._limit = None

    def shutdown(self) -> None:
        """The server stops."""
        self._transport.close()

    def eof_received(self) -> None:
        self._done()

    def connection_lost(self, exc: Exception | None) -> None:
        self._done()


class Upgrade(Door):
    """A websocket asked for where HTTP requests were served before, as proxies do that keep their connections:
    uvicorn's `ws` class. It is given the request's head once more."""

    __slots__ = ()

    def data_received(self, data: bytes) -> None:
        """Begin when uvicorn has done with this connection."""
        asyncio.get_running_loop().call_soon(super().data_received, data)

    def _hand_over(self) -> None:
        """There is no other websocket."""
        self._done()
        self._refuse(HTTPStatus.NOT_FOUND)
