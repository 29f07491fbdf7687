"""A clip pack: a folder with manifest.json and WAV clips, everything a call needs. Made by building, read by
mixing.

Clip names (see reading) do not depend on the language: chime, head-number, head-counter, digit-0 … digit-9,
counter-1 … counter-99 as one natural phrase each, and word-… for what has no phrase of its own. A pack may
lack any counter-…: its words are then said by the longest clips that there are; a counter above 99 is read digit
by digit. It may lack head-retract or tail-retract, as packs of before there were retractions do: then a
retraction is the gong and silence.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audio import pcm, reading
from audio.errors import BadText, PackFault

SCHEMA = 1
LANGUAGES = ("vi",)
MANIFEST = "manifest.json"
CHIME = "chime"
REQUIRED = (CHIME, *reading.HEADS, *(f"digit-{digit}" for digit in range(10)))
COUNTERS = range(1, 100)
SHORTEST_MS = 60


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: its name, its file in the pack, its exact length, the words it says, its PCM."""

    name: str
    file: str
    ms: int
    text: str
    sound: bytes


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence inside a call, in ms, each a multiple of 20."""

    after_chime: int = 100
    after_head: int = 40
    after_digit: int = 80
    before_counter: int = 140  # before what follows the number; in addition to the pause after the last digit
    after_word: int = 0  # between the clips of one counter
    at_end: int = 60


@dataclass(frozen=True, slots=True)
class Lengths:
    """All one needs to know how long a call of this pack lasts, to the millisecond, without this library.

    A call lasts ``frame_ms`` (gong, heads, all fixed pauses), plus ``digit_ms[d]`` for every digit d of the
    number (with the pause after it), plus ``counter_ms[c]`` where c is the counter without leading zeros: "1"
    … "99", and what is above and has a clip of its own; any other lasts ``digit_ms[d]`` for each of its digits. A
    retraction lasts ``retract_ms`` plus ``digit_ms[d]`` for every digit of the number.
    """

    frame_ms: int
    digit_ms: tuple[int, ...]
    counter_ms: dict[str, int]
    retract_ms: int

    def call_ms(self, number: str, counter: str) -> int:
        """The length of one call."""
        spoken = str(int(counter))
        there = self.counter_ms.get(spoken)
        return self.frame_ms + self.digits_ms(number) + (self.digits_ms(spoken) if there is None else there)

    def retraction_ms(self, number: str) -> int:
        """The length of the sentence that takes a call back."""
        return self.retract_ms + self.digits_ms(number)

    def digits_ms(self, text: str) -> int:
        """The length of digits read one by one, with the pause after each."""
        return sum(self.digit_ms[int(digit)] for digit in text)


@dataclass(frozen=True, slots=True)
class Pack:
    """An opened pack; all its clips are in memory (about 4 MB)."""

    path: Path
    voice: str
    language: str
    licence: str
    made_at: str
    pauses: Pauses
    clips: Mapping[str, Clip]
    by_words: Mapping[tuple[str, ...], Clip]

    @classmethod
    def open(cls, path: str | Path) -> "Pack":
        """Read and check a whole pack. Raises PackFault with a sentence that names the file at fault."""
        folder = Path(path)
        manifest = _manifest(folder / MANIFEST)
        clips = {name: _clip(folder, name, entry) for name, entry in manifest["clips"].items()}
        for name in REQUIRED:
            if name not in clips:
                raise PackFault(f"{folder / MANIFEST} has no clip {name!r}")
        facts = {key: str(manifest[key]) for key in ("voice", "language", "licence", "made_at")}
        by_words = {tuple(clip.text.split()): clip for name, clip in clips.items() if _says_a_number(name)}
        pack = cls(folder, **facts, pauses=_pauses(folder / MANIFEST, manifest), clips=clips, by_words=by_words)
        pack.lengths()  # every counter can be said
        return pack

    @property
    def retracts(self) -> bool:
        """Whether it can say that a call is taken back."""
        return all(name in self.clips for name in reading.RETRACTION)

    def call_of(self, number: str, counter: str) -> tuple[str, ...]:
        """The names of a call's clips; a counter above 99 that has none of its own is read digit by digit.
        Raises BadText."""
        *others, last = reading.sentence(number, counter)
        if last in self.clips or int(counter) in COUNTERS:
            return (*others, last)
        return (*others, *(f"digit-{digit}" for digit in str(int(counter))))

    def clips_of(self, name: str) -> tuple[Clip, ...]:
        """The clips that say ``name``: its own, or else the longest ones that together say its words."""
        if clip := self.clips.get(name):
            return (clip,)
        words = tuple(reading.spoken(name).split())
        found: list[Clip] = []
        while words:
            size = next((size for size in range(len(words), 0, -1) if words[:size] in self.by_words), 0)
            if not size:
                raise PackFault(f"{self.path / MANIFEST} has no clip {name!r} and none for its word {words[0]!r}")
            found.append(self.by_words[words[:size]])
            words = words[size:]
        return tuple(found)

    def lengths(self) -> Lengths:
        """See Lengths."""
        pauses = self.pauses
        frame = sum(self.clips[name].ms for name in (CHIME, *reading.HEADS))
        frame += pauses.after_chime + 2 * pauses.after_head + pauses.before_counter + pauses.at_end
        digits = tuple(self.clips[f"digit-{digit}"].ms + pauses.after_digit for digit in range(10))
        own = (int(name.removeprefix("counter-")) for name in self.clips if name.startswith("counter-"))
        counters = sorted({*COUNTERS, *own})
        return Lengths(frame, digits, {str(one): self._counter_ms(one) for one in counters}, self._retract_ms())

    def _retract_ms(self) -> int:
        pauses = self.pauses
        frame = self.clips[CHIME].ms + pauses.after_chime + pauses.at_end
        if self.retracts:
            frame += sum(self.clips[name].ms for name in reading.RETRACTION)
            frame += pauses.after_head + pauses.before_counter
        return frame

    def _counter_ms(self, counter: int) -> int:
        clips = self.clips_of(f"counter-{counter}")
        return sum(clip.ms for clip in clips) + self.pauses.after_word * (len(clips) - 1)


def manifest_of(
    voice: str, language: str, licence: str, made_at: str, pauses: Pauses, clips: Mapping[str, Clip]
) -> str:
    """The text of a manifest.json."""
    facts = {"schema": SCHEMA, "voice": voice, "language": language, "licence": licence, "made_at": made_at}
    entries = {name: {"file": clip.file, "ms": clip.ms, "text": clip.text} for name, clip in clips.items()}
    whole = facts | {"sample_rate": pcm.RATE, "pauses": asdict(pauses), "clips": entries}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _says_a_number(name: str) -> bool:
    return name.startswith(("digit-", "counter-", "word-"))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise PackFault(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PackFault(f"{path} is not a manifest: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise PackFault(f"{path} is not a manifest of schema {SCHEMA}")
    expected = {"voice": str, "language": str, "licence": str, "made_at": str, "pauses": dict, "clips": dict}
    for key, kind in expected.items():
        if not isinstance(manifest.get(key), kind):
            raise PackFault(f"{path}: {key} is {manifest.get(key)!r}, expected a {kind.__name__}")
    if manifest["language"] not in LANGUAGES:
        raise PackFault(f"{path}: the language {manifest['language']!r} is not known, expected {LANGUAGES[0]!r}")
    if manifest.get("sample_rate") != pcm.RATE:
        raise PackFault(f"{path}: sample_rate is {manifest.get('sample_rate')!r}, expected {pcm.RATE}")
    return manifest


def _pauses(path: Path, manifest: dict[str, Any]) -> Pauses:
    try:
        pauses = Pauses(**manifest["pauses"])
        for ms in asdict(pauses).values():
            pcm.silence(ms)
            if ms < 0:
                raise ValueError(f"a pause of {ms} ms is negative")
    except (TypeError, ValueError) as error:
        raise PackFault(f"{path}: pauses are wrong: {error}") from error
    return pauses


def _clip(folder: Path, name: str, entry: Any) -> Clip:
    manifest = folder / MANIFEST
    match entry:
        case {"file": str(file), "ms": int(ms), "text": str(text)}:
            pass
        case _:
            raise PackFault(f"{manifest}: clip {name!r} is {entry!r}, expected file, ms and text")
    if Path(file).name != file:
        raise PackFault(f"{manifest}: clip {name!r} has the file {file!r}, expected a name inside the pack")
    if _says_a_number(name):
        _check_words(manifest, name, text)
    sound, found = read_clip(folder / file)
    if found != ms:
        raise PackFault(f"{folder / file} lasts {found} ms, the manifest says {ms} ms")
    return Clip(name, file, ms, text, sound)


def _check_words(manifest: Path, name: str, text: str) -> None:
    """A clip that says another number than its name would send people to the wrong counter."""
    try:
        words = reading.spoken(name)
    except (KeyError, ValueError, IndexError, BadText) as error:
        raise PackFault(f"{manifest}: the clip name {name!r} is not known") from error
    if text != words:
        raise PackFault(f"{manifest}: clip {name!r} says {text!r}, expected {words!r}")


def read_clip(path: Path) -> tuple[bytes, int]:
    """The PCM of a clip's WAV and its length in ms. Raises PackFault."""
    try:
        sound = pcm.from_wav(path.read_bytes())
        found = pcm.length_ms(sound)
    except OSError as error:
        raise PackFault(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise PackFault(f"{path} {error}") from error
    if found < SHORTEST_MS:
        raise PackFault(f"{path} lasts {found} ms, too short for a spoken word")
    return sound, found
