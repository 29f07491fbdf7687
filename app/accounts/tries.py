"""Limited tries: a count with a lifetime, per what is tried and by whom."""

from redis.asyncio import Redis

from app.domain.refusals import TooManyTries

MINUTES = 10


class Tries:
    """Counts of tries in Redis, forgotten `MINUTES` after the first."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def spend(self, what: str, most: int) -> None:
        """Count a try before it is made, so that tries side by side cannot pass together; raises TooManyTries
        when `what` was tried `most` times. Give a try that was right back with `refund` or `forget`."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(f"goiso:tries:{what}", 0, ex=MINUTES * 60, nx=True)
        pipe.incr(f"goiso:tries:{what}")
        _, spent = await pipe.execute()
        if spent > most:
            raise TooManyTries(minutes=MINUTES)

    async def refund(self, what: str) -> None:
        """Take one try back: it was right."""
        if await self._redis.exists(f"goiso:tries:{what}"):
            await self._redis.decr(f"goiso:tries:{what}")

    async def spent(self, what: str) -> int:
        """How many tries of `what` are counted now."""
        return int(await self._redis.get(f"goiso:tries:{what}") or 0)

    async def forget(self, what: str) -> None:
        await self._redis.delete(f"goiso:tries:{what}")
