"""Editions of the plan: who put which in force, and that nobody puts one over another he has not seen."""

from dataclasses import replace

import pytest

from app.domain import day
from app.domain.commands import SetPlan, SetVoice
from app.domain.editions import KEPT, Edition, Editions, digest_of
from app.domain.plan import Plan, VoiceLengths
from app.domain.refusals import PlanMoved
from tests.conftest import Played


def test_a_center_begins_with_its_first_edition(plan: Plan, played: Played) -> None:
    assert played.hall.editions().kept == (Edition(1, played.clock(), "system", digest_of(plan)),)


def test_each_plan_is_an_edition_with_who_and_when(plan: Plan, played: Played) -> None:
    other = replace(plan, lead_minutes=20)
    played.clock.forward(60_000)
    played.do(SetPlan("staff/quan", other))
    assert played.hall.editions().kept[-1] == Edition(2, played.clock(), "staff/quan", digest_of(other))
    played.do(SetPlan("staff/quan", other))
    played.do(SetVoice("system", VoiceLengths("hoa", 1000)))
    assert len(played.hall.editions().kept) == 2, "the same plan again, or another voice, is no edition"


def test_a_center_of_before_has_its_old_plan_as_the_first(plan: Plan, played: Played) -> None:
    played.hall.apply({"editions": None})
    played.do(SetPlan("staff/quan", replace(plan, lead_minutes=20)))
    first, second = played.hall.editions().kept
    assert (first.number, first.at, first.by, first.digest) == (1, 0, "", digest_of(plan))
    assert (second.number, second.by) == (2, "staff/quan")


def test_editions_go_on_over_night_and_over_a_loss(plan: Plan, played: Played) -> None:
    before = played.hall.editions()
    played.clock.forward(86_400_000)
    played.put(day.open_day(played.hall, played.clock()))
    played.put(day.recover(played.hall))
    assert played.hall.editions() == before


def test_the_last_editions_are_kept_and_go_on_counting(plan: Plan) -> None:
    editions = Editions()
    for _ in range(KEPT + 5):
        editions = editions.with_next(plan, 1, "staff/quan")
    assert len(editions.kept) == KEPT
    assert (editions.kept[0].number, editions.kept[-1].number) == (6, KEPT + 5)


def test_a_plan_made_of_another_than_the_one_in_force_is_refused(plan: Plan, played: Played) -> None:
    others, mine = replace(plan, lead_minutes=20), replace(plan, name="Tên mới")
    played.do(SetPlan("staff/quan", others, onto=plan))
    with pytest.raises(PlanMoved):
        played.do(SetPlan("staff/lan", mine, onto=plan))
    assert played.hall.plan.name == plan.name
    played.do(SetPlan("staff/lan", replace(others, name="Tên mới"), onto=others))
    assert (played.hall.plan.name, played.hall.plan.lead_minutes) == ("Tên mới", 20)


def test_another_voice_does_not_make_it_another_plan(plan: Plan, played: Played) -> None:
    played.do(SetVoice("system", VoiceLengths("hoa", 1000)))
    played.do(SetPlan("staff/lan", replace(plan, lead_minutes=20), onto=plan))
    assert played.hall.plan.voice.pack == "hoa"
    assert digest_of(played.hall.plan) == digest_of(replace(plan, lead_minutes=20))
