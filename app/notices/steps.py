"""What a citizen is told of: the steps of a number, as an entry of the journal has them. Pure.

A number's holder is told when it is taken, when its *arrive before* is raised, when few go before it
(`app.notices.near`), when it is called, and of every step that it takes without him. Steps he makes himself
(check-in, giving it back) and those made while he stands at a counter (returned, transferred, put away) need no
notice. Called by `app.notices.notices`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.events import (
    Called,
    Cancelled,
    Ended,
    Event,
    Expired,
    Issued,
    Promised,
    Rejoined,
    SetAside,
    Undone,
)
from app.domain.facts import Ticket, Undo
from app.domain.plan import MINUTE, Millis
from app.domain.states import LIVE, TicketState
from app.store.entry import Entry

SURE: Millis = 2_000  # after an undo's time is over: one that was pressed in time may still be being written
RAISE_PAUSE: Millis = 10 * MINUTE  # between two notices of raised promises of one number


class Kind(StrEnum):
    """What a notice tells. `taken`; `raised`: arrive before a later time; `near`: few go before it; `called`;
    `withdrawn`: its call was taken back; `aside`: its turn came before its
    holder; `again`: it was aside, its time is there; `slid`: behind others for coming late; `expired`: its time
    has passed; `missed`: called, and nobody came; `cancelled`: by staff; `closed`: the day
    ended."""

    TAKEN = "taken"
    RAISED = "raised"
    NEAR = "near"
    CALLED = "called"
    WITHDRAWN = "withdrawn"
    ASIDE = "aside"
    AGAIN = "again"
    SLID = "slid"
    EXPIRED = "expired"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CLOSED = "closed"


STANDS = {Kind.NEAR: TicketState.WAITING, Kind.CALLED: TicketState.CALLED, Kind.WITHDRAWN: TicketState.WAITING}
AT_ONCE = {Kind.CALLED, Kind.WITHDRAWN}  # told while it may still be undone: later it would be of no use
CAN_WAIT = {Kind.RAISED, Kind.EXPIRED, Kind.MISSED, Kind.CANCELLED, Kind.CLOSED}  # until the quiet hours are over


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ticket: the ticket after it; `counter` where its turn came, or ""; `sure_at` from when on it
    cannot be taken back any more; `ahead`: how many go before it."""

    kind: Kind
    ticket: Ticket
    counter: str = ""
    sure_at: Millis = 0
    ahead: int = 0


def steps_of(entry: Entry) -> Iterator[Step]:
    """The steps in an entry that somebody is to be told of."""
    undo = next((fact for fact in entry.sets.values() if isinstance(fact, Undo)), None)
    sure_at = undo.until + SURE if undo else entry.at
    for event in entry.events:
        kind = _kind(event, entry.by)
        number = event.called if isinstance(event, Undone) else getattr(event, "number", "")
        ticket = entry.sets.get(f"ticket/{number}")
        if kind and isinstance(ticket, Ticket) and ticket.contact:
            if kind is Kind.MISSED and ticket.state is not TicketState.ABSENT:
                continue  # it slid: another event of the entry says so
            counter = event.counter if isinstance(event, SetAside | Called) else ""
            yield Step(kind, ticket, counter, entry.at if kind in AT_ONCE else sure_at)


def _kind(event: Event, by: str) -> Kind | None:
    match event:
        case Issued():
            return Kind.TAKEN
        case Promised():
            return Kind.RAISED
        case Called(calls=1):
            return Kind.CALLED
        case Undone():
            return Kind.WITHDRAWN
        case Cancelled() if by.startswith("staff/"):
            return Kind.CANCELLED
        case SetAside():
            return Kind.ASIDE
        case Rejoined(why="deadline"):
            return Kind.AGAIN
        case Rejoined(why="late"):
            return Kind.SLID
        case Expired(why="day"):
            return Kind.CLOSED
        case Expired():
            return Kind.EXPIRED
        case Ended(how="absent"):
            return Kind.MISSED
        case _:
            return None


def is_still_so(step: Step, found: Ticket | None) -> bool:
    """Whether a step is worth telling, given the ticket as its center has it at this moment (None: its day is
    over). That a number was taken is told in any case; all else only while the number has not moved on since,
    taken back by an undo or forth by its holder: what moved it on has a notice of its own, or needs none."""
    if step.kind is Kind.TAKEN:
        return True
    if state := STANDS.get(step.kind):
        return found is not None and (found.contact, found.state) == (step.ticket.contact, state)
    return found == step.ticket if found else step.ticket.state not in LIVE


def next_raise(at: Millis, slot: Millis) -> Millis:
    """When a promise raised `at` is told; `slot` is the moment for which the number's last such notice was set.
    One that still waits is overtaken by this one, and this one takes its moment."""
    return slot if slot > at else max(at, slot + RAISE_PAUSE)
