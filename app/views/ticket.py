"""One citizen's number: where it stands, how many are ahead, when to be there, which counter calls."""

from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.order import ahead
from app.domain.plan import Channel, CheckIn
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "ticket", "service"})


def rows(hall: Hall, number: str) -> Rows:
    """The row `ticket`; `arrive_before` in ms since 1970, `counter` "" until called; `presence` is "awaited" while
    its holder has yet to check in, "there" once he has, and "" where that is of no concern."""
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
            "presence": _presence(hall, ticket),
            "counter": ticket.counter,
            "counters": [counter.id for counter in hall.plan.counters_of(service.id)],
            "calls": ticket.calls,
            "current": hall.figures(service.id).current or "0",
        }
    }


def _presence(hall: Hall, ticket: Ticket) -> str:
    if hall.plan.check_in is CheckIn.OFF or ticket.channel is not Channel.WEB:
        return ""
    return "there" if ticket.arrived_at else "awaited"
