"""The five kinds of days on which the wait estimate is judged, for `bench.waits`.

All but the last play in one hall of ten counters and five services, three counters serving two. Each center
draws true means around the plan's usual minutes (standard deviation 25 %) and variations from 0.6 to 1; clerks
take breaks of 3 to 12 minutes, about one in two hours. Loads are shares of what the counters can do without
breaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp
from random import Random

from bench.days import LAST_ISSUE, MINUTE, OPENS, Absence, Day, Desk, Kind

HALL = (
    ("ho-tich",), ("ho-tich",), ("ho-tich", "chung-thuc"), ("chung-thuc",), ("chung-thuc",),
    ("dat-dai",), ("dat-dai", "thue"), ("thue",),
    ("cap-doi",), ("cap-doi",),
)  # fmt: skip
GROUPS = ((0, 1, 2, 3, 4), (5, 6, 7), (8, 9))  # counters connected by services
OWN = "cap-doi"  # the service whose counters serve no other
USUAL = {"ho-tich": 9, "chung-thuc": 5, "dat-dai": 14, "thue": 7, OWN: 6}
SHARED_HALL = (("cu-tru", "can-cuoc"),) * 3
SHARED_USUAL = {"cu-tru": 15, "can-cuoc": 5}
PEAK = 1.6  # no load is higher


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of day: the plan's usual minutes, and how a day is drawn. `unsteady`: what usually holds does
    not."""

    name: str
    usual: Mapping[str, int]
    draw: Callable[[Mapping[str, Kind], Random], Day]
    unsteady: bool = False


def center(scenario: Scenario, chance: Random) -> dict[str, Kind]:
    """The true services of one center, which its plan knows only roughly."""
    return {
        service: Kind(minutes * MINUTE, minutes * MINUTE * exp(chance.gauss(0, 0.25)), chance.uniform(0.6, 1.0))
        for service, minutes in scenario.usual.items()
    }


def _breaks(chance: Random, long: Absence | None) -> tuple[Absence, ...]:
    found = [long] if long else []
    moment = OPENS
    while True:
        moment += int((20 + chance.expovariate(1 / 100)) * MINUTE)
        end = moment + int(chance.uniform(3, 12) * MINUTE)
        if moment > LAST_ISSUE:
            return tuple(sorted(found, key=lambda absence: absence.begin))
        if not long or end < long.begin or moment > long.end:
            found.append(Absence(moment, end))
        moment = end


def _desks(
    hall: tuple[tuple[str, ...], ...],
    chance: Random,
    slow: Mapping[int, float] | None = None,
    away: Mapping[int, Absence] | None = None,
) -> tuple[Desk, ...]:
    return tuple(
        Desk(services, (slow or {}).get(index, 1.0), _breaks(chance, (away or {}).get(index)))
        for index, services in enumerate(hall)
    )


def _arrivals(
    kinds: Mapping[str, Kind],
    desks: tuple[Desk, ...],
    chance: Random,
    load: Callable[[float, str], float],
    crowd: float = 0.0,
) -> tuple[tuple[int, str], ...]:
    """Poisson streams with `load(hours since opening, service)`, and `crowd` minutes of work within the first
    three."""
    found = []
    for service, kind in kinds.items():
        rate = sum(1 / len(desk.services) for desk in desks if service in desk.services) / (kind.mean + 10_000)
        found += [
            (OPENS + int(chance.uniform(0, 3) * MINUTE), service) for _ in range(round(crowd * rate * MINUTE))
        ]
        moment = float(OPENS)
        while (moment := moment + chance.expovariate(rate * PEAK)) < LAST_ISSUE:
            if chance.random() * PEAK < load((moment - OPENS) / 60 / MINUTE, service):
                found.append((int(moment), service))
    return tuple(sorted(found))


def _steady(kinds: Mapping[str, Kind], chance: Random) -> Day:
    desks = _desks(HALL, chance)
    return Day(kinds, desks, _arrivals(kinds, desks, chance, lambda hour, service: 0.93), chance.getrandbits(32))


def _opening_rush(kinds: Mapping[str, Kind], chance: Random) -> Day:
    """Three quarters of an hour's work stands at the door, and more than can be done comes until nine."""
    desks = _desks(HALL, chance)
    arrivals = _arrivals(
        kinds, desks, chance, lambda hour, service: 1.15 if hour < 1.5 else 0.6 if hour < 6 else 0.9, crowd=45
    )
    return Day(kinds, desks, arrivals, chance.getrandbits(32))


def _slow_clerk(kinds: Mapping[str, Kind], chance: Random) -> Day:
    """A clerk at half speed in each part of the hall; on half of the days instead everything takes 35 % longer
    than ever before, though as many come as on other days."""
    if chance.random() < 0.5:
        desks = _desks(HALL, chance, slow={chance.choice(group): 2.0 for group in GROUPS})
        arrivals = _arrivals(kinds, desks, chance, lambda hour, service: 0.85)
        return Day(kinds, desks, arrivals, chance.getrandbits(32))
    desks = _desks(HALL, chance)
    arrivals = _arrivals(kinds, desks, chance, lambda hour, service: 0.78)
    slower = {service: Kind(kind.usual, kind.mean * 1.35, kind.cv) for service, kind in kinds.items()}
    return Day(slower, desks, arrivals, chance.getrandbits(32))


def _counter_closing(kinds: Mapping[str, Kind], chance: Random) -> Day:
    """In each part of the hall one counter closes for an hour, unannounced, or pauses for a long lunch."""
    away = {}
    for group in GROUPS:
        if chance.random() < 0.5:
            begin = OPENS + int(chance.uniform(60, 420) * MINUTE)
            away[chance.choice(group)] = Absence(begin, begin + 60 * MINUTE, "closed")
        else:
            begin = OPENS + int(chance.uniform(210, 300) * MINUTE)
            away[chance.choice(group)] = Absence(begin, begin + int(chance.uniform(45, 75) * MINUTE))
    desks = _desks(HALL, chance, away=away)
    return Day(kinds, desks, _arrivals(kinds, desks, chance, lambda hour, service: 0.9), chance.getrandbits(32))


def _shared_counters(kinds: Mapping[str, Kind], chance: Random) -> Day:
    """Three counters serve both a long and a short service, the long one more in the morning or in the
    afternoon."""
    desks = _desks(SHARED_HALL, chance)
    early = chance.uniform(0.6, 1.4)

    def load(hour: float, service: str) -> float:
        return 0.93 * ((early if hour < 4 else 2 - early) if service == "cu-tru" else 1.0)

    return Day(kinds, desks, _arrivals(kinds, desks, chance, load), chance.getrandbits(32))


SCENARIOS = (
    Scenario("steady", USUAL, _steady),
    Scenario("opening rush", USUAL, _opening_rush, unsteady=True),
    Scenario("slow clerk", USUAL, _slow_clerk, unsteady=True),
    Scenario("a counter closing", USUAL, _counter_closing, unsteady=True),
    Scenario("shared counters", SHARED_USUAL, _shared_counters),
)
