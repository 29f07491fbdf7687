"""What can be asked of a center. `by` says who asks (`staff/lan`, `citizen/<key>`, `device/<id>`, `system`).

`request` is the asker's own id for what creates something: a repeat gets the first answer. What a clerk presses at
a counter is in presses.py.
"""

from dataclasses import dataclass

from app.domain.media import Medium
from app.domain.plan import Channel, Millis, Plan, VoiceLengths
from app.domain.presses import AnyPress
from app.domain.states import DeviceKind


@dataclass(frozen=True, slots=True)
class Issue:
    """Take a number for a service, as one of a priority group if `group` names one."""

    by: str
    request: str
    service: str
    channel: Channel
    holder: str = ""
    contact: str = ""
    group: str = ""
    organisation: bool = False


@dataclass(frozen=True, slots=True)
class ReservePaper:
    """Keep the next `count` numbers of a service for paper, while nothing else can give them."""

    by: str
    request: str
    service: str
    count: int


@dataclass(frozen=True, slots=True)
class EnterPaper:
    """A number kept for paper was given to somebody `at` a moment: he waits, or was `served` meanwhile."""

    by: str
    number: str
    at: Millis
    group: str = ""
    served: bool = False


@dataclass(frozen=True, slots=True)
class CheckInTicket:
    """The holder of a number of `day` (ISO) is there; proved before it comes here."""

    by: str
    day: str
    number: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give a number of `day` (ISO) back."""

    by: str
    day: str
    number: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """Let some who wait go before a number of `day` (ISO), for its holder needs more time: for the `nth` time, so
    that a repeat changes nothing."""

    by: str
    day: str
    number: str
    nth: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Rate the visit of a number of `day` (ISO): a face from 1 to 4, and perhaps a reason."""

    by: str
    day: str
    number: str
    face: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveTicket:
    """Send a number of `day` (ISO) that waits, is aside or put away on to a service or to a counter, in front or
    at the back. `changed` is the version of the number that was seen: if it has changed since, nothing is done."""

    by: str
    day: str
    number: str
    changed: int
    service: str = ""
    to: str = ""
    front: bool = False


@dataclass(frozen=True, slots=True)
class StopIssuing:
    """Issue no numbers of these services (all, if none is named) until it is taken back or the day ends."""

    by: str
    services: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReopenIssuing:
    """Issue numbers of these services (all, if none is named) again."""

    by: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Put another plan in force. The voice lengths in force stay: they belong to the pack, not to staff. `onto` is
    the plan it was made of: is another in force by now, it is not put in its place."""

    by: str
    plan: Plan
    onto: Plan | None = None


@dataclass(frozen=True, slots=True)
class SetVoice:
    """Announce with the lengths of another voice pack from now on."""

    by: str
    voice: VoiceLengths


@dataclass(frozen=True, slots=True)
class PairDevice:
    """Let a device in; `token_hash` is the hash of the token only the device knows."""

    by: str
    device: str
    kind: DeviceKind
    name: str
    zone: str
    token_hash: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameDevice:
    """Give a device another name."""

    by: str
    device: str
    name: str


@dataclass(frozen=True, slots=True)
class SetBulletin:
    """Let the TVs of the center show these lines, each a sentence; none takes them away."""

    by: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowMedium:
    """Let TVs show a picture or film, or show it otherwise; at a place of the list (0 is the first), else where it
    was or at the end."""

    by: str
    medium: Medium
    place: int | None = None


@dataclass(frozen=True, slots=True)
class HideMedium:
    """Let no TV show a picture or film any more."""

    by: str
    file: str


@dataclass(frozen=True, slots=True)
class RevokeDevice:
    """Shut a device out; its sockets close."""

    by: str
    device: str


@dataclass(frozen=True, slots=True)
class ReadyVoice:
    """A device can speak for a voice from now on."""

    by: str
    device: str
    voice: str


@dataclass(frozen=True, slots=True)
class LoseVoice:
    """A device can speak no more (its sound failed, it went away)."""

    by: str
    device: str
    voice: str


@dataclass(frozen=True, slots=True)
class Told:
    """A device has shown or spoken an announcement."""

    by: str
    device: str
    voice: str
    seq: int


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Issue numbers from now on, whatever the plan's windows say; reopens a day that was closed."""

    by: str


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End the day: no more numbers, and those that wait still expire."""

    by: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed. `promises`: look also at the promised times; once a minute is enough."""

    by: str = "system"
    promises: bool = False


Command = (
    Issue
    | ReservePaper
    | EnterPaper
    | CheckInTicket
    | Cancel
    | Postpone
    | Rate
    | AnyPress
    | MoveTicket
    | StopIssuing
    | ReopenIssuing
    | SetPlan
    | SetVoice
    | PairDevice
    | RenameDevice
    | SetBulletin
    | ShowMedium
    | HideMedium
    | RevokeDevice
    | ReadyVoice
    | LoseVoice
    | Told
    | OpenDay
    | CloseDay
    | Tick
)
