"""Everything wrong with a plan that its types cannot say, each with its path; checked before it is in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.plan import OrderRule, Plan, Window

WORD = (
    "must be lower-case letters, digits and hyphens",
    "chỉ gồm chữ thường không dấu, chữ số và gạch nối, đến 40 ký tự",
)
TWICE = "'{0}' stands there twice", "“{0}” có hai lần"
ONE = "needs at least one", "cần ít nhất một"
UNKNOWN_ZONE = "zone '{0}' is not in the plan", "không có khu vực “{0}”"
UNKNOWN_COUNTER = "counter '{0}' is not in the plan", "không có quầy “{0}”"
BOARD_CELLS = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a plan: where (`services[3].lead`) and what, in one sentence in English and `vi`."""

    path: str
    sentence: str
    vi: str

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
        yield Fault("id", *WORD)
    for at, zone in enumerate(plan.zones):
        if zone.voice and not _is_word(zone.voice):
            yield Fault(f"zones[{at}].voice", *WORD)
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
            yield Fault(kind, *ONE)
        for at, this in enumerate(ids):
            if not _is_word(this):
                yield Fault(f"{kind}[{at}].id", *WORD)
            if this in ids[:at]:
                yield _fault(f"{kind}[{at}].id", TWICE, this)


def _counters(plan: Plan) -> Iterator[Fault]:
    long = min(max(plan.number.counter, 1), BOARD_CELLS)  # what is beyond is told of the number itself
    boards = [counter.board for counter in plan.counters if counter.board is not None]
    keypads = [counter.keypad for counter in plan.counters if counter.keypad is not None]
    for at, counter in enumerate(plan.counters):
        if not (len(counter.id) == long and set(counter.id) <= set("0123456789") and counter.id.strip("0")):
            least, most = f"{1:0{long}}", 10**long - 1
            yield Fault(
                f"counters[{at}].id",
                f"'{counter.id}' is not {long} digits from {least} to {most}",
                f"phải là {long} chữ số, từ {least} đến {most}",
            )
        for what, address, taken in (("board", counter.board, boards), ("keypad", counter.keypad, keypads)):
            if address is not None and (taken.count(address) > 1 or not 1 <= address <= 99):
                yield Fault(
                    f"counters[{at}].{what}",
                    "must be an address from 1 to 99 of its own",
                    "phải là địa chỉ riêng, từ 1 đến 99",
                )


def _names(names: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    for path, name in names:
        if not (1 <= len(name.strip()) <= 80 and name.isprintable()):
            yield Fault(path, "must be 1 to 80 characters on one line", "cần từ 1 đến 80 ký tự trên một dòng")


def _references(plan: Plan) -> Iterator[Fault]:
    zones = {zone.id for zone in plan.zones}
    for at, service in enumerate(plan.services):
        if service.zone not in zones:
            yield _fault(f"services[{at}].zone", UNKNOWN_ZONE, service.zone)
        if plan.counter(service.lead) is None:
            yield _fault(f"services[{at}].lead", UNKNOWN_COUNTER, service.lead)
        if not plan.counters_of(service.id):
            yield Fault(
                f"services[{at}]",
                f"no counter serves '{service.id}'",
                f"chưa có quầy nào phục vụ “{service.name}”",
            )
        if not 0.5 <= service.minutes <= 240:
            yield _between(f"services[{at}].minutes", 0.5, 240)
    for at, counter in enumerate(plan.counters):
        if counter.zone not in zones:
            yield _fault(f"counters[{at}].zone", UNKNOWN_ZONE, counter.zone)
        for served in counter.services:
            if plan.service(served) is None:
                yield Fault(
                    f"counters[{at}].services",
                    f"service '{served}' is not in the plan",
                    f"không có lĩnh vực “{served}”",
                )


def _windows(path: str, windows: tuple[Window, ...]) -> Iterator[Fault]:
    if not windows and path == "windows":
        yield Fault(path, *ONE)
    for at, window in enumerate(windows):
        here = f"{path}[{at}]"
        if not window.days or not set(window.days) <= set(range(1, 8)):
            yield Fault(
                f"{here}.days",
                "needs at least one day, each from 1 (Monday) to 7",
                "cần ít nhất một ngày trong tuần, từ 1 (thứ hai) đến 7",
            )
        if window.issue_from >= window.issue_until:
            yield Fault(f"{here}.issue_until", "must be later than issue_from", "phải sau giờ bắt đầu phát số")
        if window.serve_until < window.issue_until:
            yield Fault(
                f"{here}.serve_until",
                "must not be earlier than issue_until",
                "không được trước giờ thôi phát số",
            )
        for other in windows[:at]:
            if set(window.days) & set(other.days) and _overlap(window, other):
                yield Fault(
                    here,
                    "overlaps another window of the same day",
                    "trùng với khung giờ khác của cùng một ngày",
                )
        for name in ("all", "web", "kiosk", "desk"):
            if getattr(window.quota, name) < 0:
                yield Fault(f"{here}.quota.{name}", "must not be negative", "không được là số âm")


def _overlap(one: Window, other: Window) -> bool:
    return one.issue_from < other.issue_until and other.issue_from < one.issue_until


def _days(plan: Plan) -> Iterator[Fault]:
    for day, weekday in plan.worked_as.items():
        if not 1 <= weekday <= 7:
            yield Fault(
                f"worked_as.{day}",
                "must be a weekday from 1 (Monday) to 7",
                f"{day:%d/%m/%Y}: thứ phải từ 1 (thứ hai) đến 7",
            )
        if day in plan.holidays:
            yield Fault(
                f"worked_as.{day}", "is a holiday of the plan as well", f"{day:%d/%m/%Y} cũng là ngày nghỉ"
            )


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
            yield _between(f"order.{name}", least, most)
    for at, group in enumerate(order.groups):
        if not 0 <= group.head_start <= 480:
            yield _between(f"order.groups[{at}].head_start", 0, 480, " minutes", " phút")
    if order.groups and order.rule is OrderRule.FIRST_COME:
        yield Fault(
            "order.rule",
            "groups need 'interleave' or 'head-start'",
            "có nhóm ưu tiên thì phải chọn “xen kẽ” hoặc “tính sớm hơn”",
        )


def _numbers(plan: Plan) -> Iterator[Fault]:
    for path, value, least, most in (
        ("number.counter", plan.number.counter, 2, 3),
        ("number.running", plan.number.running, 3, 4),
        ("lead_minutes", plan.lead_minutes, 1, 240),
        ("double_press_ms", plan.double_press_ms, 0, 10_000),
        ("cap", plan.cap, 0, 100_000),
        *((f"zones[{at}].cap", zone.cap, 0, 100_000) for at, zone in enumerate(plan.zones)),
        ("long_wait", plan.long_wait, 5, 480),
        ("notices.near", plan.notices.near, 0, 50),
        ("contact_days", plan.contact_days, 1, 365),
        ("limits.citizen", plan.limits.citizen, 0, 100),
        ("limits.organisation", plan.limits.organisation, 0, 1000),
        ("limits.service", plan.limits.service, 0, 100),
    ):
        if not least <= value <= most:
            yield _between(path, least, most)
    if plan.number.counter + plan.number.running > BOARD_CELLS and any(c.board is not None for c in plan.counters):
        yield Fault(
            "number",
            f"is longer than the {BOARD_CELLS} cells of a board",
            f"dài hơn {BOARD_CELLS} ô của bảng LED",
        )
    if not plan.voice.places or any(len(place) != 10 for place in plan.voice.places):
        yield Fault(
            "voice.places",
            "needs tables of ten lengths, one for each digit",
            "cần bảng mười độ dài, mỗi chữ số một",
        )


def _words(plan: Plan) -> Iterator[Fault]:
    yield from _choices("outcomes", plan.outcomes, 40)
    yield from _choices("pause_reasons", plan.pause_reasons, 80)
    if not (1 <= len(plan.sms_sender) <= 11 and plan.sms_sender.isascii() and plan.sms_sender.isalnum()):
        yield Fault(
            "sms_sender",
            "must be 1 to 11 letters and digits without diacritics",
            "cần từ 1 đến 11 chữ cái không dấu hoặc chữ số",
        )


def _choices(kind: str, choices: tuple[str, ...], most: int) -> Iterator[Fault]:
    """The texts clerks choose from with one key."""
    for at, text in enumerate(choices):
        if not (1 <= len(text) <= most and text == " ".join(text.split()) and text.isprintable()):
            yield Fault(
                f"{kind}[{at}]",
                f"must be 1 to {most} characters on one line, as clerks shall read it",
                f"cần từ 1 đến {most} ký tự trên một dòng",
            )
        if text in choices[:at]:
            yield _fault(f"{kind}[{at}]", TWICE, text)


def _places(plan: Plan) -> Iterator[Fault]:
    for at, address in enumerate(plan.kiosk_addresses):
        try:
            ip_network(address, strict=False)
        except ValueError:
            yield Fault(
                f"kiosk_addresses[{at}]",
                f"'{address}' is not an address or network",
                f"“{address}” không phải là địa chỉ hay dải mạng",
            )
    try:
        ZoneInfo(plan.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault("timezone", f"'{plan.timezone}' is not known", f"không có múi giờ “{plan.timezone}”")


def _fault(path: str, sentences: tuple[str, str], what: str) -> Fault:
    """A fault of something named."""
    en, vi = sentences
    return Fault(path, en.format(what), vi.format(what))


def _between(path: str, least: float, most: float, en: str = "", vi: str = "") -> Fault:
    """A figure out of its bounds; with a unit in `en` and `vi`."""
    return Fault(path, f"must be from {least} to {most}{en}", f"phải từ {least} đến {most}{vi}")


def _is_word(text: str) -> bool:
    return 0 < len(text) <= 40 and all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in text)
