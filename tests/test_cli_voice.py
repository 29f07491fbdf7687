"""`goiso voice` as an operator types it: from making a pack to carrying it to another center."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.settings import BadSettings
from audio import Form, Pack, Reading, Speech
from tests.test_cli import environment


class Operator:
    """Types commands on one machine, with the data folder `data`."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def types(self, *words: str, **settings: str) -> Result:
        wanted = {f"GOISO_{name}": value for name, value in ({"DATA": str(self.data)} | settings).items()}
        return CliRunner().invoke(cli, ["voice", *words], env=wanted)

    def is_told(self, *words: str, **settings: str) -> str:
        """What the command gives up with."""
        fault = self.types(*words, **settings).exception
        assert isinstance(fault, BadSettings), fault
        return str(fault)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """An operator whose first pack is made; read only."""
    operator = Operator(tmp_path_factory.mktemp("data"))
    done = operator.types("build")
    assert done.exit_code == 0, done.output
    assert done.stdout.endswith("voice/espeak-vi: 112 clips spoken by espeak:vi\n")
    return operator


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "data")


def test_the_ready_pack_passes_its_check(ready: Operator) -> None:
    done = ready.types("check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "112 clips spoken by espeak:vi" in done.stdout
    assert "LUFS" in done.stdout


def test_a_pack_with_something_wrong_ends_with_one(ready: Operator, operator: Operator) -> None:
    ready.types("export", str(operator.data.parent / "voice.zip"))
    operator.types("import", str(operator.data.parent / "voice.zip"))
    manifest = operator.data / "voice" / "espeak-vi" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"tail-retract"', '"letter-A"').replace("vui lòng chờ", "a"))
    done = operator.types("check")
    assert done.exit_code == 1
    assert "! a retraction is only the gong" in done.stdout


@pytest.mark.parametrize(
    ("words", "form"),
    [(["--counter", "86"], Form()), (["--counter", "86", "--reading", "groups"], Form(reading=Reading.GROUPS))],
)
def test_a_call_is_played_from_the_pack(ready: Operator, tmp_path: Path, words: list[str], form: Form) -> None:
    done = ready.types("play", "86001", *words, "--out", str(tmp_path / "call.wav"))
    assert done.exit_code == 0, done.output
    pack = Pack.open(ready.data / "voice" / "espeak-vi")
    assert (tmp_path / "call.wav").read_bytes() == Speech([pack], form).call("86001", "86").wav


def test_a_call_is_taken_back(ready: Operator, tmp_path: Path) -> None:
    ready.types("play", "86001", "--out", str(tmp_path / "sorry.wav"))
    pack = Pack.open(ready.data / "voice" / "espeak-vi")
    assert (tmp_path / "sorry.wav").read_bytes() == Speech([pack]).retraction("86001").wav


def test_a_call_in_both_languages(ready: Operator, tmp_path: Path) -> None:
    done = ready.types("play", "86001", "--counter", "86", "--english", "--out", str(tmp_path / "call.wav"))
    assert done.exit_code == 0, done.output
    packs = [Pack.open(ready.data / "voice" / name) for name in ("espeak-vi", "espeak-en-speed-150")]
    assert (tmp_path / "call.wav").read_bytes() == Speech(packs).call("86001", "86").wav


def test_a_pack_is_carried_to_a_center_without_internet(ready: Operator, operator: Operator) -> None:
    file = operator.data.parent / "voice.zip"
    assert f"{file}: 112 clips spoken by espeak:vi" in ready.types("export", str(file)).stdout
    done = operator.types("import", str(file))
    assert "to speak with them: GOISO_VOICE='espeak:vi'" in done.stdout
    there = Pack.open(operator.data / "voice" / "espeak-vi")
    assert there.id == Pack.open(ready.data / "voice" / "espeak-vi").id


def test_a_short_pack_of_the_south(operator: Operator) -> None:
    done = operator.types("build", "--units", "short", "--region", "south", "--letters")
    assert done.exit_code == 0, done.output
    pack = Pack.open(operator.data / "voice" / "espeak-vi")
    assert pack.language.region == "south"
    assert {"letter-A", "counter-20"} < set(pack.clips)
    assert "counter-21" not in pack.clips


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["build", "--voice", "piano:vi"], "known ones are espeak:, gtts:, piper:, recorded:"),
        (["build", "--units", "huge"], "--units is 'huge', expected short, medium, long"),
        (["build", "--reading", "song"], "--reading is 'song', expected digits, groups"),
        (["build", "--region", "west"], "'vi' has no region 'west', expected north or south"),
        (["build", "--voice", "recorded:/nowhere"], "has no clip 'head-number'"),
        (["check"], "voice/espeak-vi/manifest.json cannot be read"),
        (["check", "nowhere"], "nowhere/manifest.json cannot be read"),
        (["export", "voice.zip"], "voice/espeak-vi/manifest.json cannot be read"),
        (["import", "nowhere.zip"], "nowhere.zip cannot be unpacked"),
    ],
)
def test_what_is_wrong_is_a_sentence(operator: Operator, words: list[str], sentence: str) -> None:
    assert sentence in operator.is_told(*words)


def test_faults_end_with_two_and_without_a_trace(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "voice", "check"]
    done = subprocess.run(command, env=environment({"DATA": str(tmp_path)}), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("goiso: ")
    assert "Traceback" not in done.stderr
