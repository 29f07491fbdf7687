"""The editions of a center's plan: which plans were in force, since when, by whom.

The hall keeps who and when; the plan itself is kept under its digest beside the hall (`app.store.journal`): it is
found however old it is.
"""

import hashlib
from dataclasses import dataclass, replace

from app.domain.plan import Millis, Plan, VoiceLengths

KEPT = 200  # editions the hall knows; those before are in the archive


@dataclass(frozen=True, slots=True)
class Edition:
    """A plan that came into force `at` a moment (0: before editions were kept) `by` somebody; counted from 1."""

    number: int
    at: Millis
    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Editions:
    """The last editions, oldest first."""

    kept: tuple[Edition, ...] = ()

    def with_next(self, plan: Plan, at: Millis, by: str) -> "Editions":
        """One more, which is in force now."""
        number = self.kept[-1].number + 1 if self.kept else 1
        return Editions((*self.kept, Edition(number, at, by, digest_of(plan)))[-KEPT:])


def digest_of(plan: Plan) -> str:
    """The name a plan is kept under: the hash of what staff set up, without the voice lengths."""
    return hashlib.sha256(repr(replace(plan, voice=VoiceLengths())).encode()).hexdigest()[:32]
