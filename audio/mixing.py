"""Puts clips together to the sound of one call. Pure; called by whoever speaks and by ``python -m audio``."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from audio import pcm, reading
from audio.pack import CHIME, Pack


@dataclass(frozen=True, slots=True)
class Sound:
    """A call ready to play: a RIFF WAV, its exact length, and a name made of its content ("3f…a1.wav").

    Two sounds of one name are the same bytes, so a name may be cached for ever.
    """

    wav: bytes
    ms: int
    name: str

    @classmethod
    def of(cls, sound: bytes) -> "Sound":
        """The Sound of PCM whose length is a whole number of 20 ms steps."""
        wav = pcm.wav(sound)
        return cls(wav, pcm.length_ms(sound), sha256(wav).hexdigest()[:32] + ".wav")


def assemble(pack: Pack, number: str, counter: str) -> Sound:
    """The gong and "Mời số <number> đến quầy <counter>"; the same inputs give the same bytes.

    Lasts exactly ``pack.lengths().call_ms(number, counter)``. Raises BadText if a text is not made of digits.
    """
    return Sound.of(b"".join(_parts(pack, reading.sentence(number, counter))))


def _parts(pack: Pack, names: tuple[str, ...]) -> Iterator[bytes]:
    """Clips and pauses in the order they are heard; Pack.lengths() counts the same ones."""
    pauses = pack.pauses
    yield pack.clips[CHIME].sound
    yield pcm.silence(pauses.after_chime)
    for name in names:
        if name == reading.HEAD_COUNTER:
            yield pcm.silence(pauses.before_counter)
        for position, clip in enumerate(pack.clips_of(name)):
            if position:
                yield pcm.silence(pauses.after_word)
            yield clip.sound
        if name in reading.HEADS:
            yield pcm.silence(pauses.after_head)
        elif name.startswith("digit-"):
            yield pcm.silence(pauses.after_digit)
    yield pcm.silence(pauses.at_end)
