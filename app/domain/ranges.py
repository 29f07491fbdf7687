"""The facts about numbers on paper: which are kept. Set by `app.domain.paper`, read by the views of staff."""

from dataclasses import dataclass

from app.domain.plan import Millis


@dataclass(frozen=True, slots=True)
class PaperRange:
    """Running numbers `first` to `last` of a lead counter, kept since a moment to be given on paper for a service.
    Those that were given are tickets as soon as they are entered."""

    service: str
    first: int
    last: int
    since: Millis


@dataclass(frozen=True, slots=True)
class Papers:
    """The ranges of a lead counter, as they were kept."""

    ranges: tuple[PaperRange, ...] = ()
