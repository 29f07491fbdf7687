"""What SMS cost: how many went on each day, over all centers, and the most that may. Counted before an SMS goes,
so that many under way never pass the limit together."""

import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

WARN_AT = 0.8  # of the limit
KEPT_SECONDS = 400 * 86_400

log = logging.getLogger(__name__)


class Used(Exception):
    """The day's limit is reached."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The SMS of a day: how many, the most there may be (0: no limit), what they cost (đồng; 0: no price)."""

    used: int
    most: int
    cost: int

    @property
    def is_near(self) -> bool:
        """Whether somebody should look at it before the limit is reached."""
        return self.most > 0 and self.used >= WARN_AT * self.most

    @property
    def is_over(self) -> bool:
        return 0 < self.most <= self.used


class Meter:
    def __init__(self, redis: Redis, price: int = 0, most: int = 0) -> None:
        self._redis = redis
        self._price = price
        self._most = most

    async def use(self, day: str) -> None:
        """Count one SMS of a day (ISO date); raises Used when there may be no more."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.incr(_key(day))
        pipe.expire(_key(day), KEPT_SECONDS)
        used = int((await pipe.execute())[0])
        if not self._most:
            return
        if used > self._most:
            await self.give_back(day)
            raise Used
        if used - 1 < WARN_AT * self._most <= used:
            log.warning("! %d SMS today, %d are allowed (GOISO_SMS_A_DAY)", used, self._most)

    async def give_back(self, day: str) -> None:
        """It was not sent."""
        await self._redis.decr(_key(day))

    @contextlib.asynccontextmanager
    async def one(self, day: str) -> AsyncIterator[None]:
        """Count the SMS that is sent within; one that fails is not counted. Raises Used."""
        await self.use(day)
        try:
            yield
        except Exception:
            await self.give_back(day)
            raise

    async def read(self, day: str) -> Reading:
        kept: Any = await self._redis.get(_key(day))
        used = int(kept or 0)
        return Reading(used, self._most, used * self._price)


def _key(day: str) -> str:
    return f"goiso:notices:sms:{day}"
