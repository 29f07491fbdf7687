"""The tablet at a counter: the number whose visit was finished there last, as long as nobody has rated it."""

from app.domain.hall import Hall
from app.domain.states import TicketState
from app.views.rows import Rows

FOLLOWS = frozenset({"plan", "counter", "ticket", "rating"})


def rows(hall: Hall, counter_id: str) -> Rows:
    """The row `rate`: `number` is "" when there is nothing to rate; `ended` in ms since 1970, the page asks for a
    while only."""
    counter = hall.counter(counter_id)
    number, ended = "", 0
    if counter.served and hall.rating(counter.served) is None:
        ticket = hall.ticket(counter.served)
        if ticket.state is TicketState.FINISHED:
            number, ended = ticket.number, ticket.ended_at
    return {"rate": {"counter": counter.id, "number": number, "ended": ended, "day": hall.day.date}}
