"""espeak-ng really speaks here, in its own process."""

import sys
from operator import mul
from pathlib import Path

import pytest

from audio import BadUrl, VoiceFailed, open_voice, pcm
from audio.building import finished
from audio.loudness import lufs
from audio.voices import espeak


def test_it_speaks() -> None:
    sound = pcm.samples(open_voice("espeak:vi").say("tám mươi sáu"))
    assert 600 < len(sound) * 1000 / pcm.RATE < 1200
    assert lufs(sound) > -35
    assert pcm.peak(sound) < 0.9 * pcm.FULL, "too near to full scale: the tops may be cut off"


def test_many_texts_in_one_go_sound_as_each_alone() -> None:
    """Not to the sample: espeak-ng begins a text in the phase where it ended the one before."""
    voice = open_voice("espeak:vi")
    texts = ["không", "một", "đến quầy"]
    together = list(voice.say_all(texts))
    assert together == list(voice.say_all(texts))
    for text, sound in zip(texts, together, strict=True):
        alone = voice.say(text)
        assert len(sound) == pytest.approx(len(alone), rel=0.01), text
        assert lufs(pcm.samples(sound)) == pytest.approx(lufs(pcm.samples(alone)), abs=0.3), text


def test_slower_is_longer() -> None:
    slow, fast = (len(open_voice(f"espeak:vi?speed={speed}").say("đến quầy")) for speed in (100, 200))
    assert slow > 1.5 * fast


def test_like_words_sound_unlike() -> None:
    """mười and mươi, một and mốt, năm and lăm differ in a tone or a consonant only; none may fall together."""
    words = ["mười", "mươi", "một", "mốt", "năm", "lăm", "bốn", "tư"]
    assert len(set(open_voice("espeak:vi").say_all(words))) == len(words)


def test_no_digit_is_mumbled() -> None:
    """espeak-ng's dictionary mumbles "không"; alone and among digits it is as strong as the others."""
    voice = open_voice("espeak:vi")
    zeros, ones = (pcm.samples(voice.say(text)) for text in ("không", "một"))
    assert len(zeros) > 0.9 * len(ones)
    three, plain = (len(voice.say(text)) for text in ("một không không", "một bảy bảy"))
    assert three > 0.9 * plain


def test_trimming_cuts_no_speech() -> None:
    texts = ["sáu", "một", "mời số", "chín mươi mốt"]
    for text, sound in zip(texts, open_voice("espeak:vi").say_all(texts), strict=True):
        said, kept = pcm.samples(sound), pcm.samples(finished(sound)[0])
        inner = pcm.trimmed(said, -46, 0, 0)
        assert sum(map(mul, inner, inner)) > 0.999 * sum(map(mul, said, said)), text
        assert len(inner) <= len(kept) <= len(inner) + pcm.RATE * 50 // 1000, text


def test_unknown_voice_name() -> None:
    with pytest.raises(VoiceFailed, match="no voice 'zz'"):
        open_voice("espeak:zz").say("một")


def test_nothing_to_say() -> None:
    with pytest.raises(VoiceFailed, match="no sound"):
        open_voice("espeak:vi").say(" ")


@pytest.mark.parametrize("url", ["piano:vi", "espeak", "espeak:vi?sped=100", "espeak:vi?speed=9000"])
def test_bad_urls(url: str) -> None:
    with pytest.raises(BadUrl, match=r"espeak:, gtts:, piper:, recorded:|speed, pitch, range|80 to 450"):
        open_voice(url)


def test_a_process_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(VoiceFailed, match="ended or hung"):
        open_voice("espeak:vi").say("một")


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "hangs.py"
    program.write_text("import signal; signal.pause()")
    monkeypatch.setattr(espeak, "PROGRAM", program)
    monkeypatch.setattr(espeak, "LIMIT", 0.05)
    with pytest.raises(VoiceFailed, match="ended or hung"):
        open_voice("espeak:vi").say("một")


def test_language() -> None:
    assert [open_voice(f"espeak:{name}").language for name in ("", "vi+f2", "vi-vn-x-south")] == ["vi"] * 3
