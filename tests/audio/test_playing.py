"""Players: they take as long as the sound, stop when told, and are never busy for good."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio import BadUrl, PlayerBusy, PlayerFailed, Sound, open_player, pcm

SHORT = Sound.of(pcm.silence(60))
LONG = Sound.of(pcm.silence(60_000))
NULL = "device:?backend=null"


def urls(folder: Path) -> list[str]:
    return [f"file:{folder}", "none:", NULL]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "heard"


def timeline(folder: Path) -> Iterator[dict[str, object]]:
    return map(json.loads, (folder / "played.jsonl").read_text().splitlines())


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_as_long_as_the_sound(folder: Path, kind: int) -> None:
    player = open_player(urls(folder)[kind])
    before = time.perf_counter()
    played = asyncio.run(player.play(SHORT))
    assert 0.05 < time.perf_counter() - before < 2
    assert played.ended_at - played.started_at >= 0.05
    assert (played.name, played.bytes, played.ms, played.whole) == (SHORT.name, len(SHORT.wav), 60, True)


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_cancelled_in_the_middle(folder: Path, kind: int) -> None:
    async def run() -> None:
        player = open_player(urls(folder)[kind])
        playing = asyncio.create_task(player.play(LONG))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.shield(playing)
        with pytest.raises(PlayerBusy, match=f"still playing {LONG.name}"):
            await player.play(SHORT)
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        assert (await player.play(SHORT)).whole

    before = time.perf_counter()
    asyncio.run(run())
    assert time.perf_counter() - before < 5


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_starts_in_its_slot(folder: Path, kind: int) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        offset = time.time() - loop.time()
        player = open_player(urls(folder)[kind])
        start = loop.time() + 0.12
        played = await player.play(SHORT, start_at=start)
        assert -0.02 < played.started_at - offset - start < 0.5
        assert (await player.play(SHORT, start_at=start)).whole, "a moment in the past is now"

    asyncio.run(run())


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_the_loop_goes_on(folder: Path, kind: int) -> None:
    """While a sound plays, the event loop turns freely."""

    async def run() -> int:
        playing = asyncio.create_task(open_player(urls(folder)[kind]).play(SHORT))
        turns = 0
        while not playing.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(run()) > 200


def test_file_keeps_the_sound_and_a_timeline(folder: Path) -> None:
    async def run() -> None:
        player = open_player(f"file:{folder}?fast", clock=iter([10.0, 11.0, 20.0, 21.0]).__next__)
        await player.play(LONG)
        await player.play(SHORT)

    before = time.perf_counter()
    asyncio.run(run())
    assert time.perf_counter() - before < 1
    assert (folder / LONG.name).read_bytes() == LONG.wav
    assert list(timeline(folder)) == [
        {"name": s.name, "bytes": len(s.wav), "ms": s.ms, "started_at": a, "ended_at": a + 1, "whole": True}
        for s, a in ((LONG, 10.0), (SHORT, 20.0))
    ]
    assert {file.name for file in folder.iterdir()} == {LONG.name, SHORT.name, "played.jsonl"}


def test_file_notes_what_was_cut(folder: Path) -> None:
    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await open_player(f"file:{folder}").play(LONG)

    asyncio.run(run())
    (line,) = timeline(folder)
    assert line["whole"] is False


def test_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    async def run() -> None:
        player = open_player(f"file:{tmp_path / 'file'}?fast")
        with pytest.raises(PlayerFailed, match="file cannot be written"):
            await player.play(SHORT)
        (tmp_path / "file").unlink()
        assert (await player.play(SHORT)).whole, "a failure does not keep it busy"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "known ones are device:, file:, none:"),
        ("radio:", "known ones are device:, file:, none:"),
        ("file://[x", "is not a URL"),
        ("none:?fast", "unknown option 'fast'; the known ones are: none"),
        ("file:x?slow", "unknown option 'slow'; the known ones are: fast"),
        ("file:", "names no folder"),
        ("device:7", "expected device:"),
        ("device:?backend=alsa", "expected device:"),
    ],
)
def test_bad_urls(url: str, sentence: str) -> None:
    with pytest.raises(BadUrl, match=sentence):
        open_player(url)
