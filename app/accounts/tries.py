"""Limited tries: a count with a lifetime, per what is tried and by whom."""

from redis.asyncio import Redis

from app.domain.refusals import TooManyTries

MINUTES = 10


class Tries:
    """Counts of failed tries in Redis, forgotten `MINUTES` after the first."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def check(self, what: str, most: int) -> None:
        """Raises TooManyTries when `what` has failed `most` times."""
        if int(await self._redis.get(f"goiso:tries:{what}") or 0) >= most:
            raise TooManyTries(minutes=MINUTES)

    async def failed(self, what: str) -> None:
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(f"goiso:tries:{what}", 0, ex=MINUTES * 60, nx=True)
        pipe.incr(f"goiso:tries:{what}")
        await pipe.execute()

    async def forget(self, what: str) -> None:
        await self._redis.delete(f"goiso:tries:{what}")
