"""How somebody found the visit: four faces and perhaps a reason, once for each number, after its visit has ended.

A rating is a fact of its own: no screen that shows a number shows it. The report has sums of many.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.plan import Millis

LEAST, MOST = 1, 4  # the faces, from the saddest to the happiest


class RatingReason(StrEnum):
    """What made the visit good or bad."""

    WAIT = "wait"
    MANNER = "manner"
    GUIDANCE = "guidance"
    RESULT = "result"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Rating:
    """A number's rating; `reason` is "" until one is given."""

    face: int
    reason: str
    at: Millis
