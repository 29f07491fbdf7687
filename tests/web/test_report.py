"""The report's page and its files: for whoever answers for a center; the figures of its days, harmless in any
spreadsheet.
"""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as at

import httpx
import pytest

from app.accounts.staff import Role
from app.demo import plan_of
from app.domain.commands import SetPlan
from app.domain.plan import Limits
from app.report.copies import Copies
from app.report.ledger import Ledger
from app.report.lines import DAY, STAY, Line
from app.report.words import MEANINGS
from bench.months import Simulated, Truth
from tests.web.house import CENTER, OTHER, House, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PAGE, CSV, XLSX = "/admin/report", "/admin/report/figures.csv", "/admin/report/figures.xlsx"
FIRST, DAYS = date(2020, 3, 30), 3
ASKED = {"center": CENTER, "from": "2020-03-01", "until": "2020-04-30"}


def played(center: str, seed: int) -> Iterator[tuple[Truth, Ledger]]:
    """Some days of one of the demo's centers."""
    plan = replace(plan_of(center), double_press_ms=0, limits=Limits(0, 0, 0))
    simulated = Simulated(plan, FIRST, seed)
    for _ in range(DAYS):
        simulated.play(at(7, 5), at(16, 40), 250)
        truth, ledger = simulated.end(), Ledger(center, simulated.truth.date)
        for row in simulated.rows:
            ledger.take(row.entry)
        yield truth, ledger
        simulated.begin()


@pytest.fixture(scope="module")
def truths(house: House) -> list[Truth]:
    """Three days of March and April, of both centers; those of the first."""
    copies = Copies(house.parts.settings.reports)
    days = {center: list(played(center, seed)) for seed, center in enumerate((CENTER, OTHER))}
    for center, made in days.items():
        copies.add(center, [ledger for _, ledger in made])
    return [truth for truth, _ in days[CENTER]]


@pytest.fixture
async def keeper(house: House, truths: list[Truth]) -> AsyncIterator[httpx.AsyncClient]:
    async with house.web.http(await house.staff("bich", Role.SUPERVISOR)) as http:
        yield http


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf"), "or Excel takes diacritics for something else"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_page_says_what_the_days_were(keeper: httpx.AsyncClient, truths: list[Truth]) -> None:
    text = text_of((await keeper.get(PAGE, params=ASKED)).text)
    issued = sum(len(truth.given) for truth in truths)
    assert f"Số đã lấy Numbers taken {issued} " in text
    assert "01/03/2020 – 30/04/2020" in text
    assert "của 3 ngày" in text
    for meaning in MEANINGS:
        assert meaning.says_vi in text
    for table in ("Theo lĩnh vực", "Theo quầy", "Theo nhân viên", "Theo giờ", "Theo kênh", "Theo ngày"):
        assert table in text


async def test_services_stand_as_in_the_plan(house: House, keeper: httpx.AsyncClient) -> None:
    """The reader looks for them where the portal, the kiosk and the TV have them; ids are in nobody's order."""
    rows = rows_of(await keeper.get(CSV, params=ASKED))
    planned = [service.name for service in house.parts.feed.hall(CENTER).plan.services]
    told = [row[0] for row in rows if row and row[0] in planned]
    assert told == [name for name in planned if name in told]
    assert len(told) > 3


async def test_one_day_has_no_chart_of_days(keeper: httpx.AsyncClient, truths: list[Truth]) -> None:
    day = truths[0].date
    page = (await keeper.get(PAGE, params={"center": CENTER, "from": day, "until": day})).text
    assert "Số đã lấy theo giờ" in page
    assert "Số theo ngày" not in page
    assert "Số theo ngày" in (await keeper.get(PAGE, params=ASKED)).text


async def test_a_day_of_guests_alone_is_not_empty(house: House, keeper: httpx.AsyncClient) -> None:
    """A day on which the printer was broken, and all were served without a number."""
    day = "2020-02-03"

    class Guests(Ledger):
        def lines(self) -> Iterator[Line]:
            yield Line(kind=DAY, center=CENTER, day=day, source="x")
            yield Line(kind=STAY, center=CENTER, day=day, counter="86", clerk="lan", state="finished", took=60_000)

    Copies(house.parts.settings.reports).add(CENTER, [Guests(CENTER, day)])
    text = text_of((await keeper.get(PAGE, params={"center": CENTER, "from": day, "until": day})).text)
    assert "và 1 khách không số" in text
    assert "Không có số nào" not in text
    assert "Theo quầy" in text


async def test_the_running_day_is_in_it_at_once(house: House, keeper: httpx.AsyncClient) -> None:
    async def shown() -> int:
        text = text_of((await keeper.get(PAGE)).text)
        found = re.search(r"Numbers taken ([0-9.]+)", text)
        assert found or "Không có số nào trong những ngày này." in text
        return int(found[1].replace(".", "")) if found else 0

    before = await shown()
    await house.take(keeper, "visa")
    assert await shown() == before + 1


async def test_the_csv_has_the_same_figures(keeper: httpx.AsyncClient, truths: list[Truth]) -> None:
    answer = await keeper.get(CSV, params=ASKED)
    assert answer.headers["content-disposition"].endswith('"goiso-quang-ninh-2020-03-01-2020-04-30.csv"')
    rows = rows_of(answer)
    [whole] = [row for row in rows if row[:1] == ["Tất cả"]]
    assert int(whole[1]) == sum(len(truth.given) for truth in truths)
    days = {row[0]: int(row[1]) for row in rows if re.fullmatch(r"\d\d/\d\d/2020", row[0] if row else "")}
    assert days == {f"{truth.date[8:]}/{truth.date[5:7]}/2020": len(truth.given) for truth in truths}
    services = [row[0] for row in rows if row]
    assert "Văn hóa & Thể thao" in services


async def test_the_workbook_has_a_sheet_for_each_table(keeper: httpx.AsyncClient) -> None:
    answer = await keeper.get(XLSX, params=ASKED)
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == [
        *("Tổng cộng", "Theo lĩnh vực", "Theo quầy", "Theo nhân viên", "Theo giờ", "Theo kênh", "Theo ngày"),
        "Cách tính",
    ]


async def test_names_that_look_like_formulas_do_nothing(house: House, keeper: httpx.AsyncClient) -> None:
    before = house.parts.feed.hall(CENTER).plan
    evil = '=HYPERLINK("https://evil.example";"x")'
    services = tuple(replace(one, name=evil) if one.id == "visa" else one for one in before.services)
    try:
        await set_plan(house, replace(before, services=services))
        rows = rows_of(await keeper.get(CSV, params=ASKED))
        assert any(row and row[0] == f"'{evil}" for row in rows)
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
        book = zipfile.ZipFile(io.BytesIO((await keeper.get(XLSX, params=ASKED)).content))
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
        assert not any("<f>" in sheet for sheet in sheets)
        assert any("=HYPERLINK" in sheet for sheet in sheets), "as text"
    finally:
        await set_plan(house, before)


async def set_plan(house: House, plan: object) -> None:
    done = await house.parts.centers.do(CENTER, SetPlan("system", plan))  # type: ignore[arg-type]
    await house.parts.feed.reach(CENTER, done.position)


@pytest.mark.parametrize(
    ("first", "last"), [("2020-04-02", "2020-04-01"), ("gestern", ""), ("2019-01-01", "2020-12-31")]
)
async def test_days_that_cannot_be(keeper: httpx.AsyncClient, first: str, last: str) -> None:
    asked = {"center": CENTER, "from": first, "until": last}
    answer = await keeper.get(PAGE, params=asked)
    assert answer.status_code == 422
    assert "Chọn từ ngày trước đến ngày sau, không quá 366 ngày." in text_of(answer.text)
    assert (await keeper.get(CSV, params=asked)).status_code == 422


async def test_an_empty_period_says_so(keeper: httpx.AsyncClient) -> None:
    answer = await keeper.get(PAGE, params={"center": CENTER, "from": "2019-01-01", "until": "2019-01-31"})
    assert "Không có số nào trong những ngày này." in text_of(answer.text)


async def test_nobody_else_sees_it(house: House, truths: list[Truth]) -> None:
    async with house.web.http() as stranger:
        assert (await stranger.get(PAGE)).headers["location"] == "/panel/sign-in?next=/admin/report"
        assert (await stranger.get(CSV)).headers["location"].startswith("/panel/sign-in?next=/admin/report/")
    async with house.web.http(await house.staff("lan")) as clerk:
        assert [(await clerk.get(path)).status_code for path in (PAGE, CSV, XLSX)] == [403] * 3
    async with house.web.http(await house.staff("bich", Role.SUPERVISOR)) as keeper:
        for path in (PAGE, CSV, XLSX):
            assert (await keeper.get(path, params={"center": OTHER})).status_code == 403
            assert (await keeper.get(path, params={"center": "ha-long"})).status_code == 403


async def test_several_centers_at_once(house: House, truths: list[Truth]) -> None:
    member = await house.parts.staff.add("tinh", "Tỉnh", (Role.OPERATOR,), (CENTER, OTHER), "mat-khau-cua-tinh")
    cookies = {"goiso_staff": await house.parts.sessions.begin("staff", "tinh", member.proof)}
    async with house.web.http(cookies) as http:
        asked = {**ASKED, "center": [CENTER, OTHER]}
        text = text_of((await http.get(PAGE, params=asked)).text)
        assert "Theo trung tâm" in text
        assert "Theo lĩnh vực By service" not in text, "too long a page"
        rows = rows_of(await http.get(CSV, params=asked))
        names = {house.parts.feed.hall(center).plan.name for center in (CENTER, OTHER)}
        assert names <= {row[0] for row in rows if row}
        assert any(row[0] in names and row[1] == "Văn hóa & Thể thao" for row in rows if len(row) > 1)


async def test_the_usual_period_is_this_month(house: House, keeper: httpx.AsyncClient) -> None:
    today = house.parts.feed.hall(CENTER).plan.local(house.parts.clock()).date()
    page = (await keeper.get(PAGE)).text
    assert f'name="from" value="{today.replace(day=1)}"' in page
    assert f'name="until" value="{today}"' in page
    assert str(today - timedelta(1)) in page
