"""Players: a sound becomes audible, or is written down as if it had been. Called by whoever speaks in a zone.

| URL | player |
| --- | --- |
| ``device:`` | the default sound device; ``device:?backend=null`` needs no sound card, for tests |
| ``file:DIR`` | each sound to DIR, a line to DIR/played.jsonl; as slow as the sound, unless ``?fast`` |
| ``none:`` | nothing is heard; takes as long as the sound |

A player plays one sound at a time. Cancelling ``play`` stops the sound at once and frees the player; so does
any failure, so the next sound always has its chance.
"""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from audio.errors import BadUrl, PlayerBusy, PlayerFailed
from audio.mixing import Sound
from audio.urls import Url

SCHEMES = ("device", "file", "none")
TIMELINE = "played.jsonl"


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one sound: its name, size in bytes and length, when it was heard (seconds since 1970),
    and ``whole`` = it was heard to its end. A sound stopped before it began has ``started_at ==
    ended_at``."""

    name: str
    bytes: int
    ms: int
    started_at: float
    ended_at: float
    whole: bool


class Player(ABC):
    """Plays sounds, one at a time. ``clock`` gives seconds since 1970 for the report."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self.url = url
        self._clock = clock
        self._playing: str | None = None

    async def play(self, sound: Sound, start_at: float | None = None) -> Played:
        """Play ``sound`` and return when it has been heard to its end.

        ``start_at`` is a moment of the event loop's clock (``loop.time() + 0.3``); the player prepares and
        waits for it; None or a moment in the past is at once. Cancel to stop. Raises PlayerBusy while another
        sound plays, PlayerFailed if the device or the folder does not do its part.
        """
        if self._playing is not None:
            raise PlayerBusy(f"{self.url} is still playing {self._playing}, {sound.name} was not played")
        self._playing = sound.name
        began: list[float] = []
        whole = False
        delay = 0.0 if start_at is None else max(0.0, start_at - asyncio.get_running_loop().time())
        try:
            await self._play(sound, delay, lambda: began.append(self._clock()))
            whole = True
        finally:
            self._playing = None
            ended = self._clock()
            played = Played(sound.name, len(sound.wav), sound.ms, min([*began, ended]), ended, whole)
            self._note(played)
        return played

    @abstractmethod
    async def _play(self, sound: Sound, delay: float, begins: Callable[[], None]) -> None:
        """Wait ``delay`` seconds, call ``begins``, return at the end of the sound."""

    def _note(self, played: Played) -> None:
        """Told of every sound, also of one cut short; must not fail for that, it has an error already."""
        return


class SilentPlayer(Player):
    """``none:``"""

    async def _play(self, sound: Sound, delay: float, begins: Callable[[], None]) -> None:
        await asyncio.sleep(delay)
        begins()
        await asyncio.sleep(sound.ms / 1000)


class FilePlayer(Player):
    """``file:DIR`` and ``file:DIR?fast``; sounds go to DIR/<name>, each try is a line of DIR/played.jsonl."""

    def __init__(self, url: str, folder: Path, fast: bool, clock: Callable[[], float] = time.time) -> None:
        super().__init__(url, clock)
        self._folder = folder
        self._fast = fast

    async def _play(self, sound: Sound, delay: float, begins: Callable[[], None]) -> None:
        await asyncio.to_thread(self._write, sound)
        await asyncio.sleep(0 if self._fast else delay)
        begins()
        await asyncio.sleep(0 if self._fast else sound.ms / 1000)

    def _write(self, sound: Sound) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / sound.name
            if not file.exists():
                fresh = file.with_suffix(".new")
                fresh.write_bytes(sound.wav)
                fresh.replace(file)
        except OSError as error:
            raise PlayerFailed(f"{self._folder} cannot be written: {error.strerror}") from error

    def _note(self, played: Played) -> None:
        # One short line, in this thread: a cancelled play has no time for another one.
        try:
            with (self._folder / TIMELINE).open("a", encoding="utf-8") as timeline:
                timeline.write(json.dumps(asdict(played)) + "\n")
        except OSError as error:
            if not played.whole:
                return
            raise PlayerFailed(f"{self._folder / TIMELINE} cannot be written: {error.strerror}") from error


def open_player(url: str, clock: Callable[[], float] = time.time) -> Player:
    """The player of a URL; a device is opened when it plays. Raises BadUrl, naming the known schemes."""
    read = Url.read(url, "player", SCHEMES)
    if read.scheme == "device":
        from audio.device import DevicePlayer

        return DevicePlayer(read, clock)
    if read.scheme == "file":
        read.allow("fast")
        if not read.target:
            raise BadUrl(f"{url!r} names no folder, expected file:DIR")
        return FilePlayer(url, Path(read.target), "fast" in read.options, clock)
    read.allow()
    return SilentPlayer(url, clock)
