"""What must be true of every single change, and of the hall after it, said without the rule book: for `any_order`.

The table of moves says where each command may take a number; everything it tells must be what happened, and what
happened must be told.
"""

from collections import Counter as Count
from collections.abc import Mapping, Sequence

from app.domain import events as told
from app.domain.announcing import AHEAD, PATIENCE
from app.domain.events import Event
from app.domain.facts import Announcement, Counter, Fact, Facts, Ticket, ZoneCalls
from app.domain.hall import Hall
from app.domain.plan import MINUTE, Millis
from app.domain.states import SayKind, SayState, TicketState
from tests.domain.naive import may_be_away, tickets_of

WAITING, ASIDE, CALLED, SERVING, PARKED, FINISHED, ABSENT, CANCELLED, EXPIRED = TicketState
HERE = {CALLED, SERVING}
ENDED = {FINISHED, ABSENT, CANCELLED, EXPIRED}
Move = tuple[TicketState | None, TicketState]
END_VISIT: set[Move] = {(CALLED, FINISHED), (SERVING, FINISHED)}
NEXT: set[Move] = END_VISIT | {(WAITING, CALLED), (WAITING, ASIDE), (WAITING, EXPIRED)}
BY_NUMBER: set[Move] = END_VISIT | {(state, CALLED) for state in (WAITING, ASIDE, PARKED, ABSENT)}
NOBODY_CAME: set[Move] = {(CALLED, ABSENT), (SERVING, ABSENT), (CALLED, ASIDE), (CALLED, WAITING)}
DAY_ENDS: set[Move] = {(WAITING, EXPIRED), (ASIDE, EXPIRED), (PARKED, EXPIRED)}
MOVES: dict[str, set[Move]] = {
    "Issue": {(None, WAITING)},
    "ReservePaper": set(),
    "EnterPaper": {(None, WAITING), (None, FINISHED)},
    "CheckInTicket": {(WAITING, WAITING), (CALLED, CALLED), (ASIDE, WAITING)},
    "Rate": set(),
    "Postpone": {(WAITING, WAITING)},
    "Cancel": {(WAITING, CANCELLED), (ASIDE, CANCELLED), (PARKED, CANCELLED)},
    "TakeCounter": set(),
    "Sit": set(),
    "LeaveCounter": END_VISIT,
    "Next": NEXT,
    "CallNumber": BY_NUMBER,
    "Recall": {(CALLED, CALLED), (SERVING, CALLED)},
    "Start": {(CALLED, SERVING)},
    "Absent": NOBODY_CAME,
    "Finish": END_VISIT,
    "ReturnToQueue": {(CALLED, WAITING), (SERVING, WAITING)},
    "Park": {(CALLED, PARKED), (SERVING, PARKED)},
    "TakeUp": END_VISIT | {(PARKED, CALLED)},
    "Transfer": {(CALLED, WAITING), (SERVING, WAITING)},
    "ServeGuest": END_VISIT,
    "UndoLast": {(after, before) for before, after in NEXT | BY_NUMBER | NOBODY_CAME if before},
    "ChangeClerk": set(),
    "Pause": set(),
    "ChangeServices": set(),
    "MoveTicket": {(WAITING, WAITING), (ASIDE, WAITING), (PARKED, WAITING)},
    "StopIssuing": set(),
    "ReopenIssuing": set(),
    "Resume": set(),
    "SetPlan": set(),
    "SetVoice": set(),
    "PairDevice": set(),
    "RenameDevice": set(),
    "SetBulletin": set(),
    "ShowMedium": set(),
    "HideMedium": set(),
    "RevokeDevice": set(),
    "ReadyVoice": set(),
    "LoseVoice": set(),
    "Told": set(),
    "OpenDay": set(),
    "CloseDay": DAY_ENDS,
    "Tick": DAY_ENDS | {(WAITING, WAITING), (ASIDE, WAITING)},
    "midnight": DAY_ENDS | END_VISIT,
}
CONCERN_ONE = (
    told.Issued
    | told.Promised
    | told.CheckedIn
    | told.SetAside
    | told.Rejoined
    | told.Expired
    | told.Cancelled
    | told.Called
    | told.Started
    | told.Parked
    | told.Ended
)


def check_change(hall: Hall, asked: str, events: tuple[Event, ...], sets: Facts) -> None:
    """A change that has not been put in place yet, of a command whose class is `asked`."""
    expected: Count[tuple[type[Event], str]] = Count()
    for name, after in sets.items():
        before = hall.facts.get(name)
        if name.startswith("ticket/"):
            assert isinstance(after, Ticket), "a number is never forgotten while its day lasts"
            assert before is None or isinstance(before, Ticket)
            assert (before.state if before else None, after.state) in MOVES[asked]
            assert after.changed == hall.version + 1
            expected.update((kind, after.number) for kind in _steps(asked, before, after))
            if before:
                _check_same_visit(before, after, asked)
        elif isinstance(after, Counter) and isinstance(before, Counter):
            assert after.turn == before.turn + 1
    if asked != "UndoLast":
        happened = Count((type(e), e.number) for e in events if isinstance(e, CONCERN_ONE) and e.number)
        assert happened == expected
    _check_calls(hall, events, sets)
    _check_promises(hall, events, sets)


def _steps(asked: str, before: Ticket | None, after: Ticket) -> Sequence[type[Event]]:
    """The events by which a ticket's step is told."""
    if before is None:
        return (told.Issued, told.Ended) if after.state is FINISHED else (told.Issued,)
    if asked == "MoveTicket":
        return (told.Rejoined,)
    if asked == "CheckInTicket":
        return (told.CheckedIn, told.Rejoined) if before.state is ASIDE else (told.CheckedIn,)
    if asked == "Absent" and after.state is WAITING:
        return (told.Ended, told.Rejoined)
    if before.state is after.state is WAITING:
        return (told.Promised if after.joined == before.joined else told.Rejoined,)
    steps: dict[TicketState, type[Event]] = {
        WAITING: told.Rejoined,
        ASIDE: told.SetAside,
        CALLED: told.Called,
        SERVING: told.Started,
        PARKED: told.Parked,
        FINISHED: told.Ended,
        ABSENT: told.Ended,
        CANCELLED: told.Cancelled,
        EXPIRED: told.Expired,
    }
    return (steps[after.state],)


def _check_same_visit(before: Ticket, after: Ticket, asked: str) -> None:
    """What no step of a number changes; only an undone step is not the next one."""
    for field in ("number", "channel", "issued_at", "holder", "contact", "group"):
        assert getattr(before, field) == getattr(after, field)
    assert asked in ("Transfer", "MoveTicket", "UndoLast") or (before.service, before.only) == (
        after.service,
        after.only,
    )
    if asked != "UndoLast":
        assert after.arrive_before >= before.arrive_before
        assert after.slides in (before.slides, 1)
        assert after.postponed == before.postponed + (asked == "Postpone")
        assert after.arrived_at == before.arrived_at or not before.arrived_at
        assert before.state not in ENDED or (before.state, asked) == (ABSENT, "CallNumber")
    if after.slides or after.state is ASIDE:
        assert after.channel.value == "web"


def _check_calls(hall: Hall, events: tuple[Event, ...], sets: Facts) -> None:
    """One call at most, of the number that is then at the counter; a first one says why, repeats count on."""
    calls = [event for event in events if isinstance(event, told.Called)]
    assert len(calls) <= 1
    for call in calls:
        before, after = hall.ticket(call.number), sets[f"ticket/{call.number}"]
        assert isinstance(after, Ticket)
        assert (after.state, after.counter, after.calls) == (CALLED, call.counter, call.calls)
        again = before.state in HERE
        assert call.calls == (before.calls + 1 if again else 1)
        assert again == (call.reason == "") == (f"why/{call.number}" not in sets)
        assert not again or (before.counter == call.counter and before.called_at == after.called_at)
        counter = sets[f"counter/{call.counter}"]
        assert isinstance(counter, Counter)
        assert counter.ticket == counter.last == call.number


def _check_promises(hall: Hall, events: tuple[Event, ...], sets: Facts) -> None:
    for promise in (event for event in events if isinstance(event, told.Promised)):
        before, after = hall.ticket(promise.number), sets[f"ticket/{promise.number}"]
        assert isinstance(after, Ticket)
        assert may_be_away(before)
        assert after.arrive_before == promise.arrive_before >= before.arrive_before + 5 * MINUTE


def check_places(hall: Hall) -> None:
    """A number is at one counter, a counter has one number or guest, a clerk one counter."""
    called = {t.number: t.counter for t in tickets_of(hall.facts) if t.state in HERE}
    assert called == {counter.ticket: counter.id for counter in hall.counters() if counter.ticket}
    for counter in hall.counters():
        assert (counter.clerk == "") == (counter.state.value == "closed")
        assert counter.clerk or not (counter.ticket or counter.guest)
        assert not (counter.ticket and counter.guest)
    clerks = [counter.clerk for counter in hall.counters() if counter.clerk]
    assert len(clerks) == len(set(clerks))


def check_kept(hall: Hall, numbers: list[str]) -> None:
    """Every number given is there, in one known state, and nobody else; its promise was judged once at most."""
    tickets = tickets_of(hall.facts)
    assert sorted(ticket.number for ticket in tickets) == sorted(numbers)
    for ticket in tickets:
        assert ticket.state is not ASIDE or may_be_away(ticket)
        assert (ticket.state in ENDED) == bool(ticket.ended_at)
        assert (ticket.state in HERE) <= bool(ticket.called_at and ticket.calls)
    for zone in hall.plan.zones:
        calls = hall.facts.get(f"zone/{zone.id}", ZoneCalls())
        assert isinstance(calls, ZoneCalls)
        assert len({call.number for call in calls.calls}) == len(calls.calls) <= 8
        assert len({call.number for call in calls.missed}) == len(calls.missed) <= 8


def check_after_tick(hall: Hall, now: Millis) -> None:
    """Nobody is kept aside beyond his time, nor waits beyond it where nobody away is called."""
    for ticket in tickets_of(hall.facts):
        if ticket.state is ASIDE:
            assert ticket.arrive_before > now
        elif ticket.state is WAITING and may_be_away(ticket) and hall.plan.check_in.value == "required":
            assert ticket.arrive_before > now or ticket.slides


def check_voice(facts: Mapping[str, Fact], voice: str, now: Millis) -> None:
    """What is spoken by one voice never overlaps, in the order it was called, and only of who is there."""
    start = f"say/{voice}/"
    said = [fact for name, fact in facts.items() if name.startswith(start) and isinstance(fact, Announcement)]
    said.sort(key=lambda one: one.seq)
    assert len({one.seq for one in said}) == len(said)
    spoken = [one for one in said if one.state is SayState.PLANNED]
    for earlier, later in zip(spoken, spoken[1:], strict=False):
        assert earlier.start < earlier.end <= later.start
    to_come = [one for one in spoken if one.start > now]
    assert all(one.start <= now + max(PATIENCE, AHEAD) for one in to_come)
    calls = [(one.number, one.counter) for one in to_come if one.kind is SayKind.CALL]
    assert len(set(calls)) == len(calls)
    for number, counter_id in calls:
        counter = facts[f"counter/{counter_id}"]
        assert isinstance(counter, Counter)
        assert counter.ticket == number


def check_nothing_is_left(hall: Hall) -> None:
    """When a day is over every number has ended, and nobody sits before a clerk."""
    assert {ticket.state for ticket in tickets_of(hall.facts)} <= ENDED
    assert not any(counter.ticket or counter.guest for counter in hall.counters())
