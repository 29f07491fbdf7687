"""What differs between two plans, in words: old and new side by side, as the preview and the history tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.plan import Plan
from app.web.plan_forms import Typed, fill
from app.web.plan_sections import OWN, SECTIONS
from app.web.plan_shapes import Kind, Rows, Section, Word

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is other: in which section, of what, and how it was and will be written."""

    section: str
    what: str
    old: str
    new: str


def changes(old: Plan, new: Plan) -> list[Changed]:
    """All that differs, section by section; a row that came or went is one change."""
    return [change for section in SECTIONS for change in _section(section, old, new)]


def _section(section: Section, old: Plan, new: Plan) -> Iterator[Changed]:
    before, after = fill(section, old), fill(section, new)
    for word in section.words:
        was, will = before.words[word.name], after.words[word.name]
        if was != will:
            yield Changed(section.vi, word.vi, _said(word, was, old), _said(word, will, new))
    if section.rows:
        yield from _rows(section, section.rows, (before, old), (after, new))


def _rows(
    section: Section, rows: Rows, before: tuple[Typed, Plan], after: tuple[Typed, Plan]
) -> Iterator[Changed]:
    was, will = _keyed(rows, before[0]), _keyed(rows, after[0])
    for key in dict.fromkeys((*was, *will)):
        one, two = was.get(key), will.get(key)
        if one is None or two is None:
            row, plan = (one, before[1]) if two is None else (two, after[1])
            assert row is not None
            told = ", ".join(
                f"{w.vi}: {s}" for w in rows.words[1:] if (s := _said(w, row[w.name], plan)) != NOTHING
            )
            what = f"{rows.vi} {_name(rows, row, plan)}"
            yield Changed(section.vi, what, *((told, "bỏ") if two is None else ("mới", told)))
            continue
        for word in rows.words:
            if one[word.name] != two[word.name]:
                what = f"{rows.vi} {_name(rows, one, before[1])} · {word.vi}"
                yield Changed(
                    section.vi, what, _said(word, one[word.name], before[1]), _said(word, two[word.name], after[1])
                )
    stay = [key for key in was if key in will]
    if stay != [key for key in will if key in was]:
        names = [
            ", ".join(_name(rows, table[key], plan) for key in table)
            for table, plan in ((was, before[1]), (will, after[1]))
        ]
        yield Changed(section.vi, "Thứ tự", *names)


def _keyed(rows: Rows, typed: Typed) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by what they are: their id, or which they are of their service, or of the center."""
    keyed: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in typed.rows:
        of = row.get("id", row.get("service", ""))
        at = 0
        while (of, at) in keyed:
            at += 1
        keyed[of, at] = row
    return keyed


def _name(rows: Rows, row: dict[str, Any], plan: Plan) -> str:
    """How people call a row."""
    if rows.path in (OWN, "windows"):
        hours = f"{row['issue_from']}–{row['issue_until']}"
        return f"{_said(rows.words[0], row['service'], plan)} {hours}" if rows.path == OWN else hours
    return f"“{row[rows.words[0].name]}”"


def _said(word: Word, value: Any, plan: Plan) -> str:
    """A value as people say it."""
    names = dict(choices_of(word, plan))
    match word.kind:
        case Kind.FLAG:
            return "có" if value else "không"
        case Kind.DAYS | Kind.TICKS:
            return ", ".join(names.get(one, one) for one in value) or NOTHING
        case Kind.CHOICE:
            return names.get(value, value) or NOTHING
        case _:
            return ", ".join(value.splitlines()) or NOTHING


def choices_of(word: Word, plan: Plan) -> tuple[tuple[str, str], ...]:
    """The pairs of value and name that a word may be chosen from."""
    match word.choices:
        case "zones":
            return tuple((zone.id, zone.name) for zone in plan.zones)
        case "services":
            return tuple((service.id, service.name) for service in plan.services)
        case "counters":
            return tuple((counter.id, f"quầy {counter.id}") for counter in plan.counters)
        case tuple() as pairs:
            return pairs
        case _:
            return ()
