"""Judges the forecast of long waits on simulated days; a part of `make bench-rules`.

Every five minutes each service is asked whether its wait will pass the limit within 45 minutes. Warnings with less
than half an hour between them are one. It is *right* if somebody who takes a number while it stands, or within an
hour after, waits longer than the limit. A long wait (the first after half an hour without) is *foreseen* if a
warning stood before it; how early is the time from its beginning. Beside it stands what the estimate gives without
a forecast: to warn when the wait expected now is three quarters of the limit."""

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from random import Random
from statistics import median

from app.domain.estimate import Outlook
from app.domain.forecast import HORIZON, passing, rate
from app.domain.pace import Pace, new_day
from bench.days import MINUTE, OPENS, Day, Playing, Ticket
from bench.scenarios import SCENARIOS, Scenario, center
from bench.table import Row, report

SEEDS = range(7100, 7110)
DAYS = 5
EVERY = 5 * MINUTE
SLACK = 15 * MINUTE
QUIET = 30 * MINUTE
LIMITS = (30, 45)


@dataclass(slots=True)
class Watch:
    """One service on one day: its tickets, and at each look whether the forecast and the simple rule warned."""

    tickets: list[Ticket] = field(default_factory=list)
    looks: list[tuple[int, int | None, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Judged:
    """Over all days: warnings and those that were right, long waits and how early each was foreseen (ms), by how
    much the time foretold was off (ms)."""

    warnings: int = 0
    right: int = 0
    long: int = 0
    early: list[int] = field(default_factory=list)
    off: list[int] = field(default_factory=list)

    def judge(self, watch: Watch, limit: int, warned: list[tuple[int, int]]) -> None:
        """Count one service's day; `warned` are the looks that warned, with the moment each foretold."""
        over = sorted(ticket.taken for ticket in watch.tickets if ticket.called - ticket.taken > limit)
        runs: list[list[int]] = []  # warnings as a reader has them: the first look, the last, what was foretold
        for at, told in warned:
            if runs and at - runs[-1][1] <= QUIET:
                runs[-1][1] = at
            else:
                runs.append([at, at, told])
        self.warnings += len(runs)
        for first, last, told in runs:
            if came := [moment for moment in over if first <= moment <= last + HORIZON + SLACK]:
                self.right += 1
                self.off.append(abs(came[0] - told))
        starts = [at for before, at in pairwise([OPENS - QUIET - 1, *over]) if at - before > QUIET]
        self.long += len(starts)
        for start in starts:
            if before := [first for first, last, _ in runs if first < start <= last + QUIET]:
                self.early.append(start - before[-1])


def watch_day(day: Day, paces: dict[str, Pace], limit: int) -> dict[str, Watch]:
    """Play a day and look every five minutes."""
    watches = {service: Watch() for service in day.kinds}
    looked = [OPENS]
    Playing(day, paces, partial(_look, watches, looked, limit)).play()
    return watches


def _look(
    watches: dict[str, Watch], looked: list[int], limit: int, playing: Playing, ticket: Ticket, ahead: int
) -> None:
    watch = watches[ticket.service]
    if ticket.place == len(watch.tickets):  # taken now; else half of those ahead were called
        watch.tickets.append(ticket)
    if playing.now < looked[0] + EVERY:
        return
    looked[0] = playing.now
    floor = playing.floor()
    rates = {
        service: rate([one.taken for one in watch.tickets], playing.now, OPENS)
        for service, watch in watches.items()
    }
    outlook = Outlook(floor, playing.now)
    for service, watch in watches.items():
        found = passing(floor, rates, service, playing.now, limit)
        now = outlook.wait(service, floor.waiting[service]).middle
        watch.looks.append((playing.now, found.at if found else None, now > 0.75 * limit))


def judged(scenario: Scenario, limit: int) -> tuple[Judged, Judged]:
    """What the forecast and the simple rule reached in one kind of days."""
    ours, simple = Judged(), Judged()
    for seed in SEEDS:
        chance = Random(f"{scenario.name} {seed}")
        kinds = center(scenario, chance)
        paces: dict[str, Pace] = {}
        for _ in range(DAYS):
            for watch in watch_day(scenario.draw(kinds, chance), paces, limit).values():
                ours.judge(watch, limit, [(at, told) for at, told, _ in watch.looks if told])
                simple.judge(watch, limit, [(at, at) for at, _, warned in watch.looks if warned])
            paces = {service: new_day(pace) for service, pace in paces.items()}
    return ours, simple


def rows() -> list[Row]:
    """A few rows for each kind of days and limit."""
    found = []
    for minutes in LIMITS:
        for scenario in SCENARIOS:
            ours, simple = judged(scenario, minutes * MINUTE)
            name = f"{scenario.name}, waits over {minutes} min"
            rule = "warn at three quarters of the limit"
            found += [
                Row(f"{name}: such times", "times", ours.long),
                Row(f"{name}: warnings", "warnings", ours.warnings, peers={rule: simple.warnings}),
                Row(
                    f"{name}: right",
                    "%",
                    share(ours.right, ours.warnings),
                    peers={rule: share(simple.right, simple.warnings)},
                ),
                Row(
                    f"{name}: foreseen",
                    "%",
                    share(len(ours.early), ours.long),
                    peers={rule: share(len(simple.early), simple.long)},
                ),
                Row(f"{name}: how early, median", "min", early(ours), peers={rule: early(simple)}),
                Row(f"{name}: the time foretold, off by", "min", median(ours.off or [0]) / MINUTE),
            ]
    return found


def share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def early(judged: Judged) -> float:
    return median(judged.early or [0]) / MINUTE


if __name__ == "__main__":
    report("forecasts", rows())
