"""Piper's side of the pipe with a Piper that hums: the real one needs a model of its operator's."""

from pathlib import Path

import pytest

from audio import BadUrl, VoiceFailed, open_voice, pcm

HUMS = """
from array import array
from types import SimpleNamespace

class SynthesisConfig:
    def __init__(self, length_scale):
        self.length_scale = length_scale

class PiperVoice:
    config = SimpleNamespace(sample_rate=44100, length_scale=1.0)

    @classmethod
    def load(cls, model):
        if "broken" in model:
            raise ValueError("no graph in it")
        return cls()

    def synthesize(self, text, syn_config):
        for word in text.split():
            frames = array("h", [3000, -3000] * int(2205 * syn_config.length_scale))
            yield SimpleNamespace(audio_int16_bytes=frames.tobytes())
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model file beside a Piper that any process started from here finds."""
    (tmp_path / "piper.py").write_text(HUMS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    model = tmp_path / "vi.onnx"
    model.write_bytes(b"")
    model.with_name("vi.onnx.json").write_text("{}")
    return model


def test_it_speaks_at_the_rate_of_this_library(model: Path) -> None:
    sounds = list(open_voice(f"piper:{model}").say_all(["một", "tám sáu"]))
    assert [round(len(sound) / 2 / pcm.RATE, 2) for sound in sounds] == [0.1, 0.2]


def test_a_slower_pace_is_longer(model: Path) -> None:
    slow, fast = (len(open_voice(f"piper:{model}?pace={pace}").say("một")) for pace in (50, 100))
    assert slow == pytest.approx(2 * fast, rel=0.02)


def test_it_names_the_model_in_its_licence(model: Path) -> None:
    voice = open_voice(f"piper:{model}?region=south")
    assert "vi.onnx" in voice.licence
    assert (voice.language, voice.region) == ("vi", "south")


def test_a_model_that_is_not_there_or_broken(model: Path) -> None:
    with pytest.raises(VoiceFailed, match=r"the Piper model .*no.onnx is not there"):
        open_voice(f"piper:{model.with_name('no.onnx')}").say("một")
    model.with_name("vi.onnx.json").unlink()
    with pytest.raises(VoiceFailed, match=r"vi.onnx.json is not there"):
        open_voice(f"piper:{model}").say("một")
    for name in ("broken.onnx", "broken.onnx.json"):
        model.with_name(name).write_text("")
    with pytest.raises(VoiceFailed, match="cannot be read: no graph in it"):
        open_voice(f"piper:{model.with_name('broken.onnx')}").say("một")


def test_without_piper_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(VoiceFailed, match=r"not installed here: pip install 'goiso\[piper\]'"):
        open_voice(f"piper:{tmp_path / 'vi.onnx'}").say("một")


@pytest.mark.parametrize("url", ["piper:", "piper:vi", "piper:vi.onnx?speed=3", "piper:vi.onnx?pace=20"])
def test_bad_urls(url: str) -> None:
    with pytest.raises(BadUrl, match=r"expected piper:FILE.onnx|language, region, pace|50 to 200"):
        open_voice(url)
