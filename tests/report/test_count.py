"""The report's figures are those that a naive count of the simulated days finds."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.report.copies import Copies
from app.report.count import count, shown
from app.report.figures import Asked, Numbers, Report, Stays
from app.report.lines import Line
from tests.report.conftest import Month, play_months
from tests.report.naive import counted, grouped, numbers_of, worked

BOTH = ("berlin", "nho")
FIRST, LAST = "2020-03-28", "2020-04-01"


def report(copies: Copies, *centers: str, first: str = FIRST, last: str = LAST) -> Report:
    asked = Asked(centers, first, last)
    return count(asked, copies.files(centers, first, last), ())


def agree(figures: Numbers | Stays, naive: dict[str, object]) -> None:
    ours: dict[str, Any] = asdict(figures)
    for name, value in naive.items():
        if name == "faces" and ours[name] is None:
            continue  # too few to be shown
        found = tuple(ours[name].values()) if isinstance(ours[name], dict) else ours[name]
        assert found == pytest.approx(value), name


def test_the_simulated_days_have_everything(months: dict[str, Month]) -> None:
    for month in months.values():
        ones = numbers_of(month.truths)
        hows = {stay.how for truth in month.truths for stay in truth.stays}
        assert {one.end.value for one in ones} == {"finished", "absent", "expired", "cancelled"}
        assert {"finished", "absent", "transferred", "parked", "returned", "forgotten"} <= hows
        assert {one.range for one in ones} == {"", "within", "early", "late"}
        assert any(truth.asides for truth in month.truths)
        assert max(one.overtaken for one in ones) > 1
        assert any(one.away != one.waited for one in ones if one.away)


def test_all_figures_of_both_centers(copies: Copies, months: dict[str, Month]) -> None:
    found = report(copies, *BOTH)
    truths = [truth for month in months.values() for truth in month.truths]
    agree(found.all, counted(numbers_of(truths)))
    assert found.guests == sum(not stay.number for truth in truths for stay in truth.stays)
    assert found.days == {center: [truth.date for truth in month.truths] for center, month in months.items()}
    assert found.all.open == 0
    assert found.all.faces is not None
    assert sum(found.all.faces) > 50
    for center, month in months.items():
        agree(found.centers[center], counted(numbers_of(month.truths)))


def agree_by_key(center: str, month: Month, found: Report) -> None:
    ones = numbers_of(month.truths)
    tables: list[tuple[dict[Any, Numbers], Any]] = [
        (found.services, lambda one: (center, one.ticket.service)),
        (found.channels, lambda one: one.ticket.channel.value),
        (found.hours, lambda one: one.hour(month.plan)),
        (found.dates, lambda one: one.truth.date),
    ]
    for ours, key in tables:
        naive = grouped(ones, key)
        assert set(ours) == set(naive)
        for which, figures in ours.items():
            agree(figures, naive[which])


def agree_by_work(center: str, month: Month, found: Report) -> None:
    stays = [stay for truth in month.truths for stay in truth.stays]
    for ours, key in ((found.counters, "counter"), (found.clerks, "clerk")):
        assert set(ours) == {(center, getattr(stay, key).removeprefix("staff/")) for stay in stays}
        for (_, which), figures in ours.items():
            agree(figures, worked([s for s in stays if getattr(s, key).removeprefix("staff/") == which]))


@pytest.mark.parametrize("center", BOTH)
def test_by_service_channel_hour_day(copies: Copies, months: dict[str, Month], center: str) -> None:
    agree_by_key(center, months[center], report(copies, center))


@pytest.mark.parametrize("center", BOTH)
def test_by_counter_and_clerk(copies: Copies, months: dict[str, Month], center: str) -> None:
    agree_by_work(center, months[center], report(copies, center))


def test_only_the_days_asked_for(copies: Copies, months: dict[str, Month]) -> None:
    found = report(copies, "nho", first="2020-03-30", last="2020-03-31")
    agree(found.all, counted(numbers_of(months["nho"].truths[2:4])))
    assert found.days == {"nho": ["2020-03-30", "2020-03-31"]}
    nothing = report(copies, "nho", first="2021-01-01", last="2021-01-31")
    assert (nothing.all, nothing.days, nothing.services) == (Numbers(), {}, {})


def test_the_night_the_clocks_change(copies: Copies, months: dict[str, Month]) -> None:
    """On 29/03/2020 in Berlin there was no hour from two to three, and the day was 23 hours long."""
    found = report(copies, "berlin", first="2020-03-29", last="2020-03-29")
    assert 2 not in found.hours
    assert {1, 3} <= set(found.hours)
    assert 2 in report(copies, "berlin", first="2020-03-30", last="2020-03-30").hours


def test_a_running_day_counts_in_place_of_its_copy(copies: Copies, months: dict[str, Month]) -> None:
    month = months["nho"]
    *_, last = month.ledgers()
    agree(
        count(Asked(("nho",), FIRST, LAST), copies.files(["nho"], FIRST, LAST), last.lines()).all,
        counted(numbers_of(month.truths)),
    )
    alone = count(Asked(("nho",), FIRST, LAST), [], last.lines())
    agree(alone.all, counted(numbers_of(month.truths[-1:])))


def line(center: str = "nho", **more: Any) -> Line:
    return Line(kind="number", center=center, day=FIRST, **{"state": "finished"} | more)


def test_few_ratings_are_not_shown_nor_to_be_found_from_the_sum() -> None:
    assert shown([(0, 0, 0, 4)]) == [None]
    assert shown([(0, 0, 0, 5), (0, 0, 0, 0)]) == [(0, 0, 0, 5), (0, 0, 0, 0)]
    assert shown([(9, 0, 0, 0), (0, 0, 7, 0), (0, 1, 0, 0)]) == [(9, 0, 0, 0), None, None], (
        "9 + 7 + 1 less 16 is 1"
    )
    assert shown([(9, 0, 0, 0), (0, 0, 3, 0), (0, 3, 0, 0)]) == [(9, 0, 0, 0), None, None]
    lines = [line(service=f"s{at % 2}", state="finished", face=1 + at % 4) for at in range(12)]
    lines += [line(service="few", state="finished", face=1)]
    found = count(Asked(("nho",), FIRST, LAST), [], lines)
    assert found.all.faces == (4, 3, 3, 3)
    assert sorted(str(one.faces) for one in found.services.values())[-2:] == ["None", "None"]


@pytest.mark.proof
def test_a_whole_month_agrees(tmp_path: Path) -> None:
    """31 days of both centers, across the night when the clocks change: every table, as for the few days above."""
    copies, long = Copies(tmp_path), play_months(date(2020, 3, 1), 31)
    for center, month in long.items():
        copies.add(center, list(month.ledgers()))
    for center, month in long.items():
        found, ones = report(copies, center, first="2020-03-01", last="2020-03-31"), numbers_of(month.truths)
        assert len(found.days[center]) == 31
        agree(found.all, counted(ones))
        agree_by_key(center, month, found)
        agree_by_work(center, month, found)
