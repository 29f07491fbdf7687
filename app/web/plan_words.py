"""What a plan's pages say: fields with their faults beside them, what a plan means for those who wait, who put it
in force. Made here for the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.editions import Edition
from app.domain.faults import Fault
from app.domain.hall import Hall
from app.domain.meaning import Kind as Means
from app.domain.meaning import Meaning
from app.domain.plan import Plan
from app.web.parts import Parts
from app.web.plan_changes import choices_of
from app.web.plan_forms import Typed, Value
from app.web.plan_sections import OWN
from app.web.plan_shapes import Kind, Section, Word

MOST_NAMED = 12  # numbers named in one sentence
MEANINGS = {
    Means.UNSERVED: "không còn quầy nào đang làm việc phục vụ; {count} người đang chờ: {numbers}",
    Means.AFTER_CLOSING: "{count} người được hẹn sau giờ đóng cửa mới: {numbers}",
    Means.NO_CHECK_IN: "{count} người phải báo có mặt mới được gọi: {numbers}",
    Means.GROUPLESS: "{count} người mất nhóm ưu tiên, xếp như số thường: {numbers}",
    Means.WILL_EXPIRE: "{count} người đến muộn sẽ mất số, trước đây được lùi lại: {numbers}",
    Means.FULL: "số đã phát trong khung giờ này đủ hoặc quá hạn mức mới: không phát thêm",
    Means.CLOSED_NOW: "đang phát số, và sẽ ngừng phát ngay",
}
MEANINGS_EN = {
    Means.UNSERVED: "no counter at work serves it any more",
    Means.AFTER_CLOSING: "promised later than the new closing",
    Means.NO_CHECK_IN: "must check in before being called",
    Means.GROUPLESS: "lose their priority group",
    Means.WILL_EXPIRE: "numbers end when late",
    Means.FULL: "the new quota is used up",
    Means.CLOSED_NOW: "no more numbers from now on",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as its page shows it."""

    word: Word
    name: str
    id: str
    kind: str
    value: Value
    choices: tuple[tuple[str, str], ...]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of fields, and what is wrong with the row itself."""

    at: int
    title: str
    fields: list[Shown]
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Form:
    """A section as its page shows it; `faults` are those of the list itself."""

    section: Section
    fields: list[Shown]
    rows: list[Row]
    faults: list[Fault]

    @property
    def faulty(self) -> list[tuple[str, str]]:
        """Where something must be put right, from top to bottom: the id of the field or row, what it is called."""
        places = [("list-faults", self.section.rows.vi if self.section.rows else "")] if self.faults else []
        places += [(one.id, one.word.vi) for one in self.fields if one.faults]
        for row in self.rows:
            places += [(one.id, f"{row.title}: {one.word.vi}") for one in row.fields if one.faults]
            places += [(f"row-{row.at}", row.title)] if row.faults else []
        return places


def form(section: Section, typed: Typed, plan: Plan, found: Sequence[Fault]) -> Form:
    """The fields of a section with what was typed, each with its faults beside it."""
    found = [_as_shown(fault, plan) for fault in found]
    fields = [_shown(word, word.name, typed.words[word.name], plan, found) for word in section.words]
    rows: list[Row] = []
    if of := section.rows:
        for at, values in enumerate(typed.rows):
            here = f"{of.path}[{at}]"
            shown = [_shown(word, f"{here}.{word.name}", values[word.name], plan, found) for word in of.words]
            own = [fault for fault in found if fault.path == here]
            rows.append(Row(at, str(values[of.words[0].name]) or f"{of.vi} {at + 1}", shown, own))
    lists = {of.path} if (of := section.rows) else set()
    lists |= {word.name.partition(".")[0] for word in section.words} - {word.name for word in section.words}
    return Form(section, fields, rows, [fault for fault in found if fault.path in lists])


def _shown(word: Word, name: str, value: Value, plan: Plan, found: Sequence[Fault]) -> Shown:
    choices = choices_of(word, plan)
    if word.kind is Kind.CHOICE and isinstance(value, str) and value not in dict(choices):
        choices = ((value, value or "– chọn –"), *choices)
    mine = [fault for fault in found if fault.path == name or fault.path.startswith((f"{name}[", f"{name}."))]
    own_id = "f-" + name.replace("[", "-").replace("]", "").replace(".", "-")
    return Shown(word, name, own_id, word.kind.name.lower(), value, choices, mine)


def _as_shown(fault: Fault, plan: Plan) -> Fault:
    """A fault of a service's own window under the path that its row has in the list of them all."""
    head, dot, rest = fault.path.partition("].windows[")
    if not dot or not head.startswith("services["):
        return fault
    service, (window, _, word) = int(head.removeprefix("services[")), rest.partition("]")
    before = sum(len(one.windows) for one in plan.services[:service])
    return Fault(f"{OWN}[{before + int(window)}]{word}", fault.sentence, fault.vi)


def meanings(hall: Hall, found: Sequence[Meaning]) -> Iterator[tuple[str, str, str]]:
    """What a plan means: of what, in Vietnamese, in English."""
    for one in found:
        service = hall.plan.service(one.service)
        named = ", ".join(one.numbers[:MOST_NAMED]) + (" …" if len(one.numbers) > MOST_NAMED else "")
        sentence = MEANINGS[one.kind].format(count=len(one.numbers), numbers=named)
        yield service.name if service else one.service, sentence, MEANINGS_EN[one.kind]


@dataclass(frozen=True, slots=True)
class Listed:
    """An edition as the history lists it."""

    number: int
    at: str
    by: str
    in_force: bool


async def list_editions(parts: Parts, hall: Hall) -> list[Listed]:
    """The editions of a center's plan, newest first."""
    kept = hall.editions().kept
    return [await listed(parts, hall, one, one == kept[-1]) for one in reversed(kept)]


async def listed(parts: Parts, hall: Hall, edition: Edition, in_force: bool) -> Listed:
    at = f"{hall.plan.local(edition.at):%H:%M %d/%m/%Y}" if edition.at else "từ trước"
    return Listed(edition.number, at, await who(parts, edition.by), in_force)


async def who(parts: Parts, by: str) -> str:
    """Somebody of the journal by name."""
    kind, _, login = by.partition("/")
    if kind != "staff":
        return "dòng lệnh" if by == "system" else by or "không rõ"
    member = await parts.staff.find(login)
    return f"{member.name} ({login})" if member else login
