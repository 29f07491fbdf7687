"""Two editors at once: what one changed is put into the plan that the other has put in force meanwhile."""

from datetime import date, time
from typing import Any

import msgspec

from app.domain.plan import Plan


def merge(base: Plan, mine: Plan, theirs: Plan) -> Plan:
    """`theirs` with what `mine` changed of `base`: word by word, rows by their id. What both changed is mine."""
    one, two, three = (msgspec.to_builtins(plan, builtin_types=(date, time)) for plan in (base, mine, theirs))
    return msgspec.convert(_merge(one, two, three), Plan)


def _merge(base: Any, mine: Any, theirs: Any) -> Any:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if all(isinstance(one, dict) for one in (base, mine, theirs)):
        return _tables(base, mine, theirs)
    if all(_has_ids(one) for one in (base, mine, theirs)):
        return _rows(base, mine, theirs)
    return mine


def _tables(base: dict[Any, Any], mine: dict[Any, Any], theirs: dict[Any, Any]) -> dict[Any, Any]:
    merged = {}
    for name in dict.fromkeys((*theirs, *mine)):
        kept = _merge(*(one.get(name, _GONE) for one in (base, mine, theirs)))
        if kept is not _GONE:
            merged[name] = kept
    return merged


def _rows(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """Rows by id, in my order if I changed it, with what is new of theirs at the end."""
    tables = [{row["id"]: row for row in rows} for rows in (base, mine, theirs)]
    merged = _tables(*tables)
    ids = [list(table) for table in tables]
    first, second = (ids[2], ids[1]) if ids[1] == ids[0] else (ids[1], ids[2])
    return [merged[name] for name in dict.fromkeys((*first, *second)) if name in merged]


def _has_ids(rows: Any) -> bool:
    """Whether these are rows, each with an id of its own."""
    if not isinstance(rows, list | tuple) or not all(isinstance(row, dict) and "id" in row for row in rows):
        return False
    return len({row["id"] for row in rows}) == len(rows)


_GONE: Any = object()
