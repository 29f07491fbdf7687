"""What the center has to say to the room: a sentence a line, shown on its TVs under the counters."""

from collections.abc import Iterable
from dataclasses import dataclass

LINES, LINE_LENGTH = 8, 200  # so many lines at most, each of so many letters: they are read in passing


@dataclass(frozen=True, slots=True)
class Bulletin:
    lines: tuple[str, ...] = ()


def bulletin_of(texts: Iterable[str]) -> Bulletin:
    """The bulletin of some texts: empty ones are left out, what is too long is cut off."""
    lines = [line[:LINE_LENGTH] for text in texts if (line := " ".join(text.split()))]
    return Bulletin(tuple(lines[:LINES]))
