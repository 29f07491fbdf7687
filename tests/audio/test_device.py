"""The sound device: its failures are sentences, and it gets every sample. No sound card is needed."""

import asyncio
import threading

import miniaudio
import pytest

from audio import PlayerFailed, Sound, open_player, pcm
from audio.device import _frames

SHORT = Sound.of(pcm.silence(60))


def test_no_device_is_a_sentence_and_frees_the_player(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*options: object, **more: object) -> None:
        raise miniaudio.MiniaudioError("failed to init device", -401)

    async def run() -> None:
        player = open_player("device:")
        for _ in range(2):
            with pytest.raises(PlayerFailed, match=r"no sound device was found.*failed to init"):
                await player.play(SHORT)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", nothing)
    asyncio.run(run())


def test_a_device_that_stalls_frees_the_player(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stalled:
        backend = "Stalled"

        def __init__(self, **options: object) -> None:
            pass

        def start(self, frames: object) -> None:
            pass

        def close(self) -> None:
            pass

    async def run() -> None:
        player = open_player("device:")
        for _ in range(2):
            with pytest.raises(PlayerFailed, match="stopped taking sound"):
                await player.play(SHORT)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", Stalled)
    monkeypatch.setattr("audio.device.PATIENCE", 0.05)
    asyncio.run(run())


def test_a_driver_that_never_returns_frees_the_player(monkeypatch: pytest.MonkeyPatch) -> None:
    hung = threading.Event()

    def hangs(**options: object) -> None:
        hung.wait()
        raise miniaudio.MiniaudioError("too late")

    async def run() -> None:
        player = open_player("device:")
        for _ in range(2):
            with pytest.raises(PlayerFailed, match="did not answer within"):
                await player.play(SHORT)
        hung.set()

    monkeypatch.setattr(miniaudio, "PlaybackDevice", hangs)
    monkeypatch.setattr("audio.device.PATIENCE", 0.02)
    monkeypatch.setattr("audio.device.GRACE", 0.02)
    asyncio.run(run())


def test_the_device_gets_every_sample_in_order() -> None:
    sound = bytes(range(256)) * 40
    over = threading.Event()
    frames = _frames(sound, over)
    next(frames)
    taken = b""
    while not over.is_set():
        taken += frames.send(441)
    assert taken.startswith(sound)
    assert not any(taken[len(sound) :])
    assert frames.send(5) == bytes(10)
