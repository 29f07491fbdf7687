"""What happened, as the journal tells it. Events name numbers, counters, services and opaque keys only."""

from dataclasses import dataclass

from app.domain.facts import Channel, CounterState, DeviceKind
from app.domain.plan import Millis


@dataclass(frozen=True, slots=True)
class DayOpened:
    date: str


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
class Called:
    """A number was called to a counter, first (`calls` = 1) or again; `seq` is its announcement."""

    number: str
    service: str
    counter: str
    calls: int
    voice: str
    seq: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit ended: `how` is finished or absent."""

    number: str
    counter: str
    how: str


@dataclass(frozen=True, slots=True)
class CounterChanged:
    counter: str
    state: CounterState
    clerk: str
    reason: str


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
    | Recovered
    | PlanSet
    | VoiceSet
    | Issued
    | Called
    | Ended
    | CounterChanged
    | AnnouncementCancelled
    | DevicePaired
    | DeviceRevoked
    | VoiceChanged
    | WasTold
)
