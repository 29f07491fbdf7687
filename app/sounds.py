"""The voice pack in force, and the sounds of calls and of their retractions, put together from it when asked for;
the last are kept."""

import hashlib
import logging
import re
from functools import lru_cache
from pathlib import Path

from app.domain.facts import SayKind
from app.domain.plan import VoiceLengths
from app.domain.refusals import UnknownPage
from audio import AudioError, Pack, assemble, open_or_build

QUICK = "espeak:vi"  # the voice whose pack is made in a second, without a network
NUMBER, COUNTER = re.compile("[0-9]{5,7}"), re.compile("(?!0+$)[0-9]{2,3}")

log = logging.getLogger(__name__)


def prepared_pack(data: Path, voice: str) -> Path | None:
    """The folder of the pack to speak from: the one prepared from `voice`, else one made here and now from the
    quick voice; None when there is no voice at all, and calls are shown in silence."""
    folder = data / "voice" / "".join(letter if letter.isalnum() else "-" for letter in voice)
    if voice != QUICK and not folder.exists():
        log.warning("! no pack of %s yet, %s speaks; to prepare: python -m audio build %s --voice %s",
                    voice, QUICK, folder, voice)  # fmt: skip
        return prepared_pack(data, QUICK)
    try:
        pack = open_or_build(folder, voice)
    except AudioError as fault:
        log.error("! no voice: %s", fault)
        return None
    if not pack.retracts:
        log.warning("! this pack takes calls back by its gong only; renew it: python -m audio build %s --voice %s",
                    folder, voice)  # fmt: skip
    return folder


class Sounds:
    """The sounds of one voice pack. Its id is the hash of its manifest: another pack has other addresses.
    Without a pack there are none."""

    def __init__(self, folder: Path | None) -> None:
        self._pack = Pack.open(folder) if folder else None
        self.id = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()[:12] if folder else ""
        self._wav = lru_cache(maxsize=256)(self._assemble)

    def _assemble(self, number: str, counter: str, kind: SayKind) -> bytes:
        assert self._pack
        return assemble(self._pack, number, counter, kind).wav

    def wav(self, pack: str, number: str, counter: str, kind: SayKind = SayKind.CALL) -> bytes:
        """The WAV of a call, or of its retraction, whatever the counter; raises UnknownPage when there is no such
        sound."""
        if self._pack is None or pack != self.id or not _is_said(number, counter, kind):
            raise UnknownPage()
        return self._wav(number, counter, kind)

    def lengths(self) -> VoiceLengths:
        """What the plan has to know of the pack."""
        if self._pack is None:
            return VoiceLengths()
        lengths = self._pack.lengths()
        counters = dict(lengths.counter_ms)
        return VoiceLengths(self.id, lengths.frame_ms, lengths.digit_ms, counters, lengths.retract_ms)


def _is_said(number: str, counter: str, kind: SayKind) -> bool:
    """A number of two or three digits for the counter and three or four running ones."""
    there = kind is SayKind.RETRACT or COUNTER.fullmatch(counter) is not None
    return there and NUMBER.fullmatch(number) is not None
