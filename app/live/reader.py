"""Whoever follows topics: what the hub needs of a socket, however it is served. `socket` and the web's plain
endpoint each have their kind."""

from abc import ABC, abstractmethod
from collections.abc import Sequence


class Reader(ABC):
    """One socket. `fd` is a file descriptor that ready bytes may be written to directly, below 0 when they must be
    offered instead. `topics` are those it follows. `mark` is the device it is ("" for none), `is_first` whether it
    is sent everything before the crowd is."""

    __slots__ = ("fd", "is_first", "mark", "topics")

    def __init__(self) -> None:
        self.fd = -1
        self.topics: tuple[str, ...] = ()
        self.mark = ""
        self.is_first = False

    @abstractmethod
    def send(self, frame: bytes) -> None:
        """Send this reader alone something, after all that went before."""

    @abstractmethod
    def offer(self, topic: str, frame: bytes) -> None:
        """Take a frame of a topic while `fd` is below 0; who cannot take it gets the whole view later."""

    @abstractmethod
    def cut_short(self, rest: bytes) -> None:
        """A direct write took only a part: this is what is left of it."""

    @abstractmethod
    def lost(self) -> None:
        """A direct write failed: the connection is gone."""

    @abstractmethod
    def tell(self, topic: str, frames: Sequence[bytes]) -> None:
        """Begin a topic with these; whatever waits of it is out of date."""

    @abstractmethod
    def close(self, code: int) -> None:
        """Close the socket with a code."""
