"""What will go wrong soon if nobody does anything: a wait that grows too long, the day's last number.

Numbers are taken to come on as they came of late (`rate`). Whoever takes one `after` from now then stands behind
all who will have come by then, and the counters have worked for so long: his wait is that of the estimate
(`app.domain.estimate`) behind them all, less `after`. These are the cumulative curves of G. F. Newell,
*Applications of Queueing Theory* (2nd ed. 1982, chapter 2): arrivals as a straight line, departures at the rate of
the counters that are open. How often it was right on simulated days, and how early, is in docs/estimate.md.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.estimate import Floor, Outlook, Seat
from app.domain.plan import MINUTE, Millis

WINDOW = 30 * MINUTE  # the arrivals of so long count as much as all of the day's
SHORTEST = 15 * MINUTE  # after the opening: a crowd at the door is not taken for what comes all day
HORIZON = 45 * MINUTE  # nothing is said of what lies further ahead
SOON = 20 * MINUTE  # what lies further ahead is warned of only if the wait is near the limit already
NEAR = 0.75  # of the limit
MOST_MORE = 3  # so many counters more are tried

Rates = Mapping[str, float]  # arrivals per ms, by service


@dataclass(frozen=True, slots=True)
class Passing:
    """Whoever takes a number at `at` waits longer than the limit; None: he may, for the wait, which is `expected`
    now, is near it. `more` counters of this service, opened now, would prevent it (0: more than `MOST_MORE` would
    be needed)."""

    at: Millis | None
    expected: Millis
    more: int


def rate(issued: Sequence[Millis], now: Millis, opened: Millis) -> float:
    """The arrivals per ms: the mean of the last half hour's rate and the day's, for what comes in half an hour is
    much a matter of chance. `issued` are the moments of a service's numbers, in order; `opened` is when they began
    to be given."""
    day = max(SHORTEST, now - opened)
    span = min(WINDOW, day)
    return ((len(issued) - bisect_left(issued, now - span)) / span + len(issued) / day) / 2


def wait_after(floor: Floor, rates: Rates, service: str, now: Millis, after: Millis) -> Millis:
    """The expected wait of who takes a number `after` from now, in ms."""
    waiting = {one: count + round(rates.get(one, 0.0) * after) for one, count in floor.waiting.items()}
    outlook = Outlook(replace(floor, waiting=waiting), now)
    return max(0, outlook.wait(service, waiting[service]).middle - after)


def passing(floor: Floor, rates: Rates, service: str, now: Millis, limit: Millis) -> Passing | None:
    """Whether to warn that the wait for a service will pass `limit`: it does soon, or is near it now. Which rule
    foresees how many long waits, and how often in vain, is in docs/estimate.md."""
    expected = wait_after(floor, rates, service, now, 0)
    at = passes(floor, rates, service, now, limit)
    if expected <= NEAR * limit and (at is None or at - now > SOON):
        return None
    for more in range(1, MOST_MORE + 1):
        helped = replace(floor, seats=(*floor.seats, *[Seat((service,))] * more))
        later = passes(helped, rates, service, now, limit)
        is_near = wait_after(helped, rates, service, now, 0) > NEAR * limit
        if later is None and not (at is None and is_near):
            return Passing(at, expected, more)
    return Passing(at, expected, 0)


def passes(floor: Floor, rates: Rates, service: str, now: Millis, limit: Millis) -> Millis | None:
    """From when on within the horizon the wait is longer than the limit; None if it will not be."""
    if wait_after(floor, rates, service, now, 0) > limit:
        return now
    return _first(now, lambda after: wait_after(floor, rates, service, now, after) > limit)


def last_number(floor: Floor, rates: Rates, service: str, now: Millis, closes: Millis) -> Millis | None:
    """When the expected call of a number taken then will lie after `closes`, within the horizon; None if it will
    not."""
    return _first(now, lambda after: now + after + wait_after(floor, rates, service, now, after) > closes)


def _first(now: Millis, is_so: Callable[[Millis], bool]) -> Millis | None:
    """The minute from which something is so that stays so, within the horizon."""
    if not is_so(HORIZON):
        return None
    if is_so(0):
        return now
    early, late = 0, HORIZON
    while late - early > MINUTE:
        half = (early + late) // 2
        early, late = (early, half) if is_so(half) else (half, late)
    return now + late
