"""What staff set up for a center: zones, services, counters, windows, order, presence, limits, voice lengths.

A plan is read from TOML by `app.plans`, kept in the hall as one fact, and checked whole by `app.domain.faults`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

Millis = int  # a moment: milliseconds since 1970 UTC; or a length in milliseconds
MINUTE: Millis = 60_000
PAUSES = ("Nghỉ giải lao", "Nghỉ trưa", "Đang họp", "Xử lý hồ sơ", "Sự cố máy tính")
UNKNOWN_COUNTER: Millis = 700  # a counter that the voice lengths do not name yet


class Channel(StrEnum):
    """Where a number was taken."""

    WEB = "web"
    KIOSK = "kiosk"
    DESK = "desk"


class OrderRule(StrEnum):
    """How tickets of a priority group stand to the others."""

    FIRST_COME = "first-come"
    INTERLEAVE = "interleave"
    HEAD_START = "head-start"


class CheckIn(StrEnum):
    """Whether holders of online numbers say that they are there. `required`: without it nobody is called;
    `optional`: it helps who was called too early; `off`: there is none."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class LateRule(StrEnum):
    """What becomes of an online number whose holder did not come before its time."""

    EXPIRE = "expire"
    SLIDE = "slide"


class LastNumber(StrEnum):
    """What becomes of a number that most likely cannot be served before closing: it is refused, given with a
    warning, or given as any other (a center that works until nobody waits, or around the clock)."""

    REFUSE = "refuse"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A floor or hall. Zones that hear each other name the same `voice`; alone, a zone is its own voice. `name_en`
    is its name in English, for a kiosk that is read in English; "" where it is the same. `cap` is the most people
    that should be in it at a time; 0 is no limit."""

    id: str
    name: str
    voice: str = ""
    name_en: str = ""
    cap: int = 0

    @property
    def voice_id(self) -> str:
        return self.voice or self.id


@dataclass(frozen=True, slots=True)
class Quota:
    """The most numbers of a service in one window: in `all` and by channel; 0 is no limit."""

    all: int = 0
    web: int = 0
    kiosk: int = 0
    desk: int = 0

    def of(self, channel: Channel) -> int:
        return {Channel.WEB: self.web, Channel.KIOSK: self.kiosk, Channel.DESK: self.desk}[channel]


@dataclass(frozen=True, slots=True)
class Window:
    """When numbers are issued, in the center's local time, on the ISO weekdays `days` (1 = Monday); who has one
    is served until `serve_until`. The quota counts for each service by itself."""

    issue_from: time = time(7, 0)
    issue_until: time = time(16, 30)
    serve_until: time = time(17, 0)
    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    quota: Quota = Quota()


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service (lĩnh vực). `lead` is the counter whose running number its tickets carry; `minutes` is the usual
    length of one visit, used until the days have shown their own; `windows` are its own, the center's if none;
    `name_en` is its name in English."""

    id: str
    name: str
    zone: str
    lead: str
    minutes: float = 8.0
    windows: tuple[Window, ...] = ()
    name_en: str = ""

    @property
    def usual(self) -> Millis:
        return int(self.minutes * MINUTE)


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter (quầy): its digits, the services it serves, the addresses of its board and of its keypad on the
    line."""

    id: str
    zone: str
    services: tuple[str, ...]
    board: int | None = None
    keypad: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group with priority; `head_start` in minutes, for the rule of that name; `name_en` as a zone's."""

    id: str
    name: str
    head_start: float = 0
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of the queue. `interleave`: while both wait, a counter calls `favoured` numbers of the priority
    groups, then `ordinary` others. `head-start`: a number counts from its time less the head start of its group.
    Nobody is overtaken more than `most_overtaken` times by calls in turn; `return_behind` and
    `slide` are how many go before a number that is returned to the queue, or that came late."""

    rule: OrderRule = OrderRule.FIRST_COME
    favoured: int = 2
    ordinary: int = 1
    most_overtaken: int = 20
    return_behind: int = 3
    slide: int = 5
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most live numbers of one citizen, or of one organisation, on a day, and for one service; 0 is no limit.
    `across_centers`: the numbers of all centers count together."""

    citizen: int = 3
    organisation: int = 10
    service: int = 1
    across_centers: bool = False


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How many digits a number has: `counter` for XX, `running` for YYY."""

    counter: int = 2
    running: int = 3

    @property
    def most(self) -> int:
        return int(10**self.running - 1)


class NumberReading(StrEnum):
    """How a number is read out: digit by digit, or each group (the counter, the running number) as a number."""

    DIGITS = "digits"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class AnnouncementPlan:
    """What an announcement says; `english`: once more in English after the Vietnamese sentence."""

    reading: NumberReading = NumberReading.DIGITS
    english: bool = False


@dataclass(frozen=True, slots=True)
class NoticesPlan:
    """What citizens are told by SMS and e-mail beside what becomes of their numbers: that at most `near` go before
    theirs (0: never), that it is `called`. Between `quiet_from` and `quiet_until`, in the center's local time,
    nothing goes out that can wait; where both are the same there are no quiet hours."""

    near: int = 3
    called: bool = True
    quiet_from: time = time(21, 0)
    quiet_until: time = time(6, 0)


@dataclass(frozen=True, slots=True)
class VoiceLengths:
    """How long the voice pack speaks, in milliseconds, so that a verb can fix an announcement's end.

    One call lasts `frame` + for each digit of the number its entry in the table of its place (ten lengths; the
    last table holds for all places after it) + the `counters` entry of the counter (by its text without leading
    zeros). A retraction lasts `retract` + the digits of the number. `pack` names the pack and how it reads; it
    is part of every sound's address. The defaults are for a center without a voice pack: nothing is heard,
    boards and screens blink that long.
    """

    pack: str = ""
    frame: Millis = 2500
    places: tuple[tuple[Millis, ...], ...] = ((350,) * 10,)
    counters: dict[str, Millis] = field(default_factory=dict)
    retract: Millis = 2500

    def call(self, number: str, counter: str) -> Millis:
        """The length of one call in milliseconds."""
        return self.frame + self._spoken(number) + self.counters.get(counter.lstrip("0"), UNKNOWN_COUNTER)

    def retraction(self, number: str) -> Millis:
        """The length of the sentence that takes a call back."""
        return self.retract + self._spoken(number)

    def _spoken(self, number: str) -> Millis:
        last = len(self.places) - 1
        return sum(self.places[min(at, last)][int(digit)] for at, digit in enumerate(number))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole center. `kiosk_addresses` are the fixed public addresses its kiosks come from. `lead_minutes` is the
    least time between taking a number online and its *arrive before*. `worked_as` names days worked like another
    weekday (a Saturday worked for a holiday). `outcomes` are the ways a visit can end, for the report;
    `pause_reasons` are what a clerk says with one key when he pauses. For `double_press_ms` after a call another
    *next* or *recall* there is taken for the same press. `cap` is the most people that should be in the whole
    center at a time (0: no limit), `long_wait` the wait in minutes of which supervisors are warned. For
    `contact_days` after a number was taken it is kept whom to tell of it."""

    id: str
    name: str
    zones: tuple[ZonePlan, ...]
    services: tuple[ServicePlan, ...]
    counters: tuple[CounterPlan, ...]
    short: str = ""
    windows: tuple[Window, ...] = (Window(),)
    holidays: tuple[date, ...] = ()
    worked_as: dict[date, int] = field(default_factory=dict)
    timezone: str = "Asia/Ho_Chi_Minh"
    number: NumberForm = NumberForm()
    order: Order = Order()
    limits: Limits = Limits()
    check_in: CheckIn = CheckIn.OPTIONAL
    late: LateRule = LateRule.EXPIRE
    last_number: LastNumber = LastNumber.REFUSE
    lead_minutes: int = 10
    outcomes: tuple[str, ...] = ()
    pause_reasons: tuple[str, ...] = PAUSES
    double_press_ms: Millis = 1500
    cap: int = 0
    long_wait: int = 45
    contact_days: int = 30
    sms_sender: str = "GOISO"
    notices: NoticesPlan = NoticesPlan()
    kiosk_addresses: tuple[str, ...] = ()
    announcements: AnnouncementPlan = AnnouncementPlan()
    voice: VoiceLengths = VoiceLengths()

    def zone(self, zone_id: str) -> ZonePlan | None:
        return next((zone for zone in self.zones if zone.id == zone_id), None)

    def service(self, service_id: str) -> ServicePlan | None:
        return next((service for service in self.services if service.id == service_id), None)

    def counter(self, counter_id: str) -> CounterPlan | None:
        return next((counter for counter in self.counters if counter.id == counter_id), None)

    def group(self, group_id: str) -> Group | None:
        return next((group for group in self.order.groups if group.id == group_id), None)

    def services_in(self, zone_id: str) -> tuple[ServicePlan, ...]:
        return tuple(service for service in self.services if service.zone == zone_id)

    def counters_in(self, zone_id: str) -> tuple[CounterPlan, ...]:
        return tuple(counter for counter in self.counters if counter.zone == zone_id)

    def counters_of(self, service_id: str) -> tuple[CounterPlan, ...]:
        return tuple(counter for counter in self.counters if service_id in counter.services)

    def voices(self) -> tuple[str, ...]:
        """The voices of the center, each once, in the order of its zones."""
        return tuple(dict.fromkeys(zone.voice_id for zone in self.zones))

    def local(self, moment: Millis) -> datetime:
        """The center's wall clock at `moment`."""
        return datetime.fromtimestamp(moment / 1000, ZoneInfo(self.timezone))

    def moment(self, day: date, at: time) -> Millis:
        """The moment of a wall-clock time on a day of the center."""
        return int(datetime.combine(day, at, ZoneInfo(self.timezone)).timestamp() * 1000)
