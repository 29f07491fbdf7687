"""The live layer's host: who may open a socket on its fast path, and what it says there. One per process, made by
the wiring; `socket` is the same for servers that know ASGI only."""

from collections.abc import Awaitable
from functools import lru_cache
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from app.domain.refusals import NotPaired
from app.live.handshake import Asked, NotOpened
from app.live.pulse import Pulse
from app.live.reader import Reader
from app.store.journal import LOST
from app.web.access import COOKIES, caller, counted_as, device_of, real_address
from app.web.answers import CLOSE, nearest
from app.web.following import TOO_MANY_SOCKETS, Follower, follower_of, greet, hear
from app.web.parts import Parts

STAFF = COOKIES["staff"].encode() + b"="
NAMES_SOMEBODY = frozenset({b"cookie", b"authorization", b"goiso-device"})


class Welcome:
    """See `app.live.host.Host`."""

    path = b"/live"

    def __init__(self, app: Starlette, parts: Parts, pulse: Pulse) -> None:
        self._app = app
        self._parts = parts
        self._origin = parts.settings.origin.encode()
        self.hub = parts.topics.hub
        self.pulse = pulse

    def admit(self, asked: Asked, peer: str, reader: Reader) -> object:
        """A citizen, and a device, is known at once; staff when the store has answered."""
        if asked.header(b"origin") not in (None, self._origin):
            raise NotOpened(HTTPStatus.FORBIDDEN)
        if NAMES_SOMEBODY.isdisjoint(asked.fields) and b"device=" not in asked.target:
            follower = _citizen(self._address(asked, peer))
            return follower if self._parts.limits.enter(follower.address) else TOO_MANY_SOCKETS
        connection = self._connection(asked, peer)
        if STAFF in asked.fields.get(b"cookie", b""):
            return self._admit_staff(connection, reader)
        return self._admit(connection, Follower(caller(connection), None, device_of(connection)), reader)

    def _address(self, asked: Asked, peer: str) -> str:
        forwarded = [value.decode("latin-1") for name, value in asked.headers if name == b"x-forwarded-for"]
        return counted_as(real_address(peer, forwarded, self._parts.settings.trusted_proxies))

    def _connection(self, asked: Asked, peer: str) -> HTTPConnection:
        path, _, query = asked.target.partition(b"?")
        scope = {
            "type": "websocket",
            "path": path.decode(),
            "query_string": query,
            "headers": asked.headers,
            "client": (peer, 0),
            "app": self._app,
        }
        return HTTPConnection(scope)

    async def _admit_staff(self, connection: HTTPConnection, reader: Reader) -> object:
        try:
            return self._admit(connection, await follower_of(connection), reader)
        except LOST:  # who is signed in cannot be told now; the client comes back by itself
            raise NotOpened(HTTPStatus.SERVICE_UNAVAILABLE) from None

    def _admit(self, connection: HTTPConnection, follower: Follower, reader: Reader) -> object:
        return admit(self._parts, connection, follower, reader)

    def greet(self, who: object, reader: Reader, asked: Asked) -> None:
        assert isinstance(who, Follower)
        greet(self._parts, who, reader, asked.target.partition(b"?")[2])

    def hear(self, who: object, reader: Reader, text: bytes) -> Awaitable[None] | None:
        assert isinstance(who, Follower)
        return hear(self._parts, who, reader, text)

    def left(self, who: object, reader: Reader) -> None:
        assert isinstance(who, Follower)
        self._parts.limits.leave(who.address, who.account)
        self._parts.watch.leave(reader)


@lru_cache(4096)
def _citizen(address: str) -> Follower:
    return Follower(address)


def admit(parts: Parts, connection: HTTPConnection, follower: Follower, reader: Reader) -> Follower | int:
    """Let somebody in, or the code to close with: a device that is not paired (any more), or one socket too
    many."""
    if follower.paired:
        reader.mark = follower.paired.device.id
    elif "device" in connection.query_params:
        return nearest(CLOSE, NotPaired())
    reader.is_first = bool(follower.account)
    if not parts.limits.enter(follower.address, follower.account):
        return TOO_MANY_SOCKETS
    if follower.member:
        parts.watch.enter(reader, connection.cookies[COOKIES["staff"]], follower.member)
    return follower
