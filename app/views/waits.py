"""A wait in words, as tiles, pages and slips tell it. Used by the web."""

from app.domain.estimate import Range
from app.domain.plan import MINUTE

STEP, LONG_STEP = 5, 30  # minutes; a wait is told in steps: to the minute nobody knows it
SHORT = 90  # minutes; up to here in the small steps
MOST = 10 * 60  # minutes; a longer wait is nobody's guess


def wait_words(wait: Range) -> str:
    """A wait as people are told it: `dưới 10 phút`, `15–40 phút`, `1,5–3 giờ`; "" when it is too long to say."""
    step = STEP if wait.high <= SHORT * MINUTE else LONG_STEP
    low, high = wait.low // MINUTE // step * step, max(-(-wait.high // (step * MINUTE)), 1) * step
    if high > MOST:
        return ""
    said = f"{low}–{high} phút" if step == STEP else f"{_hours(low)}–{_hours(high)} giờ"
    return said if low else f"dưới {said.partition('–')[2]}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}".replace(".", ",")
