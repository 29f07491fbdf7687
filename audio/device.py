"""The sound device, through miniaudio. Made by ``open_player("device:")``.

All calls to the device are made in a thread that lives for one sound: a driver that hangs stops that thread
and nothing else, and the next sound opens the device anew.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress

from audio import pcm
from audio.errors import BadUrl, PlayerFailed
from audio.mixing import Sound
from audio.playing import Player
from audio.urls import Url

PERIOD_MS = 40  # the device asks for so much at a time …
TAIL_MS = 120  # … and holds up to three of them back, so the end is heard so much after it was handed over
PATIENCE = 3.0  # s that a sound may last longer than it should before the device counts as failed
GRACE = 1.0  # s more for its thread to end
NOTHING = "no sound device was found; plug in a loudspeaker, or use file:DIR or none:"


class DevicePlayer(Player):
    """``device:``, the default sound device; ``device:?backend=null`` plays on a device that is not there."""

    def __init__(self, url: Url, clock: Callable[[], float] = time.time) -> None:
        super().__init__(url.text, clock)
        url.allow("backend")
        if url.target or url.options.get("backend", "null") != "null":
            raise BadUrl(f"{url.text!r} is not a known device; expected device: or device:?backend=null")
        self._null = "backend" in url.options

    async def _play(self, sound: Sound, delay: float, begins: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        ended.add_done_callback(lambda it: it.cancelled() or it.exception())  # after a cancel nobody else looks
        stop = threading.Event()
        start = time.monotonic() + delay

        def end(error: Exception | None) -> None:
            if ended.done():
                return
            if error:
                ended.set_exception(error)
            else:
                ended.set_result(None)

        def work() -> None:
            error: Exception | None = None
            try:
                self._speak(pcm.from_wav(sound.wav), start, begins, stop)
            except PlayerFailed as failed:
                error = failed
            except Exception as unknown:
                error = PlayerFailed(f"the sound device failed: {unknown}")
            with suppress(RuntimeError):  # the loop may be gone
                loop.call_soon_threadsafe(end, error)

        threading.Thread(target=work, name=f"play {sound.name}", daemon=True).start()
        try:
            # The thread gives up by itself a little earlier; this one is for a driver that never returns.
            limit = delay + sound.ms / 1000 + PATIENCE + GRACE
            async with asyncio.timeout(limit):
                await asyncio.shield(ended)
        except TimeoutError as error:
            raise PlayerFailed(f"the sound device did not answer within {limit:.0f} s") from error
        finally:
            stop.set()
            if not ended.done():
                # Cancelled: let it close, or a device for one program only would refuse the next sound.
                await asyncio.wait([ended], timeout=GRACE)

    def _speak(self, sound: bytes, start: float, begins: Callable[[], None], over: threading.Event) -> None:
        """In the thread: open, wait for ``start``, play to the end or until somebody sets ``over``."""
        import miniaudio

        try:
            device = miniaudio.PlaybackDevice(
                nchannels=1,
                sample_rate=pcm.RATE,
                buffersize_msec=PERIOD_MS,
                backends=[miniaudio.Backend.NULL] if self._null else None,
            )
        except miniaudio.MiniaudioError as error:
            raise PlayerFailed(f"{NOTHING} ({error.args[0]})") from error
        with closing(device):
            if device.backend == "Null" and not self._null:
                raise PlayerFailed(NOTHING)
            if over.wait(max(0.0, start - time.monotonic())):
                return
            frames = _frames(sound, over)
            next(frames)
            begins()
            device.start(frames)
            if not over.wait(len(sound) / 2 / pcm.RATE + PATIENCE):
                raise PlayerFailed("the sound device stopped taking sound in the middle of a call")


def _frames(sound: bytes, over: threading.Event) -> Generator[bytes, int, None]:
    """What miniaudio asks for, piece by piece: it sends a number of frames and takes that many or fewer."""
    left = memoryview(sound + pcm.silence(TAIL_MS))
    count = yield b""
    while left:
        piece, left = left[: 2 * count], left[2 * count :]
        count = yield bytes(piece)
    over.set()
    while True:
        count = yield bytes(2 * count)
