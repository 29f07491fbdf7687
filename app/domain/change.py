"""What a verb returns: the facts it sets, the events that say what happened, the answer for who asked."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.events import Event
from app.domain.facts import Facts


class Outcome(StrEnum):
    """`done`: it happened now. `repeated`: it happened before, this is the first answer again.
    `unchanged`: the press was late or doubled, nothing was done and the present state is given."""

    DONE = "done"
    REPEATED = "repeated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Answer:
    """For who asked: the outcome, the number concerned ("" if none), the counter's turn (0 if none);
    `may_be_late`: the number was given, but may not be called before the service closes."""

    outcome: Outcome = Outcome.DONE
    number: str = ""
    turn: int = 0
    may_be_late: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One command's whole effect. Without events nothing is written. `new_epoch`, a day's ISO date, begins a
    new epoch named for that day: then `sets` holds every fact of the new hall."""

    answer: Answer = Answer()
    events: tuple[Event, ...] = ()
    sets: Facts = field(default_factory=dict)
    new_epoch: str = ""
