"""Two estimators that know the truth, for `bench.waits` to compare with; the better of them is the measure.

`Known` plays the hall's own rules forward from the present many times and takes the median: it knows the true
mean and variation of each service, each clerk's speed, and who came when. Under first come, first served nobody
who comes later can delay a ticket, so only those who wait now are played. It does not know the future: how long
a visit will last, who will go away. Who is away comes back after five minutes or as long again as already away;
a closed counter stays closed. `told` are paces of infinite experience: the estimate's own formula, fed with the
truth."""

from collections.abc import Mapping
from heapq import heapify, heapreplace
from math import inf, log
from random import Random
from statistics import NormalDist, median

from app.domain.pace import Pace
from bench.days import MINUTE, NEXT_PRESS, Kind, Playing, Present, Ticket

NORMAL = NormalDist()
BETWEEN = sum(NEXT_PRESS) / 2
NEVER = 60.0 * MINUTE  # said when no counter is there


def told(kinds: Mapping[str, Kind]) -> dict[str, Pace]:
    """Paces that leave no doubt about the true means."""
    return {
        service: Pace(visits=1e9, mean=kind.mean, square=kind.mean**2 * (1 + kind.cv**2))
        for service, kind in kinds.items()
    }


class Known:
    """Waits by the truth of a day; `paths` futures are played for each question."""

    def __init__(self, seed: int, paths: int) -> None:
        self._chance = Random(seed)
        self._paths = paths

    def wait(self, playing: Playing, ticket: Ticket) -> float:
        """The median wait in ms of `ticket` from now; it stands in its queue or is about to join it."""
        lines = _before(playing, ticket)
        desks = [
            there
            for there in playing.present
            if there.state != "closed" and not lines.keys().isdisjoint(there.desk.services)
        ]
        return median(self._path(playing, desks, lines, ticket.service) for _ in range(self._paths))

    def _path(self, playing: Playing, desks: list[Present], lines: dict[str, list[int]], asked: str) -> float:
        """One future, until the last of the line of `asked` is called."""
        free = [(self._free(playing, there), index) for index, there in enumerate(desks)]
        heapify(free)
        heads = dict.fromkeys(lines, 0)
        last = len(lines[asked]) - 1
        while free and free[0][0] < inf:
            moment, index = free[0]
            desk = desks[index].desk
            waiting = [(lines[s][heads[s]], s) for s in desk.services if heads[s] < len(lines[s])]
            if not waiting:
                heapreplace(free, (inf, index))
                continue
            service = min(waiting)[1]
            if service == asked and heads[service] == last:
                return moment
            heads[service] += 1
            length = playing.day.kinds[service].visit(desk.slowness, self._chance.gauss(0, 1))
            heapreplace(free, (moment + length + BETWEEN, index))
        return NEVER

    def _free(self, playing: Playing, there: Present) -> float:
        """When a counter is free, drawn: the rest of a visit given how long it has lasted."""
        if not there.since:
            return 0.0
        elapsed = playing.now - there.since
        if there.state == "paused":
            return max(5.0 * MINUTE, elapsed)
        kind = playing.day.kinds[there.service]
        typical = log(kind.visit(there.desk.slowness, 0.0))
        shorter = NORMAL.cdf((log(elapsed) - typical) / kind.width) if elapsed > 0 else 0.0
        drawn = NORMAL.inv_cdf(min(0.999999, max(1e-6, shorter + (1 - shorter) * self._chance.random())))
        return max(0.0, kind.visit(there.desk.slowness, drawn) - elapsed) + BETWEEN


def _before(playing: Playing, ticket: Ticket) -> dict[str, list[int]]:
    """When those came who may be called before `ticket`, by service, `ticket` last of its own."""
    group = {ticket.service}
    for _ in playing.day.kinds:
        group |= {s for desk in playing.day.desks if group & set(desk.services) for s in desk.services}
    lines = {
        service: [other.taken for other in playing.queues[service] if other.taken <= ticket.taken]
        for service in group - {ticket.service}
    }
    own = [other.taken for other in playing.queues[ticket.service] if other.place < ticket.place]
    return lines | {ticket.service: [*own, ticket.taken]}
