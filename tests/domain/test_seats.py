"""One panel at a time works a counter: another is refused, and takes over only knowingly."""

import pytest

from app.domain.change import Outcome
from app.domain.events import CounterChanged
from app.domain.presses import AnyPress, ChangeClerk, Finish, LeaveCounter, Next, Pause, Sit, TakeCounter, UndoLast
from app.domain.refusals import BadRequest, NotAtThisCounter, PanelElsewhere
from tests.conftest import Played

LAN = "staff/lan"


@pytest.fixture
def sat(played: Played) -> Played:
    """The clerk lan works counter 86 from panel one; somebody waits."""
    played.issue("visa")
    press(played, TakeCounter, "one")
    return played


def press(played: Played, key: type[AnyPress], seat: str, by: str = LAN, turn: int = 0) -> Outcome:
    turn = turn or played.hall.counter("86").turn
    return played.do(key(by, "86", turn, seat=seat)).answer.outcome


@pytest.mark.parametrize("key", [Next, Pause, LeaveCounter, ChangeClerk])
def test_what_is_pressed_at_another_panel_is_refused(sat: Played, key: type[AnyPress]) -> None:
    with pytest.raises(PanelElsewhere):
        press(sat, key, "two")
    assert sat.hall.counter("86").turn == 2


def test_another_panel_takes_over_knowingly_and_the_first_is_refused_then(sat: Played) -> None:
    assert press(sat, Sit, "two") is Outcome.DONE
    assert sat.changes[-1].events == (CounterChanged("86", sat.hall.counter("86").state, LAN, ""),)
    with pytest.raises(PanelElsewhere):
        press(sat, Next, "one")
    assert press(sat, Next, "two") is Outcome.DONE
    assert press(sat, Sit, "two") is Outcome.UNCHANGED


def test_a_take_over_that_comes_late_takes_nothing_back(sat: Played) -> None:
    late = sat.hall.counter("86").turn
    press(sat, Sit, "two")
    assert press(sat, Sit, "one", turn=late) is Outcome.UNCHANGED
    assert sat.hall.counter("86").seat == "two"


def test_what_could_be_taken_back_still_can_and_the_panel_stays(sat: Played) -> None:
    press(sat, Next, "one")
    press(sat, Sit, "two")
    assert press(sat, UndoLast, "two") is Outcome.DONE
    here = sat.hall.counter("86")
    assert (here.ticket, here.seat) == ("", "two")


def test_a_program_and_a_supervisor_name_no_panel(sat: Played) -> None:
    press(sat, Next, "")
    turn = sat.hall.counter("86").turn
    sat.do(Finish("staff/quan", "86", turn, supervisor=True))
    assert sat.hall.counter("86").seat == "one"


def test_the_panel_goes_with_the_clerk(sat: Played) -> None:
    sat.do(ChangeClerk(LAN, "86", sat.hall.counter("86").turn, seat="one", clerk="staff/minh"))
    assert sat.hall.counter("86").seat == ""
    with pytest.raises(NotAtThisCounter):
        press(sat, Sit, "one")
    press(sat, Sit, "three", by="staff/minh")
    press(sat, LeaveCounter, "three", by="staff/minh")
    assert sat.hall.counter("86").seat == ""


def test_only_the_clerk_moves_the_work_and_names_where_to(sat: Played) -> None:
    with pytest.raises(NotAtThisCounter):
        sat.do(Sit("staff/quan", "86", sat.hall.counter("86").turn, supervisor=True, seat="two"))
    with pytest.raises(BadRequest):
        press(sat, Sit, "")


def test_a_keypad_presses_its_few_keys_for_whoever_sits_there(sat: Played) -> None:
    """Whatever panel is at work; what a keypad has no key for, and what comes to an empty counter, is denied."""

    def at_keypad(key: type[AnyPress], turn: int) -> Outcome:
        return sat.do(key("device/keypads", "86", turn, keypad=True)).answer.outcome

    turn = sat.hall.counter("86").turn
    assert at_keypad(Next, turn) is Outcome.DONE
    assert at_keypad(Next, turn) is Outcome.UNCHANGED, "the same key again"
    assert sat.hall.counter("86").seat == "one"
    turn = sat.hall.counter("86").turn
    with pytest.raises(NotAtThisCounter):
        at_keypad(Finish, turn)
    with pytest.raises(NotAtThisCounter):
        sat.do(Next("device/keypads", "86", turn))
    press(sat, LeaveCounter, "one")
    for key in (Pause, TakeCounter):
        with pytest.raises(NotAtThisCounter):
            at_keypad(key, sat.hall.counter("86").turn)
