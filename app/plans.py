"""Plans as TOML files: read with the path of each fault. Called by the command line and wiring."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from app.domain.faults import Fault, faults
from app.domain.plan import Plan
from app.domain.refusals import BadPlan


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; raises BadPlan naming every fault that can be told at once."""
    try:
        written = msgspec.toml.decode(path.read_bytes())
        plan = msgspec.convert(written, Plan)
    except OSError as fault:
        raise BadPlan(what=f"{path}: {fault.strerror}") from fault
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadPlan(what=f"{path}: {fault}") from fault
    if found := [*_unknown_words(Plan, written, ""), *faults(plan)]:
        raise BadPlan(what="\n".join(["", *map(str, found)]))
    return plan


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
                yield Fault(here, "no plan knows this word")
    elif get_origin(kind) is tuple and isinstance(written, list):
        for at, value in enumerate(written):
            yield from _unknown_words(get_args(kind)[0], value, f"{path}[{at}]")
