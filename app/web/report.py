"""The report: its page, and the same figures as CSV and XLSX. For whoever answers for a center, not for clerks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.accounts.staff import Member, Role
from app.domain.refusals import BadPeriod, NotAllowed, NotSignedIn, Refusal
from app.report.charts import Series, bars
from app.report.exports import csv_lines, xlsx
from app.report.figures import Asked, Report
from app.report.tables import HOUR, MINUTE, Names, Table, day_of, rated, ratio, tables_of
from app.report.words import BY_ID
from app.web.access import member_of
from app.web.answers import page
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.rate import FACES

SEES = tuple(role for role in Role if role is not Role.CLERK)
MOST_DAYS = 366
CHARTED_DAYS = 62  # beyond them a bar is a month
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: the centers they may choose from (id -> name), and what they chose."""

    member: Member
    centers: dict[str, str]
    asked: Asked
    today: date

    @property
    def query(self) -> str:
        return query_of(self.asked.centers, self.asked.first, self.asked.last)

    @property
    def title(self) -> str:
        names = [self.centers[center] for center in self.asked.centers]
        what = names[0] if len(names) == 1 else f"{len(names)} trung tâm"
        first, last = day_of(self.asked.first), day_of(self.asked.last)
        return f"{what}, {first}" if first == last else f"{what}, {first} – {last}"


def query_of(centers: tuple[str, ...], first: str, last: str) -> str:
    return urlencode([*(("center", center) for center in centers), ("from", first), ("until", last)])


async def show(request: Request) -> Response:
    """GET /admin/report?center=…&center=…&from=…&until=…: the first of one's centers, this month until today."""
    try:
        wish, refusal = await _wish(request), None
    except BadPeriod as bad:
        wish, refusal = await _wish(request, is_usual=True), bad
    return await _page(request, wish, refusal)


async def figures_csv(request: Request) -> Response:
    """GET: the figures as CSV."""
    wish = await _wish(request)
    lines = csv_lines(wish.title, await _tables(request, wish))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=_named(wish, "csv"))


async def figures_xlsx(request: Request) -> Response:
    """GET: the figures as an Excel workbook."""
    wish = await _wish(request)
    file = await run_in_threadpool(xlsx, wish.title, await _tables(request, wish))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return StreamingResponse(_chunks(file), media_type=kind, headers=_named(wish, "xlsx"))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _named(wish: Wish, ending: str) -> dict[str, str]:
    which = wish.asked.centers[0] if len(wish.asked.centers) == 1 else "centers"
    name = f"goiso-{which}-{wish.asked.first}-{wish.asked.last}.{ending}"
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


async def _wish(request: Request, is_usual: bool = False) -> Wish:
    """What is asked for, or the usual; raises NotSignedIn, NotAllowed, BadPeriod."""
    member = await member_of(request)
    if member is None:
        raise NotSignedIn()
    parts = parts_of(request)
    mine = {
        center: parts.feed.hall(center).plan.name for center in parts.feed.centers() if member.may(center, *SEES)
    }
    centers = tuple(dict.fromkeys(request.query_params.getlist("center"))) or tuple(mine)[:1]
    if not centers or set(centers) - mine.keys():
        raise NotAllowed()
    today = parts.feed.hall(centers[0]).plan.local(parts.clock()).date()
    usual = today.replace(day=1), today
    first, last = usual if is_usual else _period(request, *usual)
    return Wish(member, mine, Asked(centers, first.isoformat(), last.isoformat()), today)


def _period(request: Request, first: date, last: date) -> tuple[date, date]:
    """The days asked for; raises BadPeriod."""
    try:
        first = date.fromisoformat(request.query_params.get("from") or first.isoformat())
        last = date.fromisoformat(request.query_params.get("until") or last.isoformat())
    except ValueError:
        raise BadPeriod(most=MOST_DAYS) from None
    if not timedelta(0) <= last - first < timedelta(MOST_DAYS):
        raise BadPeriod(most=MOST_DAYS)
    return first, last


async def _tables(request: Request, wish: Wish) -> list[Table]:
    parts = parts_of(request)
    return tables_of(await parts.reports.make(wish.asked), await _names(parts, wish))


async def _names(parts: Parts, wish: Wish) -> Names:
    services = {
        (center, service.id): service.name
        for center in wish.asked.centers
        for service in parts.feed.hall(center).plan.services
    }
    clerks = {member.login: member.name for member in await parts.staff.all()}
    return Names(wish.centers, services, clerks)


async def _page(request: Request, wish: Wish, refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    report = await parts.reports.make(wish.asked)
    tables = tables_of(report, await _names(parts, wish))
    single = len(wish.asked.centers) == 1
    shown = [table.shown() for table in tables[1:] if single or table.id not in ("services", "counters", "clerks")]
    return await page(
        request,
        "report/report.html",
        refusal,
        account=None,
        staff=staff_context(wish.member),
        centers=wish.centers,
        asked=wish.asked,
        title=wish.title,
        query=wish.query,
        today=wish.today.isoformat(),
        periods=_periods(wish),
        all=report.all,
        is_empty=not report.all.issued and not report.guests,
        tiles=_tiles(report),
        faces=list(zip(FACES.values(), report.all.faces or (), strict=False)),
        days=sum(map(len, report.days.values())),
        charts=_charts(report),
        tables=shown,
        meanings=list(BY_ID.values()),
        made=f"{parts.feed.hall(wish.asked.centers[0]).plan.local(parts.clock()):%H:%M, %d/%m/%Y}",
    )


def _periods(wish: Wish) -> list[tuple[str, str, bool]]:
    """Usual periods: what they are called, their query, whether it is the one shown."""
    today, centers = wish.today, wish.asked.centers
    month = today.replace(day=1)
    before = month - timedelta(1)
    monday = today - timedelta(today.weekday())
    usual = [
        ("Hôm nay", today, today),
        ("Hôm qua", today - timedelta(1), today - timedelta(1)),
        ("Tuần này", monday, today),
        ("Tháng này", month, today),
        ("Tháng trước", before.replace(day=1), before),
    ]
    here = wish.asked.first, wish.asked.last
    return [
        (
            name,
            query_of(centers, first.isoformat(), last.isoformat()),
            (first.isoformat(), last.isoformat()) == here,
        )
        for name, first, last in usual
    ]


def _tiles(report: Report) -> list[tuple[str, float | None, str, str]]:
    """The figures on top: the id of its meaning, the value, its kind, what stands beside it."""
    all_, (many, satisfied) = report.all, rated(report.all.faces)
    wait, room, visit = all_.wait, all_.room, all_.visit
    return [
        ("issued", all_.issued, "count", f"{all_.open} chưa xong" if all_.open else ""),
        ("served", all_.served, "count", f"và {report.guests} khách không số" if report.guests else ""),
        ("wait", _minutes(wait.median), "minutes", _ninety(wait.ninety)),
        ("room", _minutes(room.median), "minutes", _ninety(room.ninety)),
        ("visit", _minutes(visit.median), "minutes", _ninety(visit.ninety)),
        ("promise", ratio(all_.kept, all_.promised), "share", f"của {all_.promised} số trực tuyến"),
        ("range", ratio(all_.within, all_.ranged), "share", f"của {all_.ranged} số"),
        ("overtaken", all_.overtaken, "count", f"nhiều nhất {all_.most_overtaken} lần"),
        ("away", all_.away / HOUR, "hours", f"của {all_.away_count} người"),
        ("satisfied", satisfied, "share", "dưới 5 đánh giá" if many is None else f"của {many} đánh giá"),
    ]


def _minutes(length: float | None) -> float | None:
    return None if length is None else length / MINUTE


def _ninety(length: float | None) -> str:
    return "" if length is None else f"90 % không quá {length / MINUTE:.0f} phút"


def _charts(report: Report) -> list[dict[str, object]]:
    """The charts: a title, what the colours mean, the picture. None of no numbers; one day is no chart of days."""
    days = report.dates
    if len(days) > CHARTED_DAYS:
        by_day = sorted({day[:7] for day in days})
        groups = [[one for day, one in days.items() if day[:7] == month] for month in by_day]
        labels, what = [f"{month[5:]}/{month[:4]}" for month in by_day], "tháng"
    else:
        groups, what = [[one] for one in days.values()], "ngày"
        labels = [f"{day[8:]}/{day[5:7]}" for day in days]
    ends = [
        Series("đã phục vụ", "served", [sum(one.served for one in group) for group in groups]),
        Series("vắng mặt", "absent", [sum(one.absent for one in group) for group in groups]),
        Series(
            "hết hiệu lực, trả lại",
            "gone",
            [sum(one.expired + one.cancelled for one in group) for group in groups],
        ),
        Series("chưa xong", "open", [sum(one.open for one in group) for group in groups]),
    ]
    hours = [f"{hour:02}" for hour in report.hours]
    numbers = [Series("số đã lấy", "served", [one.issued for one in report.hours.values()])]
    waits = [
        Series("trung vị", "served", [_minutes(one.wait.median) for one in report.hours.values()]),
        Series("90 %", "absent", [_minutes(one.wait.ninety) for one in report.hours.values()]),
    ]
    made = [
        (f"Số theo {what}", labels, ends, True, ""),
        ("Số đã lấy theo giờ", hours, numbers, False, ""),
        ("Thời gian chờ theo giờ lấy số (phút)", hours, waits, False, " phút"),
    ]
    if len(labels) < 2:
        del made[: 1 if labels else None]
    return [
        {
            "title": title,
            "series": [one for one in series if any(one.values)],
            "picture": bars(title, under, [one for one in series if any(one.values)], stacked, unit),
        }
        for title, under, series, stacked, unit in made
    ]
