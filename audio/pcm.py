"""Raw sound: 16-bit mono little-endian samples as bytes, and what is done to them. Called by building, pack,
mixing.

One rate for everything, 22,050 Hz: what espeak-ng speaks, what every sound card and browser plays. It has
22.05 samples in a millisecond, but exactly 441 in 20 ms; so every clip and every pause is a whole number of
20 ms steps, and the length of any call is exact in milliseconds without resampling the voice.
"""

import io
import struct
import sys
import wave
from array import array
from math import cos, inf, log10, pi

RATE = 22_050
STEP_MS = 20
STEP = RATE * STEP_MS // 1000  # samples
FULL = 32_768
assert STEP * 1000 == RATE * STEP_MS

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


def samples(pcm: bytes) -> "array[int]":
    """The samples in ``pcm``."""
    found = array("h", pcm)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def raw(found: "array[int]") -> bytes:
    """The bytes of samples."""
    if sys.byteorder == "big":
        found = found[:]
        found.byteswap()
    return found.tobytes()


def silence(ms: int) -> bytes:
    """``ms`` of nothing; ``ms`` must be a multiple of 20."""
    if ms % STEP_MS:
        raise ValueError(f"a pause of {ms} ms is not a multiple of {STEP_MS} ms")
    return bytes(2 * STEP * (ms // STEP_MS))


def length_ms(sound: bytes) -> int:
    """The exact length of ``sound``; ValueError if it is not a whole number of 20 ms steps."""
    steps, rest = divmod(len(sound), 2 * STEP)
    if rest:
        raise ValueError(f"{len(sound)} bytes of sound are not a whole number of {STEP_MS} ms steps")
    return steps * STEP_MS


def peak(found: "array[int]") -> int:
    """The largest distance from zero, 0 … 32768."""
    return max(max(found), -min(found)) if found else 0


def headroom(found: "array[int]", ceiling: float) -> float:
    """How many dB louder it may become until its peak stands at ``ceiling`` dBFS; any number for silence."""
    top = peak(found)
    return ceiling - 20 * log10(top / FULL) if top else inf


def scaled(found: "array[int]", decibels: float) -> "array[int]":
    """The same sound ``decibels`` louder."""
    gain = 10 ** (decibels / 20)
    return array("h", [int(sample * gain) for sample in found])


def trimmed(found: "array[int]", below: float, before_ms: int, after_ms: int) -> "array[int]":
    """Without the silence at both ends: what is ``below`` dB under the peak, but for a margin at each end."""
    floor = peak(found) * 10 ** (below / 20)
    first = next((at for at, sample in enumerate(found) if abs(sample) > floor), len(found))
    last = next((at for at in range(len(found) - 1, first, -1) if abs(found[at]) > floor), first)
    return found[max(0, first - RATE * before_ms // 1000) : last + 1 + RATE * after_ms // 1000]


def faded(found: "array[int]", ms: int) -> "array[int]":
    """With both ends brought to zero along half a cosine of ``ms``, so that no joint clicks."""
    out = found[:]
    count = min(RATE * ms // 1000, len(out) // 2)
    for at in range(count):
        factor = (1 - cos(pi * at / count)) / 2
        out[at] = int(out[at] * factor)
        out[-1 - at] = int(out[-1 - at] * factor)
    return out


def padded(found: "array[int]") -> "array[int]":
    """With silence at the end up to the next whole 20 ms step."""
    return found + array("h", bytes(2 * (-len(found) % STEP)))


def resampled(sound: bytes, rate: int) -> bytes:
    """``sound`` spoken at ``rate`` Hz, brought to this library's rate."""
    if rate == RATE:
        return sound
    import miniaudio  # here and not above: only a voice at another rate needs it

    form = miniaudio.SampleFormat.SIGNED16
    return bytes(miniaudio.convert_frames(form, 1, rate, sound, form, 1, RATE))


def wav(sound: bytes) -> bytes:
    """``sound`` as a RIFF WAV file."""
    head = (b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16, b"data", len(sound))
    return _HEADER.pack(*head) + sound


def from_wav(data: bytes) -> bytes:
    """The sound in a WAV file; ValueError with a sentence if it is not 16-bit mono at this library's rate."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            found = (file.getnchannels(), file.getsampwidth() * 8, file.getframerate())
            count = file.getnframes()
            sound: bytes = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise ValueError(f"is not a WAV file ({error or 'it ends too early'})") from error
    if found != (1, 16, RATE):
        raise ValueError(f"has {found[0]} channel(s), {found[1]} bits, {found[2]} Hz, expected 1, 16, {RATE}")
    if len(sound) != 2 * count:
        raise ValueError(f"ends after {len(sound) // 2} of {count} samples")
    return sound
