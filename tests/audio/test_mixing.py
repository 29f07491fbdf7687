"""A call put together: exactly as long as it is told, the same every time, equally loud, without clicks."""

import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio import BadText, Form, Pack, Reading, Speech, Voice, build, pcm
from audio.building import LOUDNESS
from audio.loudness import lufs

GROUPS = Form(reading=Reading.GROUPS)
Packs = Sequence[Pack]


def heard_ms(wav: bytes) -> float:
    """The length as any other program reads it."""
    with wave.open(io.BytesIO(wav)) as file:
        seconds: float = file.getnframes() / file.getframerate()
        return seconds * 1000


@pytest.fixture(params=["small", "medium", "long", "both languages"])
def packs(request: pytest.FixtureRequest, espeak_pack: Pack) -> Packs:
    """Packs of every kind, whatever units they have."""
    if request.param == "small":
        return [request.getfixturevalue("humming_pack")]
    if request.param == "long":
        return [request.getfixturevalue("long_pack")]
    return [espeak_pack, request.getfixturevalue("english_pack")] if "both" in request.param else [espeak_pack]


@pytest.mark.parametrize("form", [Form(), GROUPS, Form(3, 4), Form(3, 3, Reading.GROUPS)], ids=str)
def test_a_sound_lasts_as_long_as_is_told(packs: Packs, form: Form) -> None:
    speech = Speech(packs, form)
    most = 10 ** (form.lead + form.running) - 1

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, most), st.integers(1, 10**form.lead - 1))
    def any_call(value: int, counter: int) -> None:
        number = f"{value:0{form.lead + form.running}}"
        call, sorry = speech.call(number, str(counter)), speech.retraction(number)
        taken = speech.lengths.number_ms(number)
        told = speech.lengths.frame_ms + taken + speech.to_ms(f"{counter:03}")
        assert call.ms == told == speech.call_ms(number, str(counter)) == round(heard_ms(call.wav), 6)
        assert sorry.ms == speech.lengths.retract_ms + taken == round(heard_ms(sorry.wav), 6)

    any_call()


@pytest.mark.parametrize(
    ("units", "form", "most", "mean"),
    [("espeak", Form(), 0, 0), ("espeak", GROUPS, 460, 160), ("long", Form(), 460, 200)],
)
def test_what_is_told_is_little_more_than_what_is_said(
    request: pytest.FixtureRequest, units: str, form: Form, most: int, mean: int
) -> None:
    """The silence that lets few figures tell of a thousand clips. A number of another form has none."""
    packs = [request.getfixturevalue(f"{units}_pack")]
    told, plain = Speech(packs, form), Speech(packs, replace(form, running=9))
    numbers = [f"86{value:03}" for value in range(1, 1000, 7)]
    spare = [told.call(number, "86").ms - plain.call(number, "86").ms for number in numbers]
    assert min(spare) >= 0
    assert max(spare) <= most
    assert sum(spare) / len(spare) <= mean


def test_a_call_lasts_some_five_seconds(espeak_pack: Pack) -> None:
    speech = Speech([espeak_pack])
    calls = [speech.call_ms(f"{c:02}{n:03}", str(c)) for c in range(1, 100) for n in range(1, 100, 7)]
    assert min(calls) > 4000
    assert sorted(calls)[len(calls) // 2] < 6000
    assert max(calls) < 6800


def test_one_breath_is_shorter_than_digits_one_by_one(espeak_pack: Pack, long_pack: Pack) -> None:
    assert Speech([long_pack]).call_ms("86001", "86") < Speech([espeak_pack]).call_ms("86001", "86")


def test_same_inputs_same_bytes(espeak_pack: Pack) -> None:
    one, two = (Speech([Pack.open(espeak_pack.path)]).call("86001", "86") for _ in range(2))
    assert one == two
    assert Speech([espeak_pack]).call("86001", "086") == one
    assert Speech([espeak_pack]).call("86002", "86").name != one.name
    assert one.name.endswith(".wav")
    assert len(one.name) == 36


def heard(packs: Packs, sound: bytes, *names: str) -> bytes:
    """What follows the named clips of the packs, which are heard in this order."""
    at, pack = 0, packs[0]
    for name in names:
        if name == "—":
            pack = packs[1]
            continue
        clip = pack.clips[name].sound
        assert at <= sound.index(clip, at), name
        at = sound.index(clip, at) + len(clip)
    return sound[at:]


def digits(text: str) -> list[str]:
    return [f"digit-{digit}" for digit in text]


def test_the_clips_are_in_the_order_of_the_sentence(espeak_pack: Pack) -> None:
    sound = pcm.from_wav(Speech([espeak_pack]).call("86001", "86").wav)
    names = ("chime", "head-number", *digits("86001"), "head-counter", "counter-86")
    assert not any(heard([espeak_pack], sound, *names))


def test_the_longest_clips_are_heard(long_pack: Pack) -> None:
    sound = pcm.from_wav(Speech([long_pack]).call("86001", "86").wav)
    assert not any(heard([long_pack], sound, "chime", "head-number", "spelled-86", "spelled-001", "to-86"))


def test_groups_are_heard_as_numbers(espeak_pack: Pack) -> None:
    sound = pcm.from_wav(Speech([espeak_pack], GROUPS).call("86123", "05").wav)
    names = ("head-number", "counter-86", "digit-1", "word-hundred", "counter-23", "head-counter", "digit-5")
    assert not any(heard([espeak_pack], sound, *names))


def test_a_counter_above_99_is_a_number(espeak_pack: Pack) -> None:
    sound = pcm.from_wav(Speech([espeak_pack], Form(3, 4)).call("1860001", "186").wav)
    assert not any(heard([espeak_pack], sound, "head-counter", "digit-1", "word-hundred", "counter-86"))


def test_the_second_language_follows_the_first(espeak_pack: Pack, english_pack: Pack) -> None:
    packs = [espeak_pack, english_pack]
    sound = pcm.from_wav(Speech(packs).call("86001", "86").wav)
    sentence = ("head-number", *digits("86001"), "head-counter", "counter-86")
    assert not any(heard(packs, sound, "chime", *sentence, "—", *sentence))


def test_a_retraction_says_the_number_and_no_counter(espeak_pack: Pack) -> None:
    sorry = Speech([espeak_pack]).retraction("86001")
    names = ("chime", "head-retract", *digits("86001"), "tail-retract")
    assert not any(heard([espeak_pack], pcm.from_wav(sorry.wav), *names))
    assert 4000 < sorry.ms < 7200


@pytest.mark.parametrize("missing", ["head-retract", "tail-retract"])
def test_a_pack_that_cannot_say_so_takes_a_call_back_with_the_gong_alone(
    tmp_path: Path, hum: Callable[..., Voice], few: dict[str, str], missing: str
) -> None:
    old = build(tmp_path / "p", hum(), clips={name: text for name, text in few.items() if name != missing})
    assert not old.retracts
    sorry = Speech([old]).retraction("86001")
    assert sorry.ms == Speech([old]).retraction_ms("86001")
    gong = old.clips["chime"]
    assert pcm.from_wav(sorry.wav) == gong.sound + pcm.silence(sorry.ms - gong.ms)


def test_letters_are_said_where_the_pack_has_them(
    tmp_path: Path, hum: Callable[..., Voice], few: dict[str, str], espeak_pack: Pack
) -> None:
    pack = build(tmp_path / "p", hum(), clips=few | {"letter-A": "a"})
    sound = pcm.from_wav(Speech([pack], Form(1, 3)).call("A012", "5A").wav)
    names = ("head-number", "letter-A", *digits("012"), "head-counter", "digit-5", "letter-A")
    assert not any(heard([pack], sound, *names))
    with pytest.raises(BadText, match="no clip for 'a'"):
        Speech([espeak_pack]).call("A012", "5")


def test_no_joint_clicks(espeak_pack: Pack) -> None:
    """Across every joint the sound steps no further than the softest rustle."""
    names = ("chime", "head-number", "digit-8", "head-counter", "counter-86", "head-retract", "tail-retract")
    clips = [espeak_pack.clips[name].sound for name in names]
    for before in clips:
        for after in clips:
            joint = pcm.samples(before[-4:] + after[:4])
            assert max(abs(a - b) for a, b in zip(joint, joint[1:], strict=False)) < 100


def test_all_sentences_are_equally_loud(packs: Packs) -> None:
    """Measured as broadcasters do, from the gong to the last word; a hall hears no call softer than another."""
    numbers = ("01001", "05555", "21114", "44444", "66020", "86001", "90110", "99999")
    for form in (Form(), GROUPS):
        speech = Speech(packs, form)
        sounds = [speech.call(number, number[:2]) for number in numbers] + [speech.retraction("86001")]
        levels = [lufs(pcm.samples(pcm.from_wav(sound.wav))) for sound in sounds]
        assert max(levels) - min(levels) < 2, "within one LU on either side"
        assert sum(levels) / len(levels) == pytest.approx(LOUDNESS, abs=1.5)


def test_fast(espeak_pack: Pack) -> None:
    speech = Speech([espeak_pack])
    speech.call("86001", "86")
    before = process_time()
    for number in range(86001, 86021):
        speech.call(str(number), "86")
    assert (process_time() - before) / 20 < 0.010
