"""One citizen's number: where it stands, when to be there, which counter calls. How many go before it, and which
number is served, is told to all who wait at once: see `queue`."""

from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.plan import Channel, CheckIn
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "serves"})
OWN = "ticket"


def rows(hall: Hall, number: str) -> Rows:
    """The row `ticket`; `arrive_before` in ms since 1970, `counter` "" until called; `presence` is "awaited" while
    its holder has yet to check in, "there" once he has, and "" where that is of no concern; `queue` is the service
    whose queue tells of it."""
    ticket = hall.ticket(number)
    service = hall.service(ticket.service)
    return {
        "ticket": {
            "number": ticket.number,
            "state": ticket.state.value,
            "service": service.name,
            "queue": service.id,
            "zone": hall.zone(service.zone).name,
            "arrive_before": ticket.arrive_before,
            "presence": _presence(hall, ticket),
            "counter": ticket.counter,
            "counters": [counter.id for counter in hall.counters_of(service.id)],
            "calls": ticket.calls,
        }
    }


def _presence(hall: Hall, ticket: Ticket) -> str:
    if hall.plan.check_in is CheckIn.OFF or ticket.channel is not Channel.WEB:
        return ""
    return "there" if ticket.arrived_at else "awaited"
