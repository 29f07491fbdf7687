"""Staff accounts: a login, a name, the roles that hold in each center, a password.

All are kept in one hash, and every change watches it: of two changes at once the second is decided anew on what
the first has left, so that no two together can take a center its last operator, and an operator is one still when
what he asked for is written: making the hash of a password takes a tenth of a second, in which roles may change.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec
from redis.asyncio import Redis
from redis.exceptions import WatchError

from app.accounts.passwords import hash_password, is_password
from app.accounts.sessions import CHANGES, Sessions, hash_token
from app.accounts.tries import Tries
from app.domain.refusals import (
    BadName,
    BadRequest,
    LastOperator,
    NameTaken,
    NotOverThem,
    SamePassword,
    UnknownAccount,
    WrongPassword,
)

LOGINS = "goiso:staff"
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # of first passwords: none is mistaken for another


class Role(StrEnum):
    """What somebody may do in a center. An auditor looks at everything and changes nothing."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    AUDITOR = "auditor"


Holds = dict[str, tuple[Role, ...]]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff; `holds` are the roles by center. `is_first`: the password was made for somebody to sign
    in once and choose another. `generation` grows when all sessions end, `unlocked` when tries are forgiven."""

    login: str
    name: str
    holds: Holds
    password_hash: str
    is_first: bool = False
    is_disabled: bool = False
    generation: int = 0
    unlocked: int = 0

    @property
    def proof(self) -> str:
        """What a session hangs on: with another password, or signed out everywhere, those of before are over."""
        return hash_token(f"{self.password_hash}/{self.generation}")[:16]

    @property
    def centers(self) -> tuple[str, ...]:
        """The centers where any role holds."""
        return tuple(center for center, roles in self.holds.items() if roles)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles held in any center."""
        return tuple(role for role in Role if any(role in roles for roles in self.holds.values()))

    def may(self, center: str, *roles: Role) -> bool:
        """Whether any of the roles is held in a center."""
        return not self.is_disabled and any(role in roles for role in self.holds.get(center, ()))

    def is_over(self, other: "Member", where: Iterable[str] | None = None) -> bool:
        """Whether all centers of another account are this one's to operate: then it may be shut and reset. Or, if
        named, the centers of `where`."""
        return all(self.may(center, Role.OPERATOR) for center in (other.centers if where is None else where))


def is_login(text: str) -> bool:
    """Whether this may be a login: a plain word."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", text) is not None


class _Kept(msgspec.Struct):
    """An account as it is kept; those of before had the same `roles` in all `centers`."""

    login: str
    name: str
    password_hash: str
    holds: Holds = {}
    roles: tuple[Role, ...] = ()
    centers: tuple[str, ...] = ()
    is_first: bool = False
    is_disabled: bool = False
    generation: int = 0
    unlocked: int = 0


_kept = msgspec.json.Decoder(_Kept).decode


def _member(data: bytes | str) -> Member:
    kept = _kept(data)
    holds = kept.holds or dict.fromkeys(kept.centers, kept.roles)
    own = (kept.is_first, kept.is_disabled, kept.generation, kept.unlocked)
    return Member(kept.login, kept.name, holds, kept.password_hash, *own)


class Staff:
    def __init__(self, redis: Redis, tries: Tries) -> None:
        self._redis = redis
        self._tries = tries

    async def add(
        self,
        login: str,
        name: str,
        roles: tuple[Role, ...],
        centers: tuple[str, ...],
        password: str,
        is_first: bool = False,
    ) -> Member:
        """A new account; raises BadRequest for the login, BadName, NameTaken, WeakPassword, CommonPassword."""
        if not is_login(login):
            raise BadRequest(what=f"login '{login}': a-z 0-9 . _ -, 1-40")
        if not 1 <= len(name.strip()) <= 80:
            raise BadName()
        hashed = await hash_password(password, login, name)
        member = Member(login, name.strip(), dict.fromkeys(centers, roles), hashed, is_first)
        if not await self._redis.hsetnx(LOGINS, login, msgspec.json.encode(member)):
            raise NameTaken()
        return member

    async def set_password(self, login: str, password: str) -> Member:
        """Another password in place of the one there is; raises UnknownAccount, SamePassword, WeakPassword,
        CommonPassword, and WrongPassword when somebody else has replaced that one meanwhile."""
        member = await self.get(login)
        if await is_password(password, member.password_hash):
            raise SamePassword()
        hashed = await hash_password(password, login, member.name)

        def with_password(one: Member) -> Member:
            if one.password_hash != member.password_hash:
                raise WrongPassword()
            return replace(one, password_hash=hashed, is_first=False)

        return await self.change(login, with_password)

    async def give_first_password(self, login: str, by: str = "") -> str:
        """A password made now, with which somebody can sign in to choose his own; it is kept nowhere as it is."""
        password = first_password()
        hashed = await hash_password(password)
        await self.change(login, lambda one: replace(one, password_hash=hashed, is_first=True), by)
        return password

    async def set_roles(self, login: str, roles: Mapping[str, Iterable[Role]], by: str = "") -> Member:
        """Let these roles hold in these centers; elsewhere they stay. Raises as `change`; `by` operates in these
        centers, if not in all of the account's."""
        given = {center: tuple(role for role in Role if role in held) for center, held in roles.items()}

        def with_roles(member: Member) -> Member:
            holds = {center: held for center, held in (member.holds | given).items() if held}
            return replace(member, holds=holds)

        return await self.change(login, with_roles, by, given)

    async def disable(self, login: str, by: str = "") -> Member:
        """Shut an account out; its sessions end. Raises as `change`."""
        return await self.change(
            login, lambda one: replace(one, is_disabled=True, generation=one.generation + 1), by
        )

    async def enable(self, login: str, by: str = "") -> Member:
        return await self.change(login, lambda one: replace(one, is_disabled=False), by)

    async def sign_out_everywhere(self, login: str, by: str = "") -> Member:
        return await self.change(login, lambda one: replace(one, generation=one.generation + 1), by)

    async def unlock(self, login: str, by: str = "") -> Member:
        """Forgive all tries of an account, wherever they came from."""
        return await self.change(login, lambda one: replace(one, unlocked=one.unlocked + 1), by)

    async def change(
        self,
        login: str,
        how: Callable[[Member], Member],
        by: str = "",
        where: Iterable[str] | None = None,
    ) -> Member:
        """Change an account in one step; raises UnknownAccount, LastOperator when a center would lose its last.
        `by`: the login of who does it; raises NotOverThem unless he operates in the centers of `where`, or in all
        of the account's, at the moment of the change."""
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(LOGINS)
                    before = {one.login: one for one in map(_member, await pipe.hvals(LOGINS))}
                    if login not in before:
                        raise UnknownAccount(login=login)
                    if by and (by not in before or not before[by].is_over(before[login], where)):
                        raise NotOverThem()
                    changed = how(before[login])
                    _check_operators(before, before | {login: changed})
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.hset(LOGINS, login, msgspec.json.encode(changed))
                    pipe.incr(CHANGES)
                    await pipe.execute()
                    return changed
                except WatchError:
                    continue

    async def find(self, login: str) -> Member | None:
        data = await self._redis.hget(LOGINS, login)
        return _member(data) if data else None

    async def get(self, login: str) -> Member:
        """The account of a login; raises UnknownAccount."""
        if member := await self.find(login):
            return member
        raise UnknownAccount(login=login[:40])

    async def all(self) -> list[Member]:
        """Everybody, by login."""
        return sorted(map(_member, await self._redis.hvals(LOGINS)), key=lambda member: member.login)

    async def changes(self) -> int:
        """A count that grows with each change of an account and each session that is ended."""
        return int(await self._redis.get(CHANGES) or 0)

    async def sign_in(self, login: str, password: str, address: str, known: str = "") -> Member:
        """The member of a login and password; raises WrongPassword, TooManyTries. `known` names a device its owner
        has signed in from: guesses made elsewhere do not lock him out there, and elsewhere for minutes only."""
        login = login.strip().lower()[:40]
        member = await self.find(login)
        guess = await self._tries.guess(_tried(login, member), address, known)
        if not await is_password(password, member.password_hash if member else None) or not member:
            raise WrongPassword()
        if member.is_disabled:
            raise WrongPassword()
        await self._tries.was_right(guess)
        return member

    async def guesses(self, member: Member) -> int:
        """How many wrong passwords there were of late, from devices that are not known."""
        return await self._tries.spent(_tried(member.login, member))


async def signed_in(sessions: Sessions, staff: Staff, kind: str, token: str) -> Member | None:
    """The member of staff behind a session's token; None when it is over, or he is shut out."""
    session = await sessions.find(kind, token)
    member = await staff.find(session.account) if session else None
    if session is None or member is None or member.is_disabled or session.proof != member.proof:
        return None
    return member


def _tried(login: str, member: Member | None) -> str:
    """What tries of a login are counted by; another when they were forgiven."""
    return f"staff:{login}:{member.unlocked if member else 0}"


def _check_operators(before: Mapping[str, Member], after: Mapping[str, Member]) -> None:
    """Raises LastOperator when a center that had an operator would have none."""
    for center in {center for member in before.values() for center in member.centers}:
        if not any(member.may(center, Role.OPERATOR) for member in after.values()) and any(
            member.may(center, Role.OPERATOR) for member in before.values()
        ):
            raise LastOperator(center=center)


def first_password() -> str:
    """Three groups of four letters and figures: 59 bits, to be read out and typed once."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
