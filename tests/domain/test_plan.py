"""A plan is checked whole: every fault is told with its path."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from app.domain.faults import faults
from app.domain.plan import CounterPlan, NoticesPlan, Plan, ServicePlan, VoiceLengths, Window, ZonePlan

ZONE = ZonePlan("sanh", "Sảnh")
SERVICE = ServicePlan("visa", "Visa", "sanh", "86")
COUNTER = CounterPlan("86", "sanh", ("visa",), 1)
SMALL = Plan("nho", "Trung tâm nhỏ", (ZONE,), (SERVICE,), (COUNTER,))


def test_the_smallest_plan_and_the_demo_plan_have_no_faults(plan: Plan) -> None:
    assert faults(SMALL) == []
    assert faults(plan) == []


FAULTY: list[tuple[dict[str, Any], list[str]]] = [
    ({"id": "Quảng Ninh"}, ["id"]),
    ({"id": ""}, ["id"]),
    ({"name": " "}, ["name"]),
    ({"zones": ()}, ["zones", "services[0].zone", "counters[0].zone"]),
    ({"zones": (ZONE, ZONE)}, ["zones[1].id"]),
    ({"zones": (replace(ZONE, voice="Loa to"),)}, ["zones[0].voice"]),
    ({"zones": (replace(ZONE, name="x" * 81),)}, ["zones[0].name"]),
    ({"services": (replace(SERVICE, lead="85"),)}, ["services[0].lead"]),
    ({"services": (replace(SERVICE, minutes=0),)}, ["services[0].minutes"]),
    ({"services": (replace(SERVICE, zone="tang-9"),)}, ["services[0].zone"]),
    ({"services": (SERVICE, replace(SERVICE, id="thue"))}, ["services[1]"]),
    ({"services": ()}, ["services", "counters[0].services"]),
    ({"counters": ()}, ["counters", "services[0].lead", "services[0]"]),
    ({"counters": (COUNTER, replace(COUNTER, id="5", board=2))}, ["counters[1].id"]),
    ({"counters": (COUNTER, replace(COUNTER, id="00", board=2))}, ["counters[1].id"]),
    ({"counters": (COUNTER, replace(COUNTER, id="٨٦", board=2))}, ["counters[1].id", "counters[1].id"]),
    ({"counters": (COUNTER, replace(COUNTER, id="87"))}, ["counters[0].board", "counters[1].board"]),
    ({"counters": (replace(COUNTER, board=0),)}, ["counters[0].board"]),
    ({"counters": (replace(COUNTER, keypad=100),)}, ["counters[0].keypad"]),
    (
        {"counters": (replace(COUNTER, keypad=7), replace(COUNTER, id="87", board=2, keypad=7))},
        ["counters[0].keypad", "counters[1].keypad"],
    ),
    ({"counters": (replace(COUNTER, zone="tang-9"),)}, ["counters[0].zone"]),
    ({"windows": (Window(days=()),)}, ["windows[0].days"]),
    ({"windows": (Window(days=(0, 1)),)}, ["windows[0].days"]),
    ({"windows": (Window(issue_from=time(17)),)}, ["windows[0].issue_until"]),
    ({"voice": VoiceLengths(places=((1,),))}, ["voice.places"]),
    ({"voice": VoiceLengths(places=())}, ["voice.places"]),
    ({"lead_minutes": 0}, ["lead_minutes"]),
    ({"cap": -1, "long_wait": 4}, ["cap", "long_wait"]),
    ({"contact_days": 0}, ["contact_days"]),
    ({"contact_days": 366}, ["contact_days"]),
    ({"zones": (replace(ZONE, cap=-5),)}, ["zones[0].cap"]),
    ({"notices": NoticesPlan(near=51)}, ["notices.near"]),
    ({"sms_sender": "QUẢNG NINH"}, ["sms_sender"]),
    ({"outcomes": ("Đã nhận", "", " Trả lại", "Đã nhận", "x" * 41)}, [f"outcomes[{at}]" for at in (1, 2, 3, 4)]),
    ({"timezone": "Asia/Cam_Pha"}, ["timezone"]),
    ({"timezone": "Asia"}, ["timezone"]),
    ({"timezone": "../etc/passwd"}, ["timezone"]),
    ({"timezone": ""}, ["timezone"]),
]


@pytest.mark.parametrize(("wrong", "paths"), FAULTY, ids=lambda value: str(value)[:40])
def test_each_fault_is_told_with_its_path(wrong: dict[str, Any], paths: list[str]) -> None:
    assert [fault.path for fault in faults(replace(SMALL, **wrong))] == paths


def test_all_faults_are_told_at_once_in_sentences() -> None:
    found = [str(fault) for fault in faults(replace(SMALL, id="", lead_minutes=0))]
    assert found == [
        "id: must be lower-case letters, digits and hyphens",
        "lead_minutes: must be from 1 to 240",
    ]


def test_what_a_plan_knows_of_its_parts(plan: Plan) -> None:
    assert [zone.id for zone in plan.zones] == ["tang-1", "tang-2", "tang-3"]
    assert len(plan.services_in("tang-3")) == 18
    assert [counter.id for counter in plan.counters_of("tiep-nhan")] == ["01", "07"]
    assert plan.voices() == ("tang-1", "tang-2", "tang-3")
    assert (plan.zone("x"), plan.service("x"), plan.counter("x")) == (None, None, None)
