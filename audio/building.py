"""Builds a clip pack with a voice. Called by ``python -m audio build`` and at installation, never at a call.

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
from pathlib import Path

from audio import pcm, reading
from audio.chime import chime
from audio.errors import BadUrl, PackFault
from audio.pack import CHIME, COUNTERS, LANGUAGES, MANIFEST, Clip, Pack, Pauses, manifest_of, read_clip
from audio.voices import Voice, open_voice

# One loudness for all clips. The peaks of a word stand up to 18 dB over its loudness, so -21 leaves all of
# them under the ceiling, and none has to be softer than the others.
LOUDNESS, CEILING = -21.0, -1.0  # dBFS
CHIME_LOUDNESS = -20.0
SILENCE = -46.0  # dB under the peak
BEFORE_MS, AFTER_MS, FADE_MS = 10, 20, 5
RECIPE = 1  # raise it when clips come out differently: a half-built folder is then not continued

Progress = Callable[[int, int, str], None]


def wanted() -> dict[str, str]:
    """The spoken clips of a full pack: name -> words, in the order they are made."""
    numbers = [f"digit-{digit}" for digit in range(10)] + [f"counter-{counter}" for counter in COUNTERS]
    return {name: reading.spoken(name) for name in (*reading.HEADS, *reading.RETRACTION, *numbers, *reading.WORDS)}


def build(
    path: str | Path,
    voice: Voice,
    *,
    clips: Mapping[str, str] | None = None,
    pauses: Pauses | None = None,
    made_at: datetime | None = None,
    progress: Progress = lambda done, total, text: None,
) -> Pack:
    """Make the pack ``path``, in place of the one that may be there, and open it.

    ``clips`` is name -> words (default: all of ``wanted()``); ``progress(done, total, words)`` is called
    after each. Raises VoiceFailed; BadUrl for a voice of another language; PackFault when another process
    builds the same pack or the folder cannot be written.
    """
    if voice.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadUrl(f"{voice.url!r} speaks {voice.language!r}; calls are written in {known} only")
    pack = Path(os.path.abspath(path))
    part = pack.with_name(pack.name + ".part")
    texts = wanted() if clips is None else clips
    recipe = json.dumps({"recipe": RECIPE, "voice": voice.url, "clips": dict(texts)}, ensure_ascii=False)
    _refuse_foreign(pack)
    try:
        with _alone(part, recipe):
            made = _make_clips(part, voice, texts, progress)
            when = (made_at or datetime.now(UTC)).isoformat(timespec="seconds")
            text = manifest_of(voice.url, voice.language, voice.licence, when, pauses or Pauses(), made)
            _write(part / MANIFEST, text.encode())
            Pack.open(part)
            _replace(pack, part)
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


def finished(sound: bytes) -> bytes:
    """What a voice said, made a clip: trimmed, levelled, faded, a whole number of 20 ms steps."""
    spoken = pcm.trimmed(pcm.samples(sound), SILENCE, BEFORE_MS, AFTER_MS)
    return _clip_of(pcm.levelled(spoken, LOUDNESS, CEILING))


def _clip_of(samples: "array[int]") -> bytes:
    return pcm.raw(pcm.padded(pcm.faded(samples, FADE_MS)))


def _make_clips(part: Path, voice: Voice, texts: Mapping[str, str], progress: Progress) -> dict[str, Clip]:
    """All clips of the pack; those that lie finished in ``part`` are taken as they are."""
    struck = _clip_of(pcm.levelled(pcm.samples(chime()), CHIME_LOUDNESS, CEILING))
    made = {CHIME: _keep(part, CHIME, "", struck)}
    made |= {name: clip for name, text in texts.items() if (clip := _kept(part, name, text))}
    missing = {name: text for name, text in texts.items() if name not in made}
    if missing:
        # The voice first: zip then takes it to its end, where it lets go of what it holds.
        for sound, (name, text) in zip(voice.say_all(list(missing.values())), missing.items(), strict=True):
            made[name] = _keep(part, name, text, finished(sound))
            progress(len(made) - 1, len(texts), text)
    return {name: made[name] for name in (CHIME, *texts)}


def _keep(part: Path, name: str, text: str, sound: bytes) -> Clip:
    clip = Clip(name, f"{name}.wav", pcm.length_ms(sound), text, sound)
    _write(part / clip.file, pcm.wav(sound))
    return clip


def _kept(part: Path, name: str, text: str) -> Clip | None:
    try:
        sound, ms = read_clip(part / f"{name}.wav")
    except PackFault:
        return None
    return Clip(name, f"{name}.wav", ms, text, sound)


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
        note = part / "recipe.json"
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


def _replace(pack: Path, part: Path) -> None:
    (part / "recipe.json").unlink()
    old = pack.with_name(pack.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if pack.exists():
        pack.rename(old)
    part.rename(pack)
    shutil.rmtree(old, ignore_errors=True)
