"""What is true in a center: the facts a hall is made of, each kept under a name of its own.

    plan                     Plan
    day                      Day
    ticket/<number>          Ticket
    counter/<id>             Counter
    series/<counter id>      Series
    service/<id>             Figures
    zone/<id>                ZoneCalls
    voice/<id>               Voice
    say/<voice>/<seq>        Announcement
    device/<id>              Device
    request/<actor>/<id>     Request

The part before the first slash is the kind (`KINDS`); the store writes and reads facts by these names.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.plan import Millis, Plan


class Channel(StrEnum):
    """Where a number was taken."""

    WEB = "web"
    KIOSK = "kiosk"
    DESK = "desk"


class TicketState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    FINISHED = "finished"
    ABSENT = "absent"


class CounterState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class SayState(StrEnum):
    """An announcement is planned for its slot, taken back before it, or shown but not spoken."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    SILENT = "silent"


class DeviceKind(StrEnum):
    TV = "tv"
    KIOSK = "kiosk"
    SPEAKER = "speaker"
    BOARDS = "boards"


@dataclass(frozen=True, slots=True)
class Day:
    """The working day of the hall, as an ISO date in the center's own time."""

    date: str
    opened_at: Millis


@dataclass(frozen=True, slots=True)
class Ticket:
    """One visit. `place` is its place in the order of the day; `holder` and `contact` are opaque keys
    (who took it, where its contact is kept), never personal data."""

    number: str
    service: str
    place: int
    channel: Channel
    state: TicketState
    issued_at: Millis
    arrive_before: Millis
    holder: str = ""
    contact: str = ""
    counter: str = ""
    called_at: Millis = 0
    calls: int = 0
    ended_at: Millis = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter at this moment. `turn` grows with each change here and guards every press;
    `ticket` is the number being served, `last` the last number called here, `called_at` when."""

    id: str
    turn: int = 1
    state: CounterState = CounterState.CLOSED
    clerk: str = ""
    ticket: str = ""
    last: str = ""
    reason: str = ""
    called_at: Millis = 0


@dataclass(frozen=True, slots=True)
class Series:
    """The running number of a lead counter: how many numbers it has issued today."""

    issued: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A service's two live figures: the latest number issued and the one called last; "" before the first."""

    latest: str = ""
    current: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A number called to a counter, as the screens of its zone list it."""

    seq: int
    number: str
    counter: str
    at: Millis


@dataclass(frozen=True, slots=True)
class ZoneCalls:
    """The last calls of a zone, newest first, each number once."""

    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Announcement:
    """The sound, flash and blink of one call, with its slot. `told` names the devices that carried it out,
    as `<device id>` in the order they said so."""

    seq: int
    zone: str
    counter: str
    number: str
    start: Millis
    end: Millis
    state: SayState = SayState.PLANNED
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: the sequence of its last announcement, the devices that can speak, and the one that does:
    `holder`, from the announcement `since` on. `until` is when the last slot ends."""

    seq: int = 0
    until: Millis = 0
    holder: str = ""
    since: int = 0
    ready: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """A paired device: its kind, where it stands (a zone, or the whole center when ""), its token's hash."""

    id: str
    kind: DeviceKind
    name: str
    zone: str
    token_hash: str
    paired_at: Millis


@dataclass(frozen=True, slots=True)
class Request:
    """What a request id was answered: the hash of what was asked, the number given, the day it was."""

    asked: str
    number: str
    date: str


Fact = Plan | Day | Ticket | Counter | Series | Figures | ZoneCalls | Voice | Announcement | Device | Request
Facts = dict[str, Fact | None]  # name -> fact; None takes the fact away

KINDS: dict[str, type] = {
    "plan": Plan,
    "day": Day,
    "ticket": Ticket,
    "counter": Counter,
    "series": Series,
    "service": Figures,
    "zone": ZoneCalls,
    "voice": Voice,
    "say": Announcement,
    "device": Device,
    "request": Request,
}
