"""Plans being edited: of each center and member of staff one draft, kept in Redis beside the hall until it is put
in force or thrown away. Called by the plan's pages."""

from dataclasses import dataclass

import msgspec
from redis.asyncio import Redis

from app.domain.plan import Plan

DAYS = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as somebody would have it, and the plan in force that he began with."""

    base: Plan
    plan: Plan


_decode = msgspec.json.Decoder(Draft).decode


class Drafts:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def find(self, center: str, login: str) -> Draft | None:
        """The draft of a member of staff; None when there is none, or one of another form of the plan."""
        data = await self._redis.get(_key(center, login))
        try:
            return _decode(data) if data else None
        except msgspec.MsgspecError:
            return None

    async def keep(self, center: str, login: str, draft: Draft) -> None:
        await self._redis.set(_key(center, login), msgspec.json.encode(draft), ex=DAYS * 86_400)

    async def drop(self, center: str, login: str) -> None:
        await self._redis.delete(_key(center, login))


def _key(center: str, login: str) -> str:
    return f"goiso:{{{center}}}:draft:{login}"
