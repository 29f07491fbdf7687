"""Puts clips together to the sound of a call or its retraction. Called by whoever speaks and by ``python -m
audio``."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import product

from audio import pcm, reading
from audio.lengths import Lengths, Place, added, fitted
from audio.pack import CHIME, Clip, Pack
from audio.reading import Form, Phrase


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


@dataclass(frozen=True)
class Speech:
    """Speaks numbers of one form from packs: after one gong the same sentence from each pack, in its language.

    The same inputs give the same bytes; a number of the form's length takes exactly what `lengths` tells.
    """

    packs: Sequence[Pack]
    form: Form = Form()

    def call(self, number: str, counter: str) -> Sound:
        """The gong and "Mời số <number> đến quầy <counter>". Raises BadText for what these packs cannot say."""
        said = self._mixed([reading.call(number, counter, pack.language, self.form) for pack in self.packs])
        return _lasting(said, self.call_ms(number, counter) if self._is_planned(number) else 0)

    def retraction(self, number: str) -> Sound:
        """The gong and "Xin lỗi, số <number> vui lòng chờ"; a pack that cannot say that gives silence. Raises
        BadText for what these packs cannot say."""
        said = self._mixed(
            [reading.retraction(number, pack.language, self.form) if pack.retracts else [] for pack in self.packs]
        )
        return _lasting(said, self.retraction_ms(number) if self._is_planned(number) else 0)

    def call_ms(self, number: str, counter: str) -> int:
        """What the call of a number of this form lasts."""
        return self.lengths.frame_ms + self.lengths.number_ms(number) + self.to_ms(counter)

    def retraction_ms(self, number: str) -> int:
        """What the retraction of a number of this form lasts."""
        return self.lengths.retract_ms + self.lengths.number_ms(number)

    def to_ms(self, counter: str) -> int:
        """What a counter takes in a call, with "đến quầy"."""
        sentences = (reading.call("0", counter, pack.language, self.form) for pack in self.packs)
        return sum(_ms(_parts(pack, said[-1:])) for pack, said in zip(self.packs, sentences, strict=True))

    @cached_property
    def lengths(self) -> Lengths:
        """What all else takes. Works for some 50 ms the first time, for four running digits ten times that."""
        around = self.packs[0].clips[CHIME].ms + self.packs[0].pauses.after_chime + self.packs[0].pauses.at_end
        around += sum(pack.pauses.before_language for pack in self.packs[1:])
        return Lengths(
            around + sum(self._head_ms(pack) for pack in self.packs),
            added([self._places(pack) for pack in self.packs]),
            around + sum(self._around_retraction_ms(pack) for pack in self.packs),
        )

    def _mixed(self, sentences: list[list[Phrase]]) -> bytes:
        parts = [self.packs[0].clips[CHIME].sound, pcm.silence(self.packs[0].pauses.after_chime)]
        for at, (pack, sentence) in enumerate(zip(self.packs, sentences, strict=True)):
            parts.append(pcm.silence(pack.pauses.before_language if at else 0))
            parts += (part if isinstance(part, bytes) else part.sound for part in _parts(pack, sentence))
        return b"".join([*parts, pcm.silence(self.packs[0].pauses.at_end)])

    def _is_planned(self, number: str) -> bool:
        return number.isdigit() and len(number) == self.form.lead + self.form.running

    def _head_ms(self, pack: Pack) -> int:
        """What a call lasts besides the number and the counter, in one language."""
        head, *_ = reading.call("0", "1", pack.language, self.form)
        return _ms(_parts(pack, [head])) + pack.pauses.after_head + pack.pauses.before_counter

    def _around_retraction_ms(self, pack: Pack) -> int:
        """The same of a retraction."""
        if not pack.retracts:
            return 0
        head, *_, tail = reading.retraction("0", pack.language, self.form)
        said = _ms(_parts(pack, [head])) + _ms(_parts(pack, [tail]))
        return said + pack.pauses.after_head + pack.pauses.before_counter

    def _places(self, pack: Pack) -> tuple[Place, ...]:
        """The tables of one pack: those of the leading group, then those of the running one."""
        found: tuple[Place, ...] = ()
        for size in (self.form.lead, self.form.running):
            texts = ("".join(digits) for digits in product("0123456789", repeat=size))
            found += fitted({text: self._group_ms(pack, text) for text in texts})
        return found

    def _group_ms(self, pack: Pack, text: str) -> int:
        (group,) = reading.groups(text, pack.language, Form(len(text), 0, self.form.reading))
        return _ms(_parts(pack, [group]))


def _lasting(sound: bytes, ms: int) -> Sound:
    """The sound with silence up to ``ms``."""
    return Sound.of(sound + pcm.silence(max(0, ms - pcm.length_ms(sound))))


def _parts(pack: Pack, sentence: Sequence[Phrase]) -> Iterator[Clip | bytes]:
    """Clips and pauses of a sentence in the order they are heard."""
    pauses = pack.pauses
    for at, phrase in enumerate(sentence):
        yield from _clips_and_pauses(pack, phrase)
        last = at == len(sentence) - 1
        if phrase.is_number:
            yield pcm.silence(pauses.after_group)
            if not last and not sentence[at + 1].is_number:
                yield pcm.silence(pauses.before_counter)
        elif not last:
            yield pcm.silence(pauses.after_head)


def _clips_and_pauses(pack: Pack, phrase: Phrase) -> Iterator[Clip | bytes]:
    """The clips of a phrase, with the pauses between them."""
    between = pack.pauses.after_digit if phrase.spelled else pack.pauses.after_word
    pause = 0
    for clip in pack.clips_of(phrase.words):
        yield pcm.silence(pause)
        yield clip
        pause = pack.pauses.after_head if clip.name.startswith("head-") else between


def _ms(parts: Iterable[Clip | bytes]) -> int:
    return sum(pcm.length_ms(part) if isinstance(part, bytes) else part.ms for part in parts)
