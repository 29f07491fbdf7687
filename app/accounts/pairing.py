"""Pairing a device: it shows a six-digit code, staff type it, the device is handed its token once.

What waits to be paired stands in Redis for five minutes under the device's id, with an index by code. The
device proves itself by a claim secret, the code is good once, and tries to guess codes are limited.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from redis.asyncio import Redis

from app.accounts.sessions import hash_token
from app.accounts.tries import Tries
from app.domain.refusals import NotPaired, UnknownCode
from app.domain.states import DeviceKind

LIFETIME_SECONDS = 300
GUESSES = 10
STARTS = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that shows a code. `center` and `token` are filled in when staff have paired it."""

    id: str
    code: str
    kind: DeviceKind
    address: str
    agent: str
    claim_hash: str
    center: str = ""
    token: str = ""


_decode = msgspec.json.Decoder(Waiting).decode


class Pairing:
    def __init__(self, redis: Redis, tries: Tries) -> None:
        self._redis = redis
        self._tries = tries

    async def begin(self, kind: DeviceKind, address: str, agent: str) -> tuple[Waiting, str]:
        """A new code for a device; also its claim secret, told to nobody else."""
        await self._tries.spend(f"pairing:{address}", STARTS)
        claim = secrets.token_urlsafe(24)
        while True:
            code = f"{secrets.randbelow(1_000_000):06}"
            waiting = Waiting(secrets.token_hex(6), code, kind, address, agent[:120], hash_token(claim))
            if await self._redis.set(_code(code), waiting.id, ex=LIFETIME_SECONDS, nx=True):
                break
        await self._redis.set(_device(waiting.id), msgspec.json.encode(waiting), ex=LIFETIME_SECONDS)
        return waiting, claim

    async def find(self, code: str, staff: str) -> Waiting:
        """The device that shows a code, for a member of staff; raises UnknownCode, TooManyTries."""
        tried = f"code:{staff}"
        await self._tries.spend(tried, GUESSES)
        is_code = len(code) == 6 and code.isascii() and code.isdecimal()
        device: Any = await self._redis.get(_code(code)) if is_code else None
        waiting = await self._load(device.decode()) if device else None
        if waiting is None:
            raise UnknownCode()
        await self._tries.refund(tried)
        return waiting

    async def confirm(self, code: str, staff: str, center: str) -> Waiting:
        """Use a code up for a center: the device with its token, which `hand_over` lets it have."""
        waiting = await self.find(code, staff)
        if not await self._redis.delete(_code(code)):
            raise UnknownCode()  # somebody else used it at this very moment
        return replace(waiting, center=center, token=secrets.token_urlsafe(32))

    async def hand_over(self, paired: Waiting) -> None:
        """Let the device have its token, now that its center knows it."""
        await self._redis.set(_device(paired.id), msgspec.json.encode(paired), ex=LIFETIME_SECONDS)

    async def claim(self, device: str, claim: str) -> Waiting | None:
        """For the device itself: None while it waits, then once what it was paired as; raises NotPaired."""
        waiting = await self._load(device)
        if waiting is None or not secrets.compare_digest(waiting.claim_hash, hash_token(claim)):
            raise NotPaired()
        if not waiting.token:
            return None
        if not await self._redis.delete(_device(device)):
            raise NotPaired()
        return waiting

    async def _load(self, device: str) -> Waiting | None:
        data = await self._redis.get(_device(device))
        return _decode(data) if data else None


def _code(code: str) -> str:
    return f"goiso:pairing:code:{code}"


def _device(device: str) -> str:
    return f"goiso:pairing:device:{device[:32]}"
