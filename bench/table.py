"""The form of every bench: rows of {figure, unit, ours, goal, reached, peers}, printed and written as JSON."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path("var/bench")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `goal` is the most it may be, with `at_least` the least, None where none was set; `peers` are
    others' values of it."""

    figure: str
    unit: str
    ours: float
    goal: float | None = None
    peers: dict[str, float] = field(default_factory=dict)
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ours >= self.goal if self.at_least else self.ours <= self.goal


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def report(name: str, rows: list[Row], notes: Sequence[str] = ()) -> None:
    """Print the table and write it to `var/bench/<name>.json`; `notes`: what one must know of this run, a line
    each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "bench": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        **({"notes": list(notes)} if notes else {}),
        "rows": [asdict(row) | {"reached": row.reached} for row in rows],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    wide = max((len(row.figure) for row in rows), default=0)
    print(f"{name}, {content['machine']}, {content['at']}")
    for note in notes:
        print(note)
    print(f"{'figure':<{wide}}  {'ours':>10}  {'goal':>10}  reached")
    for row in rows:
        goal = "–" if row.goal is None else f"{row.goal:g}"
        said = {True: "yes", False: "NO", None: "–"}[row.reached]
        print(f"{row.figure:<{wide}}  {_said(row.ours):>10}  {goal:>10}  {said:<7} {row.unit}")
        for peer, value in row.peers.items():
            print(f"{'':<{wide}}  {_said(value):>10}  {peer}")


def _said(value: float) -> str:
    """With one decimal; with two below ten, where ratios are."""
    return f"{value:.2f}" if abs(value) < 10 and value != int(value) else f"{value:.1f}"
