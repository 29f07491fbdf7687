"""Who comes next: the only place with that rule. First come, first served over a counter's services."""

from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.plan import CounterPlan


def next_for(hall: Hall, counter: CounterPlan) -> Ticket | None:
    """The ticket the counter would call now, or None when nobody waits for one of its services."""
    heads = [queue[0] for service in counter.services if (queue := hall.waiting(service))]
    return hall.ticket(min(heads)[1]) if heads else None
