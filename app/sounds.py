"""The voice packs in force, and the sounds of calls and of their retractions, put together from them when asked
for; the last are kept."""

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from app.domain.plan import Plan, VoiceLengths
from app.domain.refusals import UnknownPage
from app.domain.states import SayKind
from audio import AudioError, Form, Pack, Reading, Sound, Speech, open_or_build
from audio.compressing import mp3
from audio.pack import MANIFEST

QUICK = "espeak:"  # voices whose pack is made in a second or two, without a network
FALLBACK, FALLBACK_ENGLISH = "espeak:vi", "espeak:en?speed=150"

STYLE = re.compile("^[0-9a-f]{12}-([0-9a-f]{12}-)?")  # what comes before it in an id
GONE = 0  # the stamp of a pack that is not there

log = logging.getLogger(__name__)


def pack_folder(data: Path, voice: str) -> Path:
    """Where the pack of a voice's URL is kept."""
    return data / "voice" / "".join(letter if letter.isalnum() else "-" for letter in voice)


def prepared_pack(data: Path, voice: str, fallback: str = FALLBACK) -> Path | None:
    """The folder of the pack to speak from: the one prepared from `voice`, else one made here and now from a
    quick voice; None when there is no voice at all, and calls are shown in silence."""
    folder = pack_folder(data, voice)
    if not voice.startswith(QUICK) and not folder.exists():
        log.warning("! no pack of %s yet, %s speaks; to prepare: goiso voice build --voice '%s'",
                    voice, fallback, voice)  # fmt: skip
        return prepared_pack(data, fallback)
    try:
        pack = open_or_build(folder, voice)
    except AudioError as fault:
        log.error("! no voice: %s", fault)
        return None
    if not pack.retracts:
        log.warning(
            "! this pack takes calls back by its gong only; renew it: goiso voice build --voice '%s'", voice
        )
    return folder


@dataclass(frozen=True, slots=True)
class Style:
    """How calls are spoken; its text is part of every sound's address."""

    form: Form
    english: bool

    def __str__(self) -> str:
        form = self.form
        return f"{form.reading}-{form.lead}-{form.running}" + ("-en" if self.english else "")


STYLES = {
    str(style): style
    for reading in Reading
    for lead in (2, 3)
    for running in (3, 4)
    for english in (False, True)
    for style in [Style(Form(lead, running, reading), english)]
}


class Sounds:
    """The sounds of one voice pack, and of one in English if a plan asks for it; without a pack there are none.

    Ids are made of the packs and of how they are read: another pack or another reading has other addresses. A
    pack that was built anew while this runs is taken up. `english` gives the folder of the English pack the
    first time it is needed."""

    def __init__(self, folder: Path | None, english: Callable[[], Path | None] = lambda: None) -> None:
        self._folder = folder
        self._find_english = english
        self._finding = threading.Lock()
        self._opened: dict[Path, tuple[int, Pack]] = {}
        if folder:
            self._opened[folder] = (_stamp(folder), Pack.open(folder))
        self._speech = lru_cache(maxsize=len(STYLES))(_speech)
        self._said = lru_cache(maxsize=256)(self._say)
        self._compressed = lru_cache(maxsize=256)(mp3)
        self._told = lru_cache(maxsize=256)(self._tell)

    def wav(self, pack: str, number: str, counter: str, kind: SayKind = SayKind.CALL) -> bytes:
        """The WAV of a call, or of its retraction, whatever the counter; raises UnknownPage when there is no such
        sound."""
        return self._sound(pack, number, counter, kind).wav

    def mp3(self, pack: str, number: str, counter: str, kind: SayKind = SayKind.CALL) -> bytes:
        """The same as MP3; some 13 ms of work the first time: not for the event loop."""
        return self._compressed(self._sound(pack, number, counter, kind))

    def _sound(self, pack: str, number: str, counter: str, kind: SayKind) -> Sound:
        style = STYLES.get(STYLE.sub("", pack))
        if style is None or not _is_said(style.form, number, counter, kind):
            raise UnknownPage()
        try:
            return self._said(pack, style, number, counter, kind)
        except AudioError as fault:
            log.error("! no sound of %s: %s", number, fault)
            raise UnknownPage() from fault

    def lengths(self, plan: Plan) -> VoiceLengths:
        """What a plan has to know of the pack. Takes a moment the first time, seconds if there is an English
        pack to be made: not for the event loop."""
        if self._folder is None:
            return VoiceLengths()
        asked = plan.announcements
        style = Style(Form(plan.number.counter, plan.number.running, Reading(asked.reading)), asked.english)
        return self._told(self._packs(style), style, tuple(sorted(counter.id for counter in plan.counters)))

    def _tell(self, packs: tuple[Pack, ...], style: Style, counters: tuple[str, ...]) -> VoiceLengths:
        style = replace(style, english=len(packs) > 1)
        try:
            told = self._speech(packs, style.form).lengths
        except AudioError as fault:  # a small pack may lack a word that numbers are made of
            log.warning("! numbers are read digit by digit: %s", fault)
            style = replace(style, form=replace(style.form, reading=Reading.DIGITS))
            told = self._speech(packs, style.form).lengths
        taken = {counter.lstrip("0"): self._speech(packs, style.form).to_ms(counter) for counter in counters}
        return VoiceLengths(_id(packs, style), told.frame_ms, told.places, taken, told.retract_ms)

    def _say(self, pack: str, style: Style, number: str, counter: str, kind: SayKind) -> Sound:
        packs = self._packs(style)
        if not packs or pack != _id(packs, style):
            raise UnknownPage()
        speech = self._speech(packs, style.form)
        return speech.call(number, counter) if kind is SayKind.CALL else speech.retraction(number)

    def _packs(self, style: Style) -> tuple[Pack, ...]:
        """The packs of a style, in the order they are heard; only the first if there is no English one."""
        if self._folder is None:
            return ()
        first = self._current(self._folder)
        if not style.english:
            return (first,)
        with self._finding:
            english = self._find_english()
        return (first, self._current(english)) if english else (first,)

    def _current(self, folder: Path) -> Pack:
        """The pack as it lies there now; the one opened before while it is being replaced, or if it is damaged."""
        known = self._opened.get(folder)
        stamp = _stamp(folder)
        if known and stamp in (known[0], GONE):
            return known[1]
        try:
            pack = Pack.open(folder)
        except AudioError as fault:
            if known is None:
                raise
            log.error("! the pack opened before goes on: %s", fault)
            pack = known[1]
        self._opened[folder] = (stamp, pack)
        return pack


def _stamp(folder: Path) -> int:
    """When a pack was written; GONE if it is not there."""
    try:
        return (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        return GONE


def _speech(packs: tuple[Pack, ...], form: Form) -> Speech:
    return Speech(packs, form)


def _id(packs: tuple[Pack, ...], style: Style) -> str:
    return f"{'-'.join(pack.id for pack in packs)}-{style}"


def _is_said(form: Form, number: str, counter: str, kind: SayKind) -> bool:
    """A number and a counter of this form."""
    there = kind is SayKind.RETRACT or re.fullmatch(f"(?!0+$)[0-9]{{{form.lead}}}", counter) is not None
    return there and re.fullmatch(f"[0-9]{{{form.lead + form.running}}}", number) is not None
