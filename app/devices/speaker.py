"""`goiso speaker`: a loudspeaker that speaks a voice's announcements, each in its slot, if it holds the voice.

It offers itself when it starts, fetches each sound as soon as it is announced, plays one at a time, and
acknowledges what it has spoken: calls, and the sentences that take one back. What is cancelled, past or another
device's is not begun.
"""

import asyncio
import logging
from collections.abc import Coroutine

import httpx

from app.devices.following import Following, Row
from app.domain.plan import Millis
from audio import AudioError, Player, Sound
from audio.chime import chime
from audio.pcm import silence

LATE: Millis = 1000  # an announcement that should have begun longer ago is not begun
OFFER_SECONDS = 5.0
MUTE_SECONDS = 600.0
FETCH_AGAIN_SECONDS = 0.3

SILENCE = Sound.of(silence(20))

log = logging.getLogger(__name__)


class Speaker:
    def __init__(self, server: str, key: str, center: str, voice: str, player: Player) -> None:
        self._following = Following(server, key, f"speaker/{center}/{voice}", self._changed)
        self._following.ordered = self._ordered
        self._voice = voice
        self._player = player
        self._http = httpx.AsyncClient(base_url=server, timeout=5)
        self._sounds: dict[int, asyncio.Task[Sound]] = {}  # by sequence
        self._telling: set[asyncio.Task[None]] = set()
        self._done = 0  # the last sequence dealt with
        self._wake = asyncio.Event()
        self._works = False
        self._said_mute = False

    async def run(self) -> None:
        """Speak until cancelled."""
        try:
            async with self._http, asyncio.TaskGroup() as tasks:
                tasks.create_task(self._following.run())
                tasks.create_task(self._offer())
                tasks.create_task(self._speak())
        finally:
            for task in (*self._telling, *self._sounds.values()):
                task.cancel()
            await self._following.close()

    def _ordered(self, order: Row) -> None:
        if order["what"] == "tone":
            self._soon(self._tone(order["id"]))

    async def _tone(self, order: str) -> None:
        """Play the gong, for whoever stands in the hall and listens; what became of it is told with the state."""
        try:
            await self._player.play(Sound.of(chime()))
            how = "played"
        except AudioError as fault:
            log.warning("! the tone was not played: %s", fault or type(fault).__name__)
            how = "broken"
        self._following.state["tone"] = f"{order}:{how}"

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        """Let something be done beside the speaking."""
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _changed(self) -> None:
        to_come = {say["seq"]: say for say in self._says() if say["sound"] and self._is_mine(say)}
        for seq in self._sounds.keys() - to_come.keys():
            self._sounds.pop(seq).cancel()
        for seq in to_come.keys() - self._sounds.keys():
            self._sounds[seq] = asyncio.create_task(self._fetch(to_come[seq]))
        self._wake.set()

    def _says(self) -> list[Row]:
        says = (row for name, row in self._following.rows.items() if name.startswith("say/"))
        return sorted(says, key=lambda say: say["seq"])

    def _is_mine(self, say: Row) -> bool:
        voice = self._following.rows.get("voice", {})
        return bool(
            voice.get("holder") == self._following.device
            and say["seq"] >= voice["since"]
            and say["seq"] > self._done
            and say["state"] == "planned"
            and say["start"] + LATE > self._following.now()
        )

    async def _fetch(self, say: Row) -> Sound:
        """The sound of an announcement; a server that is away is asked again until the slot is over."""
        while True:
            try:
                answer = await self._http.get(say["sound"])
                answer.raise_for_status()
                return Sound(answer.content, say["end"] - say["start"], say["sound"].rpartition("/")[2])
            except httpx.HTTPError:
                if self._following.now() > say["end"]:
                    raise
                await asyncio.sleep(FETCH_AGAIN_SECONDS)

    async def _offer(self) -> None:
        """Offer this speaker as long as its player works, and again should it have been forgotten."""
        pause, try_again = OFFER_SECONDS, 0.0  # a missing loudspeaker is looked for less and less often
        while True:
            voice = self._following.rows.get("voice")
            now = asyncio.get_running_loop().time()
            if voice and not self._works and now >= try_again:
                self._works = await self._can_play()
                pause = OFFER_SECONDS if self._works else min(pause * 2, MUTE_SECONDS)
                try_again = now + pause
            self._following.state["sound"] = "on" if self._works else "broken"
            if voice and self._works != (voice["holder"] == self._following.device):
                offer = {"voice": self._voice, "ready": self._works}
                await self._following.post("/api/device/voice", offer)
            await asyncio.sleep(OFFER_SECONDS if voice else 0.1)

    async def _can_play(self) -> bool:
        """Play a moment of silence: a loudspeaker that is not there must not hold the voice."""
        try:
            await self._player.play(SILENCE)
        except AudioError as fault:
            if not self._said_mute:
                log.warning("! no sound here, another device may speak: %s", fault)
            self._said_mute = True
            return False
        self._said_mute = False
        return True

    async def _speak(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while say := next(filter(self._is_mine, self._says()), None):
                wait = (say["start"] - self._following.now()) / 1000
                if wait > 0:
                    try:  # a cancellation may come before the slot begins
                        await asyncio.wait_for(self._wake.wait(), wait)
                        self._wake.clear()
                        continue
                    except TimeoutError:
                        pass
                await self._say(say)

    async def _say(self, say: Row) -> None:
        self._done = say["seq"]
        fetching = self._sounds.pop(say["seq"], None)
        if fetching is None:
            return
        left = (say["end"] - self._following.now()) / 1000
        try:
            async with asyncio.timeout(max(left, 0) + 1.0):
                await self._player.play(await fetching)
        except Exception as fault:  # whatever fails, the next announcement is spoken
            self._works = not isinstance(fault, AudioError)
            log.warning("! %s not spoken: %s", say["number"], fault or type(fault).__name__)
            return
        log.info("> %s counter %s %s", say["number"], say["counter"], say["kind"])
        self._soon(self._following.tell(self._voice, say["seq"]))  # the next one does not wait
