"""`make bench-voice`: how fast packs are made and opened, and how soon after a call its sound is ready."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from audio import Form, Pack, Reading, Speech, Units, build, open_voice, wanted
from audio.checking import check
from audio.compressing import mp3
from audio.reading import language
from bench.table import Row, quantile, report

CALLS = 300
READY_MS = 50.0  # the goal: from prepared clips, at the call
APART_LU = 2.0  # one on either side


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report("voice", list(_rows(Path(folder))))


def _rows(folder: Path) -> Iterator[Row]:
    packs = {}
    for units in Units:
        yield from _made(folder / units, units)
        packs[units] = Pack.open(folder / units)
    english = build(folder / "en", open_voice("espeak:en?speed=150"))
    medium, long = packs[Units.MEDIUM], packs[Units.LONG]
    yield from _called("medium pack", Speech([medium]))
    yield from _called("long pack", Speech([long]))
    yield from _called("medium pack in groups", Speech([medium], Form(reading=Reading.GROUPS)))
    yield from _called("in both languages", Speech([long, english]))
    sound = Speech([long]).call("86001", "86")
    times = [_ms(partial(mp3, sound)) for _ in range(CALLS // 10)]
    yield Row("MP3 of a call, p99", "ms", quantile(times, 0.99), READY_MS)
    yield Row("MP3 of a call", "KB", len(mp3(sound)) / 1000)
    yield Row("WAV of a call", "KB", len(sound.wav) / 1000)


def _made(path: Path, units: Units) -> Iterator[Row]:
    """A pack from nothing."""
    voice = open_voice("espeak:vi")
    clips = wanted(language("vi"), units)
    yield Row(f"{units} pack, {len(clips)} clips, made", "s", _ms(partial(build, path, voice, clips=clips)) / 1000)
    yield Row(f"{units} pack on the disk", "MB", sum(file.stat().st_size for file in path.iterdir()) / 1e6)
    yield Row(f"{units} pack, read and checked", "ms", _ms(partial(Pack.open, path)))
    levels = check(Pack.open(path)).loudness
    yield Row(f"{units} pack, loudest less softest sentence", "LU", max(levels) - min(levels), APART_LU)


def _called(name: str, speech: Speech) -> Iterator[Row]:
    """Calls, each for the first time."""
    yield Row(f"{name}: what the rules need, worked out once", "ms", _ms(lambda: speech.lengths))
    times = [_ms(partial(speech.call, f"86{at:03}", "86")) for at in range(CALLS)]
    yield Row(f"{name}: sound of a call ready, p50", "ms", quantile(times, 0.5), READY_MS)
    yield Row(f"{name}: sound of a call ready, p99", "ms", quantile(times, 0.99), READY_MS)


def _ms(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - before)


if __name__ == "__main__":
    main()
