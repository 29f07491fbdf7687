"""Puts clips together to the sound of a call or its retraction. Pure; called by whoever speaks and by
``python -m audio``."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from audio import pcm, reading
from audio.errors import BadText
from audio.pack import CHIME, Pack

CALL, RETRACT = "call", "retract"


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


def assemble(pack: Pack, number: str, counter: str, kind: str = CALL) -> Sound:
    """The gong and "Mời số <number> đến quầy <counter>"; the same inputs give the same bytes.

    Of ``kind`` "retract" it is "Xin lỗi, số <number> vui lòng chờ", whatever the counter; a pack that cannot say
    that gives the gong and silence. Lasts exactly as ``pack.lengths()`` tells. Raises BadText if a text is not
    made of digits, or for another kind.
    """
    if kind == CALL:
        return Sound.of(b"".join(_parts(pack, pack.call_of(number, counter))))
    if kind != RETRACT:
        raise BadText(f"{kind!r} cannot be assembled, expected {CALL!r} or {RETRACT!r}")
    names = reading.retraction(number)
    if pack.retracts:
        return Sound.of(b"".join(_parts(pack, names)))
    unsaid = pack.lengths().digits_ms(number)
    return Sound.of(b"".join(_parts(pack, ())) + pcm.silence(unsaid))


def _parts(pack: Pack, names: tuple[str, ...]) -> Iterator[bytes]:
    """Clips and pauses in the order they are heard; Pack.lengths() counts the same ones."""
    pauses = pack.pauses
    yield pack.clips[CHIME].sound
    yield pcm.silence(pauses.after_chime)
    for name in names:
        if name in (reading.HEAD_COUNTER, reading.TAIL_RETRACT):
            yield pcm.silence(pauses.before_counter)
        for position, clip in enumerate(pack.clips_of(name)):
            if position:
                yield pcm.silence(pauses.after_word)
            yield clip.sound
        if name.startswith("head-"):
            yield pcm.silence(pauses.after_head)
        elif name.startswith("digit-"):
            yield pcm.silence(pauses.after_digit)
    yield pcm.silence(pauses.at_end)
