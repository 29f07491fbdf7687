"""The gong before a call: two soft strikes, high then low, made of decaying sines. Called by building."""

from array import array
from functools import cache
from math import exp, pi, sin

from audio import pcm

LENGTH_MS = 900
# (start in ms, pitch in Hz): E5 then C5, a falling major third.
STRIKES = ((0, 659.26), (280, 523.25))
# (multiple of the pitch, strength, decay time in s): upper tones die sooner, as in a struck bar.
TONES = ((1.0, 1.0, 0.20), (2.0, 0.28, 0.12), (3.01, 0.10, 0.07), (5.4, 0.05, 0.03))
ATTACK_MS = 6
RELEASE_MS = 250


@cache
def chime() -> bytes:
    """The gong as PCM, 900 ms, its peak at half of full scale; the same bytes every time."""
    mixed = [0.0] * (pcm.RATE * LENGTH_MS // 1000)
    for start, pitch in STRIKES:
        for multiple, strength, decay in TONES:
            _add(mixed, pcm.RATE * start // 1000, pitch * multiple, strength, decay)
    release = pcm.RATE * RELEASE_MS // 1000
    for at in range(release):
        mixed[-1 - at] *= at / release
    top = max(map(abs, mixed))
    return pcm.raw(array("h", [int(value / top * pcm.FULL / 2) for value in mixed]))


def _add(mixed: list[float], first: int, pitch: float, strength: float, decay: float) -> None:
    """Add one decaying tone from sample ``first`` on; it rises in a few ms, so a strike does not click."""
    turn = 2 * pi * pitch / pcm.RATE
    fall = exp(-1 / (decay * pcm.RATE))
    attack = pcm.RATE * ATTACK_MS // 1000
    for at in range(len(mixed) - first):
        mixed[first + at] += strength * sin(turn * at) * min(1.0, at / attack)
        strength *= fall
