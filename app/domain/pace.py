"""How long visits of a service take: what was seen, kept from day to day, and what is believed of it.

The verbs learn a visit's length at its end and take it back when the end is undone; `app.domain.estimate` asks
what to believe. docs/estimate.md explains the numbers.
"""

from bisect import bisect_left
from dataclasses import dataclass
from math import erfc, log, log1p, sqrt

from app.domain.plan import Millis

# A visit's length falls into one of 40 bins, four to a doubling, from 15 s to more than four hours.
SHORTEST, PER_DOUBLING, BINS = 15_000, 4, 40
EDGES = tuple(SHORTEST * 2 ** ((at + 1) / PER_DOUBLING) for at in range(BINS - 1))
MIDDLES = tuple(int(SHORTEST * 2 ** ((at + 0.5) / PER_DOUBLING)) for at in range(BINS))
SQUARES = tuple(middle**2 for middle in MIDDLES)
FORGOTTEN = 10  # bins above the typical one (5.7 times as long): somebody forgot to end that visit

# How far a mean may be off, as a relative standard deviation, before the next source is heard.
PLAN_OFF = 0.35  # the plan's usual minutes against the truth
DAY_OFF = 0.15  # one day against the days before
USUAL_CV = 0.8  # visits of one service among themselves, until seen
CV_WEIGHT = 15.0  # visits that the usual variation is worth
TYPICAL_WEIGHT = 5.0  # visits that what was believed before is worth when forgotten ends are sought
FADING, MOST = 0.7, 500.0  # what is left of the past after a day, and the most visits it may count for


@dataclass(frozen=True, slots=True)
class Pace:
    """How long visits of one service took, call to end. `today` counts the day's visits by bin of length, up to
    the last bin with one. The days before: how many visits they count for, their mean in ms, mean square in
    ms²."""

    today: tuple[int, ...] = ()
    visits: float = 0.0
    mean: float = 0.0
    square: float = 0.0


@dataclass(frozen=True, slots=True)
class Belief:
    """A service's visits as believed now: their mean in ms; their variation among themselves and how far the
    mean may be off, both as relative standard deviations."""

    mean: float
    cv: float
    off: float


def learn(pace: Pace, took: Millis) -> Pace:
    """The pace with one more visit, which took `took` ms from call to end."""
    return Pace(_counted(pace.today, took, 1), pace.visits, pace.mean, pace.square)


def unlearn(pace: Pace, took: Millis) -> Pace:
    """The pace without a visit it learnt today: the exact inverse of `learn`, for an end that was undone."""
    return Pace(_counted(pace.today, took, -1), pace.visits, pace.mean, pace.square)


def _counted(counts: tuple[int, ...], took: Millis, by: int) -> tuple[int, ...]:
    at = bisect_left(EDGES, took)
    changed = [*counts, *(0,) * (at + 1 - len(counts))]
    changed[at] += by
    while changed and not changed[-1]:
        changed.pop()
    return tuple(changed)


def new_day(pace: Pace) -> Pace:
    """What a new day knows: yesterday joins the days before, which fade and count for `MOST` visits at most."""
    today, mean, square = _seen(pace.today, pace.mean)
    visits = pace.visits + today
    if not visits:
        return Pace()
    return Pace(
        visits=min(MOST, FADING * visits),
        mean=(pace.visits * pace.mean + today * mean) / visits,
        square=(pace.visits * pace.square + today * square) / visits,
    )


def believe(pace: Pace, usual: Millis) -> Belief:
    """What to expect of a visit. The plan, the days before and today each count for as many visits as their own
    uncertainty makes them worth; `usual` is the plan's length of a visit in ms."""
    cv = USUAL_CV
    plan = cv**2 / PLAN_OFF**2
    before = (plan * usual + pace.visits * pace.mean) / (plan + pace.visits)
    today, mean, square = _seen(pace.today, before)
    visits = pace.visits + today
    if visits:
        center = (pace.visits * pace.mean + today * mean) / visits
        seen = max(0.0, (pace.visits * pace.square + today * square) / visits / center**2 - 1)
        cv = sqrt((CV_WEIGHT * cv**2 + visits * seen) / (CV_WEIGHT + visits))
    worth = cv**2 / (cv**2 / (plan + pace.visits) + DAY_OFF**2)
    return Belief((worth * before + today * mean) / (worth + today), cv, cv / sqrt(worth + today))


def _seen(counts: tuple[int, ...], before: float) -> tuple[int, float, float]:
    """Visits, their mean in ms and mean square, with ends that somebody forgot cut to a believable length.
    `before`: the mean believed without them, 0 for none."""
    total = sum(counts)
    if not total:
        return 0, 0.0, 0.0
    times = int.__mul__  # three sums over the bins: the dearest part of an estimate
    typical = sum(map(times, counts, range(BINS)))
    weight = TYPICAL_WEIGHT if before else 0.0
    last = int((weight * bisect_left(EDGES, before) + typical) / (weight + total)) + FORGOTTEN
    if last + 1 < len(counts):
        counts = (*counts[:last], sum(counts[last:]))
    return total, sum(map(times, counts, MIDDLES)) / total, sum(map(times, counts, SQUARES)) / total


def remaining(belief: Belief, elapsed: Millis) -> float:
    """How many ms a visit that has lasted `elapsed` ms still lasts, on average: that of a lognormal beyond
    `elapsed`, so that a visit far over its time is expected to go on, not to end at once."""
    if elapsed <= 0:
        return belief.mean
    width = sqrt(log1p(belief.cv**2))
    at = log(elapsed / belief.mean) / width + width / 2
    if at > 4:  # the limit for long visits
        return elapsed * width / at
    beyond = belief.mean * erfc((at - width) / sqrt(2)) / erfc(at / sqrt(2))
    return max(belief.mean / 4, beyond - elapsed)
