"""The form of every bench: rows of {figure, unit, ours, goal, reached, peers}, printed and written as JSON."""

import json
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path("var/bench")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `goal` is the most it may be, None where none was set; `peers` are others' values of it."""

    figure: str
    unit: str
    ours: float
    goal: float | None = None
    peers: dict[str, float] = field(default_factory=dict)

    @property
    def reached(self) -> bool | None:
        return None if self.goal is None else self.ours <= self.goal


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def report(name: str, rows: list[Row]) -> None:
    """Print the table and write it to `var/bench/<name>.json`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "bench": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "rows": [asdict(row) | {"reached": row.reached} for row in rows],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    wide = max(len(row.figure) for row in rows)
    print(f"{name}, {content['machine']}")
    print(f"{'figure':<{wide}}  {'ours':>10}  {'goal':>10}  reached")
    for row in rows:
        goal = "–" if row.goal is None else f"{row.goal:g}"
        said = {True: "yes", False: "NO", None: "–"}[row.reached]
        print(f"{row.figure:<{wide}}  {row.ours:>10.1f}  {goal:>10}  {said:<7} {row.unit}")
        for peer, value in row.peers.items():
            print(f"{'':<{wide}}  {value:>10.1f}  {peer}")
