"""The voice pack in force: made at once, prepared before, or none."""

from pathlib import Path

import pytest

from app.domain.plan import VoiceLengths
from app.domain.refusals import UnknownPage
from app.sounds import QUICK, Sounds, prepared_pack


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def test_the_quick_voice_is_prepared_at_once(data: Path) -> None:
    folder = prepared_pack(data, QUICK)
    assert folder == data / "voice" / "espeak-vi"
    sounds = Sounds(folder)
    assert sounds.lengths().pack == sounds.id
    assert sounds.wav(sounds.id, "86001", "86")[:4] == b"RIFF"


def test_a_call_lasts_as_long_as_the_plan_says(data: Path) -> None:
    sounds = Sounds(prepared_pack(data, QUICK))
    for number, counter in (("86001", "86"), ("05999", "05"), ("01010", "21")):
        wav = sounds.wav(sounds.id, number, counter)
        spoken_ms = (len(wav) - 44) / 2 / 22.05
        assert sounds.lengths().call(number, counter) == pytest.approx(spoken_ms, abs=1)


def test_a_voice_that_needs_the_internet_is_never_prepared_at_start(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert prepared_pack(data, "gtts:vi") == data / "voice" / "espeak-vi"
    assert "python -m audio build" in caplog.text
    (data / "voice" / "espeak-vi").rename(data / "voice" / "gtts-vi")
    assert prepared_pack(data, "gtts:vi") == data / "voice" / "gtts-vi"


def test_without_a_voice_calls_are_shown_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "voice" / "espeak-vi"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("no manifest")
    sounds = Sounds(prepared_pack(tmp_path, QUICK))
    assert "no voice" in caplog.text
    assert sounds.lengths() == VoiceLengths()
    with pytest.raises(UnknownPage):
        sounds.wav("", "86001", "86")
