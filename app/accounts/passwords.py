"""Passwords: argon2id, never in the event loop's way."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.accounts.guessed import is_common
from app.domain.refusals import CommonPassword, WeakPassword

LEAST, MOST = 8, 200

_hasher = PasswordHasher()  # the library's defaults: argon2id, RFC 9106's low-memory choice
_threads = ThreadPoolExecutor(2, "password")  # 64 MB and a core for each: more at once would take the pages theirs


def check_strength(password: str, *about: str) -> None:
    """Raises WeakPassword or CommonPassword; `about` are names of whose it is. Length is what counts, and that it
    is not among the first guesses (NIST SP 800-63B, 5.1.1.2)."""
    if not LEAST <= len(password) <= MOST:
        raise WeakPassword(least=LEAST, most=MOST)
    if is_common(password, *about):
        raise CommonPassword()


async def hash_password(password: str, *about: str) -> str:
    password = _same(password)
    check_strength(password, *about)
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password matches; takes as long when there is no such account (`hashed` is None) or it has no
    password ("")."""
    given = _same(password)[: MOST + 1]
    matches = await asyncio.get_running_loop().run_in_executor(_threads, _matches, given, hashed)
    return matches and bool(hashed)


def _same(password: str) -> str:
    """One spelling of what looks the same: keyboards write `ạ` as one letter or as two (NIST SP 800-63B,
    5.1.1.2)."""
    return unicodedata.normalize("NFC", password)


def _matches(password: str, hashed: str | None) -> bool:
    try:
        return _hasher.verify(hashed or _nobodys(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """The hash that is looked at when there is no such account."""
    return _hasher.hash("nobody has this password")
