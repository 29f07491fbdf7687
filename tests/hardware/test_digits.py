"""The digit-board protocol: what is encoded is decoded, what is damaged is refused, noise never hurts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.protocols.digits import (
    ANSWER_LENGTH,
    LONGEST,
    SOH,
    STX,
    Answer,
    AnswerDecoder,
    Brightness,
    Command,
    CommandDecoder,
    Fault,
    Misfit,
    Mode,
    Picture,
    Query,
    Show,
    encode,
)

addresses = st.integers(1, 99)
sequences = st.integers(0, 9)
pictures = st.builds(Picture, st.text("0123456789- ", max_size=5), st.sampled_from(Mode))
shows = st.builds(Show, addresses, sequences, pictures)
commands = st.one_of(
    shows, st.builds(Query, addresses, sequences), st.builds(Brightness, addresses, sequences, st.integers(1, 9))
)
answers = st.builds(Answer, addresses, sequences, st.sampled_from(Fault), pictures, st.integers(1, 9))
frames = st.one_of(commands, answers)
noise = st.binary(max_size=40)


def quiet(start: int) -> st.SearchStrategy[bytes]:
    """Noise in which no frame begins."""
    return noise.map(lambda data: data.replace(bytes((start,)), b""))


def test_the_bytes_are_those_of_the_table() -> None:
    assert encode(Show(66, 3, Picture("86001", Mode.BLINK))) == b"\x02663SB86001\x0339F2"
    assert encode(Query(5, 0)) == b"\x02050Q\x03D15A"
    assert encode(Brightness(99, 9, 4)) == b"\x02999L4\x031CB1"
    answer = encode(Answer(66, 3, Fault.NONE, Picture("1"), 9))
    assert answer == b"\x01663R0S    19\x036525"
    assert len(answer) == ANSWER_LENGTH == LONGEST


@given(commands)
def test_a_board_hears_what_the_host_says(command: Command) -> None:
    assert CommandDecoder().feed(encode(command)) == [command]
    assert AnswerDecoder().feed(encode(command)) == []


@given(answers)
def test_the_host_hears_what_a_board_says(answer: Answer) -> None:
    assert AnswerDecoder().feed(encode(answer)) == [answer]
    assert CommandDecoder().feed(encode(answer)) == []


@given(st.lists(st.tuples(quiet(STX), commands)), st.integers(1, 7))
def test_frames_are_found_between_noise_in_any_pieces(parts: list[tuple[bytes, Command]], step: int) -> None:
    stream = b"".join(garbage + encode(command) for garbage, command in parts)
    decoder = CommandDecoder()
    found = [frame for i in range(0, len(stream), step) for frame in decoder.feed(stream[i : i + step])]
    assert found == [command for _, command in parts]


@given(frames, st.data())
def test_one_wrong_byte_is_always_refused(frame: Command | Answer, data: st.DataObject) -> None:
    whole = encode(frame)
    at = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    damaged = whole[:at] + bytes((wrong,)) + whole[at + 1 :]
    assert CommandDecoder().feed(damaged) == []
    assert AnswerDecoder().feed(damaged) == []


@pytest.mark.parametrize(
    "frame", [Show(66, 3, Picture("86001", Mode.BLINK)), Query(5, 0), Answer(9, 1, Fault.NONE, Picture("-"))]
)
def test_every_single_wrong_byte_of_some_frames_is_refused(frame: Command | Answer) -> None:
    whole = encode(frame)
    for at in range(len(whole)):
        for wrong in set(range(256)) - {whole[at]}:
            damaged = whole[:at] + bytes((wrong,)) + whole[at + 1 :]
            assert CommandDecoder().feed(damaged) == []
            assert AnswerDecoder().feed(damaged) == []


@given(commands, st.data())
def test_two_wrong_neighbours_under_the_checksum_are_refused(command: Command, data: st.DataObject) -> None:
    whole = bytearray(encode(command))
    at = data.draw(st.integers(1, len(whole) - 7))
    first, second = data.draw(st.tuples(st.integers(0, 255), st.integers(1, 255)))
    whole[at] ^= first
    whole[at + 1] ^= second
    assert CommandDecoder().feed(bytes(whole)) == []


@given(noise, commands)
def test_a_whole_frame_is_found_after_any_noise(garbage: bytes, command: Command) -> None:
    decoder = CommandDecoder()
    assert decoder.feed(garbage + encode(command))[-1:] == [command]


@given(st.lists(noise))
def test_any_bytes_are_survived_in_bounded_memory(pieces: list[bytes]) -> None:
    for decoder in (CommandDecoder(), AnswerDecoder()):
        for piece in pieces:
            decoder.feed(piece)
            assert decoder.held < LONGEST


@given(shows, st.integers(1, 15))
def test_a_frame_cut_short_does_not_eat_the_next(show: Show, cut: int) -> None:
    decoder = CommandDecoder()
    assert decoder.feed(encode(show)[:cut] + encode(show)) == [show]
    assert decoder.damaged == 1


def test_an_unknown_value_in_a_whole_frame_is_told_apart_from_damage() -> None:
    from binascii import crc_hqx

    body = b"\x02661SX86001\x03"
    assert CommandDecoder().feed(body + b"%04X" % crc_hqx(body, 0xFFFF)) == [Misfit(66, 1)]


def test_reset_forgets_a_frame_begun() -> None:
    decoder = AnswerDecoder()
    decoder.feed(bytes((SOH,)) + b"66")
    decoder.reset()
    assert (decoder.held, decoder.damaged) == (0, 0)


@pytest.mark.parametrize("text", ["123456", "86A01", "1.5", "８６"])
def test_a_text_no_board_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="found .* expected"):
        Picture(text)


@pytest.mark.parametrize(
    "frame", [Query(0, 0), Query(100, 0), Query(1, 10), Brightness(1, 0, 0), Brightness(1, 0, 10)]
)
def test_a_frame_out_of_range_is_not_encoded(frame: Command) -> None:
    with pytest.raises(ValueError, match="found .* expected"):
        encode(frame)


def test_cells_are_right_aligned_and_leading_spaces_mean_nothing() -> None:
    assert Picture("86").cells == "   86"
    assert Picture("  86") == Picture("86")
