"""A call put together: exactly as long as the pack says, the same every time, without clicks."""

import io
import wave
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio import BadText, Lengths, Pack, Voice, assemble, build, pcm

NUMBERS = st.from_regex("[0-9]{5,7}", fullmatch=True)


def heard_ms(wav: bytes) -> float:
    """The length as any other program reads it."""
    with wave.open(io.BytesIO(wav)) as file:
        seconds: float = file.getnframes() / file.getframerate()
        return seconds * 1000


def check(pack: Pack, lengths: Lengths, number: str, counter: str) -> None:
    sound = assemble(pack, number, counter)
    digits = sum(lengths.digit_ms[int(d)] for d in number)
    spelled = sum(lengths.digit_ms[int(d)] for d in str(int(counter)))
    told = lengths.frame_ms + digits + lengths.counter_ms.get(str(int(counter)), spelled)
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
    @given(NUMBERS, st.integers(1, 999))
    def any_call(number: str, counter: int) -> None:
        check(espeak_pack, lengths, number, str(counter))
        sound = assemble(espeak_pack, number, "", "retract")
        assert sound.ms == lengths.retraction_ms(number) == round(heard_ms(sound.wav), 6)

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
    names = ("chime", "head-number", *digits("86001"), "head-counter", "counter-86")
    assert heard(espeak_pack, sound, *names) == pcm.silence(espeak_pack.pauses.at_end)


def heard(pack: Pack, sound: bytes, *names: str) -> bytes:
    """What follows the named clips, which are heard in this order."""
    at = 0
    for name in names:
        clip = pack.clips[name].sound
        assert at <= sound.index(clip, at), name
        at = sound.index(clip, at) + len(clip)
    return sound[at:]


def digits(text: str) -> list[str]:
    return [f"digit-{digit}" for digit in text]


@pytest.mark.parametrize("counter", ["186", "0186"])
def test_a_counter_above_99_is_read_digit_by_digit(espeak_pack: Pack, counter: str) -> None:
    sound = pcm.from_wav(assemble(espeak_pack, "1860001", counter).wav)
    names = ["chime", "head-number", *digits("1860001"), "head-counter", *digits("186")]
    pauses = espeak_pack.pauses
    assert heard(espeak_pack, sound, *names) == pcm.silence(pauses.after_digit + pauses.at_end)


def test_a_counter_above_99_with_a_clip_of_its_own_is_said_by_it(
    tmp_path: Path, hum: Callable[..., Voice], few: dict[str, str]
) -> None:
    pack = build(tmp_path / "p", hum(), clips=few | {"counter-101": "một trăm linh một"})
    check(pack, pack.lengths(), "101001", "101")
    sound = pcm.from_wav(assemble(pack, "101001", "101").wav)
    assert heard(pack, sound, "chime", "head-counter", "counter-101") == pcm.silence(pack.pauses.at_end)


def test_a_retraction_says_the_number_and_no_counter(espeak_pack: Pack) -> None:
    sorry = assemble(espeak_pack, "86001", "", "retract")
    names = ("chime", "head-retract", *digits("86001"), "tail-retract")
    assert heard(espeak_pack, pcm.from_wav(sorry.wav), *names) == pcm.silence(espeak_pack.pauses.at_end)
    assert sorry == assemble(espeak_pack, "86001", "86", "retract")
    assert 4000 < sorry.ms < 7000


@pytest.mark.parametrize("missing", ["head-retract", "tail-retract"])
def test_a_pack_that_cannot_say_so_takes_a_call_back_with_the_gong_alone(
    tmp_path: Path, hum: Callable[..., Voice], few: dict[str, str], missing: str
) -> None:
    old = build(tmp_path / "p", hum(), clips={name: text for name, text in few.items() if name != missing})
    assert not old.retracts
    sorry = assemble(old, "86001", "", "retract")
    assert sorry.ms == old.lengths().retraction_ms("86001")
    gong = old.clips["chime"].sound
    assert pcm.from_wav(sorry.wav) == gong + pcm.silence(sorry.ms - old.clips["chime"].ms)


def test_only_calls_and_retractions(espeak_pack: Pack) -> None:
    with pytest.raises(BadText, match="'song' cannot be assembled, expected 'call' or 'retract'"):
        assemble(espeak_pack, "86001", "86", "song")


def test_no_joint_clicks(espeak_pack: Pack) -> None:
    """Across every joint the sound steps no further than the softest rustle."""
    names = ("chime", "head-number", "digit-8", "head-counter", "counter-86", "head-retract", "tail-retract")
    clips = [espeak_pack.clips[name] for name in names]
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


def test_a_retraction_of_only_digits(espeak_pack: Pack) -> None:
    with pytest.raises(BadText, match="cannot be read out, expected 1 to"):
        assemble(espeak_pack, "86OO1", "", "retract")
