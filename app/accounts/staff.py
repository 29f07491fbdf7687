"""Staff accounts: a login, a name, roles, the centers where they hold, a password."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec
from redis.asyncio import Redis

from app.accounts.passwords import hash_password, is_password
from app.accounts.sessions import hash_token
from app.accounts.tries import Tries
from app.domain.refusals import BadName, BadRequest, NameTaken, NotSignedIn, WrongPassword

TRIES = 10
LOGINS = "goiso:staff"


class Role(StrEnum):
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff; `centers` are the ids of the centers where the roles hold."""

    login: str
    name: str
    roles: tuple[Role, ...]
    centers: tuple[str, ...]
    password_hash: str

    @property
    def proof(self) -> str:
        """What a session hangs on: with another password every session of before is over."""
        return hash_token(self.password_hash)[:16]

    def may(self, center: str, *roles: Role) -> bool:
        """Whether any of the roles is held in a center."""
        return center in self.centers and any(role in self.roles for role in roles)


_member = msgspec.json.Decoder(Member).decode


class Staff:
    def __init__(self, redis: Redis, tries: Tries) -> None:
        self._redis = redis
        self._tries = tries

    async def add(
        self, login: str, name: str, roles: tuple[Role, ...], centers: tuple[str, ...], password: str
    ) -> Member:
        """A new account; raises BadRequest for the login, BadName, NameTaken, WeakPassword."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", login):
            raise BadRequest(what=f"login '{login}': a-z 0-9 . _ -, 1-40")
        if not 1 <= len(name.strip()) <= 80:
            raise BadName()
        member = Member(login, name.strip(), roles, centers, await hash_password(password))
        if not await self._redis.hsetnx(LOGINS, login, msgspec.json.encode(member)):
            raise NameTaken()
        return member

    async def set_password(self, login: str, password: str) -> None:
        """Another password; raises NotSignedIn when there is no such login, WeakPassword."""
        member = await self.find(login)
        if member is None:
            raise NotSignedIn()
        changed = replace(member, password_hash=await hash_password(password))
        await self._redis.hset(LOGINS, login, msgspec.json.encode(changed))

    async def find(self, login: str) -> Member | None:
        data = await self._redis.hget(LOGINS, login)
        return _member(data) if data else None

    async def all(self) -> list[Member]:
        """Everybody, by login."""
        return sorted(map(_member, await self._redis.hvals(LOGINS)), key=lambda member: member.login)

    async def sign_in(self, login: str, password: str, address: str) -> Member:
        """The member of a login and password; raises WrongPassword, TooManyTries."""
        login = login.strip().lower()[:40]
        tried = f"staff:{login}:{address}"
        await self._tries.spend(tried, TRIES)
        member = await self.find(login)
        if not await is_password(password, member.password_hash if member else None) or not member:
            raise WrongPassword()
        await self._tries.forget(tried)
        return member
