"""A report as tables: the same for the page, for CSV and for XLSX. Cells are plain values; how they are written is
the business of whoever shows them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.report.figures import Faces, Numbers, Report, Stays, Times

Cell = str | int | float | None
CHANNELS = {"web": "Trực tuyến", "kiosk": "Ki-ốt", "desk": "Tại quầy"}
MINUTE, HOUR = 60_000, 3_600_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its `kind` (text, count, minutes, hours, share), whether the page has it too."""

    vi: str
    en: str
    kind: str
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have a cell for each column; the first one or two are names."""

    id: str
    vi: str
    en: str
    columns: tuple[Column, ...]
    rows: list[list[Cell]]

    def shown(self) -> "Table":
        """The table without the columns that only exports have."""
        places = [at for at, column in enumerate(self.columns) if column.is_shown]
        rows = [[row[at] for at in places] for row in self.rows]
        return Table(self.id, self.vi, self.en, tuple(self.columns[at] for at in places), rows)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: centers, (center, service), logins. What is in no plan any more is called by its id."""

    centers: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[tuple[str, str], str] = field(default_factory=dict)
    clerks: Mapping[str, str] = field(default_factory=dict)


def _times(vi: str, en: str, is_shown: bool = True) -> tuple[Column, ...]:
    return (
        Column(f"{vi}, trung bình", f"{en}, mean", "minutes", is_shown),
        Column(f"{vi}, trung vị", f"{en}, median", "minutes", is_shown),
        Column(f"{vi}, 90 %", f"{en}, 90 %", "minutes", is_shown),
    )


_NUMBERS = (
    Column("Số đã lấy", "Taken", "count"),
    Column("Đã phục vụ", "Served", "count"),
    Column("Vắng mặt", "Absent", "count"),
    Column("Hết hiệu lực", "Expired", "count"),
    Column("Trả lại", "Given back", "count"),
    Column("Chưa xong", "Not over", "count", False),
    *_times("Chờ", "Wait"),
    *_times("Chờ tại chỗ", "In the room", False),
    *_times("Giao dịch", "Visit"),
    Column("Giữ giờ hẹn", "Promise kept", "share"),
    Column("Đúng khoảng chờ", "Within range", "share"),
    Column("Sớm hơn khoảng chờ", "Before the range", "share", False),
    Column("Bị vượt", "Overtaken", "count", False),
    Column("Bị vượt nhiều nhất", "Most often overtaken", "count", False),
    Column("Đỡ chờ trong phòng (giờ)", "Crowd avoided (hours)", "hours", False),
    Column("Lượt đánh giá", "Ratings", "count", False),
    Column("Hài lòng", "Satisfied", "share"),
)
_STAYS = (
    Column("Lượt gọi", "Calls", "count"),
    Column("Đã phục vụ", "Served", "count"),
    Column("Không ai đến", "Nobody came", "count"),
    Column("Khách không số", "Guests", "count"),
    Column("Gọi đích danh", "Called by name", "count"),
    *_times("Chờ", "Wait", False),
    *_times("Giao dịch", "Visit"),
    Column("Lượt đánh giá", "Ratings", "count", False),
    Column("Hài lòng", "Satisfied", "share"),
)


def tables_of(report: Report, names: Names) -> list[Table]:
    """All tables of a report, the whole first. With several centers a further column names the center, and there
    is a table of them."""
    several = len(report.asked.centers) > 1
    center = Column("Trung tâm", "Center", "text")
    first = (center,) if several else ()

    def with_center(key: tuple[str, str], name: str) -> list[Cell]:
        return [names.centers.get(key[0], key[0]), name] if several else [name]

    def services(key: tuple[str, str]) -> list[Cell]:
        return with_center(key, names.services.get(key, key[1]))

    def clerks(key: tuple[str, str]) -> list[Cell]:
        return with_center(key, names.clerks.get(key[1], key[1]))

    def counters(key: tuple[str, str]) -> list[Cell]:
        return with_center(key, key[1])

    def centers(key: str) -> list[Cell]:
        return [names.centers.get(key, key)]

    numbers, stays = partial(_table, _NUMBERS, _number_cells), partial(_table, _STAYS, _stay_cells)
    whole, day = Column("Toàn bộ", "In all", "text"), Column("Ngày", "Day", "text")
    hour, channel = Column("Giờ lấy số", "Hour taken", "text"), Column("Kênh", "Channel", "text")
    service = (*first, Column("Lĩnh vực", "Service", "text"))
    counter, clerk = Column("Quầy", "Counter", "text"), Column("Nhân viên", "Clerk", "text")
    made = [
        numbers("all", "Tổng cộng", "In all", (whole,), {"Tất cả": report.all}, lambda key: [key]),
        numbers("services", "Theo lĩnh vực", "By service", service, _as_planned(report, names), services),
        stays("counters", "Theo quầy", "By counter", (*first, counter), report.counters, counters),
        stays("clerks", "Theo nhân viên", "By clerk", (*first, clerk), report.clerks, clerks),
        numbers("hours", "Theo giờ", "By hour", (hour,), report.hours, lambda at: [f"{at:02}:00–{at:02}:59"]),
        numbers(
            "channels", "Theo kênh", "By channel", (channel,), report.channels, lambda k: [CHANNELS.get(k, k)]
        ),
        numbers("dates", "Theo ngày", "By day", (day,), report.dates, lambda key: [day_of(key)]),
    ]
    if several:
        made.insert(1, numbers("centers", "Theo trung tâm", "By center", (center,), report.centers, centers))
    return made


def _as_planned(report: Report, names: Names) -> dict[tuple[str, str], Numbers]:
    """The services in the order of `names`, which is the plans'; those that are in no plan any more after them."""
    places = {key: place for place, key in enumerate(names.services)}
    order = sorted(report.services, key=lambda key: places.get(key, len(places)))
    return {key: report.services[key] for key in order}


def day_of(date: str) -> str:
    """An ISO date as it is written here: 03/04/2020."""
    year, month, day = date.split("-")
    return f"{day}/{month}/{year}"


def _table(
    figures: tuple[Column, ...],
    cells: Callable[[Any], list[Cell]],
    id_: str,
    vi: str,
    en: str,
    keys: tuple[Column, ...],
    rows: Mapping[Any, Numbers | Stays],
    name: Callable[[Any], list[Cell]],
) -> Table:
    """A table of `rows`: what each is called under `keys`, then its `cells` under `figures`."""
    return Table(id_, vi, en, keys + figures, [name(key) + cells(row) for key, row in rows.items()])


def _number_cells(row: Numbers) -> list[Cell]:
    ends: list[Cell] = [row.issued, row.served, row.absent, row.expired, row.cancelled, row.open]
    kept = [ratio(row.kept, row.promised), ratio(row.within, row.ranged), ratio(row.early, row.ranged)]
    more: list[Cell] = [row.overtaken, row.most_overtaken, row.away / HOUR]
    return [*ends, *_minutes(row.wait), *_minutes(row.room), *_minutes(row.visit), *kept, *more, *rated(row.faces)]


def _stay_cells(row: Stays) -> list[Cell]:
    counts: list[Cell] = [row.calls, row.served, row.absent, row.guests, row.by_name]
    return [*counts, *_minutes(row.wait), *_minutes(row.visit), *rated(row.faces)]


def _minutes(times: Times) -> list[Cell]:
    return [None if one is None else one / MINUTE for one in (times.mean, times.median, times.ninety)]


def ratio(part: int, whole: int) -> float | None:
    """The share of a part; `None` of nothing."""
    return part / whole if whole else None


def rated(faces: Faces | None) -> tuple[int | None, float | None]:
    """How many ratings, and the share of the two good faces; `None` where they are not shown."""
    if faces is None:
        return None, None
    many = sum(faces)
    return many, ratio(faces[2] + faces[3], many)
