"""A section of a plan as a form, both ways: what stands in each field, and the plan that the fields make.

What was typed is kept as it was typed (`Typed`), so that nothing is lost when it cannot be read. Field names are
paths of the plan (`services[3].minutes`), the same as faults have.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import msgspec

from app.domain.faults import Fault
from app.domain.plan import Plan
from app.web.plan_sections import OWN, WEEKDAYS
from app.web.plan_shapes import LISTS, Kind, Rows, Section, Word

MOST_ROWS = 400
MOST_LETTERS = 4000  # of one field
Value = str | list[str]
NOT_WHOLE = "must be a whole number", "cần một số nguyên"
NOT_NUMBER = "must be a number", "cần một con số"
NOT_TIME = "must be a time such as 07:30", "cần giờ dạng 07:30"
NOT_DATE = "'{0}' is not a date such as 30/04/2026", "“{0}” không phải ngày dạng 30/04/2026"
NOT_WORKED = "'{0}' is not written as 25/04/2026 = T2", "“{0}” chưa đúng dạng 25/04/2026 = T2"
NOT_CHOSEN = "must be one of the choices", "cần chọn một trong danh sách"


@dataclass
class Typed:
    """What stands in a section's fields: of its words by path, and of its rows, each by word."""

    words: dict[str, Value] = field(default_factory=dict)
    rows: list[dict[str, Value]] = field(default_factory=list)


class NotRead(Exception):
    """A field cannot be read; two sentences."""

    def __init__(self, sentences: tuple[str, str], what: str = "") -> None:
        self.en, self.vi = (sentence.format(what) for sentence in sentences)
        super().__init__(self.en)


def built(plan: Plan) -> dict[str, Any]:
    """A plan as plain tables and lists, with dates and times."""
    tables: dict[str, Any] = msgspec.to_builtins(plan, builtin_types=(date, time))
    tables[OWN] = [{"service": one["id"], **window} for one in tables["services"] for window in one["windows"]]
    return tables


def fill(section: Section, plan: Plan) -> Typed:
    """What the fields of a section show of a plan."""
    tables = built(plan)
    words = {word.name: write(word, _get(tables, word.name)) for word in section.words}
    rows = section.rows
    listed = _get(tables, rows.path) if rows else []
    of = rows.words if rows else ()
    return Typed(words, [{word.name: write(word, _get(row, word.name)) for word in of} for row in listed])


def typed(section: Section, form: Mapping[str, Sequence[str]]) -> Typed:
    """What was typed, from a form's names and values; what is not there is empty."""
    words = {word.name: _given(word, form, word.name) for word in section.words}
    rows = section.rows
    if rows is None:
        return Typed(words)
    pattern = re.compile(rf"{re.escape(rows.path)}\[(\d{{1,4}})\]\.")
    places = sorted({int(found[1]) for name in form if (found := pattern.match(name))})[:MOST_ROWS]
    made = [{w.name: _given(w, form, f"{rows.path}[{at}].{w.name}") for w in rows.words} for at in places]
    return Typed(words, made)


def _given(word: Word, form: Mapping[str, Sequence[str]], name: str) -> Value:
    values = [str(value)[:MOST_LETTERS] for value in form.get(name, ())]
    if word.kind in LISTS:
        return values
    return values[-1] if values else ""


def rearrange(rows: Rows, typed: Typed, what: str) -> None:
    """Do to the rows what a button asks: `add`, `drop:3`, `up:3`, `down:3`."""
    verb, _, place = what.partition(":")
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else len(typed.rows)
    if verb == "add" and len(typed.rows) < MOST_ROWS:
        typed.rows.append(_new(rows, typed))
    elif verb == "drop" and at < len(typed.rows):
        del typed.rows[at]
    elif verb in ("up", "down"):
        to = at - 1 if verb == "up" else at + 1
        if at < len(typed.rows) and 0 <= to < len(typed.rows):
            typed.rows[at], typed.rows[to] = typed.rows[to], typed.rows[at]


def _new(rows: Rows, typed: Typed) -> dict[str, Value]:
    """A row to fill in: of windows a likely one, of others an empty one in the zone of the row before."""
    likely: dict[str, Value] = {
        "issue_from": "07:00",
        "issue_until": "16:30",
        "serve_until": "17:00",
        "days": ["1", "2", "3", "4", "5"],
        "minutes": "8",
        "head_start": "0",
        "cap": "0",
    }
    if typed.rows:
        likely["zone"] = typed.rows[-1].get("zone", "")
    row: dict[str, Value] = {}
    for word in rows.words:
        nothing: Value = [] if word.kind in LISTS else "0" if word.name.startswith("quota.") else ""
        row[word.name] = likely.get(word.name, nothing)
    return row


def parse(section: Section, typed: Typed, plan: Plan) -> tuple[Plan | None, list[Fault]]:
    """The plan with what was typed in its place, or what of it cannot be read."""
    tables = built(plan)
    found: list[Fault] = []
    for word in section.words:
        found += _put(tables, word, word.name, typed.words.get(word.name, ""), word.name)
    if section.rows:
        rows: list[dict[str, Any]] = []
        before = _get(tables, section.rows.path)
        for at, values in enumerate(typed.rows):
            row = dict(_like(before, values))
            for word in section.rows.words:
                found += _put(
                    row, word, word.name, values.get(word.name, ""), f"{section.rows.path}[{at}].{word.name}"
                )
            rows.append(row)
        _set(tables, section.rows.path, rows)
    if found:
        return None, found
    _name_rows(section, tables)
    _settle(section, tables)
    return msgspec.convert(tables, Plan), []


def _like(before: list[dict[str, Any]], values: Mapping[str, Value]) -> dict[str, Any]:
    """The row of the plan with the id that was typed: what the form does not show of it stays."""
    return next((row for row in before if "id" in row and row["id"] == values.get("id")), {})


def _put(table: dict[str, Any], word: Word, name: str, value: Value, path: str) -> Iterator[Fault]:
    try:
        _set(table, name, read(word, value))
    except NotRead as fault:
        yield Fault(path, fault.en, fault.vi)


def _name_rows(section: Section, tables: dict[str, Any]) -> None:
    """Give rows without an id one after their name."""
    if section.rows is None or not any(word.name == "id" and word.optional for word in section.rows.words):
        return
    rows = _get(tables, section.rows.path)
    taken = {row["id"] for row in rows}
    for row in rows:
        if not row["id"]:
            row["id"] = free = slug(row["name"]) or section.rows.path.rpartition(".")[2][:-1]
            counted = 2
            while row["id"] in taken:
                row["id"], counted = f"{free}-{counted}", counted + 1
            taken.add(row["id"])


def _settle(section: Section, tables: dict[str, Any]) -> None:
    """Put a list that is shown on its own back where it belongs, and let nobody serve what is gone."""
    own = tables.pop(OWN)
    if section.id == "own-hours":
        for service in tables["services"]:
            service["windows"] = [
                {name: value for name, value in row.items() if name != "service"}
                for row in own
                if row["service"] == service["id"]
            ]
    if section.id == "services":
        known = {service["id"] for service in tables["services"]}
        for counter in tables["counters"]:
            counter["services"] = [one for one in counter["services"] if one in known]


def slug(name: str) -> str:
    """A name as an id: `Đăng ký kinh doanh` is `dang-ky-kinh-doanh`."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return re.sub("[^a-z0-9]+", "-", "".join(c for c in plain if c.isascii()))[:40].strip("-")


def write(word: Word, value: Any) -> Value:
    """A value of the plan as its field shows it."""
    match word.kind:
        case Kind.TIME:
            return value.isoformat() if value.second or value.microsecond else f"{value:%H:%M}"
        case Kind.FLAG:
            return "on" if value else ""
        case Kind.NUMBER:
            return str(value).removesuffix(".0").replace(".", ",")
        case Kind.LINES:
            return "\n".join(value)
        case Kind.DATES:
            return "\n".join(f"{day:%d/%m/%Y}" for day in value)
        case Kind.WORKED:
            names = dict(WEEKDAYS)
            return "\n".join(f"{day:%d/%m/%Y} = {names.get(str(as_), as_)}" for day, as_ in value.items())
        case Kind.DAYS | Kind.TICKS:
            return [str(one) for one in value]
        case _:
            return "" if value is None else str(value)


def read(word: Word, value: Value) -> Any:
    """What was typed as a value of the plan; raises NotRead."""
    if isinstance(value, list):
        return [int(one) for one in value if one.isdecimal()] if word.kind is Kind.DAYS else value
    text = value.strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    match word.kind:
        case Kind.WHOLE:
            return _whole(text, word.optional)
        case Kind.NUMBER:
            return _number(text)
        case Kind.TIME:
            return _time(text)
        case Kind.FLAG:
            return bool(text)
        case Kind.CHOICE:
            if not isinstance(word.choices, str) and text not in dict(word.choices):
                raise NotRead(NOT_CHOSEN)
            return text
        case Kind.LINES:
            return lines
        case Kind.DATES:
            return [_date(line, NOT_DATE) for line in lines]
        case Kind.WORKED:
            return dict(map(_worked, lines))
        case _:
            return text


def _whole(text: str, optional: bool) -> int | None:
    if optional and not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise NotRead(NOT_WHOLE)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,9}([.,][0-9]{1,9})?", text):
        raise NotRead(NOT_NUMBER)
    return float(text.replace(",", "."))


def _time(text: str) -> time:
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", text):
        raise NotRead(NOT_TIME)
    try:
        return time.fromisoformat(text.zfill(5) if text.count(":") == 1 else text)
    except ValueError:
        raise NotRead(NOT_TIME) from None


def _date(text: str, sentences: tuple[str, str], what: str = "") -> date:
    found = re.fullmatch("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        raise NotRead(sentences, what or text) from None


def _worked(line: str) -> tuple[date, int]:
    day, _, weekday = (part.strip() for part in line.partition("="))
    numbers = {name: int(value) for value, name in WEEKDAYS}
    known = numbers.get(weekday.upper()) or (int(weekday) if weekday in dict(WEEKDAYS) else 0)
    if not known:
        raise NotRead(NOT_WORKED, line)
    return _date(day, NOT_WORKED, line), known


def _get(table: Mapping[str, Any], path: str) -> Any:
    for name in path.split("."):
        table = table[name]
    return table


def _set(table: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        table = table.setdefault(name, {})
    table[last] = value
