"""One citizen's number: where it stands, how many are ahead, when to be there, which counter calls."""

from app.domain.hall import Hall
from app.domain.order import ahead
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "ticket", "service"})


def rows(hall: Hall, number: str) -> Rows:
    """The row `ticket`; `arrive_before` in ms since 1970, `counter` "" until called."""
    ticket = hall.ticket(number)
    service = hall.service(ticket.service)
    return {
        "ticket": {
            "number": ticket.number,
            "state": ticket.state.value,
            "service": service.name,
            "zone": hall.zone(service.zone).name,
            "ahead": ahead(hall, ticket),
            "arrive_before": ticket.arrive_before,
            "counter": ticket.counter,
            "counters": [counter.id for counter in hall.plan.counters_of(service.id)],
            "calls": ticket.calls,
            "current": hall.figures(service.id).current or "0",
        }
    }
