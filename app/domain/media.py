"""The pictures and films that the TVs of a center show beside the numbers: their names and order. The files
themselves are kept by `app.web.media_files`, each named by what is in it."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 30  # pictures and films in all
SECONDS = (5, 120)  # how long a picture may stand
FILMS = (".mp4", ".webm")


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture or film: its `file`; the zones whose TVs show it, of all when there are none; how many seconds a
    picture stands; whether a film may be heard."""

    file: str
    zones: tuple[str, ...] = ()
    seconds: int = 12
    heard: bool = False

    @property
    def is_film(self) -> bool:
        return self.file.endswith(FILMS)

    def is_for(self, zones: Iterable[str]) -> bool:
        """Whether a TV of these zones shows it."""
        return not self.zones or not set(self.zones).isdisjoint(zones)


@dataclass(frozen=True, slots=True)
class Media:
    """All of them, in the order shown."""

    shown: tuple[Medium, ...] = ()

    def medium(self, file: str) -> Medium | None:
        return next((medium for medium in self.shown if medium.file == file), None)

    def without(self, file: str) -> "Media":
        return Media(tuple(medium for medium in self.shown if medium.file != file))

    def having(self, medium: Medium, place: int | None = None) -> "Media":
        """With a medium at a place (0 is the first), or where it was, or at the end."""
        files = [one.file for one in self.shown]
        if place is None:
            place = files.index(medium.file) if medium.file in files else len(files)
        others = list(self.without(medium.file).shown)
        others.insert(max(place, 0), medium)
        return Media(tuple(others))
