"""Citizens' accounts: a name, one contact (phone or e-mail) to sign in with, a password.

Personal data stands here and under a ticket's contact key, nowhere else.
"""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import phonenumbers
from email_validator import EmailNotValidError, validate_email
from redis.asyncio import Redis

from app.accounts.passwords import hash_password, is_password
from app.accounts.tries import Tries
from app.domain.refusals import BadContact, BadName, NameTaken, WrongPassword

CONTACT_DAYS = 30
MOST_CONTACTS = 200
TRIES = 10


@dataclass(frozen=True, slots=True)
class Citizen:
    """An account. `phone` is in E.164 form or "", `email` is normalised or ""; `organisation`: it takes numbers
    for one, as it said itself."""

    id: str
    name: str
    phone: str
    email: str
    password_hash: str
    organisation: bool = False


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


def normal_contact(text: str) -> tuple[str, str]:
    """(phone, "") or ("", e-mail) of what somebody typed; raises BadContact."""
    text = text.strip()
    if "@" in text:
        try:
            return "", validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            raise BadContact() from None
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        raise BadContact() from None
    if not phonenumbers.is_valid_number(number):
        raise BadContact()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), ""


class Citizens:
    def __init__(self, redis: Redis, tries: Tries) -> None:
        self._redis = redis
        self._tries = tries

    async def register(self, name: str, contact: str, password: str, organisation: bool = False) -> Citizen:
        """A new account; raises BadName, BadContact, WeakPassword, NameTaken."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= 80 or not name.isprintable():
            raise BadName()
        phone, email = normal_contact(contact)
        hashed = await hash_password(password)
        citizen = Citizen(secrets.token_hex(8), name, phone, email, hashed, organisation)
        await self._redis.set(f"goiso:citizen:{citizen.id}", msgspec.json.encode(citizen))
        if not await self._redis.set(_login(phone or email), citizen.id, nx=True):
            await self._redis.delete(f"goiso:citizen:{citizen.id}")
            raise NameTaken()
        return citizen

    async def sign_in(self, login: str, password: str, address: str) -> Citizen:
        """The account of a contact and its password; raises WrongPassword, TooManyTries."""
        try:
            phone, email = normal_contact(login)
        except BadContact:
            raise WrongPassword() from None
        tried = f"sign-in:{(phone or email).casefold()}:{address}"
        await self._tries.spend(tried, TRIES)
        found: Any = await self._redis.get(_login(phone or email))
        citizen = await self.find(found.decode()) if found else None
        if not await is_password(password, citizen.password_hash if citizen else None) or not citizen:
            raise WrongPassword()
        await self._tries.forget(tried)
        return citizen

    async def find(self, account: str) -> Citizen | None:
        data = await self._redis.get(f"goiso:citizen:{account}")
        return _citizen(data) if data else None

    async def keep_contact(self, key: str, citizen: Citizen, center: str) -> None:
        """Keep whom to tell of a ticket under its opaque key, before the ticket is taken: a repeat writes
        the same. The account lists its keys."""
        contact = Contact(citizen.id, citizen.name, citizen.phone, citizen.email, center)
        seconds, now, listed = CONTACT_DAYS * 86_400, time.time(), _listed(citizen.id)
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(_contact_key(key), msgspec.json.encode(contact), ex=seconds, nx=True)
        pipe.zadd(listed, {key: now})
        pipe.zremrangebyscore(
            listed, 0, now - seconds
        )  # a key outliving its contact would still tell whose it was
        pipe.zremrangebyrank(listed, 0, -1 - MOST_CONTACTS)
        pipe.expire(listed, seconds)
        await pipe.execute()

    async def contact(self, key: str) -> Contact | None:
        data = await self._redis.get(_contact_key(key))
        return _contact(data) if data else None

    async def note_number(self, key: str, number: str, date: str) -> None:
        """Write which number a contact key stands for, so that it can be looked up after its day."""
        if contact := await self.contact(key):
            noted = msgspec.json.encode(replace(contact, number=number, date=date))
            await self._redis.set(_contact_key(key), noted, keepttl=True)

    async def contacts_of(self, account: str) -> list[Contact]:
        """The contacts of an account's numbers, newest first, each once."""
        keys: Any = await self._redis.zrevrange(_listed(account), 0, -1)
        found = await self._redis.mget([_contact_key(key.decode()) for key in keys]) if keys else []
        return [_contact(data) for data in found if data]

    async def forget_contact(self, key: str) -> bool:
        """Delete a contact, and its key from the account it is of; whether there was one."""
        contact = await self.contact(key)
        if contact is None:
            return False
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(_contact_key(key))
        pipe.zrem(_listed(contact.account), key)
        await pipe.execute()
        return True


def _login(contact: str) -> str:
    return f"goiso:login:{contact.casefold()}"


def _listed(account: str) -> str:
    """Where an account's contact keys are listed, each with when it was kept."""
    return f"goiso:citizen:{account}:contact-keys"


def _contact_key(key: str) -> str:
    return f"goiso:contact:{key}"
