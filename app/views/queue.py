"""Who waits for one service, and how many go before each: what every page of a ticket of it shares, so that a call
is rendered once for all who wait, and a frame is as short for hundreds as for one."""

from collections.abc import Iterator

from app.domain.hall import Hall
from app.domain.order import ahead
from app.domain.queue import Queue
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "ticket", "service"})


def rows(hall: Hall, service_id: str) -> Rows:
    """The row `queue`: the `current` number ("0" before the first) and how many are `gone`; a row
    `number/<number>` for each that waits: `place` less `gone` go before it. Whoever is called was first, as a
    rule: then the places of all others stay as they are, and `gone` alone says that they have moved up."""
    service = hall.service(service_id)
    figures, digits = hall.figures(service.id), hall.plan.number.counter
    gone = int(figures.latest[digits:] or 0) - hall.waiting(service.id)
    shown: Rows = {"queue": {"current": figures.current or "0", "gone": gone}}
    for number in _waiting(hall, service.id):
        shown[f"number/{number}"] = {"place": gone + ahead(hall, hall.ticket(number))}
    return shown


def _waiting(hall: Hall, service_id: str) -> Iterator[str]:
    """All who wait for the service: in its queue, and sent to a counter."""
    yield from _numbers(hall.queue(service_id))
    for counter in hall.plan.counters:
        for number in _numbers(hall.queue(f"@{counter.id}")):
            if hall.ticket(number).service == service_id:
                yield number


def _numbers(queue: Queue) -> Iterator[str]:
    yield from (number for _, number in queue.joined)
    yield from (number for _, _, number in queue.away)
