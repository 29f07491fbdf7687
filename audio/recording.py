"""Listens to one recording of a person before it may become a clip: level, silence round it, full scale, noise.
Called by whoever takes recordings; ``recorded:`` and building do the rest.
"""

from array import array
from enum import StrEnum
from math import log10

from audio import pcm
from audio.errors import AudioError, VoiceFailed
from audio.loudness import lufs
from audio.voices.recorded import decoded

SHORTEST_MS, LONGEST_MS = 120, 6000  # of the spoken part, of the whole
MARGIN_MS = 60  # of quiet before and after it
SOFTEST = -45.0  # LUFS; to be raised by more than 22 dB would raise the room's noise as much
SPEAKING = 25.0  # dB under the loudest step: what counts as spoken
QUIET = 25.0  # dB that the softest eighth is under the loudest step, at least
FULL_STEPS = 3  # samples in a row at full scale


class TakeFault(StrEnum):
    """Why a recording has to be made again."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too-long"
    TOO_SHORT = "too-short"
    TOO_SOFT = "too-soft"
    CLIPPED = "clipped"
    CUT = "cut"
    NOISY = "noisy"


class BadTake(AudioError):
    """A recording that cannot become a clip; ``fault`` says why."""

    def __init__(self, fault: TakeFault) -> None:
        self.fault = fault
        super().__init__(f"the recording is {fault}")


def listened(data: bytes) -> bytes:
    """The recording (WAV, MP3, FLAC or Ogg) as a WAV at this library's rate, whole. Raises BadTake."""
    try:
        sound = decoded(data, "recording")
    except VoiceFailed as error:
        raise BadTake(TakeFault.UNREADABLE) from error
    found = pcm.samples(sound)
    if fault := _fault(found):
        raise BadTake(fault)
    return pcm.wav(sound)


def _fault(found: "array[int]") -> TakeFault | None:
    """What is wrong, the most helpful first."""
    if len(found) > pcm.RATE * LONGEST_MS // 1000:
        return TakeFault.TOO_LONG
    levels = [_level(found[at : at + pcm.STEP]) for at in range(0, len(found) - pcm.STEP + 1, pcm.STEP)]
    loud = [at for at, level in enumerate(levels) if level > max(levels) - SPEAKING]
    if not loud or max(levels) < -80:
        return TakeFault.TOO_SOFT
    first, last = loud[0], loud[-1] + 1
    if _is_clipped(found):
        return TakeFault.CLIPPED
    if lufs(found[first * pcm.STEP : last * pcm.STEP]) < SOFTEST:
        return TakeFault.TOO_SOFT
    if (last - first) * pcm.STEP_MS < SHORTEST_MS:
        return TakeFault.TOO_SHORT
    if sorted(levels)[len(levels) // 8] > max(levels) - QUIET:
        return TakeFault.NOISY
    return TakeFault.CUT if min(first, len(levels) - last) * pcm.STEP_MS < MARGIN_MS else None


def _level(step: "array[int]") -> float:
    power = sum(sample * sample for sample in step) / len(step)
    return 10 * log10(power / pcm.FULL**2) if power else -120.0


def _is_clipped(found: "array[int]") -> bool:
    run = 0
    for sample in found:
        run = run + 1 if abs(sample) >= pcm.FULL - 2 else 0
        if run >= FULL_STEPS:
            return True
    return False
