"""The voice pack in force: made at once, prepared before, or none."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from app.domain.facts import SayKind
from app.domain.plan import VoiceLengths
from app.domain.refusals import UnknownPage
from app.sounds import QUICK, Sounds, prepared_pack

CALLS = (
    ("86001", "86"),
    ("05999", "05"),
    ("01010", "21"),
    ("860001", "86"),
    ("101001", "101"),
    ("1860001", "186"),
    ("0070001", "007"),
)


def spoken_ms(wav: bytes) -> float:
    return (len(wav) - 44) / 2 / 22.05


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
    for number, counter in CALLS:
        wav = sounds.wav(sounds.id, number, counter)
        assert sounds.lengths().call(number, counter) == pytest.approx(spoken_ms(wav), abs=1), (number, counter)


def test_a_retraction_lasts_as_long_as_the_plan_says(data: Path) -> None:
    sounds = Sounds(prepared_pack(data, QUICK))
    for number, counter in CALLS:
        wav = sounds.wav(sounds.id, number, counter, SayKind.RETRACT)
        assert sounds.lengths().retraction(number) == pytest.approx(spoken_ms(wav), abs=1), number
        assert wav != sounds.wav(sounds.id, number, counter)


def test_a_pack_of_before_there_were_retractions_takes_a_call_back_by_its_gong(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "voice" / "espeak-vi"
    copytree(prepared_pack(data, QUICK) or data, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["clips"]["head-retract"], manifest["clips"]["tail-retract"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sounds = Sounds(prepared_pack(tmp_path, QUICK))
    assert f"renew it: python -m audio build {folder} --voice espeak:vi" in caplog.text
    wav = sounds.wav(sounds.id, "86001", "86", SayKind.RETRACT)
    assert sounds.lengths().retraction("86001") == pytest.approx(spoken_ms(wav), abs=1)


@pytest.mark.parametrize("kind", SayKind)
@pytest.mark.parametrize("number", ["", "8600", "86001000", "8600x", "８６００１", "86001\n", "-8601"])
def test_what_is_no_number_has_no_sound(data: Path, number: str, kind: SayKind) -> None:
    sounds = Sounds(prepared_pack(data, QUICK))
    with pytest.raises(UnknownPage):
        sounds.wav(sounds.id, number, "86", kind)


@pytest.mark.parametrize("counter", ["", "8", "00", "000", "0860", "8x", "８６", "86\n"])
def test_what_is_no_counter_has_no_call(data: Path, counter: str) -> None:
    sounds = Sounds(prepared_pack(data, QUICK))
    with pytest.raises(UnknownPage):
        sounds.wav(sounds.id, "86001", counter)


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
