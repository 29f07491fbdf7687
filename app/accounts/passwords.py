"""Passwords: argon2id, never in the event loop's way."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.domain.refusals import WeakPassword

LEAST, MOST = 8, 200

_hasher = PasswordHasher()  # the library's defaults: argon2id, RFC 9106's low-memory choice
_NOBODY = _hasher.hash("nobody has this password")


def check_strength(password: str) -> None:
    """Raises WeakPassword. Length is what counts (NIST SP 800-63B, 5.1.1.2)."""
    if not LEAST <= len(password) <= MOST:
        raise WeakPassword(least=LEAST, most=MOST)


async def hash_password(password: str) -> str:
    check_strength(password)
    return await asyncio.to_thread(_hasher.hash, password)


async def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password matches; takes as long when there is no such account (`hashed` is None)."""
    return await asyncio.to_thread(_matches, password[: MOST + 1], hashed or _NOBODY) and hashed is not None


def _matches(password: str, hashed: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
