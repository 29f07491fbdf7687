"""Speaks one sound now, for a person at a terminal: to a WAV file, a player, or the loudspeaker of this machine.
Called by ``python -m audio`` and ``goiso voice play``."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audio.errors import PlayerFailed
from audio.mixing import Sound
from audio.playing import open_player


def speak(sound: Sound, out: str, instead: Path) -> str:
    """Write ``sound`` to the file ``out`` ("….wav") or play it on the player of this URL; what was done, in lines.

    Without ``out`` it is the loudspeaker, or, on a machine that has none, the file ``instead``, to be carried to
    one. Raises BadUrl, PlayerFailed.
    """
    if out.endswith(".wav"):
        return _written(Path(out), sound)
    try:
        with _quiet():
            asyncio.run(open_player(out or "device:").play(sound))
    except PlayerFailed as error:
        if out:
            raise
        return f"{error}.\n{_written(instead, sound)}"
    return ""


def _written(path: Path, sound: Sound) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sound.wav)
    except OSError as error:
        raise PlayerFailed(f"{path} cannot be written: {error.strerror}") from error
    return f"{path}: {sound.ms / 1000:.2f} s"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the sound system's own lines off the terminal (ALSA prints twenty when there is no card)."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
