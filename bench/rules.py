"""`make bench-rules`: what the rule book reaches, in one table.

Each part is a module with `rows()`, which measures and returns its rows.
"""

from bench import commits, forecasts, verbs, waits
from bench.table import report

PARTS = (waits, forecasts, verbs, commits)


def main() -> None:
    report("rules", [row for part in PARTS for row in part.rows()])


if __name__ == "__main__":
    main()
