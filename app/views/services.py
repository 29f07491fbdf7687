"""The grid of a zone's services with its two live figures; the latest and the current number, 0 before."""

from app.domain.hall import Hall
from app.domain.states import CounterState
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "service", "ticket", "counter", "serves"})


def rows(hall: Hall, zone_id: str) -> Rows:
    """A row `service/<id>` for each service of the zone, in the plan's order."""
    hall.zone(zone_id)
    shown: Rows = {}
    for service in hall.plan.services_in(zone_id):
        figures = hall.figures(service.id)
        counters = hall.counters_of(service.id)
        shown[f"service/{service.id}"] = {
            "name": service.name,
            "latest": figures.latest or "0",
            "current": figures.current or "0",
            "waiting": hall.waiting(service.id),
            "open": sum(hall.counter(counter.id).state is CounterState.OPEN for counter in counters),
        }
    return shown
