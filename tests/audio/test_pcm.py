"""Samples: lengths, trimming, level, fades, WAV."""

import struct
from array import array
from math import inf, pi, sin

import pytest

from audio import pcm
from audio.loudness import lufs


def tone(ms: int, height: int = 10_000, pitch: float = 440.0) -> "array[int]":
    count = pcm.RATE * ms // 1000
    return array("h", [int(height * sin(2 * pi * pitch * at / pcm.RATE)) for at in range(count)])


def test_whole_milliseconds() -> None:
    assert pcm.length_ms(pcm.silence(260)) == 260
    assert pcm.length_ms(pcm.raw(pcm.padded(tone(1)))) == 20
    assert pcm.length_ms(pcm.raw(pcm.padded(tone(40)))) == 40
    with pytest.raises(ValueError, match="multiple of 20"):
        pcm.silence(30)
    with pytest.raises(ValueError, match="20 ms steps"):
        pcm.length_ms(bytes(100))


def test_trimmed_keeps_the_sound_and_a_margin() -> None:
    spoken = tone(300)
    found = pcm.trimmed(pcm.samples(pcm.silence(200)) + spoken + pcm.samples(pcm.silence(400)), -46, 10, 20)
    assert len(found) == pytest.approx(len(spoken) + pcm.RATE * 30 // 1000, abs=3)
    start = pcm.RATE * 10 // 1000
    assert found[start : start + 1000] == spoken[1:1001]


def test_trimmed_silence_is_empty() -> None:
    assert len(pcm.trimmed(array("h", bytes(2000)), -46, 10, 20)) <= 1000


def test_level_and_ceiling() -> None:
    room = pcm.headroom(tone(300), -1)
    assert pcm.peak(pcm.scaled(tone(300), room)) == pytest.approx(32768 * 10 ** (-1 / 20), abs=2)
    assert pcm.peak(pcm.scaled(tone(300), -6.02)) == pytest.approx(pcm.peak(tone(300)) / 2, abs=2)
    assert pcm.headroom(array("h", bytes(2000)), -1) == inf


def test_fades_begin_and_end_at_zero() -> None:
    found = pcm.faded(array("h", [20_000] * 2000), 5)
    assert found[0] == found[-1] == 0
    assert list(found[:110]) == sorted(found[:110])
    assert found[110:-110] == array("h", [20_000] * (2000 - 220))
    assert max(abs(a - b) for a, b in zip(found, found[1:], strict=False)) < 400


def test_wav_there_and_back() -> None:
    sound = pcm.raw(tone(40))
    assert pcm.from_wav(pcm.wav(sound)) == sound


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a WAV file"),
        (b"hello" * 20, "not a WAV file"),
        (pcm.wav(bytes(882))[:-100], "ends after"),
        (pcm.wav(bytes(882)).replace(struct.pack("<I", pcm.RATE), struct.pack("<I", 8000)), "8000 Hz"),
    ],
)
def test_wav_faults(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        pcm.from_wav(data)


def test_resampled_keeps_length_and_level() -> None:
    found = pcm.samples(pcm.resampled(pcm.raw(tone(500)), 44_100))
    assert len(found) == pytest.approx(pcm.RATE * 250 // 1000, abs=40)
    assert lufs(found) == pytest.approx(lufs(tone(250)), abs=0.5)
