"""What holds for every view: flat rows, numbers only in public, and no change missed by what it follows."""

import json
from dataclasses import replace

import pytest

from app.domain.commands import RevokeDevice, SetPlan, SetVoice, Told
from app.domain.facts import KINDS
from app.domain.plan import VoiceLengths
from app.domain.presses import (
    Absent,
    Finish,
    LeaveCounter,
    Next,
    Park,
    Pause,
    Recall,
    Resume,
    ReturnToQueue,
    Start,
    UndoLast,
)
from app.views import VIEWS
from tests.conftest import Played
from tests.views.conftest import PLANTED

KEYS = {
    "tv": "tang-3",
    "services": "tang-3",
    "queue": "visa",
    "ticket": "86001",
    "panel": "86",
    "board": "all",
    "keypad": "all",
    "rate": "86",
    "speaker": "tang-3",
    "supervisor": "tang-3",
}
PUBLIC = sorted(VIEWS.keys() - {"panel", "supervisor"})


def test_every_view_is_tried_here_and_follows_known_facts() -> None:
    assert KEYS.keys() == VIEWS.keys()
    for view in VIEWS.values():
        assert view.follows | ({view.own} if view.own else set()) <= KINDS.keys()


@pytest.mark.parametrize("name", PUBLIC)
def test_public_views_carry_numbers_only(busy: Played, name: str) -> None:
    shown = json.dumps(VIEWS[name].rows(busy.hall, KEYS[name]))
    assert "86001" in shown or name in ("services", "rate")
    for word in PLANTED:
        assert word not in shown
    assert "staff/" not in shown
    assert "citizen/" not in shown


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_rows_are_flat_and_plain(busy: Played, name: str) -> None:
    rows = VIEWS[name].rows(busy.hall, KEYS[name])
    for row in rows.values():
        for value in row.values():
            assert type(value) in (str, int, bool) or all(type(item) is str for item in value)  # type: ignore[union-attr]


def test_a_view_changes_only_when_a_fact_changes_that_it_follows(busy: Played) -> None:
    """The hub paints a view again only for the kinds of facts it follows: those must be all."""
    painted = {name: view.rows(busy.hall, KEYS[name]) for name, view in VIEWS.items()}

    def look() -> None:
        kinds = {name.partition("/")[0] for name in busy.changes[-1].sets}
        for name, view in VIEWS.items():
            now = view.rows(busy.hall, KEYS[name])
            if now != painted[name]:
                assert kinds & (view.follows | {view.own}), (name, kinds)
            painted[name] = now

    for key in (Recall, Start, Absent, UndoLast, Park, Next, ReturnToQueue, Next, Finish, LeaveCounter):
        busy.press(key, "86")
        look()
    busy.sit("86")
    look()
    for pause in (Pause, Resume):
        busy.press(pause, "86")
        look()
    busy.issue("visa")
    look()
    for command in (
        SetVoice("system", VoiceLengths("hoa")),
        Told("device/loa-1", "loa-1", "tang-3", 1),
        RevokeDevice("staff/quan", "tv-1"),
        SetPlan("staff/quan", replace(busy.hall.plan, name="Tên mới")),
    ):
        busy.do(command)
        look()
