"""Undo: for ten seconds the last next, absent or finish of a counter can be taken back, in public.

Screens and boards show what was true before; a call that the room has not heard yet is not spoken, and one it has
heard is taken back by a sentence of its own. The journal keeps both.
"""

from dataclasses import replace

from app.domain.accuracy import unjudge
from app.domain.announcing import is_to_come, retract
from app.domain.change import Change
from app.domain.events import CallRetracted, Undone
from app.domain.facts import Counter, Facts, Jumps, Ticket, Undo
from app.domain.hall import Hall
from app.domain.pace import unlearn
from app.domain.plan import Millis
from app.domain.refusals import TooLateToUndo
from app.domain.states import SayKind, SayState
from app.domain.visits import Draft

UNDO: Millis = 10_000


def keep(
    draft: Draft,
    before: Counter,
    tickets: tuple[Ticket, ...],
    called: Ticket | None = None,
    seq: int = 0,
) -> None:
    """Note how this press is taken back: the counter and the tickets as they were before it, and what the call
    of one of them, with its announcement, put in the place of something else."""
    hall, until = draft.hall, draft.now + UNDO
    undo = Undo(until, before.turn + 1, hall.version + 1, before, tickets, learnt=draft.learnt)
    if called:
        undo = replace(
            undo,
            called=called.number,
            seq=seq,
            current=hall.figures(called.service).current,
            why=hall.why(called.number),
            jumps=hall.jumps(called.queue).calls,
        )
    draft.sets[f"undo/{before.id}"] = undo


def standing(hall: Hall, counter_id: str) -> Undo | None:
    """How to take back the last press of a counter, if nothing else happened there and the numbers concerned have
    not moved on; whether its time is over is for who asks."""
    undo = hall.undo(counter_id)
    if undo is None or undo.turn != hall.counter(counter_id).turn:
        return None
    unmoved = all(hall.ticket(ticket.number).changed == undo.version for ticket in undo.tickets)
    return undo if unmoved else None


def undo_last(draft: Draft) -> Change:
    """Put the counter, its tickets and what the room was told back as they were before the last press."""
    hall, counter = draft.hall, draft.counter
    undo = standing(hall, counter.id)
    if undo is None or draft.now >= undo.until:
        raise TooLateToUndo()
    for ticket in undo.tickets:
        draft.put(ticket)
    _unlearn(draft, undo)
    if undo.called:
        _take_back_call(draft, undo)
    else:
        draft.sets |= _not_missed(draft, undo.counter.ticket)
    draft.sets[f"undo/{counter.id}"] = None
    draft.counter = replace(undo.counter, turn=counter.turn, state=counter.state)
    draft.counter = replace(draft.counter, clerk=counter.clerk, seat=counter.seat)
    draft.events.append(Undone(counter.id, undo.called, undo.counter.ticket))
    return draft.done()


def _unlearn(draft: Draft, undo: Undo) -> None:
    if undo.learnt is None:
        return
    service = undo.counter.guest or draft.hall.ticket(undo.counter.ticket).service
    draft.sets[f"pace/{service}"] = unlearn(draft.hall.pace(service), undo.learnt)


def _take_back_call(draft: Draft, undo: Undo) -> None:
    hall, zone = draft.hall, draft.plan.zone
    called = next(ticket for ticket in undo.tickets if ticket.number == undo.called)
    _correct_the_figures(draft, undo, called)
    shown = hall.zone_calls(zone)
    left = tuple(call for call in shown.calls if call.number != called.number)
    draft.sets[f"zone/{zone}"] = replace(shown, calls=left)
    draft.sets[f"why/{called.number}"] = undo.why
    if called.high:
        kept = hall.kept(called.service)
        draft.sets[f"kept/{called.service}"] = unjudge(kept, called.low, called.high, undo.until - UNDO)
    jumps = {*undo.jumps, *hall.jumps(called.queue).calls} - {(called.joined, undo.version)}
    draft.sets[f"jumps/{called.queue}"] = Jumps(tuple(sorted(jumps, key=lambda jump: jump[1])))
    _correct_the_voice(draft, undo, called.number)


def _not_missed(draft: Draft, number: str) -> Facts:
    """The zone without a number among those to which nobody came; nothing when it is not among them."""
    zone = draft.plan.zone
    shown = draft.hall.zone_calls(zone)
    left = tuple(call for call in shown.missed if call.number != number)
    return {} if left == shown.missed else {f"zone/{zone}": replace(shown, missed=left)}


def _correct_the_figures(draft: Draft, undo: Undo, called: Ticket) -> None:
    """The current number is the one before again; so it is for another counter whose call came after this one,
    should that be undone too."""
    hall, figures = draft.hall, draft.hall.figures(called.service)
    if figures.current == called.number:
        draft.sets[f"service/{called.service}"] = replace(figures, current=undo.current)
    for other in hall.plan.counters:
        later = hall.undo(other.id)
        if later and other.id != draft.counter.id and later.current == called.number:
            draft.sets[f"undo/{other.id}"] = replace(later, current=undo.current)


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
