"""What goes out on a websocket that is written to straight.

Ready frames are written to the file descriptor itself. That is safe only while the transport's own buffer is
empty: when the kernel takes less than a whole frame, the transport gets the rest and the socket is *parked*:
nothing more is written, nothing more is heard of it. When it has drained, a reader that has missed something gets
the whole views of what it follows; when it does not drain for long, it is let go. So at most one view is held for
anybody. Without a descriptor (TLS) the transport writes everything, and parks by its own limits.
"""

import asyncio
from abc import abstractmethod
from collections.abc import Sequence

from app.live.hub import Hub, write_all
from app.live.reader import Reader

SILENT = 4408  # the close code of who did not read, was silent, or followed nothing
MOST_HELD = 64 * 1024  # of what is said to a parked reader alone


class Outgoing(Reader, asyncio.Protocol):
    """The outgoing side. `direct` says whether frames are written to the file descriptor itself."""

    __slots__ = (
        "_answer",
        "_descriptor",
        "_ended",
        "_held",
        "_hub",
        "_missed",
        "_parked",
        "_silent",
        "_transport",
    )

    def __init__(self, transport: asyncio.Transport, hub: Hub, direct: bool) -> None:
        super().__init__()
        self._transport = transport
        self._hub = hub
        self._answer = b""  # to the handshake, not written yet
        self._held = b""  # said to this reader alone while it was parked
        self._parked = self._missed = self._ended = False
        self._silent = 0  # how often it was looked at in vain
        plain = direct and transport.get_extra_info("ssl_object") is None
        self._descriptor = transport.get_extra_info("socket").fileno() if plain else -1
        if plain:
            transport.set_write_buffer_limits(high=0)  # whatever is left over parks

    @abstractmethod
    def _hear_on(self) -> None:
        """It reads again."""

    def _write(self, data: bytes) -> None:
        if self._answer:  # the first of all goes out with the handshake's answer
            data, self._answer = self._answer + data, b""
        if not data:
            return
        if self._descriptor >= 0:
            write_all("", (self,), data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def send(self, frame: bytes) -> None:
        if self._parked:
            self._hold(frame)
        else:
            self._write(frame)

    def _hold(self, frame: bytes) -> None:
        if len(self._held) > MOST_HELD:
            self.close(SILENT)
        else:
            self._held += frame

    def tell(self, topic: str, frames: Sequence[bytes]) -> None:
        self._missed |= self._parked  # it gets the whole view
        if frames and not self._parked and not self._ended:
            self._write(b"".join(frames))

    def offer(self, topic: str, frame: bytes) -> None:
        """While parked or ended nothing is taken; without a descriptor the transport writes."""
        self._missed |= self._parked
        if self._descriptor < 0 and not self._parked and not self._ended:
            self._write(frame)

    def cut_short(self, rest: bytes) -> None:
        self.fd = -1
        self.pause_writing()
        self._transport.write(rest)
        if not self._transport.get_write_buffer_size():
            self.resume_writing()

    def pause_writing(self) -> None:
        """Park."""
        if not self._parked:
            self._parked, self._missed, self._silent = True, False, 0
            if not self._transport.is_closing():
                self._transport.pause_reading()

    def resume_writing(self) -> None:
        """All is written: catch up."""
        if not self._parked or self._ended:
            return
        self._parked, self._silent, self.fd = False, 0, self._descriptor
        missed = self._hub.wholes(self) if self._missed else b""
        held, self._held = self._held, b""
        self._write(missed + held)
        self._hear_on()

    def lost(self) -> None:
        self.fd = -1
        self._transport.abort()
