"""What is true in a center: the facts a hall is made of, each kept under a name of its own.

    plan                     Plan
    editions                 Editions
    day                      Day
    ticket/<number>          Ticket
    counter/<id>             Counter
    series/<counter id>      Series
    service/<id>             Figures
    zone/<id>                ZoneCalls
    voice/<id>               Voice
    say/<voice>/<seq>        Announcement
    device/<id>              Device
    bulletin                 Bulletin
    media                    Media
    request/<actor>/<id>     Request
    taken/<service>/<HHMM>   Taken
    jumps/<queue>            Jumps
    why/<number>             Why
    undo/<counter id>        Undo
    pace/<service>           Pace
    kept/<service>           Kept
    paper/<counter id>       Papers
    serves/<counter id>      Serves
    stopped/<service>        Stopped
    rating/<number>          Rating

The part before the first slash is the kind (`KINDS`); the store writes and reads facts by these names.
"""

from dataclasses import dataclass

from app.domain.accuracy import Kept
from app.domain.bulletin import Bulletin
from app.domain.editions import Editions
from app.domain.media import Media
from app.domain.pace import Pace
from app.domain.plan import Channel, Millis, Plan
from app.domain.ranges import Papers
from app.domain.rating import Rating
from app.domain.states import LIVE, CounterState, DeviceKind, Lane, Reason, SayKind, SayState, TicketState


@dataclass(frozen=True, slots=True)
class Day:
    """The working day of the hall, as an ISO date in the center's own time. `closed_at` when it was closed;
    `by_hand`: staff opened it, so numbers are issued outside the plan's windows."""

    date: str
    opened_at: Millis
    closed_at: Millis = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """One visit. In its queue it stands at `place` (a moment: the time it counts from) of its lane; `joined` is
    the version at which it came into that queue, by which overtaking is counted. `only` names the counter it was
    sent to. `arrived_at` is when its holder was known to be there. `low` and `high` are the moments between
    which its call was expected when it was taken. `holder` and `contact` are opaque keys (who took it, where its
    contact is kept), never personal data. `changed` is the version that changed it last, `postponed` how often its
    holder asked for more time."""

    number: str
    service: str
    place: float
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
    group: str = ""
    front: bool = False
    joined: int = 0
    only: str = ""
    arrived_at: Millis = 0
    started_at: Millis = 0
    slides: int = 0
    low: Millis = 0
    high: Millis = 0
    outcome: str = ""
    note: str = ""
    changed: int = 0
    postponed: int = 0

    @property
    def queue(self) -> str:
        """The queue it waits in: its service's, or `@<counter>` when it was sent to one."""
        return f"@{self.only}" if self.only else self.service

    @property
    def lane(self) -> Lane:
        if self.front:
            return Lane.FRONT
        return Lane.FAVOURED if self.group else Lane.ORDINARY

    @property
    def is_present(self) -> bool:
        """Whether its holder is in the room, as far as anybody knows: there, and not done."""
        return self.state in LIVE and self.arrived_at > 0

    @property
    def is_awaited(self) -> bool:
        """Whether its holder may still be on the way: taken online, and not known to be there."""
        return self.channel is Channel.WEB and not self.arrived_at


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter at this moment. `turn` grows with each change here and guards every press; `seat` is the panel at
    work, `ticket` the number being served, `last` the last one called here, `called_at` when; `served` the last
    whose visit was finished here. `since`: when the visit began, or a pause without one; `guest`: the service of
    a visit without a number. `favoured` and `ordinary` count the calls of the present round. `stands_since`: when
    its state, clerk or reason changed last, or when it became free while open."""

    id: str
    turn: int = 1
    state: CounterState = CounterState.CLOSED
    clerk: str = ""
    ticket: str = ""
    last: str = ""
    served: str = ""
    reason: str = ""
    called_at: Millis = 0
    since: Millis = 0
    guest: str = ""
    seat: str = ""
    favoured: int = 0
    ordinary: int = 0
    stands_since: Millis = 0

    @property
    def is_busy(self) -> bool:
        return self.ticket != "" or self.guest != ""


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
    """The last calls of a zone, newest first, each number once; and those to which nobody came (`at`: when that
    was said), whatever has become of them since."""

    calls: tuple[Call, ...] = ()
    missed: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Announcement:
    """The sound, flash and blink of one call made `at` a moment, with its slot. `told` names the devices that
    carried it out, as `<device id>` in the order they said so."""

    seq: int
    zone: str
    counter: str
    number: str
    start: Millis
    end: Millis
    state: SayState = SayState.PLANNED
    told: tuple[str, ...] = ()
    kind: SayKind = SayKind.CALL
    at: Millis = 0


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
    """A paired device: its kind, where it stands (a zone, or the whole center when ""), its token's hash. A TV
    shows its zone and those in `also`, and speaks for its own only."""

    id: str
    kind: DeviceKind
    name: str
    zone: str
    token_hash: str
    paired_at: Millis
    also: tuple[str, ...] = ()

    def is_of(self, zone: str) -> bool:
        """Whether it has to do with a zone."""
        return not self.zone or zone in (self.zone, *self.also)


@dataclass(frozen=True, slots=True)
class Request:
    """What a request id was answered: the hash of what was asked, the number given, the day it was."""

    asked: str
    number: str
    date: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many numbers of a service were taken in one window, by channel."""

    web: int = 0
    kiosk: int = 0
    desk: int = 0

    @property
    def all(self) -> int:
        return self.web + self.kiosk + self.desk

    def of(self, channel: Channel) -> int:
        return {Channel.WEB: self.web, Channel.KIOSK: self.kiosk, Channel.DESK: self.desk}[channel]


@dataclass(frozen=True, slots=True)
class Serves:
    """The services that a counter serves today instead of the plan's."""

    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A service of which no numbers are issued for now: since when, and why, as people are told."""

    since: Millis
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Jumps:
    """The calls, in turn, of those who went before somebody who had joined their queue earlier and waits still:
    each as the `joined` of the one called, and the version of the call. Those with a later `joined` than a waiting
    ticket have overtaken it."""

    calls: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that could have been called: how long it had waited, in ms, and its group."""

    number: str
    service: str
    waited: Millis
    group: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a number was called: the rule, when, where, by whom it was pressed, the first of each queue and lane
    (itself among them), and how many waited in all."""

    reason: Reason
    at: Millis
    counter: str
    waiting: int
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take back the last next, absent or finish of a counter, until a moment and while its turn is still
    `turn`: the counter and the tickets as they were (none may have changed since `version`), the length of the
    visit that was learnt (None: none was). Of a call: its announcement, the figure of its service, why the number
    had been called before, and the calls that had overtaken somebody of its queue."""

    until: Millis
    turn: int
    version: int
    counter: Counter
    tickets: tuple[Ticket, ...]
    called: str = ""
    seq: int = 0
    current: str = ""
    learnt: Millis | None = None
    why: Why | None = None
    jumps: tuple[tuple[int, int], ...] = ()


Fact = (
    Plan
    | Editions
    | Day
    | Ticket
    | Counter
    | Series
    | Figures
    | ZoneCalls
    | Voice
    | Announcement
    | Device
    | Bulletin
    | Media
    | Request
    | Taken
    | Jumps
    | Why
    | Undo
    | Pace
    | Kept
    | Papers
    | Serves
    | Stopped
    | Rating
)
Facts = dict[str, Fact | None]  # name -> fact; None takes the fact away

KINDS: dict[str, type] = {
    "plan": Plan,
    "editions": Editions,
    "day": Day,
    "ticket": Ticket,
    "counter": Counter,
    "series": Series,
    "service": Figures,
    "zone": ZoneCalls,
    "voice": Voice,
    "say": Announcement,
    "device": Device,
    "bulletin": Bulletin,
    "media": Media,
    "request": Request,
    "taken": Taken,
    "jumps": Jumps,
    "why": Why,
    "undo": Undo,
    "pace": Pace,
    "kept": Kept,
    "paper": Papers,
    "serves": Serves,
    "stopped": Stopped,
    "rating": Rating,
}
