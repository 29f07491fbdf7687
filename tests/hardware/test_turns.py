"""Whose turn it is: newest wins, fair service, back-off, full re-send; without a port or a clock."""

from __future__ import annotations

import pytest

from hardware.protocols.digits import Answer, Fault, Mode, Picture
from hardware.turns import Health, Outcome, Pace, Turn, Turns


def answer(turn: Turn, showing: Picture | None = None, fault: Fault = Fault.NONE) -> Answer:
    return Answer(turn.address, 0, fault, showing or turn.picture or Picture())


def serve(turns: Turns, now: float) -> list[Turn]:
    """Answer everything due at this moment, as good boards would."""
    done = []
    while (turn := turns.next(now)) is not None:
        turns.answered(turn, answer(turn, turn.picture or turns.wanted(turn.address)), now)
        done.append(turn)
    return done


def test_the_newest_picture_wins() -> None:
    turns = Turns()
    for text in ("1", "2", "3"):
        turns.want(66, Picture(text))
    assert serve(turns, 0) == [Turn(66, Picture("3"))]


def test_boards_take_turns_even_when_one_changes_all_the_time() -> None:
    turns = Turns()
    for address in (1, 2, 3):
        turns.want(address, Picture("0"))
    order = []
    for i in range(6):
        turn = turns.next(0)
        assert turn is not None
        turns.answered(turn, answer(turn), 0)
        order.append(turn.address)
        turns.want(1, Picture(str(i)))
    assert order == [1, 2, 3, 1, 1, 1]


def test_who_has_waited_longest_is_next_and_a_newer_picture_keeps_its_place() -> None:
    turns = Turns((1, 2, 3))
    serve(turns, 0)
    for address, text in ((3, "1"), (1, "1"), (2, "1"), (3, "2")):
        turns.want(address, Picture(text))
    assert [(turn.address, turn.picture) for turn in serve(turns, 0)] == [
        (3, Picture("2")),
        (1, Picture("1")),
        (2, Picture("1")),
    ]


def test_one_that_changes_while_it_is_served_goes_behind_those_who_wait() -> None:
    turns = Turns()
    for address in (1, 2, 3):
        turns.want(address, Picture("0"))
    order = []
    for at in range(4):
        turn = turns.next(0)
        assert turn is not None
        turns.want(1, Picture(str(at)))
        turns.answered(turn, answer(turn), 0)
        order.append(turn.address)
    assert order == [1, 2, 3, 1]


def test_a_picture_asked_for_while_another_is_under_way_follows_it() -> None:
    turns = Turns()
    turns.want(66, Picture("1"))
    turn = turns.next(0)
    assert turn is not None
    turns.want(66, Picture("2"))
    outcome = turns.answered(turn, answer(turn), 0)
    assert outcome == Outcome(66, shown=Picture("1"), health=Health.OK)
    assert serve(turns, 0) == [Turn(66, Picture("2"))]


def test_going_back_to_the_old_picture_after_a_lost_answer_sends_it_again() -> None:
    turns = Turns()
    turns.want(66, Picture("1"))
    serve(turns, 0)
    turns.want(66, Picture("2"))
    turn = turns.next(0)
    assert turn is not None
    turns.missed(turn, 0)  # the board may show 2
    turns.want(66, Picture("1"))
    assert serve(turns, 1) == [Turn(66, Picture("1"))]


def test_a_mute_board_is_tried_less_and_less_and_comes_last() -> None:
    turns = Turns(pace=Pace(first_retry=0.05, last_retry=5, silent_after=4, query_every=1000))
    turns.want(1, Picture("1"))
    turns.want(2, Picture("2"))
    tried, healths = [], []
    now = 0.0
    while now < 30:
        turn = turns.next(now)
        if turn is not None and turn.address == 1:
            tried.append(now)
            healths.append(turns.missed(turn, now).health)
        elif turn is not None:
            turns.answered(turn, answer(turn), now)
        else:
            wake = turns.wake_at()
            assert wake is not None
            assert wake > now, "nothing to do, yet no time to wait: that would spin"
            now = wake
    gaps = [round(b - a, 3) for a, b in zip(tried, tried[1:], strict=False)]
    assert gaps[:8] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5]
    assert [health for health in healths if health] == [Health.SILENT]
    assert healths[3] is Health.SILENT
    turns.want(2, Picture("22"))
    turn = turns.next(now)
    assert turn is not None
    assert turn.address == 2


def test_a_silent_board_that_answers_again_gets_its_last_picture() -> None:
    turns = Turns(pace=Pace(silent_after=1))
    turns.want(1, Picture("1"))
    serve(turns, 0)
    turn = turns.next(10)
    assert turn == Turn(1, None)
    assert turns.missed(Turn(1, None), 10).health is Health.SILENT
    turn = turns.next(20)
    assert turn == Turn(1, Picture("1"))
    outcome = turns.answered(Turn(1, Picture("1")), answer(Turn(1, Picture("1"))), 20)
    assert outcome == Outcome(1, shown=Picture("1"), health=Health.OK)


def test_a_query_that_finds_another_picture_sends_the_right_one() -> None:
    turns = Turns()
    turns.want(1, Picture("1"))
    serve(turns, 0)
    assert turns.next(1.9) is None
    turn = turns.next(2)
    assert turn == Turn(1, None)
    turns.answered(Turn(1, None), answer(Turn(1, None), Picture()), 2)
    assert serve(turns, 2) == [Turn(1, Picture("1"))]


def test_a_board_that_cannot_show_is_faulty_not_acknowledged() -> None:
    turns = Turns()
    turns.want(1, Picture("1"))
    turn = turns.next(0)
    assert turn is not None
    outcome = turns.answered(turn, answer(turn, fault=Fault.DISPLAY), 0)
    assert outcome == Outcome(1, health=Health.FAULTY)
    assert turns.next(0.9) is None
    assert turns.next(1) == turn


def test_a_blink_ends_by_itself() -> None:
    turns = Turns(pace=Pace(query_every=1000))
    turns.want(1, Picture("1", Mode.BLINK), blink_until=8)
    assert serve(turns, 0) == [Turn(1, Picture("1", Mode.BLINK))]
    assert turns.wake_at() == 8
    assert serve(turns, 8) == [Turn(1, Picture("1", Mode.STEADY))]


def test_after_the_port_opens_again_everything_is_sent_again() -> None:
    turns = Turns([3])
    turns.want(1, Picture("1"))
    turns.want(2, Picture("2"))
    serve(turns, 0)
    assert {outcome.health for outcome in turns.closed(1)} == {Health.CLOSED}
    assert set(turns.health().values()) == {Health.CLOSED}
    turns.opened(5)
    assert {turn.address: turn.picture for turn in serve(turns, 5)} == {1: Picture("1"), 2: Picture("2"), 3: None}


@pytest.mark.parametrize("address", [0, 100, -1])
def test_an_address_no_board_has_is_refused(address: int) -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="expected 1 to 99"):
        turns.want(address, Picture("1"))
    assert turns.health() == {}


def test_a_board_that_does_not_shine_as_told_is_told_again_with_its_queries_only() -> None:
    turns = Turns((1,), Pace(query_every=2.0))
    turns.shine(4)
    told, now = 0, 0.0
    while now < 10:
        turn = turns.next(now)
        if turn is None:
            at = turns.wake_at()
            assert at is not None
            now = at
            continue
        told += turn.level is not None
        turns.answered(turn, Answer(1, 0, Fault.NONE, Picture(), brightness=9), now)
    assert told <= 6


def test_a_board_that_is_dropped_is_spoken_to_no_more() -> None:
    turns = Turns((1, 2))
    turn = turns.next(0.0)
    assert turn == Turn(1, None)
    turns.drop(1)
    assert turns.answered(turn, answer(turn), 0.0) == turns.missed(turn, 0.0) == Outcome(1)
    assert [one.address for one in serve(turns, 0.0)] == [2]
    assert list(turns.health()) == [2]
