"""What the live layer asks of the application it serves: who may open a socket, and what its messages mean.

The application gives its host to uvicorn's protocols in the lifespan's state, under `STATE`.
"""

from collections.abc import Awaitable
from typing import Protocol

from app.live.handshake import Asked
from app.live.hub import Hub
from app.live.pulse import Pulse
from app.live.reader import Reader

STATE = "live"


class Host(Protocol):
    """`who` is whatever the host knows a socket's owner by; the live layer only carries it."""

    path: bytes
    hub: Hub
    pulse: Pulse

    def admit(self, asked: Asked, peer: str, reader: Reader) -> "object | Awaitable[object]":
        """Who opens a socket, at once or later; a number is the code it is closed with as soon as it is open.
        Raises NotOpened."""

    def greet(self, who: object, reader: Reader, asked: Asked) -> None:
        """A socket is open: give it what its address asks for, sent together with the handshake's answer."""

    def hear(self, who: object, reader: Reader, text: bytes) -> Awaitable[None] | None:
        """A message of a socket. What must be waited for is given back; until then nothing more is heard of it."""

    def left(self, who: object, reader: Reader) -> None:
        """A socket that was admitted is gone."""
