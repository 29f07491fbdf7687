"""Citizens' accounts: a name, one contact (phone or e-mail) to sign in with, a password.

Personal data stands here and under a ticket's contact key, nowhere else.
"""

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import WatchError

from app.accounts.contacts import normal_contact
from app.accounts.passwords import hash_password, is_password
from app.accounts.sessions import hash_token
from app.accounts.tries import Tries
from app.domain.refusals import BadContact, BadName, NameTaken, NotSignedIn, SamePassword, WrongPassword

UNNAMED = "Công dân"  # whom another portal gives no name
MOST_CONTACTS = 200
FROM_ADDRESS = 300  # wrong passwords from one address: thousands of phones share one of their provider's


@dataclass(frozen=True, slots=True)
class Citizen:
    """An account. `phone` is in E.164 form or "", `email` is normalised or ""; `organisation`: it takes numbers
    for one, as it said itself. `generation` grows when it signs out everywhere. `subject` is who it is at another
    portal (a keyed hash), or ""; it may have no password then ("")."""

    id: str
    name: str
    phone: str
    email: str
    password_hash: str
    organisation: bool = False
    generation: int = 0
    subject: str = ""

    @property
    def proof(self) -> str:
        """What a session hangs on: with another password, or signed out everywhere, those of before are over."""
        return hash_token(f"{self.password_hash}/{self.generation}")[:16]

    @property
    def logins(self) -> tuple[str, ...]:
        """The contacts that sign in to it."""
        return tuple(contact for contact in (self.phone, self.email) if contact)


@dataclass(frozen=True, slots=True)
class Contact:
    """To whom a ticket's notices go; `account` is whose it is. The number is filled in once it is known."""

    account: str
    name: str
    phone: str
    email: str
    center: str
    number: str = ""
    date: str = ""


_citizen = msgspec.json.Decoder(Citizen).decode
_contact = msgspec.json.Decoder(Contact).decode


def checked_name(name: str) -> str:
    """A name as it is kept; raises BadName."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise BadName()
    return name


class Citizens:
    def __init__(self, redis: Redis, tries: Tries) -> None:
        self._redis = redis
        self._tries = tries
        self._keep = redis.register_script(files("app.accounts").joinpath("keep_contact.lua").read_text())

    async def register(self, name: str, contact: str, password: str, organisation: bool = False) -> Citizen:
        """A new account whose contact needs no proof; raises BadName, BadContact, WeakPassword, NameTaken."""
        name = checked_name(name)
        phone, email = normal_contact(contact)
        return await self.make(name, phone, email, await hash_password(password, name), organisation)

    async def make(
        self, name: str, phone: str, email: str, password_hash: str, organisation: bool = False
    ) -> Citizen:
        """A new account of what was checked before; raises NameTaken."""
        citizen = Citizen(secrets.token_hex(8), name, phone, email, password_hash, organisation)
        await self._redis.set(_key(citizen.id), msgspec.json.encode(citizen))
        if not await self._redis.set(_login(phone or email), citizen.id, nx=True):
            await self._redis.delete(_key(citizen.id))
            raise NameTaken()
        return citizen

    async def sign_in(self, login: str, password: str, address: str, known: str = "") -> Citizen:
        """The account of a contact and its password; raises WrongPassword, TooManyTries. `known` names a device
        its owner has signed in from. An account that does not exist gives the same answer in the same time."""
        try:
            phone, email = normal_contact(login)
        except BadContact:
            raise WrongPassword() from None
        tried = (
            f"sign-in:{hash_token((phone or email).casefold())}"  # no key of the store but the account's names it
        )
        guess = await self._tries.guess(tried, address, known, FROM_ADDRESS)
        citizen = await self.of_contact(phone or email)
        if not await is_password(password, citizen.password_hash if citizen else None) or not citizen:
            raise WrongPassword()
        await self._tries.was_right(guess)
        return citizen

    async def of_contact(self, contact: str) -> Citizen | None:
        """The account that a normal contact signs in to."""
        found: Any = await self._redis.get(_login(contact))
        return await self.find(found.decode()) if found else None

    async def of_subject(self, subject: str, name: str, phone: str, email: str) -> Citizen:
        """The account of a person who signed in at another portal: made at the first time, with the contacts that
        belong to no other account. Who already has an account here is never led into it by what is said there."""
        found: Any = await self._redis.get(_subject(subject))
        if found and (citizen := await self.find(found.decode())):
            return citizen
        name = " ".join(name.split())[:80]
        new = Citizen(secrets.token_hex(8), name if name and name.isprintable() else UNNAMED, "", "", "")
        new = replace(new, subject=subject)
        await self._redis.set(_key(new.id), msgspec.json.encode(new))
        if not await self._redis.set(_subject(subject), new.id, nx=True):
            await self._redis.delete(_key(new.id))  # at this very moment in another window
            return await self.of_subject(subject, name, phone, email)
        for one in ((phone, ""), ("", email)):
            if any(one):
                with contextlib.suppress(NameTaken):
                    new = await self.set_contact(new.id, *one)
        return new

    async def set_password(self, account: str, password: str) -> Citizen:
        """Another password, which ends all sessions; raises SamePassword, WeakPassword, CommonPassword."""
        citizen = await self.get(account)
        if await is_password(password, citizen.password_hash or None):
            raise SamePassword()
        hashed = await hash_password(password, citizen.name)
        return await self.change(account, lambda one: replace(one, password_hash=hashed))

    async def set_contact(self, account: str, phone: str, email: str) -> Citizen:
        """Another phone number or e-mail address, which has been proved, in place of the one of its kind; raises
        NameTaken when it belongs to another account."""
        contact = phone or email
        if not await self._redis.set(_login(contact), account, nx=True):
            if (owner := await self.of_contact(contact)) is None or owner.id != account:
                raise NameTaken()
            return owner
        before = await self.get(account)
        changed = await self.change(
            account, lambda one: replace(one, phone=phone or one.phone, email=email or one.email)
        )
        for gone in set(before.logins) - set(changed.logins):
            await self._redis.delete(_login(gone))
        return changed

    async def delete(self, account: str) -> None:
        """Delete an account, what signs in to it, and the contacts of its numbers."""
        keys: Any = await self._redis.zrange(_listed(account), 0, -1)
        for key in keys:
            await self._redis.delete(contact_key(key.decode()))
        citizen = await self.find(account)
        await self._redis.delete(_key(account), _listed(account), *(_names(citizen) if citizen else ()))

    async def sign_out_everywhere(self, account: str) -> Citizen:
        return await self.change(account, lambda one: replace(one, generation=one.generation + 1))

    async def change(self, account: str, how: Callable[[Citizen], Citizen]) -> Citizen:
        """Change an account in one step; raises NotSignedIn when it is gone."""
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(_key(account))
                    data = await pipe.get(_key(account))
                    if not data:
                        raise NotSignedIn()
                    changed = how(_citizen(data))
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.set(_key(account), msgspec.json.encode(changed))
                    await pipe.execute()
                    return changed
                except WatchError:
                    continue

    async def get(self, account: str) -> Citizen:
        """An account; raises NotSignedIn when it is gone."""
        if citizen := await self.find(account):
            return citizen
        raise NotSignedIn()

    async def find(self, account: str) -> Citizen | None:
        data = await self._redis.get(_key(account))
        return _citizen(data) if data else None

    async def keep_contact(self, key: str, citizen: Citizen, center: str, days: int) -> None:
        """Keep whom to tell of a ticket under its opaque key for so many days, before the ticket is taken: a
        repeat writes the same. The account lists its keys, each with when its contact goes."""
        contact = Contact(citizen.id, citizen.name, citizen.phone, citizen.email, center)
        given: list[str | bytes | int] = [
            key,
            msgspec.json.encode(contact),
            days * 86_400,
            int(time.time()),
            MOST_CONTACTS,
        ]
        await self._keep(keys=[contact_key(key), _listed(citizen.id)], args=given)

    async def contact(self, key: str) -> Contact | None:
        data = await self._redis.get(contact_key(key))
        return _contact(data) if data else None

    async def note_number(self, key: str, number: str, date: str) -> None:
        """Write which number a contact key stands for, so that it can be looked up after its day."""
        if contact := await self.contact(key):
            noted = msgspec.json.encode(replace(contact, number=number, date=date))
            await self._redis.set(contact_key(key), noted, keepttl=True)

    async def contact_keys(self, account: str) -> list[str]:
        """The keys of the contacts of an account's numbers, newest first."""
        keys: Any = await self._redis.zrevrange(_listed(account), 0, -1)
        return [key.decode() for key in keys]

    async def contacts_of(self, account: str) -> list[Contact]:
        """The contacts of an account's numbers, newest first, each once."""
        keys = await self.contact_keys(account)
        found = await self._redis.mget([contact_key(key) for key in keys]) if keys else []
        return sorted((_contact(data) for data in found if data), key=lambda one: one.date or "~", reverse=True)

    async def forget_contact(self, key: str) -> bool:
        """Delete a contact, and its key from the account it is of; whether there was one."""
        contact = await self.contact(key)
        if contact is None:
            return False
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(contact_key(key), push_key(key))
        pipe.zrem(_listed(contact.account), key)
        await pipe.execute()
        return True


def _key(account: str) -> str:
    return f"goiso:citizen:{account}"


def _names(citizen: Citizen) -> list[str]:
    """The keys under which an account is found."""
    logins = [_login(contact) for contact in citizen.logins]
    return [*logins, _subject(citizen.subject)] if citizen.subject else logins


def _subject(subject: str) -> str:
    return f"goiso:login:openid/{subject}"


def _login(contact: str) -> str:
    return f"goiso:login:{contact.casefold()}"


def _listed(account: str) -> str:
    """Where an account's contact keys are listed, each with when its contact goes."""
    return f"goiso:citizen:{account}:contact-keys"


def contact_key(key: str) -> str:
    return f"goiso:contact:{key}"


def push_key(key: str) -> str:
    """Where the browsers stand that are told of a contact's ticket (`app.notices.push`)."""
    return f"goiso:contact:{key}:push"
