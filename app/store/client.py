"""Redis connections by URL. Answers are bytes; no call is repeated behind our back, for a repeat must be safe."""

import logging
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from app.store.gathering import GatheringRedis
from app.store_address import Sentinels, read_address

DURABLE = {"appendonly": "yes", "appendfsync": "always"}

log = logging.getLogger(__name__)


def connect(url: str) -> Redis:
    """A client of the Redis at `url` (`redis://`, `rediss://`, `unix://`), or of the master that the sentinels at
    `url` name (`sentinel://`, `sentinels://`). Raises BadAddress."""
    manners: dict[str, Any] = {
        "protocol": 2,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 0,
        "socket_connect_timeout": 3,
        "socket_timeout": None,  # every wait of ours has a limit of its own
    }
    sentinels = read_address(url)
    return GatheringRedis.from_url(url, **manners) if sentinels is None else _watched(sentinels, manners)


class _Watched(GatheringRedis):
    """A client that asks sentinels where the master is, and closes the connections to them with its own."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        pool: Any = self.connection_pool
        await pool.sentinel_manager.aclose()


def _watched(address: Sentinels, manners: dict[str, Any]) -> Redis:
    tls: dict[str, Any] = {"ssl": True} if address.tls else {}
    if authorities := address.options.get("ssl_ca_certs"):
        tls |= {"ssl_ca_certs": authorities}
    of_sentinels = {
        "username": address.options.get("sentinel_username"),
        "password": address.options.get("sentinel_password"),
    }
    kind: Any = Sentinel
    client: Redis = kind(address.hosts, sentinel_kwargs={**manners, **tls, **of_sentinels}).master_for(
        address.service,
        redis_class=_Watched,
        db=address.database,
        username=address.username or None,
        password=address.password or None,
        redis_connect_func=_durable_only,
        **manners,
        **tls,
    )
    return client


async def _durable_only(connection: AbstractConnection) -> None:
    """Take no master that would lose what it answers: a promoted one was never asked when we started."""
    await connection.on_connect()
    for name, wanted in DURABLE.items():
        await connection.send_command("CONFIG", "GET", name)
        answer: Any = await connection.read_response()
        if list(answer)[1:] != [wanted.encode()]:
            log.error("! the master that the sentinels name has not %s %s: nothing is written to it", name, wanted)
            raise RedisConnectionError(f"the store must have {name} {wanted}")
