"""Which panel works a counter: one at a time, so that two windows never press past each other. Used by the keys.

A *seat* is a panel open somewhere, named by an id that it made up. It is taken with the counter, or knowingly
later (`Sit`); the other panel is told by the feed, and what is still pressed there is refused. A press that names
no seat is a program's or a supervisor's, which know what they do.
"""

from dataclasses import replace

from app.domain.change import Answer, Change, Outcome
from app.domain.facts import Counter
from app.domain.presses import Press, Sit, TakeCounter
from app.domain.refusals import BadRequest, NotAtThisCounter, PanelElsewhere
from app.domain.visits import Draft


def check_seat(counter: Counter, command: Press) -> None:
    """Raises PanelElsewhere for what is pressed at a panel while another works the counter."""
    if isinstance(command, Sit | TakeCounter):
        return
    if command.seat and counter.seat not in ("", command.seat):
        raise PanelElsewhere(counter=counter.id)


def sit(draft: Draft, command: Sit) -> Change:
    """Work the counter from this panel from now on. What can be taken back still can."""
    before = draft.counter
    if not command.seat:
        raise BadRequest(what="seat")
    if before.clerk != command.by:
        raise NotAtThisCounter(counter=before.id)
    if before.seat == command.seat:
        return Change(Answer(Outcome.UNCHANGED, before.ticket, before.turn))
    draft.counter = replace(before, seat=command.seat)
    undo = draft.hall.undo(before.id)
    if undo and undo.turn == before.turn:
        draft.sets[f"undo/{before.id}"] = replace(undo, turn=before.turn + 1)
    return draft.done()
