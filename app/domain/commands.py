"""What can be asked of a center. `by` says who asks (`staff/lan`, `citizen/<key>`, `device/<id>`, `system`).

`request` is the asker's own id for what creates something: a repeat gets the first answer. `turn` is the
turn of the counter the clerk saw: a press with another turn changes nothing.
"""

from dataclasses import dataclass

from app.domain.facts import Channel, DeviceKind
from app.domain.plan import Plan, VoiceLengths


@dataclass(frozen=True, slots=True)
class Issue:
    """Take a number for a service."""

    by: str
    request: str
    service: str
    channel: Channel
    holder: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A key pressed at a counter; one of the classes below."""

    by: str
    counter: str
    turn: int


@dataclass(frozen=True, slots=True)
class TakeCounter(Press):
    """Sit down at a counter that nobody holds, and open it."""


@dataclass(frozen=True, slots=True)
class LeaveCounter(Press):
    """Finish the visit, if any, and close the counter."""


@dataclass(frozen=True, slots=True)
class Next(Press):
    """Finish the visit, if any, and call the number whose turn it is."""


@dataclass(frozen=True, slots=True)
class Recall(Press):
    """Call the present number again."""


@dataclass(frozen=True, slots=True)
class Absent(Press):
    """The present number was called and nobody came."""


@dataclass(frozen=True, slots=True)
class Finish(Press):
    """The visit is over; the counter waits for its clerk."""


@dataclass(frozen=True, slots=True)
class Pause(Press):
    """Call nobody for a while, for a reason that screens may show."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume(Press):
    """End the pause."""


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Put another plan in force. The voice lengths in force stay: they belong to the pack, not to staff."""

    by: str
    plan: Plan


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
class Tick:
    """Time has passed."""

    by: str = "system"


AnyPress = TakeCounter | LeaveCounter | Next | Recall | Absent | Finish | Pause | Resume
Command = Issue | AnyPress | SetPlan | SetVoice | PairDevice | RevokeDevice | ReadyVoice | LoseVoice | Told | Tick
