"""Sessions live on the server: the cookie holds a random token, Redis its hash and who it is."""

import hashlib
import secrets
from dataclasses import dataclass

import msgspec
from redis.asyncio import Redis

LIFETIME_SECONDS = {"citizen": 30 * 86_400, "staff": 12 * 3600}


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in: `kind` is citizen or staff, `account` their id, `proof` what it hangs on besides."""

    kind: str
    account: str
    proof: str = ""


_decode = msgspec.json.Decoder(Session).decode


def hash_token(token: str) -> str:
    """What is kept of a random token; a plain hash will do, for the token is not guessable."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, kind: str, account: str, proof: str = "") -> str:
        """A new session; returns the token for the cookie."""
        token = secrets.token_urlsafe(32)
        data = msgspec.json.encode(Session(kind, account, proof))
        await self._redis.set(_key(token), data, ex=LIFETIME_SECONDS[kind])
        return token

    async def find(self, kind: str, token: str) -> Session | None:
        """The session of a token, if it is one of this kind and not over."""
        if not token or len(token) > 64:
            return None
        data = await self._redis.get(_key(token))
        session = _decode(data) if data else None
        return session if session and session.kind == kind else None

    async def end(self, token: str) -> None:
        await self._redis.delete(_key(token))


def _key(token: str) -> str:
    return f"goiso:session:{hash_token(token)}"
