"""The guide's commands: slides, speech and a clip, made by the real voice and the real ffmpeg."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.guide import STEPS, spoken
from app.guide_clip import ffmpeg, frames, save_clip, speech, whole
from audio import open_voice
from audio.pcm import length_ms, peak, samples


def goiso(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "app", "guide", *words], capture_output=True, text=True)


def test_what_is_spoken_can_be_read_by_anybody() -> None:
    said = " ".join(spoken())
    assert not re.search(r"[0-9/&@%]", said), "figures and signs are read as words"
    assert [f"Bước {word}." in said for word in ("một", "hai", "ba", "bốn", "năm", "sáu")] == [True] * len(STEPS)


def test_the_slides_are_pictures_of_a_public_screen(tmp_path: Path) -> None:
    assert goiso("slides", str(tmp_path)).returncode == 0
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) == len(STEPS) + 2
    for file in pictures:
        picture = Image.open(file)
        assert picture.size == (1920, 1080)
        edge = picture.crop((1900, 0, 1920, 1080)).getcolors()
        assert edge is not None
        assert len(edge) == 1, "no word reaches the edge"


def test_the_speech_is_as_long_as_a_ward_listens(tmp_path: Path) -> None:
    file = tmp_path / "huong-dan.mp3"
    done = goiso("speech", str(file))
    assert done.returncode == 0
    assert file.stat().st_size > 100_000
    said = re.search(r"(\d+) s", done.stdout)
    assert said
    assert 30 <= int(said[1]) <= 90
    refused = goiso("speech", "huong-dan.ogg")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert ".mp3 or .wav" in refused.stderr


def test_the_clip_shows_each_slide_as_long_as_it_is_read(tmp_path: Path) -> None:
    passages = speech(open_voice("espeak:vi"))
    assert len(passages) == len(frames())
    assert all(peak(samples(one)) > 3_000 for one in passages), "none is silent"
    few, file = passages[:2], tmp_path / "huong-dan.mp4"
    save_clip(file, frames()[:2], few)
    shown = subprocess.run([ffmpeg(), "-i", str(file)], capture_output=True, text=True).stderr
    assert re.search(r"Video: h264.* 1920x1080", shown)
    assert "Audio: aac" in shown
    length = re.search(r"Duration: 00:(\d+):([\d.]+)", shown)
    assert length
    took = int(length[1]) * 60 + float(length[2])
    assert took == pytest.approx(whole(few).ms / 1000, abs=0.3)
    assert whole(few).ms == length_ms(b"".join(few))
    heard = [ffmpeg(), "-i", str(file), "-af", "volumedetect", "-vn", "-f", "null", "-"]
    loud = re.search(r"max_volume: (-?[\d.]+) dB", subprocess.run(heard, capture_output=True, text=True).stderr)
    assert loud
    assert float(loud[1]) > -20
