"""The figures of a report as they are handed on to its pages, exports and tests. Counted by `count`; what each
means is said in `words` and docs/report.md. Imports no engine.
"""

from dataclasses import dataclass, field

from app.domain.plan import Millis

LEAST_RATINGS = 5  # fewer would tell who
FACES = (1, 2, 3, 4)
Faces = tuple[int, ...]  # how many of each of the four faces


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is of: centers, and days (ISO dates) from first to last, both within."""

    centers: tuple[str, ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Times:
    """Lengths in ms: of how many, their mean, median and what 90 % do not exceed; `None` of none."""

    count: int = 0
    mean: float | None = None
    median: float | None = None
    ninety: float | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures of numbers that have something in common (all, a center, a service, a channel, an hour, a day).
    `faces`: how many ratings of each of the four, `None` where fewer than `LEAST_RATINGS` would tell who."""

    issued: int = 0
    served: int = 0
    absent: int = 0
    expired: int = 0
    cancelled: int = 0
    open: int = 0
    wait: Times = Times()
    room: Times = Times()
    visit: Times = Times()
    promised: int = 0
    kept: int = 0
    ranged: int = 0
    within: int = 0
    early: int = 0
    overtaken: int = 0
    most_overtaken: int = 0
    away_count: int = 0
    away: Millis = 0
    faces: Faces | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """The figures of the stays at a counter, or of a clerk."""

    calls: int = 0
    served: int = 0
    absent: int = 0
    guests: int = 0
    by_name: int = 0
    wait: Times = Times()
    visit: Times = Times()
    faces: Faces | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The counted figures; keys are (center, id) of a service, counter or clerk, else an id alone. `days` are the
    days of which there is anything, by center."""

    asked: Asked
    all: Numbers
    guests: int
    days: dict[str, list[str]]
    centers: dict[str, Numbers] = field(default_factory=dict)
    dates: dict[str, Numbers] = field(default_factory=dict)
    hours: dict[int, Numbers] = field(default_factory=dict)
    channels: dict[str, Numbers] = field(default_factory=dict)
    services: dict[tuple[str, str], Numbers] = field(default_factory=dict)
    counters: dict[tuple[str, str], Stays] = field(default_factory=dict)
    clerks: dict[tuple[str, str], Stays] = field(default_factory=dict)
