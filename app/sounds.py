"""The sounds of calls, put together from the prepared pack when asked for; the last ones are kept."""

import hashlib
from functools import lru_cache
from pathlib import Path

from app.domain.plan import VoiceLengths
from app.domain.refusals import UnknownPage
from audio import Pack, assemble


class Sounds:
    """The sounds of one voice pack. Its id is the hash of its manifest: another pack has other addresses."""

    def __init__(self, folder: Path) -> None:
        self._pack = Pack.open(folder)
        self.id = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()[:12]
        self._wav = lru_cache(maxsize=256)(self._assemble)

    def _assemble(self, number: str, counter: str) -> bytes:
        return assemble(self._pack, number, counter).wav

    def wav(self, pack: str, number: str, counter: str) -> bytes:
        """The WAV of a call; raises UnknownPage when there is no such sound."""
        if pack != self.id or not _is_call(number, counter):
            raise UnknownPage()
        return self._wav(number, counter)

    def lengths(self) -> VoiceLengths:
        """What the plan has to know of the pack."""
        lengths = self._pack.lengths()
        return VoiceLengths(self.id, lengths.frame_ms, lengths.digit_ms, dict(lengths.counter_ms))


def _is_call(number: str, counter: str) -> bool:
    digits = number + counter
    return digits.isascii() and digits.isdecimal() and (len(number), len(counter)) == (5, 2) and counter != "00"
