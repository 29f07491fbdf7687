"""What a clerk can press at a counter. Each is a command (commands.py).

`turn` is the turn of the counter the clerk saw: a press with another turn changes nothing.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Press:
    """A key pressed at a counter, by the clerk there or a supervisor; one of the classes below. `seat` names the
    panel it was pressed at, "" for a program's. `keypad`: on the counter's keypad, by whoever sits there."""

    by: str
    counter: str
    turn: int
    supervisor: bool = field(default=False, kw_only=True)
    seat: str = field(default="", kw_only=True)
    keypad: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class TakeCounter(Press):
    """Sit down at a counter that nobody holds, and open it."""


@dataclass(frozen=True, slots=True)
class Sit(Press):
    """Work the counter from this panel (`seat`), and from no other any more."""


@dataclass(frozen=True, slots=True)
class LeaveCounter(Press):
    """Finish the visit, if any, and close the counter."""


@dataclass(frozen=True, slots=True)
class Next(Press):
    """Finish the visit, if any, and call the number whose turn it is."""


@dataclass(frozen=True, slots=True)
class CallNumber(Press):
    """Finish the visit, if any, and call this number, though it may not be its turn."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Recall(Press):
    """Call the present number again."""


@dataclass(frozen=True, slots=True)
class Start(Press):
    """The holder of the present number has come: it is not called any more."""


@dataclass(frozen=True, slots=True)
class Absent(Press):
    """The present number was called and nobody came."""


@dataclass(frozen=True, slots=True)
class Finish(Press):
    """The visit is over, with one of the plan's outcomes or none; the counter waits for its clerk."""

    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ReturnToQueue(Press):
    """Put the present number back: in front, or behind as many as the plan says."""

    front: bool = False


@dataclass(frozen=True, slots=True)
class Park(Press):
    """Put the present number away, to be taken up again."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class TakeUp(Press):
    """Finish the visit, if any, and call a number that was put away."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Transfer(Press):
    """Send the present number on to a service or to a counter, in front or at the back; the number stays."""

    service: str = ""
    to: str = ""
    front: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ServeGuest(Press):
    """Finish the visit, if any, and serve somebody who has no number."""

    service: str = ""


@dataclass(frozen=True, slots=True)
class UndoLast(Press):
    """Take the last next, absent or finish back."""


@dataclass(frozen=True, slots=True)
class ChangeClerk(Press):
    """Hand the counter over to another clerk, the visit with it; a supervisor may open a closed one for one."""

    clerk: str = ""


@dataclass(frozen=True, slots=True)
class Pause(Press):
    """Call nobody for a while, for a reason that screens may show."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume(Press):
    """End the pause."""


@dataclass(frozen=True, slots=True)
class ChangeServices(Press):
    """Let the counter serve other services until the day ends; none: those of the plan again. By supervisors."""

    services: tuple[str, ...] = ()


AnyPress = (
    TakeCounter
    | Sit
    | LeaveCounter
    | Next
    | CallNumber
    | Recall
    | Start
    | Absent
    | Finish
    | ReturnToQueue
    | Park
    | TakeUp
    | Transfer
    | ServeGuest
    | UndoLast
    | ChangeClerk
    | Pause
    | Resume
    | ChangeServices
)
