"""The LED boards: five cells, and from when to when they blink."""

from dataclasses import replace

from app.domain.announcing import AHEAD
from app.domain.presses import Finish, Resume
from app.views import board
from tests.conftest import Played


def test_every_board_of_an_empty_hall_is_dashed(played: Played) -> None:
    rows = board.rows(played.hall, "all")
    assert len(rows) == len(played.hall.plan.counters)
    assert {row["text"] for row in rows.values()} == {"-----"}
    assert rows["counter/86"] == {
        "counter": "86",
        "board": 86,
        "text": "-----",
        "voice": "tang-3",
        "seq": 0,
        "from": 0,
        "to": 0,
    }


def test_a_called_number_blinks_while_it_is_announced(busy: Played) -> None:
    rows = board.rows(busy.hall, "all")
    start = busy.clock() + AHEAD
    shown = rows["counter/86"]
    assert (shown["text"], shown["seq"], shown["from"], shown["to"]) == ("86001", 1, start, start + 4950)
    assert [rows[f"counter/{counter}"]["text"] for counter in ("85", "68")] == ["     ", " --- "]


def test_a_board_has_five_cells_in_every_state(busy: Played) -> None:
    busy.press(Resume, "68")
    busy.press(Finish, "86")
    assert {len(str(row["text"])) for row in board.rows(busy.hall, "all").values()} == {5}


def test_a_counter_without_a_board_has_no_row(played: Played) -> None:
    plan = played.hall.plan
    bare = tuple(replace(counter, board=None) for counter in plan.counters)
    played.hall.apply({"plan": replace(plan, counters=bare)})
    assert board.rows(played.hall, "all") == {}


def test_a_line_of_its_own_shows_its_zones_only(played: Played) -> None:
    of = {zone.id: set(board.rows(played.hall, zone.id)) for zone in played.hall.plan.zones}
    assert of["tang-1"]
    assert not of["tang-1"] & of["tang-3"]
    assert set(board.rows(played.hall, "tang-1,tang-3")) == of["tang-1"] | of["tang-3"]
    assert set(board.rows(played.hall, "all")) == set().union(*of.values())
