"""Shared by the tests of audio: a voice that hums instead of speaking, and one espeak-ng pack for all of them."""

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import pi, sin
from pathlib import Path
from shutil import copytree

import pytest

from audio import Pack, Units, VoiceFailed, build, open_voice, pcm, wanted
from audio.reading import language

INSTALLATION = 6.0  # seconds of a processor that preparing the voice may take


def worked() -> float:
    """Seconds of a processor that this process and its ended children have had: the clock on the wall also counts
    what else the machine does."""
    return sum(os.times()[:4])


FEW = {name: text for name, text in wanted(language("vi"), Units.SHORT).items() if not name.startswith("counter-")}


@cache
def hummed(text: str) -> bytes:
    """A hum between two silences, the longer the text the longer."""
    count = pcm.RATE * (100 + 17 * len(text)) // 1000
    hum = array("h", [int(9000 * sin(2 * pi * 220 * at / pcm.RATE)) for at in range(count)])
    return pcm.silence(60) + pcm.raw(hum) + pcm.silence(60)


class HummingVoice:
    """Hums every text; remembers what it was asked; may fall silent after a few."""

    url = "hum:"
    language = "vi"
    region = ""
    licence = "free"

    def __init__(self, last: int | None = None) -> None:
        self.asked: list[str] = []
        self._last = last

    def say(self, text: str) -> bytes:
        if self._last is not None and len(self.asked) >= self._last:
            raise VoiceFailed(f"{text!r} was too much")
        self.asked.append(text)
        return hummed(text)

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        return map(self.say, texts)


@pytest.fixture(scope="session")
def few() -> dict[str, str]:
    """The clips of the smallest pack: heads, digits and the words of numbers, no counter as a clip of its own."""
    return FEW


@pytest.fixture(scope="session")
def hum() -> Callable[..., HummingVoice]:
    """Makes humming voices; ``hum(last=3)`` fails at the fourth text."""
    return HummingVoice


@pytest.fixture(scope="session")
def espeak_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The pack that an installation makes, in the time it has; read only."""
    before = worked()
    pack = build(tmp_path_factory.mktemp("voice") / "espeak-vi", open_voice("espeak:vi"))
    assert worked() - before < INSTALLATION, "an installation waits for it"
    return pack


@pytest.fixture(scope="session")
def english_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The pack of the second language; read only."""
    return build(tmp_path_factory.mktemp("voice") / "espeak-en", open_voice("espeak:en?speed=150"))


@pytest.fixture(scope="session")
def long_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A rich pack, of which a part is missing (its whole would take half a minute): two hundred groups of digits,
    and twenty counters with their heads, in one breath; read only."""
    whole = wanted(language("vi"), Units.LONG)
    lacks = (*(f"spelled-{value}" for value in range(200, 1000)), *(f"to-{counter}" for counter in range(1, 80)))
    clips = {name: text for name, text in whole.items() if name not in lacks}
    return build(tmp_path_factory.mktemp("voice") / "long", open_voice("espeak:vi"), clips=clips)


@pytest.fixture(scope="session")
def humming_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack with the words of numbers, but only counter 86 as a clip of its own; read only."""
    clips = FEW | {"counter-86": "tám mươi sáu"}
    return build(tmp_path_factory.mktemp("voice") / "hum", HummingVoice(), clips=clips)


@pytest.fixture
def small_pack(tmp_path: Path, humming_pack: Pack) -> Pack:
    """A copy of humming_pack, to be damaged."""
    copytree(humming_pack.path, tmp_path / "small")
    return Pack.open(tmp_path / "small")
