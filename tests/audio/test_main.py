"""``python -m audio`` as a person uses it."""

import subprocess
import sys
from pathlib import Path

import miniaudio
import pytest

from audio import Form, Pack, Reading, Speech
from audio.__main__ import main


def test_a_call_into_a_file(espeak_pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "call.wav"
    assert main(["86001", "--counter", "86", "--pack", str(espeak_pack.path), "--out", str(out)]) == 0
    assert out.read_bytes() == Speech([espeak_pack]).call("86001", "86").wav
    assert capsys.readouterr().out == f"{out}: {Speech([espeak_pack]).call('86001', '86').ms / 1000:.2f} s\n"


def test_a_retraction_into_a_file(espeak_pack: Pack, tmp_path: Path) -> None:
    out = tmp_path / "sorry.wav"
    assert main(["86001", "--retract", "--pack", str(espeak_pack.path), "--out", str(out)]) == 0
    assert out.read_bytes() == Speech([espeak_pack]).retraction("86001").wav


def test_longer_numbers(espeak_pack: Pack, tmp_path: Path) -> None:
    out = tmp_path / "call.wav"
    assert main(["1010001", "--counter", "101", "--pack", str(espeak_pack.path), "--out", str(out)]) == 0
    assert out.read_bytes() == Speech([espeak_pack]).call("1010001", "101").wav


def test_a_call_to_a_player(espeak_pack: Pack, tmp_path: Path) -> None:
    assert (
        main(["86001", "--counter", "86", "--pack", str(espeak_pack.path), "--out", f"file:{tmp_path}?fast"]) == 0
    )
    assert (tmp_path / Speech([espeak_pack]).call("86001", "86").name).exists()


def test_without_a_loudspeaker_the_call_is_written(
    espeak_pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(*options: object, **more: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", nothing)
    monkeypatch.chdir(tmp_path)
    words = ["86001", "--counter", "86", "--pack", str(espeak_pack.path)]
    assert main(words) == 0
    assert "var/voice/86001-86.wav: " in capsys.readouterr().out
    assert main(["86001", "--retract", "--pack", str(espeak_pack.path)]) == 0
    assert "var/voice/86001-retract.wav: " in capsys.readouterr().out
    assert main([*words, "--out", "device:"]) == 2


def test_without_a_pack_one_is_made(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "audio", "05001", "--counter", "05", "--out", "call.wav"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert Pack.open(tmp_path / "var/voice/espeak-vi").voice == "espeak:vi"
    assert (tmp_path / "call.wav").stat().st_size > 100_000


def test_groups_and_a_second_language(espeak_pack: Pack, english_pack: Pack, tmp_path: Path) -> None:
    out = tmp_path / "call.wav"
    words = ["86123", "--counter", "86", "--reading", "groups", "--out", str(out)]
    assert main([*words, "--pack", str(espeak_pack.path), "--pack", str(english_pack.path)]) == 0
    speech = Speech([espeak_pack, english_pack], Form(reading=Reading.GROUPS))
    assert out.read_bytes() == speech.call("86123", "86").wav


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["86-01", "--counter", "86"], "'86-01' cannot be read out"),
        (["86x01", "--counter", "86"], "no clip for 'ích'"),
        (["86001", "--counter", "86", "--out", "radio:"], "known ones are device:, file:, none:"),
        (["86001", "--counter", "86", "--out", "/dev/null/x.wav"], "/dev/null/x.wav cannot be written"),
        (["86001", "--counter", "86", "--pack", "nowhere"], "nowhere/manifest.json cannot be read"),
    ],
)
def test_a_fault_is_one_sentence(
    espeak_pack: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var/voice").mkdir(parents=True)
    (tmp_path / "var/voice/espeak-vi").symlink_to(espeak_pack.path)
    assert main(words) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


@pytest.mark.parametrize(
    "words",
    [[], ["86001"], ["86001", "--counter", "86", "--reading", "song"], ["86001", "--counter", "86", "--retract"]],
)
def test_a_wrong_command_is_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_import_is_light() -> None:
    """Whoever only assembles or computes lengths pays for no sound library and no internet part."""
    heavy = {"miniaudio", "gtts", "requests", "espeakng_loader"}
    code = f"import sys, audio; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
