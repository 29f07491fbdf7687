"""How well the promised ranges were kept: counted per service when a number is called, for supervisors to see."""

from dataclasses import dataclass, replace

from app.domain.plan import MINUTE, Millis


@dataclass(frozen=True, slots=True)
class Kept:
    """Calls within the range that was promised when the number was taken, before it and after it; `off` is the
    sum of their distances from the middle of the range, in minutes."""

    within: int = 0
    early: int = 0
    late: int = 0
    off: int = 0

    @property
    def calls(self) -> int:
        return self.within + self.early + self.late

    @property
    def share(self) -> float:
        """The share of calls within their range; 0 before the first."""
        return self.within / self.calls if self.calls else 0.0


def judge(kept: Kept, low: Millis, high: Millis, called: Millis, by: int = 1) -> Kept:
    """The count with one more call (`by` = -1: one less), promised between two moments and made at a third."""
    off = kept.off + by * round(abs(called - (low + high) / 2) / MINUTE)
    if called < low:
        return replace(kept, early=kept.early + by, off=off)
    if called > high:
        return replace(kept, late=kept.late + by, off=off)
    return replace(kept, within=kept.within + by, off=off)


def unjudge(kept: Kept, low: Millis, high: Millis, called: Millis) -> Kept:
    """The count before that call, which was undone."""
    return judge(kept, low, high, called, -1)
