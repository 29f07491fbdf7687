"""A month of two small centers in two time zones, played once for all tests of the report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time

import pytest

from app.domain.plan import CheckIn, LateRule, OrderRule, Plan
from app.report.copies import Copies
from app.report.ledger import Ledger
from app.store.chain import Row
from bench.months import Simulated, Truth
from tests.domain.small import FLAVOURS, vary

FIRST, DAYS, STEPS = date(2020, 3, 28), 5, 700  # across the end of a month, and of winter time in Berlin


@dataclass(frozen=True)
class Month:
    """A center's days as they were played: the plan, the truth of each, its entries."""

    plan: Plan
    truths: list[Truth]
    rows: list[list[Row]]

    def ledgers(self) -> Iterator[Ledger]:
        for truth, rows in zip(self.truths, self.rows, strict=True):
            ledger = Ledger(self.plan.id, truth.date)
            for row in rows:
                ledger.take(row.entry)
            yield ledger


def play_month(plan: Plan, seed: int, opens: time, closes: time, first: date, days: int) -> Month:
    center = Simulated(plan, first, seed)
    truths, rows = [], []
    for _ in range(days):
        center.play(opens, closes, STEPS)
        truths.append(center.end())
        rows.append(center.rows)
        center.begin()
    return Month(plan, truths, rows)


def play_months(first: date, days: int) -> dict[str, Month]:
    """`nho` in Vietnam by day, with groups that interleave; `berlin` around the clock, check-in is required."""
    small = vary(OrderRule.INTERLEAVE, CheckIn.OPTIONAL, LateRule.SLIDE, FLAVOURS[0])
    whole_day = tuple(
        replace(one, issue_from=time(0), issue_until=time(23, 58), serve_until=time(23, 59))
        for one in small.windows
    )
    other = vary(OrderRule.HEAD_START, CheckIn.REQUIRED, LateRule.EXPIRE, FLAVOURS[0])
    berlin = replace(other, id="berlin", timezone="Europe/Berlin", windows=whole_day)
    return {
        "nho": play_month(small, 1, time(7, 5), time(16, 40), first, days),
        "berlin": play_month(berlin, 2, time(0, 5), time(23, 50), first, days),
    }


@pytest.fixture(scope="session")
def months() -> dict[str, Month]:
    """A few days of both centers."""
    return play_months(FIRST, DAYS)


@pytest.fixture(scope="session")
def copies(months: dict[str, Month], tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """All days of both centers as closed days."""
    made = Copies(tmp_path_factory.mktemp("report"))
    for center, month in months.items():
        made.add(center, list(month.ledgers()))
    return made
