"""One-time codes: six digits sent to a contact, by which whoever asked proves that it is theirs.

What waits for its code stands in Redis for ten minutes under the hash of a random token, which the browser that
asked keeps in a cookie: nobody else can try codes there. Tries, pauses and the number of codes sent are limited.
Called by `app.web.entering`.
"""

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec
from redis.asyncio import Redis

from app.accounts.sessions import hash_token
from app.accounts.tries import Tries
from app.domain.plan import Millis
from app.domain.refusals import CodeOver, TooManyTries, TooSoon, WrongCode
from app.seals import Seals

LIFETIME: Millis = 600_000
PAUSE: Millis = 60_000  # between two codes of one request
GUESSES = 5  # of one code
SENT_IN_TEN_MINUTES = 5  # codes to one contact, whoever asks
SENT_A_DAY = 12  # with GUESSES: a stranger hits upon one in 16,000 a day
DAY_MINUTES = 24 * 60


class Purpose(StrEnum):
    """What a code is for: an account to be made, a password to be set anew, another contact of an account."""

    REGISTER = "register"
    RESET = "reset"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for its code: `phone` or `email` is where it was sent, `code` what is kept of it; the rest tells
    the account to be made, or (`account`) the one concerned, "" when there is none and the code went nowhere.
    `proved`: the code was typed, and a password is still to come."""

    purpose: Purpose
    phone: str
    email: str
    onward: str
    name: str = ""
    password_hash: str = ""
    organisation: bool = False
    account: str = ""
    code: str = ""
    sent_at: Millis = 0
    proved: bool = False

    @property
    def contact(self) -> str:
        return self.phone or self.email


_decode = msgspec.json.Decoder(Waiting).decode


class Codes:
    """The codes that were sent and not yet used."""

    def __init__(self, redis: Redis, tries: Tries, seals: Seals) -> None:
        self._redis = redis
        self._tries = tries
        self._seals = seals

    async def begin(self, waiting: Waiting, at: Millis) -> tuple[str, str]:
        """A token for the browser, and the code to be sent; raises TooManyTries when the contact had too many."""
        token = secrets.token_urlsafe(32)
        return token, await self._fresh(hash_token(token), waiting, at)

    async def again(self, token: str, at: Millis) -> tuple[Waiting, str]:
        """Another code in place of the one sent; raises CodeOver, TooSoon, TooManyTries."""
        waiting = await self.find(token, at)
        if at - waiting.sent_at < PAUSE:
            raise TooSoon(seconds=-((at - waiting.sent_at - PAUSE) // 1000))
        return waiting, await self._fresh(hash_token(token), waiting, at)

    async def _fresh(self, id: str, waiting: Waiting, at: Millis) -> str:
        contact = self._seals.login(waiting.contact)
        await self._tries.spend(f"codes-a-day:{contact}", SENT_A_DAY, DAY_MINUTES)
        await self._tries.spend(f"codes:{contact}", SENT_IN_TEN_MINUTES)
        code = f"{secrets.randbelow(1_000_000):06}"
        await self._keep(id, replace(waiting, code=self._seals.code(id, code), sent_at=at))
        await self._tries.forget(f"code-of:{id}")
        return code

    async def find(self, token: str, at: Millis) -> Waiting:
        """What waits for the code of a token; raises CodeOver."""
        data: Any = await self._redis.get(_key(hash_token(token))) if 0 < len(token) <= 64 else None
        waiting = _decode(data) if data else None
        if waiting is None or at - waiting.sent_at >= LIFETIME:
            raise CodeOver()
        return waiting

    async def prove(self, token: str, code: str, at: Millis) -> Waiting:
        """The code was typed: what waited for it. It is good once; raises CodeOver, WrongCode."""
        waiting, id = await self.find(token, at), hash_token(token)
        if waiting.proved:
            return waiting
        try:
            await self._tries.spend(f"code-of:{id}", GUESSES)
        except TooManyTries:
            await self.forget(token)
            raise CodeOver() from None
        if not secrets.compare_digest(self._seals.code(id, "".join(code.split())).encode(), waiting.code.encode()):
            left = GUESSES - await self._tries.spent(f"code-of:{id}")
            if left <= 0:
                await self.forget(token)
                raise CodeOver()
            raise WrongCode(left=left)
        if not await self._redis.delete(_key(id)):
            raise CodeOver()  # it was used at this very moment
        return waiting

    async def keep_proved(self, token: str, waiting: Waiting, at: Millis) -> None:
        """Keep what was proved until the password has come."""
        await self._keep(hash_token(token), replace(waiting, proved=True, code="", sent_at=at))

    async def forget(self, token: str) -> None:
        await self._redis.delete(_key(hash_token(token)))

    async def _keep(self, id: str, waiting: Waiting) -> None:
        await self._redis.set(_key(id), msgspec.json.encode(waiting), px=LIFETIME)


def _key(id: str) -> str:
    return f"goiso:code:{id}"
