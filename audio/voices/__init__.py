"""Voices: a text becomes PCM. A URL picks one; building asks it for the clips of a pack, nothing else speaks.

| URL | voice |
| --- | --- |
| ``espeak:vi?speed=130&pitch=55&range=75`` | espeak-ng on this machine; also ``vi+f2``, ``vi-vn-x-south`` … |
| ``gtts:vi?every=3`` | Google's voice on the internet, for preparing; ``every`` = seconds between requests |
| ``piper:/models/vi.onnx?pace=100`` | a neural voice on this machine, of a model file; ``pace`` in percent |
| ``recorded:/clips?region=south`` | human clips, named as in a pack (``digit-8.wav``, ``head-number.mp3`` …) |

A new voice is a module with a class of this shape and one line in ``open_voice``.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from audio.urls import Url

SCHEMES = ("espeak", "gtts", "piper", "recorded")


class Voice(Protocol):
    """Something that speaks. Not for use while a call waits: a voice may take seconds or fail."""

    @property
    def url(self) -> str:
        """The URL it was made from, kept in the pack."""

    @property
    def language(self) -> str:
        """The language it speaks, "vi"."""

    @property
    def region(self) -> str:
        """The region whose words it uses, "south"; empty if it is known for none."""

    @property
    def licence(self) -> str:
        """A note on what may be done with its clips, kept in the pack."""

    def say(self, text: str) -> bytes:
        """``text`` as PCM (16-bit mono little-endian, 22,050 Hz). Raises VoiceFailed."""

    def say_all(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Each text as PCM, in order, one after the other as they are taken. Raises VoiceFailed."""


def open_voice(url: str) -> Voice:
    """The voice of a URL; nothing is started yet. Raises BadUrl, naming the known schemes or options."""
    read = Url.read(url, "voice", SCHEMES)
    if read.scheme == "espeak":
        from audio.voices.espeak import EspeakVoice

        return EspeakVoice(read)
    if read.scheme == "piper":
        from audio.voices.piper import PiperVoice

        return PiperVoice(read)
    if read.scheme == "recorded":
        from audio.voices.recorded import RecordedVoice

        return RecordedVoice(read)
    from audio.voices.google import GoogleVoice

    return GoogleVoice(read)
