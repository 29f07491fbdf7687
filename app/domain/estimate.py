"""How long until the call: a range for a waiting ticket and for one not yet taken.

Asked by the verb that issues (what to promise), by the views and by the tick (what to show). A `Floor` is what
the estimate sees of a hall; an `Outlook` makes one floor ready for many tickets, whatever the length of their
queues. The method, its sources and what it reaches on simulated days are in docs/estimate.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log1p, sqrt

from app.domain.pace import Belief, Pace, believe, remaining
from app.domain.plan import Millis

MINUTE = 60_000
EDGE = 1.2816  # the normal distribution's 90 % quantile
TURNAROUND = 10_000  # from the end of a visit to the next call
AWAY = 1.03  # a counter's time per visit, with the clerk's short breaks spread over all visits
BREAK = 5 * MINUTE  # a clerk who went away comes back after this, or after as long again as already away
REST_VARIANCE = 0.8  # of the rest of a visit under way, relative to its square
UNFORESEEN = 0.06  # counters that open and close while one waits, relative
LEAST_DEVIATION = 20_000.0  # the range is never narrower than this allows


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter as the estimate sees it: the services it serves, "open", "paused" or "closed", when its present
    visit or pause began (0: neither), and the service of that visit. A clerk who pauses has ended the visit."""

    services: tuple[str, ...]
    state: str = "open"
    since: Millis = 0
    service: str = ""


@dataclass(frozen=True, slots=True)
class Floor:
    """What the estimate needs of a hall: its counters; by service, how many wait, how fast it has gone, and the
    plan's usual length of a visit in ms. All services that the counters serve must be in `usual`."""

    seats: tuple[Seat, ...]
    waiting: Mapping[str, int]
    paces: Mapping[str, Pace]
    usual: Mapping[str, Millis]


@dataclass(frozen=True, slots=True)
class Range:
    """The wait from now until the call in ms: one in ten is called before `low`, half before `middle`, nine in
    ten before `high`."""

    low: Millis
    middle: Millis
    high: Millis


def estimate(
    floor: Floor, service: str, ahead: int, now: Millis, before: Mapping[str, int] | None = None
) -> Range:
    """The wait of one ticket; see `Outlook.wait`. For several tickets of one floor keep the outlook."""
    return Outlook(floor, now).wait(service, ahead, before)


@dataclass(slots=True)
class _Place:
    """A counter that calls, or will: when it is free (ms from now, on average), and the work that the waiting of
    each service bring to it (ms)."""

    services: tuple[str, ...]
    free: float
    work: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Line:
    """A counter as one ticket sees it: when it is free, the work of other services before the ticket (ms), and
    that work's variance (ms²)."""

    free: float
    others: float
    spread: float


class Outlook:
    """A floor at one moment. Nothing is worked out before it is asked for, and then only for the services that
    share counters, directly or through others, with the one asked for."""

    def __init__(self, floor: Floor, now: Millis) -> None:
        self._floor = floor
        self._now = now
        self._beliefs: dict[str, Belief] = {}
        self._levels: dict[str, float] = {}
        self._places: dict[str, list[_Place]] = {}

    def wait(self, service: str, ahead: int, before: Mapping[str, int] | None = None) -> Range:
        """The wait of a ticket of `service` which `ahead` others of its queue precede (all of them, if it is not
        taken yet). `before`: how many of each other service's waiting precede it; guessed when not given."""
        if service not in self._levels:
            self._make_ready(service)
        lines = self._lines(service, self._shares(service, ahead, before), before is None)
        if not ahead and any(not line.free and not line.others for line in lines):
            return Range(0, 0, 0)
        belief, length = self._beliefs[service], self._length(service)
        start = _level([line.free + line.others for line in lines], ahead * length) + length / 2 / len(lines)
        mean = _moment(lines, length, belief.cv, ahead + 1, start)
        variance = _variance(lines, belief, ahead + 1, mean) + (belief.off**2 + UNFORESEEN**2) * mean**2
        return _range(mean, variance + LEAST_DEVIATION**2)

    def _length(self, service: str) -> float:
        return self._beliefs[service].mean * AWAY + TURNAROUND

    def _shares(self, service: str, ahead: int, before: Mapping[str, int] | None) -> dict[str, float]:
        """Which part of each other service's waiting precedes the ticket. Without being told: those who came
        earlier, if each queue came evenly over the time it will take."""
        shares: dict[str, float] = {}
        waiting = self._floor.waiting
        behind = 1 - min(1.0, (ahead + 1) / (waiting.get(service, 0) + 1))
        own = self._levels[service]
        for place in self._places[service]:
            for other in place.work:
                if other == service or other in shares:
                    continue
                if before is None:
                    shares[other] = max(0.0, 1 - behind * own / self._levels[other])
                else:
                    shares[other] = min(1.0, before.get(other, 0) / waiting[other])
        return shares

    def _lines(self, service: str, shares: Mapping[str, float], guessed: bool) -> list[_Line]:
        lines = []
        for place in self._places[service]:
            others = spread = 0.0
            for other, work in place.work.items():
                if other != service:
                    share, belief = shares[other], self._beliefs[other]
                    others += share * work
                    spread += share * work * belief.mean * (belief.cv**2 + (1 - share if guessed else 0.0))
            lines.append(_Line(place.free, others, spread))
        return lines

    def _make_ready(self, asked: str) -> None:
        """Beliefs, counters and levels of `asked` and all services connected with it."""
        group = [asked]
        seats = {}
        for service in group:
            for index, seat in enumerate(self._floor.seats):
                if index not in seats and service in seat.services:
                    seats[index] = seat
                    group += [other for other in seat.services if other not in group]
        for service in group:
            pace = self._floor.paces.get(service, Pace())
            self._beliefs[service] = believe(pace, self._floor.usual[service])
            self._places[service] = []
        for seat in seats.values():
            if seat.state != "closed":
                self._place(seat.services, self._free(seat))
        for service in group:
            if not self._places[service]:  # one of the closed counters will have to open
                self._place((service,), self._beliefs[service].mean)
        for service in group + group:
            self._pour(service)

    def _place(self, services: tuple[str, ...], free: float) -> None:
        place = _Place(services, free, {})
        for service in services:
            self._places[service].append(place)

    def _free(self, seat: Seat) -> float:
        elapsed = self._now - seat.since
        if seat.state == "paused":
            return float(max(BREAK, elapsed if seat.since else 0))
        return remaining(self._beliefs[seat.service], elapsed) + TURNAROUND if seat.since else 0.0

    def _pour(self, service: str) -> None:
        """Let the waiting of `service` fill its counters like water, over what the other services poured
        there."""
        places = self._places[service]
        for place in places:
            place.work.pop(service, None)
        grounds = [place.free + sum(place.work.values()) for place in places]
        level = _level(
            grounds, self._floor.waiting.get(service, 0) * (self._beliefs[service].mean * AWAY + TURNAROUND)
        )
        for place, ground in zip(places, grounds, strict=True):
            if level > ground:
                place.work[service] = level - ground
        self._levels[service] = level


def _level(grounds: list[float], work: float) -> float:
    """How high `work` stands when it is poured over `grounds`."""
    total = level = 0.0
    for count, ground in enumerate(sorted(grounds)):
        if count and ground * count - total >= work:
            break
        total += ground
        level = (total + work) / (count + 1)
    return level


def _moment(lines: list[_Line], length: float, cv: float, calls: int, start: float) -> float:
    """When (ms from now) `calls` calls are expected, found by Newton's method from `start`.

    A counter's expected calls by t are those of a renewal process: t / length in the long run; the first comes
    at `free` on average and counts for (1 + cv²) / 2 in the long run, for one whole call when only one is asked
    for."""
    first = (1 + cv**2) / 2
    first += (1 - first) / calls
    moment = max(start, 1000.0)
    for _ in range(8):
        made = rate = 0.0
        for line in lines:
            held = max(0.0, line.free - length) / len(lines) ** 2
            free, others = max(1.0, line.free - held), line.others + held
            own, gain = (moment, 1.0) if others < 1.0 else _delayed(moment, others, length)
            ended = exp(-own / free)
            made += own / length + (first - free / length) * (1 - ended)
            rate += gain * (1 / length + (first / free - 1 / length) * ended)
        step = (calls - made) / rate
        moment = min(3 * moment, max(moment / 3, moment + step))
        if abs(step) < moment / 500:
            break
    return moment


def _delayed(moment: float, others: float, length: float) -> tuple[float, float]:
    """How much of the time until `moment` is left beside the work of others, and its derivative. That work comes
    in between, in visits of chance length, so that the delay sets in softly."""
    soft = sqrt(others * length) / 2
    lag = soft * log1p(exp(-others / soft))
    since = (moment - others) / soft
    if since > 30:
        return moment - others - lag, 1.0
    past = exp(since)
    return soft * log1p(past) - lag, past / (1 + past)


def _variance(lines: list[_Line], belief: Belief, calls: int, until: float) -> float:
    """The variance in ms² of the wait for the last of `calls` calls: that of the work before it at the counters
    reached by then, which share it. The rests of visits under way vary no more than a first call does."""
    within = [line for line in lines if line.others <= until and line.free <= 2 * until + belief.mean]
    within = within or [min(lines, key=lambda line: line.free + line.others)]  # one of them must make the call
    reached = len(within)
    rests = sum(REST_VARIANCE * line.free**2 for line in within)
    spread = sum(line.spread for line in within)
    own = max(0, calls - reached) * (belief.cv * belief.mean) ** 2
    return (own + spread) / reached**2 + min(until**2, rests * min(1.0, calls / reached) / reached**2)


def _range(mean: float, variance: float) -> Range:
    """Quantiles of the gamma distribution with this mean and variance, after Wilson and Hilferty."""
    ninth = variance / mean**2 / 9
    low, middle, high = (mean * max(0.0, 1 - ninth + edge * sqrt(ninth)) ** 3 for edge in (-EDGE, 0.0, EDGE))
    return Range(int(low), int(middle), int(high))
