"""Judges the wait estimate on simulated days, scenario by scenario; a part of `make bench-rules`.

A ticket is judged when it is taken and again when half of those ahead of it then were called, if it finds no
free counter that serves it (else it is called at once, and there is nothing to estimate). Each center plays five
days in a row, the first without any history. Compared with the truth's estimators (`bench.known`, on every
eighth) and with what is commonly shown: people ahead × average visit / counters open, with the day's running
average of the service (the plan's usual minutes until the first visit has ended) or with the plan's always,
whichever errs less."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from app.domain.estimate import Outlook, Range
from app.domain.pace import Pace, new_day
from bench.days import MINUTE, Playing, Ticket
from bench.known import Known, told
from bench.scenarios import OWN, SCENARIOS, Scenario, center
from bench.table import Row

SEEDS = range(7000, 7010)  # for the report; the numbers in the estimate were set on others
DAYS, PATHS, EVERY = 5, 31, 8


@dataclass(frozen=True, slots=True)
class Look:
    """One judged moment: what was said of the wait (ms) and by whom. `guessed`: the estimate, not told how many
    of other services came before; `usual`, `running`: the common practice; `known`, `formula`: by the truth, if
    played."""

    day: int
    ticket: Ticket
    at: int
    said: Range
    guessed: Range
    usual: float
    running: float
    known: float | None = None
    formula: float = 0.0

    @property
    def wait(self) -> int:
        return self.ticket.called - self.at


def looks(scenario: Scenario, seed: int, days: int = DAYS) -> list[Look]:
    """All judged moments of one center's days."""
    chance = Random(f"{scenario.name} {seed}")
    kinds = center(scenario, chance)
    known = Known(chance.getrandbits(32), PATHS)
    paces: dict[str, Pace] = {}
    found: list[Look] = []
    for number in range(days):
        day = scenario.draw(kinds, chance)
        Playing(day, paces, partial(_judge, found, known, number)).play()
        paces = {service: new_day(pace) for service, pace in paces.items()}
    return found


def _judge(found: list[Look], known: Known, number: int, playing: Playing, ticket: Ticket, ahead: int) -> None:
    """Adds the look at one ticket to `found`, on every `EVERY`th with what the truth's estimators say."""
    if any(not there.since for there in playing.open_for(ticket.service)):
        return
    look = _look(playing, ticket, ahead, number)
    if len(found) % EVERY == 0:
        floor = replace(playing.floor(), paces=told(playing.day.kinds))
        formula = Outlook(floor, playing.now).wait(ticket.service, ahead, _before(playing, ticket))
        look = replace(look, known=known.wait(playing, ticket), formula=formula.middle)
    found.append(look)


def _look(playing: Playing, ticket: Ticket, ahead: int, number: int) -> Look:
    service = ticket.service
    outlook = Outlook(playing.floor(), playing.now)
    usual, visits = playing.day.kinds[service].usual, playing.visits[service]
    per_minute = ahead / max(1, len(playing.open_for(service)))
    return Look(
        day=number,
        ticket=ticket,
        at=playing.now,
        said=outlook.wait(service, ahead, _before(playing, ticket)),
        guessed=outlook.wait(service, ahead),
        usual=per_minute * usual,
        running=per_minute * (sum(visits) / len(visits) if visits else usual),
    )


def _before(playing: Playing, ticket: Ticket) -> dict[str, int]:
    return {
        service: sum(other.taken <= ticket.taken for other in queue) for service, queue in playing.queues.items()
    }


def rows() -> list[Row]:
    """The table's rows, five or more for each scenario."""
    found = []
    for scenario in SCENARIOS:
        judged = [look for seed in SEEDS for look in looks(scenario, seed)]
        found += _rows(scenario, judged)
    return found


def _rows(scenario: Scenario, judged: list[Look]) -> list[Row]:
    name = scenario.name
    within = _within(judged)
    played = [look for look in judged if look.known is not None]
    ours = _error(judged, lambda look: look.said.middle)
    common = min(_error(judged, lambda look: look.usual), _error(judged, lambda look: look.running))
    truth = {
        "the hall played forward with true rates": _error(played, lambda look: look.known or 0.0),
        "our formula with true rates": _error(played, lambda look: look.formula),
    }
    practice = {
        "people ahead × running average / counters open": _error(judged, lambda look: look.running),
        "people ahead × plan's minutes / counters open": _error(judged, lambda look: look.usual),
    }
    best = min(truth.values())
    found = [
        Row(f"{name}: moments judged", "moments", len(judged)),
        Row(f"{name}: mean wait", "min", sum(look.wait for look in judged) / len(judged) / MINUTE),
        Row(f"{name}: called within the range", "%", within),
        Row(f"{name}: that, away from 80 %", "points", abs(within - 80), goal=5),
        Row(f"{name}: called before the range", "%", _share(judged, lambda look: look.wait < look.said.low)),
        Row(f"{name}: mean error of the middle", "min", ours, peers=truth | practice),
        Row(
            f"{name}: that, to true rates",
            "%",
            100 * _error(played, lambda look: look.said.middle) / best,
            goal=115,
        ),
        Row(
            f"{name}: the same, not told who came first",
            "%",
            100 * _error(played, lambda look: look.guessed.middle) / best,
        ),
        Row(f"{name}: that, to common practice", "%", 100 * ours / common, goal=75 if scenario.unsteady else None),
    ]
    if OWN in scenario.usual:
        found.append(_alone(name, [look for look in judged if look.ticket.service == OWN]))
    return [*found, *_first_day(name, [look for look in judged if look.day == 0])]


def _alone(name: str, judged: list[Look]) -> Row:
    """Where no counter serves another service, common practice errs least."""
    common = min(_error(judged, lambda look: look.usual), _error(judged, lambda look: look.running))
    ours = _error(judged, lambda look: look.said.middle)
    return Row(f"{name}: the same, counters of one service", "%", 100 * ours / common)


def _first_day(name: str, judged: list[Look]) -> list[Row]:
    played = [look for look in judged if look.known is not None]
    best = min(_error(played, lambda look: look.known or 0.0), _error(played, lambda look: look.formula))
    ours = _error(played, lambda look: look.said.middle)
    return [
        Row(f"{name}, a center's first day: within the range", "%", _within(judged)),
        Row(f"{name}, a center's first day: error to true rates", "%", 100 * ours / best),
    ]


def _within(judged: list[Look]) -> float:
    return _share(judged, lambda look: look.said.low <= look.wait <= look.said.high)


def _share(judged: Iterable[Look], true: Callable[[Look], bool]) -> float:
    found = [true(look) for look in judged]
    return 100 * sum(found) / len(found)


def _error(judged: list[Look], said: Callable[[Look], float]) -> float:
    """The mean absolute error in minutes."""
    return sum(abs(said(look) - look.wait) for look in judged) / len(judged) / MINUTE
