"""Time enters the ring here: once a second one process, by a lease, sends every center a tick.

It also tells a center what the voice pack in force takes to say its numbers, and which speaking devices have
gone away. Every web process runs one; whoever holds the lease works.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

from redis.asyncio import Redis

from app.center import Centers
from app.devices.presence import Presence
from app.domain.commands import LoseVoice, SetVoice, Tick
from app.domain.plan import Plan, VoiceLengths
from app.domain.refusals import Refusal
from app.feed import Feed
from app.store.journal import LOST

LEASE = "goiso:lease:tick"
LEASE_MS = 3000
EVERY_SECONDS = 1.0
HUNG_SECONDS = 15.0  # a store that takes longer is away, though its connection looks alive

log = logging.getLogger(__name__)


class Ticker:
    def __init__(
        self,
        redis: Redis,
        centers: Centers,
        feed: Feed,
        presence: Presence,
        lengths: Callable[[Plan], VoiceLengths],
    ) -> None:
        self._redis = redis
        self._centers = centers
        self._feed = feed
        self._presence = presence
        self._lengths = lengths
        self._name = secrets.token_hex(8)
        self._looked: dict[str, int] = {}  # the minute in which a center's promises were last looked at

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            try:
                async with asyncio.timeout(HUNG_SECONDS):
                    holds = await self._holds_lease()
                for center in self._feed.centers() if holds else ():
                    await self._try(center)
            except LOST as fault:
                log.debug("! tick: %s", fault)
            except Exception:
                log.exception("! tick")
            await asyncio.sleep(EVERY_SECONDS)

    async def _try(self, center: str) -> None:
        """Tick a center; whatever fails there, the others have their tick."""
        try:
            async with asyncio.timeout(HUNG_SECONDS):
                await self._tick(center)
        except (*LOST, Refusal) as fault:
            log.debug("! tick of %s: %s", center, fault)
        except Exception:
            log.exception("! tick of %s", center)

    async def _holds_lease(self) -> bool:
        if await self._redis.set(LEASE, self._name, px=LEASE_MS, nx=True):
            return True
        if await self._redis.get(LEASE) != self._name.encode():
            return False
        await self._redis.pexpire(LEASE, LEASE_MS)
        return True

    async def _tick(self, center: str) -> None:
        minute = int(time.monotonic() // 60)
        await self._centers.do(center, Tick(promises=self._looked.get(center) != minute))
        self._looked[center] = minute
        hall = self._feed.hall(center)
        lengths = await asyncio.to_thread(self._lengths, hall.plan)
        if hall.plan.voice != lengths:
            await self._centers.do(center, SetVoice("system", lengths))
        for voice_id in hall.plan.voices():
            ready = list(hall.voice(voice_id).ready)
            for device in set(ready) - await self._presence.present(ready):
                await self._centers.do(center, LoseVoice("system", device, voice_id))
