"""Sections of a plan as forms, and what two editors changed at once: pure, over many plans."""

from dataclasses import fields, replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given

from app.domain.faults import faults
from app.domain.plan import CounterPlan, Group, Plan, Quota, ServicePlan, Window, ZonePlan
from app.plans import read_plan
from app.web.plan_changes import changes
from app.web.plan_forms import fill, parse, rearrange, slug, typed
from app.web.plan_merge import merge
from app.web.plan_sections import SECTIONS, section, section_of
from app.web.plan_shapes import Rows, Section
from app.web.plan_words import form
from tests.plans import plans

DEMO = read_plan(Path(__file__).parents[2] / "plans" / "quang-ninh.toml")
RICH = replace(
    DEMO,
    services=(
        replace(DEMO.services[0], windows=(Window(time(8), time(11), time(11, 30), (1, 3), Quota(30, web=10)),)),
        *DEMO.services[1:],
    ),
    holidays=(date(2026, 4, 30),),
    worked_as={date(2026, 4, 25): 1},
)


def the(id: str) -> Section:
    found = section(id)
    assert found
    return found


def rows_of(id: str) -> Rows:
    rows = the(id).rows
    assert rows
    return rows


def sent(found: Section, plan: Plan) -> dict[str, list[str]]:
    """A section's form as a browser sends it."""
    shown = fill(found, plan)
    form: dict[str, list[str]] = {}
    named = [(name, value) for name, value in shown.words.items()]
    if found.rows:
        named += [(f"{found.rows.path}[{at}].{n}", v) for at, row in enumerate(shown.rows) for n, v in row.items()]
    for name, value in named:
        if value != []:
            form[name] = value if isinstance(value, list) else [value.replace("\n", "\r\n")]
    return form


@pytest.mark.parametrize("found", SECTIONS, ids=lambda found: found.id)
@pytest.mark.parametrize("plan", [DEMO, RICH], ids=["demo", "rich"])
def test_a_form_sent_as_it_is_changes_nothing(found: Section, plan: Plan) -> None:
    assert parse(found, typed(found, sent(found, plan)), plan) == (plan, [])


@pytest.mark.parametrize("found", SECTIONS, ids=lambda found: found.id)
@given(plan=plans)
def test_any_plan_can_be_shown_and_told(found: Section, plan: Plan) -> None:
    shown = form(found, fill(found, plan), plan, faults(plan))
    assert len(shown.rows) == len(fill(found, plan).rows)
    changes(plan, DEMO)


@given(plans)
def test_every_fault_stands_beside_a_field_of_its_section(plan: Plan) -> None:
    for fault in faults(plan):
        if fault.path in ("id", "voice.places"):
            continue  # neither is edited here
        found = the(section_of(fault.path))
        shown = form(found, fill(found, plan), plan, [fault])
        fields = shown.fields + [one for row in shown.rows for one in row.fields]
        beside = [one for one in fields if one.faults] + [row for row in shown.rows if row.faults]
        assert beside or shown.faults, fault
        assert shown.faulty, fault


def test_every_word_of_a_plan_can_be_edited_somewhere() -> None:
    from msgspec import to_builtins

    edited = {word.name.partition(".")[0] for one in SECTIONS for word in one.words}
    edited |= {one.rows.path.partition(".")[0] for one in SECTIONS if one.rows}
    assert to_builtins(DEMO, str_keys=True).keys() - edited == {"id", "voice"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [("zones", ZonePlan), ("services", ServicePlan), ("counters", CounterPlan), ("order.groups", Group)],
)
def test_every_word_of_a_row_can_be_edited(path: str, kind: type) -> None:
    [rows] = [one.rows for one in SECTIONS if one.rows and one.rows.path == path]
    elsewhere = {"windows"} if path == "services" else set()  # on the page of own hours
    assert {one.name for one in fields(kind)} == {word.name for word in rows.words} | elsewhere


def test_what_cannot_be_read_is_told_beside_its_field_and_stays() -> None:
    services = the("services")
    form = sent(services, DEMO) | {"services[2].minutes": ["tám"]}
    plan, found = parse(services, given := typed(services, form), DEMO)
    assert plan is None
    assert [(fault.path, fault.vi) for fault in found] == [("services[2].minutes", "cần một con số")]
    assert given.rows[2]["minutes"] == "tám"


@pytest.mark.parametrize(
    ("where", "word", "value", "vi"),
    [
        ("limits", "limits.citizen", "3.5", "cần một số nguyên"),
        ("limits", "late", "never", "cần chọn một trong danh sách"),
        ("hours", "windows[0].issue_from", "25:00", "cần giờ dạng 07:30"),
        ("hours", "holidays", "30/02/2026", "“30/02/2026” không phải ngày dạng 30/04/2026"),
        ("hours", "worked_as", "25/04/2026", "“25/04/2026” chưa đúng dạng 25/04/2026 = T2"),
        ("counters", "counters[0].board", "một", "cần một số nguyên"),
    ],
)
def test_each_kind_of_field_says_what_it_needs(where: str, word: str, value: str, vi: str) -> None:
    found = the(where)
    plan, told = parse(found, typed(found, sent(found, DEMO) | {word: [value]}), DEMO)
    assert plan is None
    assert [(fault.path, fault.vi) for fault in told] == [(word, vi)]


def test_rows_are_added_moved_and_taken_away() -> None:
    rows, given = rows_of("zones"), fill(the("zones"), DEMO)
    names = [row["name"] for row in given.rows]
    rearrange(rows, given, "down:0")
    assert [row["name"] for row in given.rows] == [names[1], names[0], names[2]]
    rearrange(rows, given, "up:0")
    rearrange(rows, given, "drop:9")
    rearrange(rows, given, "drop:x")
    assert len(given.rows) == 3, "nothing to do"
    rearrange(rows, given, "drop:1")
    rearrange(rows, given, "add")
    assert [row["name"] for row in given.rows] == [names[1], names[2], ""]


def test_a_new_row_gets_an_id_after_its_name() -> None:
    services = the("services")
    form = sent(services, DEMO)
    for name, value in (("name", "Đăng ký xe"), ("zone", "tang-3"), ("lead", "86"), ("minutes", "6,5")):
        form[f"services[40].{name}"] = form[f"services[41].{name}"] = [value]
    plan, found = parse(services, typed(services, form), DEMO)
    assert found == []
    assert plan
    assert [one.id for one in plan.services[-2:]] == ["dang-ky-xe", "dang-ky-xe-2"]
    assert plan.services[-1].minutes == 6.5
    assert slug("  Công an tỉnh (QLHC) ") == "cong-an-tinh-qlhc"


def test_a_service_that_is_gone_is_served_nowhere() -> None:
    services = the("services")
    given = typed(services, sent(services, DEMO))
    rearrange(rows_of("services"), given, f"drop:{[s.id for s in DEMO.services].index('visa')}")
    plan, _ = parse(services, given, DEMO)
    assert plan
    assert plan.counters_of("visa") == ()


def test_own_hours_stay_when_the_service_is_edited() -> None:
    services = the("services")
    plan, _ = parse(services, typed(services, sent(services, RICH) | {"services[0].minutes": ["5"]}), RICH)
    assert plan
    assert (plan.services[0].minutes, plan.services[0].windows) == (5, RICH.services[0].windows)


def test_changes_are_told_in_words() -> None:
    visa = next(at for at, one in enumerate(DEMO.services) if one.id == "visa")
    services = list(DEMO.services)
    services[visa] = replace(services[visa], minutes=15, zone="tang-1")
    new = replace(DEMO, services=(*services, ServicePlan("xe", "Đăng ký xe", "tang-3", "86", 6)), lead_minutes=20)
    told = {(one.what, one.old, one.new) for one in changes(DEMO, new)}
    before = f"{DEMO.services[visa].minutes:g}"
    assert told == {
        ("lĩnh vực “Visa” · Phút một lượt", before, "15"),
        ("lĩnh vực “Visa” · Khu vực", "Tầng 3", "Tầng 1"),
        ("lĩnh vực “Đăng ký xe”", "mới", "Mã: xe, Khu vực: Tầng 3, Quầy chính: quầy 86, Phút một lượt: 6"),
        ("Hẹn sớm nhất sau (phút)", "11", "20"),
    }
    assert changes(DEMO, replace(DEMO, zones=DEMO.zones[::-1]))[0].new == "“Tầng 3”, “Tầng 2”, “Tầng 1”"


@given(plans, plans)
def test_plans_that_differ_have_something_to_tell_and_the_same_have_not(one: Plan, two: Plan) -> None:
    assert changes(one, one) == []
    if one.services != two.services and len({s.id for s in (*one.services, *two.services)}) > len(one.services):
        assert changes(one, two)


@given(plans, plans)
def test_merging_with_who_changed_nothing(base: Plan, other: Plan) -> None:
    assert merge(base, base, other) == other
    assert merge(base, other, base) == other
    assert merge(base, other, other) == other


def test_what_two_changed_is_put_together() -> None:
    def with_visa(plan: Plan, **changed: object) -> Plan:
        services = (replace(s, **changed) if s.id == "visa" else s for s in plan.services)  # type: ignore[arg-type]
        return replace(plan, services=tuple(services))

    mine = replace(with_visa(DEMO, minutes=12), lead_minutes=20)
    theirs = with_visa(DEMO, name="Thị thực")
    theirs = replace(theirs, counters=(*theirs.counters, CounterPlan("99", "tang-3", ("visa",))), lead_minutes=15)
    merged = merge(DEMO, mine, theirs)
    visa = merged.service("visa")
    assert visa
    assert (visa.name, visa.minutes) == ("Thị thực", 12)
    assert merged.counter("99")
    assert merged.lead_minutes == 20, "what both changed is mine"
    groups = replace(DEMO, order=replace(DEMO.order, groups=(*DEMO.order.groups, Group("x", "X"))))
    without = replace(DEMO, order=replace(DEMO.order, groups=DEMO.order.groups[1:]))
    assert [g.id for g in merge(DEMO, groups, without).order.groups] == [
        *(g.id for g in DEMO.order.groups[1:]),
        "x",
    ]
