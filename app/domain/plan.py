"""What staff set up for a center: zones, services, counters, hours, voice lengths.

A plan is read from TOML by `app.plans`, kept in the hall as one fact, and checked whole by `faults`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Millis = int  # a moment: milliseconds since 1970 UTC; or a length in milliseconds


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A floor or hall. Zones that hear each other name the same `voice`; alone, a zone is its own voice."""

    id: str
    name: str
    voice: str = ""

    @property
    def voice_id(self) -> str:
        return self.voice or self.id


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service (lĩnh vực). `lead` is the counter whose running number its tickets carry;
    `minutes` is the usual length of one visit, used until the day has shown its own."""

    id: str
    name: str
    zone: str
    lead: str
    minutes: float = 8.0


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter (quầy): two digits, the services it serves, the address of its board on the line."""

    id: str
    zone: str
    services: tuple[str, ...]
    board: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When numbers are issued, in the center's local time: `days` are ISO weekdays, 1 = Monday."""

    issue_from: time = time(7, 0)
    issue_until: time = time(16, 30)
    days: tuple[int, ...] = (1, 2, 3, 4, 5)

    def opens_on(self, day: date) -> bool:
        return day.isoweekday() in self.days


@dataclass(frozen=True, slots=True)
class VoiceLengths:
    """How long the voice pack speaks, in milliseconds, so that a verb can fix an announcement's end.

    One call lasts `frame` + one `digits` entry per digit of the number + the `counters` entry of the
    counter (by its text without leading zeros). `pack` names the pack; it is part of every sound's address.
    The defaults are for a center without a voice pack: nothing is heard, boards and screens blink that long.
    """

    pack: str = ""
    frame: Millis = 2500
    digits: tuple[Millis, ...] = (350,) * 10
    counters: dict[str, Millis] = field(default_factory=dict)

    def call(self, number: str, counter: str) -> Millis:
        """The length of one call in milliseconds."""
        spoken = sum(self.digits[int(digit)] for digit in number)
        return self.frame + spoken + self.counters.get(counter.lstrip("0"), 700)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole center. `kiosk_addresses` are the fixed public addresses its kiosks come from. For
    `double_press_ms` after a call another *next* or *recall* there is taken for the same press."""

    id: str
    name: str
    zones: tuple[ZonePlan, ...]
    services: tuple[ServicePlan, ...]
    counters: tuple[CounterPlan, ...]
    short: str = ""
    hours: Hours = Hours()
    timezone: str = "Asia/Ho_Chi_Minh"
    lead_minutes: int = 10
    double_press_ms: Millis = 1500
    sms_sender: str = "GOISO"
    kiosk_addresses: tuple[str, ...] = ()
    voice: VoiceLengths = VoiceLengths()

    def zone(self, zone_id: str) -> ZonePlan | None:
        return next((zone for zone in self.zones if zone.id == zone_id), None)

    def service(self, service_id: str) -> ServicePlan | None:
        return next((service for service in self.services if service.id == service_id), None)

    def counter(self, counter_id: str) -> CounterPlan | None:
        return next((counter for counter in self.counters if counter.id == counter_id), None)

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

    def next_issue(self, moment: Millis) -> datetime:
        """When issuing next opens, strictly after `moment`, as the center's wall clock."""
        here = self.local(moment)
        for ahead in range(15):
            day = here.date() + timedelta(days=ahead)
            opening = datetime.combine(day, self.hours.issue_from, here.tzinfo)
            if self.hours.opens_on(day) and opening > here:
                return opening
        raise ValueError(f"center {self.id} never opens")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a plan: where (`services[3].lead`) and what, in one sentence."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def faults(plan: Plan) -> list[Fault]:
    """Everything wrong with a plan that its types cannot say; empty when it may be used."""
    found = [*_identities(plan), *_references(plan)]
    if not plan.hours.days or not set(plan.hours.days) <= set(range(1, 8)):
        found.append(Fault("hours.days", "needs at least one day, each from 1 (Monday) to 7"))
    if plan.hours.issue_from >= plan.hours.issue_until:
        found.append(Fault("hours.issue_until", "must be later than issue_from"))
    if len(plan.voice.digits) != 10:
        found.append(Fault("voice.digits", "needs ten lengths, one for each digit"))
    if not 1 <= plan.lead_minutes <= 240:
        found.append(Fault("lead_minutes", "must be from 1 to 240"))
    if not 0 <= plan.double_press_ms <= 10_000:
        found.append(Fault("double_press_ms", "must be from 0 to 10000"))
    if not (1 <= len(plan.sms_sender) <= 11 and plan.sms_sender.isascii() and plan.sms_sender.isalnum()):
        found.append(Fault("sms_sender", "must be 1 to 11 letters and digits without diacritics"))
    for at, address in enumerate(plan.kiosk_addresses):
        try:
            ip_network(address, strict=False)
        except ValueError:
            found.append(Fault(f"kiosk_addresses[{at}]", f"'{address}' is not an address or network"))
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(Fault("timezone", f"'{plan.timezone}' is not known"))
    return found


def _identities(plan: Plan) -> list[Fault]:
    found = [] if _is_word(plan.id) else [Fault("id", "must be lower-case letters, digits and hyphens")]
    found += [
        Fault(f"zones[{at}].voice", "must be lower-case letters, digits and hyphens")
        for at, zone in enumerate(plan.zones)
        if zone.voice and not _is_word(zone.voice)
    ]
    found += _names([("name", plan.name)])
    found += _names((f"zones[{at}].name", zone.name) for at, zone in enumerate(plan.zones))
    found += _names((f"services[{at}].name", service.name) for at, service in enumerate(plan.services))
    for kind, ids in (
        ("zones", [zone.id for zone in plan.zones]),
        ("services", [service.id for service in plan.services]),
        ("counters", [counter.id for counter in plan.counters]),
    ):
        if not ids:
            found.append(Fault(kind, "needs at least one"))
        for at, this in enumerate(ids):
            if not _is_word(this):
                found.append(Fault(f"{kind}[{at}].id", "must be lower-case letters, digits and hyphens"))
            if this in ids[:at]:
                found.append(Fault(f"{kind}[{at}].id", f"'{this}' stands there twice"))
    return found + _counters(plan)


def _counters(plan: Plan) -> list[Fault]:
    found = []
    boards = [counter.board for counter in plan.counters if counter.board is not None]
    for at, counter in enumerate(plan.counters):
        if not (len(counter.id) == 2 and set(counter.id) <= set("0123456789") and counter.id != "00"):
            found.append(Fault(f"counters[{at}].id", f"'{counter.id}' is not two digits from 01 to 99"))
        if counter.board is not None and (boards.count(counter.board) > 1 or not 1 <= counter.board <= 99):
            found.append(Fault(f"counters[{at}].board", "must be an address from 1 to 99 of its own"))
    return found


def _names(names: Iterable[tuple[str, str]]) -> list[Fault]:
    return [
        Fault(path, "must be 1 to 80 characters on one line")
        for path, name in names
        if not (1 <= len(name.strip()) <= 80 and name.isprintable())
    ]


def _references(plan: Plan) -> list[Fault]:
    found = []
    zones = {zone.id for zone in plan.zones}
    for at, service in enumerate(plan.services):
        if service.zone not in zones:
            found.append(Fault(f"services[{at}].zone", f"zone '{service.zone}' is not in the plan"))
        if plan.counter(service.lead) is None:
            found.append(Fault(f"services[{at}].lead", f"counter '{service.lead}' is not in the plan"))
        if not plan.counters_of(service.id):
            found.append(Fault(f"services[{at}]", f"no counter serves '{service.id}'"))
        if not 0.5 <= service.minutes <= 240:
            found.append(Fault(f"services[{at}].minutes", "must be from 0.5 to 240"))
    for at, counter in enumerate(plan.counters):
        if counter.zone not in zones:
            found.append(Fault(f"counters[{at}].zone", f"zone '{counter.zone}' is not in the plan"))
        for served in counter.services:
            if plan.service(served) is None:
                found.append(Fault(f"counters[{at}].services", f"service '{served}' is not in the plan"))
    return found


def _is_word(text: str) -> bool:
    return 0 < len(text) <= 40 and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in text)
