"""The keypads: what each shows its clerk, and the turn its keys are pressed in."""

from app.domain.plan import Channel
from app.views import keypad
from tests.conftest import Played


def test_a_keypad_shows_its_counter_and_how_many_wait(busy: Played) -> None:
    rows = keypad.rows(busy.hall, "all")
    counter = busy.hall.counter("86")
    assert set(rows) == {"keypad/66", "keypad/85", "keypad/86"}
    assert rows["keypad/86"] == {
        "counter": "86",
        "keypad": 86,
        "text": counter.ticket,
        "waiting": busy.hall.waiting("visa"),
        "turn": counter.turn,
    }
    before = busy.hall.waiting("visa")
    busy.issue("visa", channel=Channel.DESK)
    assert keypad.rows(busy.hall, "all")["keypad/86"]["waiting"] == before + 1
    assert rows["keypad/66"]["text"] == "-----"
