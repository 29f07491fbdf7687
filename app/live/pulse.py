"""One timer for all sockets: who is silent is pinged, who stays silent, does not read or follows nothing is let
go.

Sockets stand in a ring of places; each second one place is looked at. So a socket is looked at every `PLACES`
seconds, and a line that is dead is noticed after two silent looks: within 3 × `PLACES` = 27 s.
"""

import asyncio
import logging
from typing import Protocol

PLACES = 9
SECONDS = 1.0  # between two looks, at different places

log = logging.getLogger(__name__)


class Living(Protocol):
    """A socket as the timer sees it."""

    def look(self) -> None:
        """Once every `PLACES` seconds."""


class Pulse:
    """Run by the wiring; sockets enter and leave."""

    def __init__(self) -> None:
        self._ring: list[dict[Living, None]] = [{} for _ in range(PLACES)]
        self._entered = 0

    def enter(self, socket: Living) -> int:
        """Take a place; give it back with `leave`."""
        self._entered += 1
        place = self._entered % PLACES
        self._ring[place][socket] = None
        return place

    def leave(self, socket: Living, place: int) -> None:
        self._ring[place].pop(socket, None)

    async def run(self) -> None:
        """Look around until cancelled."""
        at = 0
        while True:
            await asyncio.sleep(SECONDS)
            at = (at + 1) % PLACES
            self.beat(at)

    def beat(self, place: int) -> None:
        for socket in list(self._ring[place]):
            try:
                socket.look()
            except Exception:  # one socket's fault is not the others'
                log.exception("! a socket could not be looked at")
