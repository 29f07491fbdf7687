"""What a section of the plan's pages is made of: its words, how each is written in a form, its rows."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How a word is written in a form. `LINES` and the two after it: a line each; `DAYS` and `TICKS`: boxes."""

    TEXT = auto()
    WHOLE = auto()
    NUMBER = auto()
    TIME = auto()
    FLAG = auto()
    CHOICE = auto()
    LINES = auto()
    DATES = auto()
    WORKED = auto()
    DAYS = auto()
    TICKS = auto()


LISTS = {Kind.DAYS, Kind.TICKS}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the plan: its path (within a row, for rows), what it is called, and what helps to fill it in.
    `choices` are pairs of value and name, or the name of the plan's list to choose from."""

    name: str
    vi: str
    en: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    choices: tuple[tuple[str, str], ...] | str = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of the plan: its path, what one of it is called, its words; the first names a row to people."""

    path: str
    vi: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One page."""

    id: str
    vi: str
    en: str
    about: str
    words: tuple[Word, ...] = ()
    rows: Rows | None = None
