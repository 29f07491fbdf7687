"""A clip pack: a folder with manifest.json and WAV clips, everything a call needs. Made by building, read by
mixing.

The clips are named in reading. A pack has the gong, the heads, the digits and the words of numbers; whatever
longer clips it has are said in place of several short ones. It may lack head-retract or tail-retract, as packs of
before there were retractions do: then a retraction is the gong and silence.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from audio import pcm, reading
from audio.errors import BadText, PackFault

SCHEMAS = (1, 2)  # 1: neither region nor loudness; the voice is of the north
SCHEMA = SCHEMAS[-1]
MANIFEST = "manifest.json"
CHIME = "chime"
HEADS = (reading.HEAD_NUMBER, reading.HEAD_COUNTER)
SHORTEST_MS = 60


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: its name, its file, its exact length, the words it says, its loudness in LUFS if known."""

    name: str
    path: Path
    ms: int
    text: str
    lufs: float | None = None

    @property
    def sound(self) -> bytes:
        """Its PCM, read from the disk. Raises PackFault."""
        return read_clip(self.path)[0]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence inside a call, in ms, each a multiple of 20."""

    after_chime: int = 100
    after_head: int = 40
    after_digit: int = 80
    after_group: int = 140  # after a group of the number
    before_counter: int = 80  # before what follows the number, in addition
    after_word: int = 0  # between the clips of a number that is read as one
    before_language: int = 400  # between a sentence and the same in another language
    at_end: int = 60


@dataclass(frozen=True)
class Pack:
    """An opened pack. Its clips were all read once and are read again when they are heard. ``id`` is a hash of its
    manifest: another pack has another one."""

    path: Path
    id: str
    voice: str
    language: reading.Language
    licence: str
    made_at: str
    pauses: Pauses
    clips: Mapping[str, Clip]

    def __hash__(self) -> int:
        return hash(self.id)

    @classmethod
    def open(cls, path: str | Path) -> "Pack":
        """Read and check a whole pack. Raises PackFault with a sentence that names the file at fault."""
        folder = Path(path)
        written = _read(folder / MANIFEST)
        manifest = _manifest(folder / MANIFEST, written)
        spoken = _language(folder / MANIFEST, manifest)
        clips = {name: _clip(folder, name, entry, spoken) for name, entry in manifest["clips"].items()}
        said = {clip.text for clip in clips.values()}
        lacks = (name for name in required(spoken) if name not in clips)
        if missing := [name for name in lacks if name == CHIME or reading.spoken(name, spoken) not in said]:
            raise PackFault(f"{folder / MANIFEST} has no clip {', '.join(map(repr, missing))}")
        facts = {key: str(manifest[key]) for key in ("voice", "licence", "made_at")}
        facts["id"] = sha256(written).hexdigest()[:12]
        return cls(folder, **facts, language=spoken, pauses=_pauses(folder / MANIFEST, manifest), clips=clips)

    @cached_property
    def by_words(self) -> Mapping[tuple[str, ...], Clip]:
        """The spoken clips by the words they say."""
        return {reading.words_of(clip.text): clip for clip in self.clips.values() if clip.text}

    @cached_property
    def longest(self) -> int:
        """The most words of a clip."""
        return max(map(len, self.by_words))

    @property
    def retracts(self) -> bool:
        """Whether it can say that a call is taken back."""
        return all(name in self.clips for name in reading.RETRACTION)

    def clips_of(self, words: tuple[str, ...]) -> list[Clip]:
        """The longest clips that together say ``words``. Raises BadText when there is none for a word."""
        found: list[Clip] = []
        at = 0
        while at < len(words):
            for size in range(min(self.longest, len(words) - at), 0, -1):
                if clip := self.by_words.get(words[at : at + size]):
                    found.append(clip)
                    at += size
                    break
            else:
                raise BadText(f"the pack {self.path} has no clip for {words[at]!r}")
        return found


def required(spoken: reading.Language) -> tuple[str, ...]:
    """The clips no pack may lack: with them every number below 1,000 and every counter can be said."""
    words = [name for name in spoken.words if name != "word-thousand"]
    return (CHIME, *HEADS, *(f"digit-{digit}" for digit in range(10)), *words, *simple_counters(spoken))


def simple_counters(spoken: reading.Language) -> list[str]:
    """The numbers below 100 that are one word in this language and no digit ("eleven", "twenty")."""
    names = (f"counter-{value}" for value in range(10, 100))
    one_word = [name for name in names if " " not in reading.spoken(name, spoken)]
    return [name for name in one_word if reading.spoken(name, spoken) not in spoken.words.values()]


def manifest_of(
    voice: str, spoken: reading.Language, licence: str, made_at: str, pauses: Pauses, clips: list[Clip]
) -> str:
    """The text of a manifest.json."""
    facts = {"schema": SCHEMA, "voice": voice, "language": spoken.code, "region": spoken.region}
    facts |= {"licence": licence, "made_at": made_at}
    entries = {
        clip.name: {"file": clip.path.name, "ms": clip.ms, "lufs": clip.lufs, "text": clip.text} for clip in clips
    }
    whole = facts | {"sample_rate": pcm.RATE, "pauses": asdict(pauses), "clips": entries}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackFault(f"{path} cannot be read: {error.strerror}") from error


def _manifest(path: Path, written: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(written)
    except ValueError as error:
        raise PackFault(f"{path} is not a manifest: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schema") not in SCHEMAS:
        raise PackFault(f"{path} is not a manifest of schema {SCHEMA}")
    expected = {"voice": str, "language": str, "licence": str, "made_at": str, "pauses": dict, "clips": dict}
    for key, kind in expected.items():
        if not isinstance(manifest.get(key), kind):
            raise PackFault(f"{path}: {key} is {manifest.get(key)!r}, expected a {kind.__name__}")
    if manifest.get("sample_rate") != pcm.RATE:
        raise PackFault(f"{path}: sample_rate is {manifest.get('sample_rate')!r}, expected {pcm.RATE}")
    return manifest


def _language(path: Path, manifest: dict[str, Any]) -> reading.Language:
    try:
        return reading.language(manifest["language"], str(manifest.get("region", "")))
    except BadText as error:
        raise PackFault(f"{path}: {error}") from error


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


def _clip(folder: Path, name: str, entry: Any, by: reading.Language) -> Clip:
    manifest = folder / MANIFEST
    match entry:
        case {"file": str(file), "ms": int(ms), "text": str(text)}:
            lufs = entry.get("lufs")
        case _:
            raise PackFault(f"{manifest}: clip {name!r} is {entry!r}, expected file, ms and text")
    if Path(file).name != file:
        raise PackFault(f"{manifest}: clip {name!r} has the file {file!r}, expected a name inside the pack")
    if not (lufs is None or isinstance(lufs, float)):
        raise PackFault(f"{manifest}: clip {name!r} has the loudness {lufs!r}, expected a number")
    _check_words(manifest, name, text, by)
    found = read_clip(folder / file)[1]
    if found != ms:
        raise PackFault(f"{folder / file} lasts {found} ms, the manifest says {ms} ms")
    return Clip(name, folder / file, ms, text, lufs)


def _check_words(manifest: Path, name: str, text: str, by: reading.Language) -> None:
    """A clip that says another number than its name would send people to the wrong counter."""
    try:
        words = "" if name == CHIME else reading.spoken(name, by)
    except BadText as error:
        raise PackFault(f"{manifest}: {error}") from error
    if text != words:
        raise PackFault(f"{manifest}: clip {name!r} says {text!r}, expected {words!r}")


def read_clip(path: Path) -> tuple[bytes, int]:
    """The PCM of a clip's WAV and its length in ms. Raises PackFault."""
    try:
        sound = pcm.from_wav(_read(path))
        found = pcm.length_ms(sound)
    except ValueError as error:
        raise PackFault(f"{path} {error}") from error
    if found < SHORTEST_MS:
        raise PackFault(f"{path} lasts {found} ms, too short for a spoken word")
    return sound, found
