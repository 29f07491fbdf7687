"""A call put together: exactly as long as the pack says, the same every time, without clicks."""

import io
import wave
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio import BadText, Lengths, Pack, assemble, pcm

NUMBERS = st.integers(0, 99_999).map("{:05}".format)


def heard_ms(wav: bytes) -> float:
    """The length as any other program reads it."""
    with wave.open(io.BytesIO(wav)) as file:
        seconds: float = file.getnframes() / file.getframerate()
        return seconds * 1000


def check(pack: Pack, lengths: Lengths, number: str, counter: str) -> None:
    sound = assemble(pack, number, counter)
    told = lengths.frame_ms + sum(lengths.digit_ms[int(d)] for d in number) + lengths.counter_ms[str(int(counter))]
    assert sound.ms == told == lengths.call_ms(number, counter) == round(heard_ms(sound.wav), 6)


def test_lengths_are_exact_for_every_counter(espeak_pack: Pack, small_pack: Pack) -> None:
    for pack in (espeak_pack, small_pack):
        lengths = pack.lengths()
        assert list(lengths.counter_ms) == [str(counter) for counter in range(1, 100)]
        for counter in range(1, 100):
            check(pack, lengths, f"{counter:02}001", f"{counter:02}")


def test_lengths_are_exact_for_any_number(espeak_pack: Pack) -> None:
    lengths = espeak_pack.lengths()

    @settings(max_examples=40, deadline=None)
    @given(NUMBERS, st.integers(1, 99))
    def any_call(number: str, counter: int) -> None:
        check(espeak_pack, lengths, number, str(counter))

    any_call()


def test_a_call_lasts_some_five_seconds(espeak_pack: Pack) -> None:
    calls = [
        espeak_pack.lengths().call_ms(f"{c:02}{n:03}", str(c)) for c in range(1, 100) for n in range(1, 100, 7)
    ]
    assert min(calls) > 4000
    assert sorted(calls)[len(calls) // 2] < 6000
    assert max(calls) < 6600


def test_same_inputs_same_bytes(espeak_pack: Pack) -> None:
    one, two = (assemble(Pack.open(espeak_pack.path), "86001", "86") for _ in range(2))
    assert one == two
    assert assemble(espeak_pack, "86001", "086") == one
    assert assemble(espeak_pack, "86002", "86").name != one.name
    assert one.name.endswith(".wav")
    assert len(one.name) == 36


def test_the_clips_are_in_the_order_of_the_sentence(espeak_pack: Pack) -> None:
    sound = pcm.from_wav(assemble(espeak_pack, "86001", "86").wav)
    at = 0
    for name in ("chime", "head-number", *(f"digit-{d}" for d in "86001"), "head-counter", "counter-86"):
        clip = espeak_pack.clips[name].sound
        assert at <= sound.index(clip, at), name
        at = sound.index(clip, at) + len(clip)
    assert sound[at:] == pcm.silence(espeak_pack.pauses.at_end)


def test_no_joint_clicks(espeak_pack: Pack) -> None:
    """Across every joint the sound steps no further than the softest rustle."""
    clips = [espeak_pack.clips[name] for name in ("chime", "head-number", "digit-8", "head-counter", "counter-86")]
    for before in clips:
        for after in clips:
            joint = pcm.samples(before.sound[-4:] + after.sound[:4])
            assert max(abs(a - b) for a, b in zip(joint, joint[1:], strict=False)) < 100, (before.name, after.name)


def test_fast(espeak_pack: Pack) -> None:
    assemble(espeak_pack, "86001", "86")
    before = perf_counter()
    for number in range(86001, 86021):
        assemble(espeak_pack, str(number), "86")
    assert (perf_counter() - before) / 20 < 0.005


@pytest.mark.parametrize(("number", "counter"), [("86OO1", "86"), ("86001", "A"), ("", "86"), ("86001", "")])
def test_only_digits(espeak_pack: Pack, number: str, counter: str) -> None:
    with pytest.raises(BadText, match="cannot be read out, expected 1 to"):
        assemble(espeak_pack, number, counter)
