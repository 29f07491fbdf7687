"""What happened, as the journal tells it. Events name numbers, counters, services and opaque keys only."""

from dataclasses import dataclass

from app.domain.plan import Channel, Millis
from app.domain.states import CounterState, DeviceKind


@dataclass(frozen=True, slots=True)
class DayOpened:
    date: str


@dataclass(frozen=True, slots=True)
class DayClosed:
    """The day ended; `left` numbers that had not been served expired with it."""

    date: str
    left: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """The store came back with less than was known: what stood after `version` is lost, a new epoch begins."""

    version: int


@dataclass(frozen=True, slots=True)
class PlanSet:
    center: str


@dataclass(frozen=True, slots=True)
class VoiceSet:
    pack: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A number was taken. Notices go to whoever stands behind `contact`."""

    number: str
    service: str
    channel: Channel
    arrive_before: Millis
    contact: str


@dataclass(frozen=True, slots=True)
class PaperReserved:
    """Numbers from `first` to `last` are given on paper only, and entered afterwards."""

    service: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Promised:
    """A number's *arrive before* was raised; it is never lowered."""

    number: str
    arrive_before: Millis
    contact: str


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The holder of a number is there."""

    number: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A number's turn came before its holder: it is kept, and called again when he has come."""

    number: str
    counter: str
    contact: str


@dataclass(frozen=True, slots=True)
class Rejoined:
    """A number waits again, or elsewhere: `why` is arrived, deadline, late (behind others), postponed (by its
    holder), returned, transferred or moved (by a supervisor)."""

    number: str
    why: str
    service: str
    counter: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Expired:
    """A number has ended without being served: `why` is late or day."""

    number: str
    why: str
    contact: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A number was given back."""

    number: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A number's visit was rated, or a reason was added: a face from 1 (sad) to 4, a reason or ""."""

    number: str
    face: int
    reason: str


@dataclass(frozen=True, slots=True)
class Called:
    """A number was called to a counter, first (`calls` = 1) or again; `seq` is its announcement; `reason` the
    rule by which it came, "" for a repeated call."""

    number: str
    service: str
    counter: str
    calls: int
    voice: str
    seq: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A visit began: with its holder at the counter, or, when `number` is "", with somebody without one."""

    number: str
    counter: str
    service: str


@dataclass(frozen=True, slots=True)
class Parked:
    """A number was put away at a counter, to be taken up again."""

    number: str
    counter: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit ended: `how` is finished or absent; `number` is "" for one without."""

    number: str
    counter: str
    how: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """A counter's last press was taken back: `called` waits again, `ended` is there again ("" if none)."""

    counter: str
    called: str
    ended: str


@dataclass(frozen=True, slots=True)
class CallRetracted:
    """The room is told that a call it heard does not hold; `seq` is that announcement."""

    voice: str
    seq: int
    number: str


@dataclass(frozen=True, slots=True)
class CounterChanged:
    counter: str
    state: CounterState
    clerk: str
    reason: str


@dataclass(frozen=True, slots=True)
class ServicesChanged:
    """A counter serves these services for today; none: those of the plan."""

    counter: str
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssuingStopped:
    service: str
    reason: str


@dataclass(frozen=True, slots=True)
class IssuingReopened:
    service: str


@dataclass(frozen=True, slots=True)
class AnnouncementCancelled:
    voice: str
    seq: int


@dataclass(frozen=True, slots=True)
class DevicePaired:
    device: str
    kind: DeviceKind
    zone: str


@dataclass(frozen=True, slots=True)
class DeviceRenamed:
    device: str


@dataclass(frozen=True, slots=True)
class BulletinSet:
    """The lines on the center's TVs are others now, so many."""

    lines: int


@dataclass(frozen=True, slots=True)
class MediumShown:
    """A picture or film is shown by TVs, or is shown otherwise."""

    file: str


@dataclass(frozen=True, slots=True)
class MediumHidden:
    file: str


@dataclass(frozen=True, slots=True)
class DeviceRevoked:
    device: str


@dataclass(frozen=True, slots=True)
class VoiceChanged:
    """Another device speaks for a voice; "" when none can."""

    voice: str
    holder: str


@dataclass(frozen=True, slots=True)
class WasTold:
    voice: str
    seq: int
    device: str


Event = (
    DayOpened
    | DayClosed
    | Recovered
    | PlanSet
    | VoiceSet
    | Issued
    | PaperReserved
    | Promised
    | CheckedIn
    | SetAside
    | Rejoined
    | Expired
    | Cancelled
    | Rated
    | Called
    | Started
    | Parked
    | Ended
    | Undone
    | CallRetracted
    | CounterChanged
    | ServicesChanged
    | IssuingStopped
    | IssuingReopened
    | AnnouncementCancelled
    | DevicePaired
    | DeviceRenamed
    | BulletinSet
    | MediumShown
    | MediumHidden
    | DeviceRevoked
    | VoiceChanged
    | WasTold
)
