"""Judges the forecast of long waits on simulated days; a part of `make bench-rules`.

Every five minutes each service is asked whether its wait will pass the limit within 45 minutes. Warnings with less
than half an hour between them are one. It is *right* if somebody who takes a number while it stands, or within an
hour after, waits longer than the limit. A long wait (the first after half an hour without) is *foreseen* if a
warning stood before it; how early is the time from its beginning. Beside it stand the two rules it is made of: to
warn when the wait expected now is three quarters of the limit, without a forecast, and to warn of all the forecast
tells within 45 minutes; and what either of them gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from random import Random
from statistics import median

from app.domain.forecast import HORIZON, NEAR, Passing, passes, passing, rate, wait_after
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


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a service at a moment: the warning, when the forecast alone tells that the limit is passed,
    whether the wait expected now is near it."""

    at: int
    warning: Passing | None
    told: int | None
    is_near: bool


@dataclass(slots=True)
class Watch:
    """One service on one day: its tickets, and the looks at it."""

    tickets: list[Ticket] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)


RULES: dict[str, Callable[[Look], bool]] = {
    "ours": lambda look: look.warning is not None,
    "warn at three quarters of the limit": lambda look: look.is_near,
    "warn of all the forecast tells": lambda look: look.told is not None,
    "warn when either does": lambda look: look.is_near or look.told is not None,
}


@dataclass(slots=True)
class Judged:
    """Over all days: warnings and those that were right, long waits and how early each was foreseen (ms), by how
    much the time foretold was off (ms)."""

    warnings: int = 0
    right: int = 0
    long: int = 0
    early: list[int] = field(default_factory=list)
    off: list[int] = field(default_factory=list)

    def judge(self, watch: Watch, limit: int, warns: Callable[[Look], bool]) -> None:
        """Count one service's day, on which the looks warned that `warns` says."""
        over = sorted(ticket.taken for ticket in watch.tickets if ticket.called - ticket.taken > limit)
        runs: list[list[Look]] = []  # warnings as a reader has them: the first look and the last
        for look in filter(warns, watch.looks):
            if runs and look.at - runs[-1][-1].at <= QUIET:
                runs[-1].append(look)
            else:
                runs.append([look])
        self.warnings += len(runs)
        for run in runs:
            first, last = run[0].at, run[-1].at
            if came := [moment for moment in over if first <= moment <= last + HORIZON + SLACK]:
                self.right += 1
                self.off += [abs(came[0] - run[0].told)] if run[0].told else []
        starts = [at for before, at in pairwise([OPENS - QUIET - 1, *over]) if at - before > QUIET]
        self.long += len(starts)
        for start in starts:
            if before := [run[0].at for run in runs if run[0].at < start <= run[-1].at + QUIET]:
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
    for service, watch in watches.items():
        asked = floor, rates, service, playing.now, limit
        is_near = wait_after(floor, rates, service, playing.now, 0) > NEAR * limit
        watch.looks.append(Look(playing.now, passing(*asked), passes(*asked), is_near))


def judged(scenario: Scenario, limit: int) -> dict[str, Judged]:
    """What each of `RULES` reached in one kind of days."""
    reached = {rule: Judged() for rule in RULES}
    for seed in SEEDS:
        chance = Random(f"{scenario.name} {seed}")
        kinds = center(scenario, chance)
        paces: dict[str, Pace] = {}
        for _ in range(DAYS):
            for watch in watch_day(scenario.draw(kinds, chance), paces, limit).values():
                for rule, warns in RULES.items():
                    reached[rule].judge(watch, limit, warns)
            paces = {service: new_day(pace) for service, pace in paces.items()}
    return reached


def rows() -> list[Row]:
    """A few rows for each kind of days and limit."""
    found = []
    for minutes in LIMITS:
        for scenario in SCENARIOS:
            name = f"{scenario.name}, waits over {minutes} min"
            found += [
                _row(f"{name}: {figure}", unit, values) for figure, unit, values in _figures(scenario, minutes)
            ]
    return found


def _figures(scenario: Scenario, minutes: int) -> list[tuple[str, str, dict[str, float]]]:
    """Each figure of one kind of days, its unit, and its value by rule."""
    reached = judged(scenario, minutes * MINUTE)

    def of(value: Callable[[Judged], float]) -> dict[str, float]:
        return {rule: value(one) for rule, one in reached.items()}

    return [
        ("such times", "times", {"ours": reached["ours"].long}),
        ("warnings", "warnings", of(lambda one: one.warnings)),
        ("right", "%", of(lambda one: share(one.right, one.warnings))),
        ("foreseen", "%", of(lambda one: share(len(one.early), one.long))),
        ("how early, median", "min", of(lambda one: median(one.early or [0]) / MINUTE)),
        ("the time foretold, off by", "min", {"ours": median(reached["ours"].off or [0]) / MINUTE}),
    ]


def _row(figure: str, unit: str, values: dict[str, float]) -> Row:
    return Row(figure, unit, values["ours"], peers={rule: one for rule, one in values.items() if rule != "ours"})


def share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


if __name__ == "__main__":
    report("forecasts", rows())
