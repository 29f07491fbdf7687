"""A recording listened to: what may become a clip, and why another has to be made again."""

from array import array
from math import pi, sin
from random import Random

import pytest

from audio import pcm
from audio.recording import BadTake, TakeFault, listened


def spoken(
    height: float = 0.2, before: int = 300, ms: int = 500, after: int = 300, noise: float = 0.0005
) -> bytes:
    """Something like a word: a hum that swells, between the room's noise. Heights are parts of full scale."""
    room = Random(5)
    count = pcm.RATE * ms // 1000
    word = [height * sin(pi * at / count) ** 0.3 * sin(2 * pi * 220 * at / pcm.RATE) for at in range(count)]
    quiet = [[0.0] * (pcm.RATE * part // 1000) for part in (before, after)]
    heard = [*quiet[0], *word, *quiet[1]]
    samples = [max(-1.0, min(1.0, value + noise * room.uniform(-1, 1))) for value in heard]
    return pcm.wav(pcm.raw(array("h", [int(value * 32767) for value in samples])))


def test_a_good_recording_is_kept_whole() -> None:
    assert listened(spoken()) == spoken()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"no sound", TakeFault.UNREADABLE),
        (b"", TakeFault.UNREADABLE),
        (spoken(after=7000), TakeFault.TOO_LONG),
        (spoken(ms=60), TakeFault.TOO_SHORT),
        (spoken(height=0.002, noise=0), TakeFault.TOO_SOFT),
        (spoken(height=0, noise=0), TakeFault.TOO_SOFT),
        (spoken(height=1.5), TakeFault.CLIPPED),
        (spoken(before=0), TakeFault.CUT),
        (spoken(after=20), TakeFault.CUT),
        (spoken(noise=0.02), TakeFault.NOISY),
    ],
)
def test_what_has_to_be_made_again(data: bytes, fault: TakeFault) -> None:
    with pytest.raises(BadTake) as told:
        listened(data)
    assert told.value.fault is fault
