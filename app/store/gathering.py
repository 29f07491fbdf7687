"""A Redis client that sends together what is asked together.

A rush of citizens would open a connection for each command under way, up to a limit from which on they fail, and
spend more time on the client library than on anything else of a number. Here a few commands are under way at a
time, each on a connection of its own; what is asked beside them waits for the first to end and goes as one
pipeline. Whoever asks alone is sent at once. Used by `client.connect`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

UNDER_WAY = 4  # commands or pipelines at a time
MOST = 256  # commands of one pipeline
HUNG_SECONDS = 10.0  # a link that is half open never ends by itself, and would be under way for ever
ALONE = frozenset({"XREAD"})  # it waits for what is to come: nobody waits behind it

Asked = tuple[tuple[Any, ...], dict[str, Any], "asyncio.Future[Any]"]


class GatheringRedis(Redis):
    """As redis-py's client. A lost connection is told to all whose commands were under way on it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._asked: list[Asked] = []
        self._under_way = 0
        self._pipelines: set[asyncio.Task[None]] = set()

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] in ALONE:
            return await self._alone(*args, **options)
        if self._under_way >= UNDER_WAY:
            answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._asked.append((args, options, answer))
            return await answer
        self._under_way += 1
        try:
            async with _limited():
                return await self._alone(*args, **options)
        finally:
            self._ended()

    async def _alone(self, *args: Any, **options: Any) -> Any:
        return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def _ended(self) -> None:
        """Something under way has ended: what was asked meanwhile goes."""
        self._under_way -= 1
        batch = [asked for asked in self._asked[:MOST] if not asked[2].done()]
        self._asked = self._asked[MOST:]
        if batch:
            self._under_way += 1
            pipeline = asyncio.create_task(self._send(batch))
            self._pipelines.add(pipeline)
            pipeline.add_done_callback(self._pipelines.discard)

    async def _send(self, batch: list[Asked]) -> None:
        answers: list[Any] = [_closed()] * len(batch)
        try:
            pipe = self.pipeline(transaction=False)
            for args, options, _ in batch:
                pipe.execute_command(*args, **options)
            async with _limited():
                answers = await pipe.execute(raise_on_error=False)
        except Exception as fault:
            answers = [fault] * len(batch)
        finally:
            for (_, _, answer), found in zip(batch, answers, strict=True):
                if answer.done():
                    continue
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    answer.set_result(found)
            self._ended()

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        for pipeline in self._pipelines:
            pipeline.cancel()
        await asyncio.gather(*self._pipelines, return_exceptions=True)
        for _, _, answer in self._asked:
            if not answer.done():
                answer.set_exception(_closed())
        await super().aclose(close_connection_pool)


def _closed() -> RedisConnectionError:
    return RedisConnectionError("the client was closed")


@contextlib.asynccontextmanager
async def _limited() -> AsyncIterator[None]:
    """Give up what hangs; its connection is closed."""
    try:
        async with asyncio.timeout(HUNG_SECONDS):
            yield
    except TimeoutError:
        raise RedisConnectionError(f"no answer within {HUNG_SECONDS:.0f} s") from None
