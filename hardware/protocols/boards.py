"""How a kind of board is spoken to: what a driver is, and how one is found by its name.

A driver is pure: a picture for an address becomes bytes, bytes become an answer. Drivers are entry points of the
group `goiso.boards`, so a package of its own can bring one (docs/boards.md). A setting names one, with options:
`ascii:start=02,checksum=xor`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.metadata import entry_points
from typing import Protocol

from hardware.protocols.digits import CELL_COUNT, Answer, Picture

GROUP = "goiso.boards"


class Ear(Protocol):
    """Listens for the answer to one command."""

    def feed(self, data: bytes) -> list[Answer]:
        """Take the next bytes, any number; return the answers that are complete now. Never raises."""
        ...


class BoardDriver(ABC):
    """One kind of board. `answer_length`: bytes of its longest answer; 0: it never answers, and is sent its
    picture again now and then, for nobody hears that it lost it. `can_blink`: else it shows steadily what should
    blink. `can_dim`: it has a brightness. `cells`: letters it has room for."""

    answer_length = 0
    cells = CELL_COUNT
    can_blink = True
    can_dim = False

    @abstractmethod
    def show(self, address: int, sequence: int, picture: Picture) -> bytes:
        """The frame that lets a board show a picture. Raises ValueError for an address it cannot have."""

    def query(self, address: int, sequence: int) -> bytes | None:
        """The frame that asks a board what it shows; None: it cannot be asked."""
        return None

    def dim(self, address: int, sequence: int, level: int) -> bytes:
        """The frame that sets a board's brightness, 1 to 9; asked for only where `can_dim`."""
        raise NotImplementedError

    def ear(self, address: int, sequence: int, picture: Picture | None) -> Ear | None:
        """What listens for the answer to `show` (with its picture), `query` or `dim`; None: nothing answers."""
        return None

    def read(self, frame: bytes) -> tuple[int, Picture | None]:
        """What a board understands in exactly one whole frame: its address (0 for all), and the picture it is to
        show, None when it is asked. Raises ValueError for anything else. Called by the simulator only."""
        raise NotImplementedError(f"{type(self).__name__} cannot be simulated: it has no read")

    def reply(self, address: int, shows: Picture, *, is_asked: bool) -> bytes:
        """What a board that shows this answers, when asked or when told; b"": nothing. By the simulator only."""
        return b""


def open_driver(text: str) -> BoardDriver:
    """The driver that a text names: `name`, or `name:option=value,…`. Raises ValueError with what is known."""
    name, _, rest = text.partition(":")
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        raise ValueError(f"found board protocol {name!r}, expected one of {', '.join(sorted(found))}")
    options = dict(part.partition("=")[::2] for part in rest.split(",") if part)
    try:
        made = found[name].load()(**options)
    except TypeError:
        raise ValueError(f"found {rest!r}, which the board protocol {name!r} does not know") from None
    if not isinstance(made, BoardDriver):
        raise ValueError(f"found {made!r} as board protocol {name!r}, expected a BoardDriver")
    return made


def number(text: str, least: int, most: int, what: str) -> int:
    """An option that is a number; raises ValueError."""
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise ValueError(f"found {what}={text!r}, expected {least} to {most}")
    return int(text)


def hexadecimal(text: str, what: str) -> bytes:
    """An option that is bytes in hexadecimal digits, perhaps none; raises ValueError."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"found {what}={text!r}, expected bytes such as 02 or 0D0A") from None
