"""The keypad protocol: what is encoded is decoded, what is damaged is refused, boards and keypads never mix up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.protocols import digits
from hardware.protocols.digits import Picture
from hardware.protocols.keypads import (
    LONGEST,
    REPORT_LENGTH,
    CommandDecoder,
    Face,
    Key,
    Poll,
    Pressed,
    Report,
    ReportDecoder,
    Tell,
    encode,
    mark_of,
)

addresses, sequences, marks = st.integers(1, 99), st.integers(0, 9), st.integers(0, 99)
faces = st.builds(Face, st.text("0123456789- ", max_size=5), st.integers(0, 999), marks)
told = st.builds(Tell, addresses, sequences, faces, st.integers(1, 99), st.booleans())
quiet = st.builds(Tell, addresses, sequences, faces)
commands = st.one_of(st.builds(Poll, addresses, sequences), told, quiet)
keys = st.builds(Pressed, st.integers(1, 99), st.sampled_from(Key), marks, marks)
reports = st.one_of(
    st.builds(Report, addresses, sequences, st.none(), marks),
    st.builds(lambda at, n, key: Report(at, n, key, key.mark), addresses, sequences, keys),
)
noise = st.binary(max_size=40)


def test_the_bytes_are_those_of_the_table() -> None:
    assert encode(Poll(5, 0)) == b"\x05050P\x032A2A"
    told = encode(Tell(66, 3, Face("86001", 12, 7), 21, refused=True))
    assert told[:-4] == b"\x05663T2120786001012\x03"
    report = encode(Report(66, 3, Pressed(22, Key.TRANSFER, 7, 70), 7))
    assert report[:-4] == b"\x06663K22T0770\x03"
    assert (len(told), len(report)) == (LONGEST, REPORT_LENGTH)


@given(commands)
def test_a_keypad_hears_what_the_host_says(command: Poll | Tell) -> None:
    assert CommandDecoder().feed(encode(command)) == [command]
    assert ReportDecoder().feed(encode(command)) == []


@given(reports)
def test_the_host_hears_what_a_keypad_says(report: Report) -> None:
    assert ReportDecoder().feed(encode(report)) == [report]
    assert CommandDecoder().feed(encode(report)) == []


@given(st.one_of(commands, reports), st.data())
def test_one_wrong_byte_is_always_refused(frame: Poll | Tell | Report, data: st.DataObject) -> None:
    whole = encode(frame)
    at = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    damaged = whole[:at] + bytes((wrong,)) + whole[at + 1 :]
    assert CommandDecoder().feed(damaged) == []
    assert ReportDecoder().feed(damaged) == []


@given(st.lists(st.one_of(noise, commands.map(encode), reports.map(encode))))
def test_any_bytes_are_survived_in_bounded_memory(pieces: list[bytes]) -> None:
    for decoder in (CommandDecoder(), ReportDecoder()):
        for piece in pieces:
            decoder.feed(piece)
            assert decoder.held < LONGEST


@given(st.one_of(commands, reports))
def test_boards_on_the_same_line_hear_nothing_of_it(frame: Poll | Tell | Report) -> None:
    board, host = digits.CommandDecoder(), digits.AnswerDecoder()
    assert (board.feed(encode(frame)), host.feed(encode(frame))) == ([], [])
    assert (board.damaged, host.damaged) == (0, 0)


@given(st.builds(digits.Show, addresses, sequences, st.builds(Picture, st.text("0123456789- ", max_size=5))))
def test_keypads_on_the_same_line_hear_nothing_of_boards(show: digits.Show) -> None:
    keypad = CommandDecoder()
    assert (keypad.feed(digits.encode(show)), keypad.damaged) == ([], 0)


def test_neighbouring_turns_have_other_marks_and_none_is_that_of_a_keypad_that_starts() -> None:
    marks = [mark_of(turn) for turn in range(1, 200)]
    assert all(one != other for one, other in zip(marks, marks[1:], strict=False))
    assert set(marks) == set(range(1, 100))


@pytest.mark.parametrize("waiting", [1000, 12345])
def test_more_wait_than_a_keypad_can_show(waiting: int) -> None:
    assert Face(waiting=waiting).waiting == 999


def test_what_no_keypad_has_is_refused() -> None:
    with pytest.raises(ValueError, match="found .* expected"):
        Face(mark=100)
    with pytest.raises(ValueError, match="found .* expected"):
        Pressed(0, Key.NEXT, 1)
    with pytest.raises(ValueError, match="found .* expected"):
        encode(Tell(1, 0, answered=100))
    with pytest.raises(ValueError, match="found .* expected"):
        encode(Poll(0, 0))
