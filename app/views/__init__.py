"""What each screen shows, as keyed rows: pure functions of the hall, one module per screen.

A view is a module with `FOLLOWS`, the kinds of facts it is made of, and `rows(hall, key)`, where `key` is
the topic's name after the center (`tv/<center>/<key>`). A view of one thing has `OWN` too: the kind of which it
follows the fact named by its key alone. A row is a flat mapping of plain values. Public
views (all but `panel` and `supervisor`) carry numbers only.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.hall import Hall
from app.views import board, keypad, panel, queue, rate, services, speaker, supervisor, ticket, tv
from app.views.rows import Rows

__all__ = ["VIEWS", "Rows", "View"]


@dataclass(frozen=True, slots=True)
class View:
    follows: frozenset[str]
    rows: Callable[[Hall, str], Rows]
    own: str = ""


VIEWS: dict[str, View] = {
    "tv": View(tv.FOLLOWS, tv.rows),
    "services": View(services.FOLLOWS, services.rows),
    "queue": View(queue.FOLLOWS, queue.rows),
    "ticket": View(ticket.FOLLOWS, ticket.rows, ticket.OWN),
    "panel": View(panel.FOLLOWS, panel.rows),
    "board": View(board.FOLLOWS, board.rows),
    "keypad": View(keypad.FOLLOWS, keypad.rows),
    "rate": View(rate.FOLLOWS, rate.rows),
    "speaker": View(speaker.FOLLOWS, speaker.rows),
    "supervisor": View(supervisor.FOLLOWS, supervisor.rows),
}
