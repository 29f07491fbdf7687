"""Counts the report's figures with DuckDB, over the copies of closed days and the lines of days that run still.

Blocking: a web process calls it in a thread, and imports it only then: DuckDB is some 30 MB.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from app.domain.states import TicketState
from app.report.engine import engine, gather
from app.report.figures import FACES, LEAST_RATINGS, Asked, Faces, Numbers, Report, Stays, Times
from app.report.lines import DAY, NUMBER, STAY, Line

_STATES = ", ".join(f"'{state.value}'" for state in TicketState)
_ENDS = "'finished', 'absent', 'expired', 'cancelled'"
_NUMBERS = {
    "issued": "count(*)",
    "served": "count(*) FILTER (state = 'finished')",
    "absent": "count(*) FILTER (state = 'absent')",
    "expired": "count(*) FILTER (state = 'expired')",
    "cancelled": "count(*) FILTER (state = 'cancelled')",
    "open": f"count(*) FILTER (state NOT IN ({_ENDS}))",
    "promised": "count(early)",
    "kept": "count(*) FILTER (NOT early)",
    "ranged": "count(*) FILTER (ranged <> '')",
    "within": "count(*) FILTER (ranged = 'within')",
    "early": "count(*) FILTER (ranged = 'early')",
    "overtaken": "count(*) FILTER (overtaken > 0)",
    "most_overtaken": "coalesce(max(overtaken), 0)",
    "away_count": "count(away)",
    "away": "coalesce(sum(away), 0)::BIGINT",
}
_NUMBER_TIMES = {"wait": "waited", "room": "room", "visit": "took"}
_STAYS = {
    "calls": "count(*) FILTER (NOT guest)",
    "served": "count(*) FILTER (state = 'finished' AND NOT guest)",
    "absent": "count(*) FILTER (state IN ('absent', 'aside'))",
    "guests": "count(*) FILTER (guest)",
    "by_name": "count(*) FILTER (by_name)",
}
_STAY_TIMES = {"wait": "waited", "visit": "took"}
_ONLY = "day BETWEEN getvariable('first') AND getvariable('last')"
_NOT_ALSO = " AND NOT list_contains(getvariable('also'), center || '/' || day)"
_QUANTILES = "quantile_cont({}, [0.5, 0.9])"
_TABLES = f"""CREATE TEMP TABLE numbers AS SELECT
        center, day, service, channel, hour, early, overtaken, face,
        state::ENUM ({_STATES}) AS state, ranged::ENUM ('', 'within', 'early', 'late') AS ranged,
        waited::INTEGER AS waited, took::INTEGER AS took, away::INTEGER AS away,
        CASE WHEN channel <> 'web' THEN waited WHEN away IS NOT NULL THEN waited - away END::INTEGER AS room
    FROM lines WHERE kind = '{NUMBER}';
    CREATE TEMP TABLE stays AS SELECT
        center, counter, clerk, number = '' AS guest, state, by_name, face,
        waited::INTEGER AS waited, took::INTEGER AS took
    FROM lines WHERE kind = '{STAY}'"""  # narrow types: a day in ms fits an INTEGER


def count(asked: Asked, files: Sequence[Path], running: Iterable[Line]) -> Report:
    """The report of the lines in the files of the centers asked for, and of others that come from memory; of a day
    that is in both, those from memory count."""
    fresh = [line for line in running if line.center in asked.centers and asked.first <= line.day <= asked.last]
    also = [f"{line.center}/{line.day}" for line in fresh if line.kind == DAY]
    with engine() as database:
        for name, value in (("first", asked.first), ("last", asked.last), ("also", also)):
            database.execute(f"SET VARIABLE {name} = ?", [value])
        gather(database, files, fresh, _ONLY + (_NOT_ALSO if also else ""))
        database.execute(_TABLES)
        [(guests,)] = database.execute("SELECT count(*) FROM stays WHERE guest").fetchall()
        return Report(
            asked,
            _numbers(database, "1").get(1, Numbers()),
            guests,
            _days(database),
            _numbers(database, "center"),
            _numbers(database, "day"),
            _numbers(database, "hour"),
            _numbers(database, "channel"),
            _numbers(database, "(center, service)"),
            _stays(database, "(center, counter)"),
            _stays(database, "(center, clerk)"),
        )


def _days(database: DuckDBPyConnection) -> dict[str, list[str]]:
    rows = database.execute(
        f"SELECT center, list(DISTINCT day) FROM lines WHERE kind = '{DAY}' GROUP BY ALL"
    ).fetchall()
    return {center: sorted(days) for center, days in rows}


def _numbers(database: DuckDBPyConnection, key: str) -> dict[Any, Numbers]:
    """The figures of the numbers by a key (SQL), in its order."""
    rows = _rows(database, key, "numbers", _NUMBERS, _NUMBER_TIMES)
    return {which: Numbers(**row) for which, row in rows.items()}


def _stays(database: DuckDBPyConnection, key: str) -> dict[Any, Stays]:
    """The figures of the stays at counters by a key (SQL), in its order."""
    rows = _rows(database, key, "stays", _STAYS, _STAY_TIMES)
    return {which: Stays(**row) for which, row in rows.items()}


def _rows(
    database: DuckDBPyConnection, key: str, table: str, plain: dict[str, str], times: dict[str, str]
) -> dict[Any, dict[str, Any]]:
    """A table's figures by name for each key: plain ones, lengths, how many of each face."""
    lengths = [part for one in times.values() for part in (f"count({one})", f"avg({one})", _QUANTILES.format(one))]
    faces = [f"count(*) FILTER (face = {face})" for face in FACES]
    columns = ", ".join([*plain.values(), *lengths, *faces])
    found = {}
    query = f"SELECT {key} AS key, {columns} FROM {table} GROUP BY key ORDER BY key"
    for which, *row in database.execute(query).fetchall():
        figures = dict(zip(plain, row, strict=False))
        for at, name in enumerate(times):
            many, mean, quantiles = row[len(plain) + 3 * at :][:3]
            figures[name] = Times(many, mean, *(quantiles or (None, None)))
        found[which] = figures | {"faces": tuple(row[-len(FACES) :])}
    faces_shown = shown([figures["faces"] for figures in found.values()])
    return {
        which: figures | {"faces": rated}
        for (which, figures), rated in zip(found.items(), faces_shown, strict=True)
    }


def shown(rated: Sequence[Faces | None]) -> list[Faces | None]:
    """The ratings of the rows of one table, without those of which fewer than `LEAST_RATINGS` would tell who. What
    is left out must not be found by taking the rest from the sum: when it is too few together, the row with the
    fewest is left out as well. A row without ratings says so: that tells nothing."""
    counts = [sum(faces or ()) for faces in rated]
    hidden = {at for at, many in enumerate(counts) if 0 < many < LEAST_RATINGS}
    if hidden and sum(counts[at] for at in hidden) < LEAST_RATINGS:
        rest = [at for at, many in enumerate(counts) if many and at not in hidden]
        hidden |= {min(rest, key=counts.__getitem__)} if rest else set()
    return [None if at in hidden else faces for at, faces in enumerate(rated)]
