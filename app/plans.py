"""Plans as TOML files: read with the path of each fault, written back. Called by the command line and wiring."""

from pathlib import Path

import msgspec

from app.domain.plan import Plan, faults
from app.domain.refusals import BadPlan


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; raises BadPlan naming every fault that can be told at once."""
    try:
        plan = msgspec.toml.decode(path.read_bytes(), type=Plan)
    except OSError as fault:
        raise BadPlan(what=f"{path}: {fault.strerror}") from fault
    except msgspec.MsgspecError as fault:
        raise BadPlan(what=f"{path}: {fault}") from fault
    if found := faults(plan):
        raise BadPlan(what="; ".join(map(str, found)))
    return plan
