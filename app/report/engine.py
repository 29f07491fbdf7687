"""DuckDB as the report uses it: in memory, one thread, no network, no more memory than a web process can spare.

Imported when a report is first asked for.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import msgspec

from app.report.lines import COLUMNS, Line

OPTIONS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "400MB",
    "autoinstall_known_extensions": False,
}
_encode = msgspec.json.Encoder().encode
_COLUMNS = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items()) + "}"
_DEFAULTS = {"VARCHAR": "''", "TINYINT": "0", "INTEGER": "0", "BOOLEAN": "false"}
_MAYBE = frozenset({"waited", "took", "away", "early"})  # may be unknown


@contextlib.contextmanager
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="goiso-report-") as folder,
        duckdb.connect(config=OPTIONS | {"temp_directory": folder}) as database,
    ):
        database.execute("SET enable_progress_bar = false")  # it would be printed
        yield database


def gather(
    database: duckdb.DuckDBPyConnection, files: Sequence[Path], lines: Iterable[Line], only: str = "true"
) -> None:
    """Make a view `lines` of the lines in Parquet files, those for which `only` (SQL) holds, and of others in
    memory."""
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl", prefix="goiso-report-") as written:
        written.writelines(_encode(line) + b"\n" for line in lines)
        written.flush()
        database.execute("SET VARIABLE written = ?", [written.name])
        source = f"read_json(getvariable('written'), format = 'newline_delimited', columns = {_COLUMNS})"
        database.execute(f"CREATE TEMP TABLE fresh AS SELECT {', '.join(map(_given, COLUMNS))} FROM {source}")
    view = "FROM fresh"
    if files:
        database.execute("SET VARIABLE files = ?", [[str(file) for file in files]])
        columns = ", ".join(COLUMNS)
        view += f" UNION ALL SELECT {columns} FROM read_parquet(getvariable('files')) WHERE {only}"
    database.execute(f"CREATE TEMP VIEW lines AS {view}")


def _given(name: str) -> str:
    """A column of written lines: what was left out is the default."""
    return name if name in _MAYBE else f"coalesce({name}, {_DEFAULTS.get(COLUMNS[name], '0')}) AS {name}"
