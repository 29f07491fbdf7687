"""Redis connections by URL. Answers are bytes; no call is repeated behind our back, for a repeat must be safe."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def connect(url: str) -> Redis:
    """A client of the Redis at `url` (`redis://`, `rediss://`, `unix://`)."""
    return Redis.from_url(
        url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
        socket_connect_timeout=3,
        socket_timeout=None,  # every wait of ours has a limit of its own
    )
