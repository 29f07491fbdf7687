"""Sessions live on the server: the cookie holds a random token, Redis its hash and who it is.

Those of staff and citizens are listed by account, each with the device it began on and when it was last used, and
can be ended one by one. `first` is the short session of somebody who signed in with a first password and has to
choose his own.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis

from app.domain.plan import Millis

LIFETIME_SECONDS = {"citizen": 30 * 86_400, "staff": 12 * 3600, "first": 15 * 60}
CHANGES = "goiso:staff:changes"  # grows with each change of an account, and each session of staff that is ended
NOTED_EVERY: Millis = 60_000  # the last use is noted so exactly
MOST_NOTED = 10_000
LISTED = ("staff", "citizen")


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in: `kind` is citizen, staff or first, `account` their id, `proof` what it hangs on besides;
    where and when it began."""

    kind: str
    account: str
    proof: str = ""
    agent: str = ""
    address: str = ""
    began: Millis = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as it is listed; its id says nothing of its token. `used` is 0 when it was not used since."""

    id: str
    session: Session
    used: Millis


_decode = msgspec.json.Decoder(Session).decode


def hash_token(token: str) -> str:
    """What is kept of a random token; a plain hash will do, for the token is not guessable."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._noted: dict[str, Millis] = {}

    async def begin(
        self, kind: str, account: str, proof: str = "", agent: str = "", address: str = "", at: Millis = 0
    ) -> str:
        """A new session; returns the token for the cookie."""
        token = secrets.token_urlsafe(32)
        data = msgspec.json.encode(Session(kind, account, proof, agent[:200], address, at))
        over = await self._over(kind, account) if kind in LISTED else []
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(_key(hash_token(token)), data, ex=LIFETIME_SECONDS[kind])
        if kind in LISTED:
            if over:
                pipe.srem(_list(kind, account), *over)
            pipe.sadd(_list(kind, account), hash_token(token))
            pipe.expire(_list(kind, account), LIFETIME_SECONDS[kind])
        await pipe.execute()
        return token

    async def find(self, kind: str, token: str) -> Session | None:
        """The session of a token, if it is one of this kind and not over."""
        if not token or len(token) > 64:
            return None
        data = await self._redis.get(_key(hash_token(token)))
        session = _decode(data) if data else None
        return session if session and session.kind == kind else None

    async def note_used(self, token: str, at: Millis) -> None:
        """Note that a session is used, once a minute."""
        id = hash_token(token)
        if at - self._noted.get(id, 0) < NOTED_EVERY:
            return
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted[id] = at
        await self._redis.set(_used(id), at, ex=max(LIFETIME_SECONDS.values()))

    async def of(self, account: str, kind: str = "staff") -> list[Seen]:
        """The sessions of an account that are not over, the last begun first."""
        ids = await self._ids(kind, account)
        if not ids:
            return []
        found: Any = await self._redis.mget([_key(id) for id in ids] + [_used(id) for id in ids])
        kept, used = found[: len(ids)], found[len(ids) :]
        listed = [
            Seen(id, _decode(data), int(at or 0)) for id, data, at in zip(ids, kept, used, strict=True) if data
        ]
        return sorted(listed, key=lambda one: -one.session.began)

    async def _ids(self, kind: str, account: str) -> list[str]:
        """What is listed for an account, with sessions that are over."""
        members: Any = await self._redis.smembers(_list(kind, account))
        return sorted(bytes(one).decode() for one in members)

    async def _over(self, kind: str, account: str) -> list[str]:
        """What is listed for an account and is over: its key has gone by itself."""
        ids = await self._ids(kind, account)
        kept = await self._redis.mget([_key(id) for id in ids]) if ids else []
        return [id for id, data in zip(ids, kept, strict=True) if not data]

    async def end(self, token: str) -> None:
        await self._end(hash_token(token))

    async def end_one(self, account: str, id: str, kind: str = "staff") -> bool:
        """End a session of an account by its id; False when it is none of its."""
        data = await self._redis.get(_key(id)) if len(id) == 64 else None
        if not data or _decode(data).account != account or _decode(data).kind != kind:
            return False
        await self._end(id)
        return True

    async def end_all(self, account: str, kind: str = "staff") -> None:
        """End every session of an account."""
        if ids := await self._ids(kind, account):
            for id in ids:
                await self._end(id)
            await self._redis.srem(_list(kind, account), *ids)

    async def _end(self, id: str) -> None:
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(_key(id), _used(id))
        pipe.incr(CHANGES)
        await pipe.execute()


def _key(id: str) -> str:
    return f"goiso:session:{id}"


def _used(id: str) -> str:
    return f"goiso:seen:session:{id}"


def _list(kind: str, account: str) -> str:
    return f"goiso:sessions:{account}" if kind == "staff" else f"goiso:sessions:{kind}:{account}"
