"""Builds a clip pack with a voice. Called by ``goiso voice build`` and at installation, never at a call.

The clips are made in ``<pack>.part`` beside the pack; the folder becomes the pack by a rename, so a pack is
whole or not there. A build that was cut short leaves the part folder, and the next one with the same voice
and recipe goes on where it stopped: with an online voice that is minutes saved and requests not repeated.
"""

import fcntl
import json
import os
import shutil
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from audio import pcm, reading
from audio.chime import chime
from audio.errors import BadText, BadUrl, PackFault
from audio.loudness import lufs
from audio.pack import CHIME, MANIFEST, Clip, Pack, Pauses, manifest_of, read_clip, simple_counters
from audio.reading import Form, Reading
from audio.voices import Voice, open_voice
from audio.voices.recorded import RecordedVoice

# One loudness for all clips: that of broadcasts (EBU R 128), so that a TV that speaks is as loud as it is in any
# programme, and low enough that no peak of a word has to be softened.
LOUDNESS, CEILING = -23.0, -1.0  # LUFS, dBFS
SILENCE = -46.0  # dB under the peak
BEFORE_MS, AFTER_MS, FADE_MS = 10, 20, 5
RECIPE_FILE = "recipe.json"
RECIPE = 2  # raise it when clips come out differently: a half-built folder is then not continued

COUNTERS = range(1, 100)
Progress = Callable[[int, int, str], None]


class Units(StrEnum):
    """How much of what a voice will have to say becomes a clip of its own.

    ``short``: heads, digits, the words of numbers and the tens; what a person records in half an hour.
    ``medium``: and each counter as one phrase. ``long``: and each group of digits, and each counter with its
    head, in one breath.
    """

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


def wanted(
    spoken: reading.Language, units: Units = Units.MEDIUM, form: Form | None = None, letters: bool = False
) -> dict[str, str]:
    """The spoken clips of a pack: name -> words, in the order they are made. Those of ``long`` are for numbers of
    this form, up to two digits for the counter and three running ones."""
    tens = [f"counter-{value}" for value in (*range(11, 20), *range(20, 100, 10))]
    names = [*spoken.heads, *(f"digit-{digit}" for digit in range(10)), *spoken.words]
    names += dict.fromkeys([*simple_counters(spoken), *tens])
    if letters:
        names += [f"letter-{letter}" for letter in spoken.letters]
    if units is not Units.SHORT:
        names += [f"counter-{counter}" for counter in COUNTERS]
    if units is Units.LONG:
        kind = "group" if form and form.reading is Reading.GROUPS else "spelled"
        names += [f"to-{counter}" for counter in COUNTERS]
        names += [f"{kind}-{value:02}" for value in COUNTERS] + [f"{kind}-{value:03}" for value in range(1, 1000)]
    return _each_once({name: reading.spoken(name, spoken) for name in names})


def clips_for(voice: Voice, texts: Mapping[str, str]) -> dict[str, str]:
    """Those of ``texts`` that this voice can speak: all, but for one that has only what was recorded."""
    return {name: text for name, text in texts.items() if not isinstance(voice, RecordedVoice) or voice.has(text)}


def _each_once(texts: Mapping[str, str]) -> dict[str, str]:
    """Without the clips that say the same words as one before."""
    first: dict[str, str] = {}
    for name, text in texts.items():
        first.setdefault(text, name)
    return {name: text for text, name in first.items()}


def build(
    path: str | Path,
    voice: Voice,
    *,
    region: str = "",
    clips: Mapping[str, str] | None = None,
    pauses: Pauses | None = None,
    made_at: datetime | None = None,
    progress: Progress = lambda done, total, text: None,
) -> Pack:
    """Make the pack ``path``, in place of the one that may be there, and open it.

    ``clips`` is name -> words (default: ``wanted()`` of the voice's language); ``region`` is how numbers are
    said, the voice's own if empty; ``progress(done, total, words)`` is called after each. Raises VoiceFailed;
    BadUrl for a voice of another language; PackFault when another process builds the same pack or the folder
    cannot be written.
    """
    try:
        spoken = reading.language(voice.language, region or voice.region)
    except BadText as error:
        raise BadUrl(f"{voice.url!r} cannot be used: {error}") from error
    pack = Path(os.path.abspath(path))
    part = pack.with_name(pack.name + ".part")
    texts = clips_for(voice, wanted(spoken)) if clips is None else clips
    recipe = json.dumps({"recipe": RECIPE, "voice": voice.url, "clips": dict(texts)}, ensure_ascii=False)
    _refuse_foreign(pack)
    try:
        with _alone(part, recipe):
            made = _make_clips(part, voice, texts, progress)
            when = (made_at or datetime.now(UTC)).isoformat(timespec="seconds")
            text = manifest_of(voice.url, spoken, voice.licence, when, pauses or Pauses(), made)
            _write(part / MANIFEST, text.encode())
            Pack.open(part)
            (part / RECIPE_FILE).unlink()
            replace_pack(pack, part)
    except OSError as error:
        raise PackFault(f"the pack {pack} cannot be written: {error}") from error
    return Pack.open(pack)


def open_or_build(path: str | Path, voice: str, progress: Progress = lambda done, total, text: None) -> Pack:
    """Open the pack, or build it with the voice of this URL if there is none. A damaged pack is PackFault.

    Several processes may ask for the same pack: the first builds it, the others wait for that.
    """
    folder = Path(os.path.abspath(path))
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(folder.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                return build(folder, open_voice(voice), progress=progress)
    return Pack.open(folder)


def finished(sound: bytes) -> tuple[bytes, float]:
    """What a voice said, made a clip: trimmed, levelled, faded, a whole number of 20 ms steps; and its
    loudness."""
    return _clip_of(pcm.trimmed(pcm.samples(sound), SILENCE, BEFORE_MS, AFTER_MS))


def _clip_of(samples: "array[int]") -> tuple[bytes, float]:
    loud = lufs(samples)
    gain = min(LOUDNESS - loud, pcm.headroom(samples, CEILING))
    return pcm.raw(pcm.padded(pcm.faded(pcm.scaled(samples, gain), FADE_MS))), round(loud + gain, 1)


def _make_clips(part: Path, voice: Voice, texts: Mapping[str, str], progress: Progress) -> list[Clip]:
    """All clips of the pack; those that lie finished in ``part`` are taken as they are."""
    made = {CHIME: _keep(part, CHIME, "", *_clip_of(pcm.samples(chime())))}
    made |= {name: clip for name, text in texts.items() if (clip := _kept(part, name, text))}
    missing = {name: text for name, text in texts.items() if name not in made}
    if missing:
        # The voice first: zip then takes it to its end, where it lets go of what it holds.
        for sound, (name, text) in zip(voice.say_all(list(missing.values())), missing.items(), strict=True):
            made[name] = _keep(part, name, text, *finished(sound))
            progress(len(made) - 1, len(texts), text)
    return [made[name] for name in (CHIME, *texts)]


def _keep(part: Path, name: str, text: str, sound: bytes, loud: float) -> Clip:
    clip = Clip(name, part / f"{name}.wav", pcm.length_ms(sound), text, loud)
    _write(clip.path, pcm.wav(sound))
    return clip


def _kept(part: Path, name: str, text: str) -> Clip | None:
    path = part / f"{name}.wav"
    try:
        sound, ms = read_clip(path)
    except PackFault:
        return None
    return Clip(name, path, ms, text, round(lufs(pcm.samples(sound)), 1))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, so that a build that is cut never leaves half a clip."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)


@contextmanager
def _alone(part: Path, recipe: str) -> Iterator[None]:
    """Hold the part folder for this process; empty it first if it was begun with another ``recipe``."""
    part.mkdir(parents=True, exist_ok=True)
    handle = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PackFault(f"{part} is being built by another process") from error
        note = part / RECIPE_FILE
        if not note.exists() or note.read_text("utf-8") != recipe:
            for file in part.iterdir():
                file.unlink()
            _write(note, recipe.encode())
        yield
    finally:
        os.close(handle)


def _refuse_foreign(pack: Path) -> None:
    """A build replaces a pack, never a folder of something else that was named by mistake."""
    if pack.exists() and not (pack / MANIFEST).exists() and (not pack.is_dir() or any(pack.iterdir())):
        raise PackFault(f"{pack} is there and is not a clip pack (no {MANIFEST}); name another folder")


def replace_pack(pack: Path, fresh: Path) -> None:
    """Put the folder ``fresh`` in the place of the pack that may be there. Raises PackFault where something else
    is."""
    _refuse_foreign(pack)
    pack.parent.mkdir(parents=True, exist_ok=True)
    old = pack.with_name(pack.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if pack.exists():
        pack.rename(old)
    fresh.rename(pack)
    shutil.rmtree(old, ignore_errors=True)
