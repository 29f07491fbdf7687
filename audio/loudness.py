"""How loud a sound is to people, in LUFS. Called by building and by whoever checks a pack.

Source: Recommendation ITU-R BS.1770-5, Annex 1: a filter that weights the spectrum as heads and ears do (K), the
mean square of 400 ms blocks that overlap by three quarters, a gate at -70 LUFS and one 10 LU below what passed it.
The filter's coefficients are given there for 48 kHz; at another rate they come from the same analogue prototype by
the bilinear transform (the figures of F0, Q and gain below give the Recommendation's table at 48 kHz; a test shows
it).
"""

from array import array
from functools import cache
from math import log10, pi, tan

from audio import pcm

HOP_MS, HOPS = 100, 4  # a block is four hops
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0
SILENT = -120.0
OFFSET = -0.691  # dB; makes 997 Hz read what it is

SHELF_F0, SHELF_Q, SHELF_GAIN, SHELF_HALF = (
    1681.974450955533,
    0.7071752369554196,
    3.999843853973347,
    0.4996667741545416,
)
HIGH_PASS_F0, HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773

Biquad = tuple[float, float, float, float, float]  # b0, b1, b2, a1, a2


@cache
def k_weighting(rate: int) -> tuple[Biquad, Biquad]:
    """The two filters at ``rate`` Hz, in the order they are applied."""
    k = tan(pi * SHELF_F0 / rate)
    high = 10 ** (SHELF_GAIN / 20)
    half = high**SHELF_HALF
    a0 = 1 + k / SHELF_Q + k * k
    shelf = (
        (high + half * k / SHELF_Q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - half * k / SHELF_Q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / SHELF_Q + k * k) / a0,
    )
    k = tan(pi * HIGH_PASS_F0 / rate)
    a0 = 1 + k / HIGH_PASS_Q + k * k
    high_pass = (1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / HIGH_PASS_Q + k * k) / a0)
    return shelf, high_pass


def lufs(found: "array[int]", rate: int = pcm.RATE) -> float:
    """The loudness of mono samples in LUFS, -120 for silence. What is shorter than a block is one block."""
    hop = rate * HOP_MS // 1000
    sums = _hop_sums(found, hop, rate)
    if len(found) < HOPS * hop:
        powers = [sum(sums) / len(found)] if found else []
    else:
        whole = len(found) // hop
        powers = [sum(sums[at : at + HOPS]) / (HOPS * hop) for at in range(whole - HOPS + 1)]
    loud = [power for power in powers if _level(power) > ABSOLUTE_GATE]
    if not loud:
        return SILENT
    floor = _level(sum(loud) / len(loud)) + RELATIVE_GATE
    speaking = [power for power in loud if _level(power) > floor]
    return _level(sum(speaking) / len(speaking))


def _level(power: float) -> float:
    return OFFSET + 10 * log10(power) if power > 0 else SILENT


def _hop_sums(found: "array[int]", hop: int, rate: int) -> list[float]:
    """The sum of squares of each hop of the weighted sound, full scale being one."""
    (b0, b1, b2, a1, a2), (_, _, _, c1, c2) = k_weighting(rate)
    sums = []
    x1 = x2 = y1 = y2 = z1 = z2 = 0.0
    for start in range(0, len(found), hop):
        total = 0.0
        for x in found[start : start + hop]:
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            z = y - 2 * y1 + y2 - c1 * z1 - c2 * z2
            x2, x1, y2, y1, z2, z1 = x1, x, y1, y, z1, z
            total += z * z
        sums.append(total / (pcm.FULL * pcm.FULL))
    return sums
