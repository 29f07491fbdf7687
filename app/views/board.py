"""The LED boards of a center: five cells per counter, and from when to when they blink."""

from app.domain.facts import Counter
from app.domain.hall import Hall
from app.domain.states import CounterState, SayKind, SayState
from app.views.rows import Rows, is_within

FOLLOWS = frozenset({"plan", "counter", "say"})
CLOSED, PAUSED, IDLE = "-----", " --- ", "     "


def rows(hall: Hall, key: str) -> Rows:
    """A row `counter/<id>` for each counter with a board, of the zones in `key` (ids with commas between, or
    `all`). `voice` and `seq` name the announcement that the blinking belongs to (`seq` 0: none); `from` and `to`
    in ms since 1970."""
    shown: Rows = {}
    for planned in hall.plan.counters:
        if planned.board is None or not is_within(planned.zone, key):
            continue
        counter = hall.counter(planned.id)
        voice_id = hall.zone(planned.zone).voice_id
        blink = [
            said
            for said in hall.announcements(voice_id)
            if (said.counter, said.number) == (counter.id, counter.ticket)
            and said.kind is SayKind.CALL
            and said.state is not SayState.CANCELLED
        ]
        shown[f"counter/{planned.id}"] = {
            "counter": planned.id,
            "board": planned.board,
            "text": cells(counter),
            "voice": voice_id,
            "seq": blink[-1].seq if blink else 0,
            "from": blink[-1].start if blink else 0,
            "to": blink[-1].end if blink else 0,
        }
    return shown


def cells(counter: Counter) -> str:
    """The five cells of a counter: its number, or how it stands without one."""
    if counter.ticket:
        return counter.ticket.rjust(5)
    if counter.state is CounterState.CLOSED:
        return CLOSED
    return PAUSED if counter.state is CounterState.PAUSED else IDLE
