"""Plans as TOML: read with the path of each fault, written so that reading gives the same plan. Called by the
command line, the wiring and the plan's pages."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from app.domain.faults import Fault, faults
from app.domain.plan import Plan, VoiceLengths
from app.domain.refusals import BadPlan


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; raises BadPlan naming every fault that can be told at once."""
    try:
        plan, found = parse_plan(path.read_bytes())
    except OSError as fault:
        raise BadPlan(what=f"{path}: {fault.strerror}") from fault
    except BadPlan as fault:
        raise BadPlan(what=f"{path}: {fault.data['what']}") from fault
    if found:
        raise BadPlan(what="\n".join(["", *map(str, found)]))
    return plan


def parse_plan(text: bytes) -> tuple[Plan, list[Fault]]:
    """The plan written in TOML, and what is wrong with it; raises BadPlan when it is no plan at all."""
    try:
        written = msgspec.toml.decode(text)
        plan = msgspec.convert(written, Plan)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise BadPlan(what=str(fault)) from fault
    return plan, [*_unknown_words(Plan, written, ""), *faults(plan)]


def _unknown_words(kind: Any, written: Any, path: str) -> Iterator[Fault]:
    """The keys of a table that no plan knows: most likely a slip of the pen."""
    if is_dataclass(kind):
        known = get_type_hints(kind)
        names = {field.name for field in fields(kind)}
        for name, value in written.items():
            here = f"{path}.{name}".lstrip(".")
            if name in names:
                yield from _unknown_words(known[name], value, here)
            else:
                yield Fault(here, "no plan knows this word", "kế hoạch không có mục này")
    elif get_origin(kind) is tuple and isinstance(written, list):
        for at, value in enumerate(written):
            yield from _unknown_words(get_args(kind)[0], value, f"{path}[{at}]")


def write_plan(plan: Plan) -> str:
    """The plan as TOML, in the order of its words; what has its default is left out, as people write plans."""
    lines, tables = [], []
    for name, value in _said(plan):
        if is_dataclass(value):
            tables += ["", f"[{name}]", *(f"{inner} = {_value(said)}" for inner, said in _said(value))]
        elif value and isinstance(value, tuple) and is_dataclass(value[0]):
            for one in value:
                tables += ["", f"[[{name}]]", *(f"{inner} = {_value(said)}" for inner, said in _said(one))]
        else:
            lines.append(f"{name} = {_value(value)}")
    return "\n".join([*lines, *tables, ""])


def plan_text(plan: Plan) -> str:
    """The TOML of a plan as staff give it away: without the voice lengths, which belong to the pack."""
    return write_plan(replace(plan, voice=VoiceLengths()))


def _said(thing: Any) -> Iterator[tuple[str, Any]]:
    """The words of a table that are not as they would be by themselves."""
    for one in fields(thing):
        value = getattr(thing, one.name)
        if value != _default(one):
            yield one.name, value


def _default(one: Field[Any]) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _value(value: Any) -> str:
    """A value on one line; a list of tables has a line for each."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case int() | float():
            return repr(value)
        case date() | time():
            return value.isoformat()
        case dict():
            return _table((_key(key), said) for key, said in value.items())
        case tuple() if value and is_dataclass(value[0]):
            return "[\n" + "".join(f"    {_value(one)},\n" for one in value) + "]"
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return _table(_said(value))


def _table(pairs: Any) -> str:
    inside = ", ".join(f"{key} = {_value(said)}" for key, said in pairs)
    return f"{{ {inside} }}" if inside else "{}"


def _key(key: str | date) -> str:
    return key.isoformat() if isinstance(key, date) else _text(key)


def _text(text: str) -> str:
    """A basic string (TOML 1.0): quotes, backslashes and what is no printable letter are escaped."""
    escaped = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    letters = (escaped.get(letter) or _letter(letter) for letter in text)
    return f'"{"".join(letters)}"'


def _letter(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04X}" if code < 0x20 or code == 0x7F else letter
