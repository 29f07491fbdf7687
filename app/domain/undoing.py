"""Undo: for ten seconds the last next, absent or finish of a counter can be taken back, in public.

Screens and boards show what was true before; a call that the room has not heard yet is not spoken, and one it has
heard is taken back by a sentence of its own. The journal keeps both.
"""

from dataclasses import replace

from app.domain.accuracy import unjudge
from app.domain.announcing import is_to_come, retract
from app.domain.change import Change
from app.domain.events import CallRetracted, Undone
from app.domain.facts import Counter, Jumps, SayKind, SayState, Ticket, Undo, ZoneCalls
from app.domain.pace import unlearn
from app.domain.plan import Millis
from app.domain.refusals import TooLateToUndo
from app.domain.visits import Draft

UNDO: Millis = 10_000


def keep(
    draft: Draft,
    before: Counter,
    tickets: tuple[Ticket, ...],
    called: str = "",
    seq: int = 0,
    current: str = "",
) -> None:
    """Note how this press is taken back: the counter and the tickets as they were before it."""
    draft.sets[f"undo/{before.id}"] = Undo(
        draft.now + UNDO,
        before.turn + 1,
        draft.hall.version + 1,
        before,
        tickets,
        called,
        seq,
        current,
        draft.learnt,
    )


def undo_last(draft: Draft) -> Change:
    """Put the counter, its tickets and what the room was told back as they were before the last press."""
    hall, counter = draft.hall, draft.counter
    undo = hall.undo(counter.id)
    if undo is None or undo.turn != counter.turn or draft.now >= undo.until:
        raise TooLateToUndo()
    for ticket in undo.tickets:
        if hall.ticket(ticket.number).changed != undo.version:
            raise TooLateToUndo()
    for ticket in undo.tickets:
        draft.put(ticket)
    _unlearn(draft, undo)
    if undo.called:
        _take_back_call(draft, undo)
    draft.sets[f"undo/{counter.id}"] = None
    draft.counter = replace(undo.counter, turn=counter.turn, state=counter.state, clerk=counter.clerk)
    draft.events.append(Undone(counter.id, undo.called, undo.counter.ticket))
    return draft.done()


def _unlearn(draft: Draft, undo: Undo) -> None:
    if not undo.learnt:
        return
    service = undo.counter.guest or draft.hall.ticket(undo.counter.ticket).service
    draft.sets[f"pace/{service}"] = unlearn(draft.hall.pace(service), undo.learnt)


def _take_back_call(draft: Draft, undo: Undo) -> None:
    hall, zone = draft.hall, draft.plan.zone
    called = next(ticket for ticket in undo.tickets if ticket.number == undo.called)
    figures = hall.figures(called.service)
    if figures.current == called.number:
        draft.sets[f"service/{called.service}"] = replace(figures, current=undo.current)
    calls = hall.zone_calls(zone).calls
    draft.sets[f"zone/{zone}"] = ZoneCalls(tuple(call for call in calls if call.number != called.number))
    draft.sets[f"why/{called.number}"] = None
    if called.high:
        kept = hall.kept(called.service)
        draft.sets[f"kept/{called.service}"] = unjudge(kept, called.low, called.high, undo.until - UNDO)
    jumps = hall.jumps(called.queue).joined
    if called.joined in jumps:
        draft.sets[f"jumps/{called.queue}"] = Jumps(tuple(jump for jump in jumps if jump != called.joined))
    _correct_the_voice(draft, undo, called.number)


def _correct_the_voice(draft: Draft, undo: Undo, number: str) -> None:
    draft.silence()
    heard = any(
        said.seq == undo.seq and said.state is SayState.PLANNED and not is_to_come(said, draft.now)
        for said in draft.speech.announcements
        if said.kind is SayKind.CALL
    )
    if heard:
        length = draft.hall.plan.voice.retraction(number)
        draft.speech, seq = retract(draft.speech, draft.plan.zone, draft.counter.id, number, length, draft.now)
        draft.events.append(CallRetracted(draft.voice_id, seq, number))
