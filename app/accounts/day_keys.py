"""Who holds a ticket, as the journal knows them: a hash whose key belongs to the day and can be deleted.

Each center has a random key a day, in Redis beside its journal, made by whoever needs it first. With it and the
operator's secret an account's tickets of that day are found; once it is deleted (by `goiso archive`, `goiso audit
forget`, or by itself after `KEPT_DAYS`), the journal does not tell whose they were. Called by the web.
"""

import asyncio
import secrets
from collections.abc import AsyncIterable
from typing import Any

from redis.asyncio import Redis

from app.accounts.citizens import Citizens
from app.seals import Seals
from app.store.days import key_of_day

KEPT_DAYS = 35
OFFER_SECONDS = 60.0


class DayKeys:
    """The keys of the days, and the hashes made with them."""

    def __init__(self, redis: Redis, seals: Seals) -> None:
        self._redis = redis
        self._seals = seals
        self._known: dict[str, tuple[str, bytes, float]] = {}  # center -> the day last asked for, its key, until

    async def holder(self, center: str, day: str, account: str) -> str:
        """The hash under which an account holds tickets of a center on a day (ISO date): 22 letters."""
        return self._seals.holder(center, day, account, await self._key(center, day))

    async def _key(self, center: str, day: str) -> bytes:
        """The key of a running day. One known here is offered again now and then: a failover of the store may have
        lost it, and all processes must have the same."""
        now = asyncio.get_running_loop().time()
        known_day, key, until = self._known.get(center, ("", b"", 0.0))
        if known_day == day and now < until:
            return key
        offered = key if known_day == day else secrets.token_bytes(32)
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(key_of_day(center, day), offered, nx=True, ex=KEPT_DAYS * 86_400)
        pipe.get(key_of_day(center, day))
        kept: Any = (await pipe.execute())[1]
        self._known[center] = day, bytes(kept), now + OFFER_SECONDS
        return bytes(kept)


async def forget(redis: Redis, citizens: Citizens, center: str, day: str, contacts: AsyncIterable[str]) -> int:
    """Delete a day's key, and the contacts of its tickets (their keys are handed in) from the accounts they are
    of: how many there were."""
    await redis.delete(key_of_day(center, day))
    return sum([await citizens.forget_contact(key) async for key in contacts])
