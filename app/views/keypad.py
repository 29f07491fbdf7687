"""The keypads of a center: what each shows its clerk, and the turn that its keys are pressed in."""

from app.domain.hall import Hall
from app.domain.order import queues_of
from app.views.board import cells
from app.views.rows import Rows, is_within

FOLLOWS = frozenset({"plan", "counter", "ticket", "serves"})


def rows(hall: Hall, key: str) -> Rows:
    """A row `keypad/<address>` for each counter with one, of the zones in `key` (ids with commas between, or
    `all`): the text of its board, how many wait, its turn."""
    shown: Rows = {}
    for planned in hall.plan.counters:
        if planned.keypad is not None and is_within(planned.zone, key):
            counter = hall.counter(planned.id)
            shown[f"keypad/{planned.keypad}"] = {
                "counter": planned.id,
                "keypad": planned.keypad,
                "text": cells(counter),
                "waiting": sum(hall.waiting(name) for name in queues_of(hall.counter_plan(planned.id))),
                "turn": counter.turn,
            }
    return shown
