"""A person's voice: files named like clips, of any usual kind."""

import wave
from array import array
from math import pi, sin
from pathlib import Path

import pytest

from audio import BadUrl, PackFault, Speech, Units, VoiceFailed, build, open_voice, pcm, wanted
from audio.building import LOUDNESS, clips_for
from audio.loudness import lufs
from audio.reading import language
from audio.voices.recorded import RecordedVoice

SHORT = wanted(language("vi"), Units.SHORT)


def record(file: Path, ms: int = 400, rate: int = 44_100, channels: int = 1, height: int = 3000) -> None:
    """A hum between silences, as a microphone would give it."""
    hum = [int(height * sin(2 * pi * 220 * at / rate)) for at in range(rate * ms // 1000)]
    quiet = [0] * (rate // 5)
    frames = array("h", [sample for sample in (*quiet, *hum, *quiet) for _ in range(channels)])
    with wave.open(str(file), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(frames.tobytes())


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """The short set, recorded by somebody."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for at, name in enumerate(SHORT):
        record(folder / f"{name}.wav", ms=300 + 10 * at, channels=1 + at % 2, height=1000 + 200 * at)
    return folder


def test_a_pack_of_the_short_set_speaks(clips: Path, tmp_path: Path) -> None:
    (clips / "LICENCE.txt").write_text("Nguyễn Thị Lan, 2020\n")
    voice = open_voice(f"recorded:{clips}")
    pack = build(tmp_path / "pack", voice, clips=clips_for(voice, wanted(language("vi"))))
    assert (len(pack.clips), pack.licence) == (len(SHORT) + 1, "Nguyễn Thị Lan, 2020")
    sounds = [Speech([pack]).call(*call) for call in (("86001", "86"), ("01555", "105"))]
    for sound in sounds:
        assert lufs(pcm.samples(pcm.from_wav(sound.wav))) == pytest.approx(LOUDNESS, abs=1.5)


def test_silence_round_a_recording_is_taken_away(clips: Path, tmp_path: Path) -> None:
    pack = build(tmp_path / "pack", open_voice(f"recorded:{clips}"))
    assert 300 <= pack.clips["head-number"].ms <= 380


def test_longer_clips_are_taken_where_they_are(clips: Path) -> None:
    record(clips / "to-86.wav")
    voice = open_voice(f"recorded:{clips}")
    assert "to-86" in clips_for(voice, wanted(language("vi"), Units.LONG))
    assert "to-85" not in clips_for(voice, wanted(language("vi"), Units.LONG))


def test_what_the_short_set_lacks_is_named(clips: Path, tmp_path: Path) -> None:
    (clips / "digit-4.wav").unlink()
    (clips / "head-number.wav").unlink()
    with pytest.raises(PackFault, match="no clip 'head-number', 'digit-4'"):
        build(tmp_path / "pack", open_voice(f"recorded:{clips}"))
    with pytest.raises(VoiceFailed, match="no recording of 'bốn'"):
        open_voice(f"recorded:{clips}").say("bốn")


def test_a_region_has_words_of_its_own(clips: Path) -> None:
    voice = open_voice(f"recorded:{clips}?region=south")
    assert isinstance(voice, RecordedVoice)
    assert (voice.has("lẻ"), voice.has("linh")) == (True, False)


def test_without_a_note_the_pack_says_so(clips: Path) -> None:
    assert "not written down" in open_voice(f"recorded:{clips}").licence


def test_a_file_that_is_no_clip_or_no_sound(clips: Path) -> None:
    (clips / "digit-4.wav").write_bytes(b"no sound")
    with pytest.raises(VoiceFailed, match=r"digit-4.wav: 8 bytes that are no sound"):
        open_voice(f"recorded:{clips}").say("bốn")
    record(clips / "song.wav")
    with pytest.raises(VoiceFailed, match=r"song.wav: the clip name 'song' is not known"):
        open_voice(f"recorded:{clips}")


def test_bad_options(tmp_path: Path) -> None:
    with pytest.raises(BadUrl, match="language, region"):
        open_voice(f"recorded:{tmp_path}?speed=3")
    with pytest.raises(BadUrl, match="no region 'west'"):
        open_voice(f"recorded:{tmp_path}?region=west")
