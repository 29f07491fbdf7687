"""Everything wrong with a plan that its types cannot say, each with its path; checked before it is in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.plan import OrderRule, Plan, Window

WORD = "must be lower-case letters, digits and hyphens"
BOARD_CELLS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a plan: where (`services[3].lead`) and what, in one sentence."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def faults(plan: Plan) -> list[Fault]:
    """Everything wrong with a plan; empty when it may be used."""
    return [
        *_identities(plan),
        *_counters(plan),
        *_references(plan),
        *_windows("windows", plan.windows),
        *(
            fault
            for at, service in enumerate(plan.services)
            for fault in _windows(f"services[{at}].windows", service.windows)
        ),
        *_days(plan),
        *_order(plan),
        *_numbers(plan),
        *_words(plan),
        *_places(plan),
    ]


def _identities(plan: Plan) -> Iterator[Fault]:
    if not _is_word(plan.id):
        yield Fault("id", WORD)
    for at, zone in enumerate(plan.zones):
        if zone.voice and not _is_word(zone.voice):
            yield Fault(f"zones[{at}].voice", WORD)
    yield from _names([("name", plan.name)])
    yield from _names((f"zones[{at}].name", zone.name) for at, zone in enumerate(plan.zones))
    yield from _names((f"services[{at}].name", service.name) for at, service in enumerate(plan.services))
    yield from _names((f"order.groups[{at}].name", group.name) for at, group in enumerate(plan.order.groups))
    for kind, ids, needed in (
        ("zones", [zone.id for zone in plan.zones], True),
        ("services", [service.id for service in plan.services], True),
        ("counters", [counter.id for counter in plan.counters], True),
        ("order.groups", [group.id for group in plan.order.groups], False),
    ):
        if needed and not ids:
            yield Fault(kind, "needs at least one")
        for at, this in enumerate(ids):
            if not _is_word(this):
                yield Fault(f"{kind}[{at}].id", WORD)
            if this in ids[:at]:
                yield Fault(f"{kind}[{at}].id", f"'{this}' stands there twice")


def _counters(plan: Plan) -> Iterator[Fault]:
    long = plan.number.counter
    boards = [counter.board for counter in plan.counters if counter.board is not None]
    for at, counter in enumerate(plan.counters):
        if not (len(counter.id) == long and set(counter.id) <= set("0123456789") and counter.id.strip("0")):
            sentence = f"'{counter.id}' is not {long} digits from {1:0{long}} to {10**long - 1}"
            yield Fault(f"counters[{at}].id", sentence)
        if counter.board is not None and (boards.count(counter.board) > 1 or not 1 <= counter.board <= 99):
            yield Fault(f"counters[{at}].board", "must be an address from 1 to 99 of its own")


def _names(names: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    for path, name in names:
        if not (1 <= len(name.strip()) <= 80 and name.isprintable()):
            yield Fault(path, "must be 1 to 80 characters on one line")


def _references(plan: Plan) -> Iterator[Fault]:
    zones = {zone.id for zone in plan.zones}
    for at, service in enumerate(plan.services):
        if service.zone not in zones:
            yield Fault(f"services[{at}].zone", f"zone '{service.zone}' is not in the plan")
        if plan.counter(service.lead) is None:
            yield Fault(f"services[{at}].lead", f"counter '{service.lead}' is not in the plan")
        if not plan.counters_of(service.id):
            yield Fault(f"services[{at}]", f"no counter serves '{service.id}'")
        if not 0.5 <= service.minutes <= 240:
            yield Fault(f"services[{at}].minutes", "must be from 0.5 to 240")
    for at, counter in enumerate(plan.counters):
        if counter.zone not in zones:
            yield Fault(f"counters[{at}].zone", f"zone '{counter.zone}' is not in the plan")
        for served in counter.services:
            if plan.service(served) is None:
                yield Fault(f"counters[{at}].services", f"service '{served}' is not in the plan")


def _windows(path: str, windows: tuple[Window, ...]) -> Iterator[Fault]:
    if not windows and path == "windows":
        yield Fault(path, "needs at least one")
    for at, window in enumerate(windows):
        here = f"{path}[{at}]"
        if not window.days or not set(window.days) <= set(range(1, 8)):
            yield Fault(f"{here}.days", "needs at least one day, each from 1 (Monday) to 7")
        if window.issue_from >= window.issue_until:
            yield Fault(f"{here}.issue_until", "must be later than issue_from")
        if window.serve_until < window.issue_until:
            yield Fault(f"{here}.serve_until", "must not be earlier than issue_until")
        for other in windows[:at]:
            if set(window.days) & set(other.days) and _overlap(window, other):
                yield Fault(here, "overlaps another window of the same day")
        for name in ("all", "web", "kiosk", "desk"):
            if getattr(window.quota, name) < 0:
                yield Fault(f"{here}.quota.{name}", "must not be negative")


def _overlap(one: Window, other: Window) -> bool:
    return one.issue_from < other.issue_until and other.issue_from < one.issue_until


def _days(plan: Plan) -> Iterator[Fault]:
    for day, weekday in plan.worked_as.items():
        if not 1 <= weekday <= 7:
            yield Fault(f"worked_as.{day}", "must be a weekday from 1 (Monday) to 7")
        if day in plan.holidays:
            yield Fault(f"worked_as.{day}", "is a holiday of the plan as well")


def _order(plan: Plan) -> Iterator[Fault]:
    order = plan.order
    for name, least, most in (
        ("favoured", 1, 100),
        ("ordinary", 1, 100),
        ("most_overtaken", 1, 1000),
        ("return_behind", 0, 100),
        ("slide", 0, 100),
    ):
        if not least <= getattr(order, name) <= most:
            yield Fault(f"order.{name}", f"must be from {least} to {most}")
    for at, group in enumerate(order.groups):
        if not 0 <= group.head_start <= 480:
            yield Fault(f"order.groups[{at}].head_start", "must be from 0 to 480 minutes")
    if order.groups and order.rule is OrderRule.FIRST_COME:
        yield Fault("order.rule", "groups need 'interleave' or 'head-start'")


def _numbers(plan: Plan) -> Iterator[Fault]:
    for path, value, least, most in (
        ("number.counter", plan.number.counter, 2, 3),
        ("number.running", plan.number.running, 3, 4),
        ("lead_minutes", plan.lead_minutes, 1, 240),
        ("double_press_ms", plan.double_press_ms, 0, 10_000),
        ("cap", plan.cap, 0, 100_000),
        *((f"zones[{at}].cap", zone.cap, 0, 100_000) for at, zone in enumerate(plan.zones)),
        ("long_wait", plan.long_wait, 5, 480),
        ("limits.citizen", plan.limits.citizen, 0, 100),
        ("limits.organisation", plan.limits.organisation, 0, 1000),
        ("limits.service", plan.limits.service, 0, 100),
    ):
        if not least <= value <= most:
            yield Fault(path, f"must be from {least} to {most}")
    if plan.number.counter + plan.number.running > BOARD_CELLS and any(c.board is not None for c in plan.counters):
        yield Fault("number", f"is longer than the {BOARD_CELLS} cells of a board")
    if not plan.voice.places or any(len(place) != 10 for place in plan.voice.places):
        yield Fault("voice.places", "needs tables of ten lengths, one for each digit")


def _words(plan: Plan) -> Iterator[Fault]:
    for at, outcome in enumerate(plan.outcomes):
        if not (1 <= len(outcome) <= 40 and outcome == " ".join(outcome.split()) and outcome.isprintable()):
            yield Fault(f"outcomes[{at}]", "must be 1 to 40 characters on one line, as clerks shall read it")
        if outcome in plan.outcomes[:at]:
            yield Fault(f"outcomes[{at}]", f"'{outcome}' stands there twice")
    if not (1 <= len(plan.sms_sender) <= 11 and plan.sms_sender.isascii() and plan.sms_sender.isalnum()):
        yield Fault("sms_sender", "must be 1 to 11 letters and digits without diacritics")


def _places(plan: Plan) -> Iterator[Fault]:
    for at, address in enumerate(plan.kiosk_addresses):
        try:
            ip_network(address, strict=False)
        except ValueError:
            yield Fault(f"kiosk_addresses[{at}]", f"'{address}' is not an address or network")
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault("timezone", f"'{plan.timezone}' is not known")


def _is_word(text: str) -> bool:
    return 0 < len(text) <= 40 and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in text)
