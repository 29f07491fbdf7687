"""Web push: notices that a browser shows though its page is closed.

A browser that was asked gives a subscription: the address of its maker's push service and two keys. What is sent
there is encrypted for that browser alone (RFC 8291 over RFC 8188), so the service learns nothing of it, and signed
by a key derived from the operator's secret (RFC 8292), so that nobody else can use the subscription. Subscriptions
stand beside the contact of a ticket and are gone with it.
"""

import base64
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from redis.asyncio import Redis

from app.accounts.citizens import contact_key, push_key
from app.notices.gateway import TIMEOUT_SECONDS
from app.notices.senders import NotSent, Undeliverable
from app.notices.texts import Shown

MOST = 5  # subscriptions of one ticket: a family's phones
SIGNED_SECONDS = 12 * 3600  # RFC 8292: at most 24 hours
KEPT_SECONDS = 3600  # how long a service keeps for a phone that is off; a call is of no use later
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)
RECORD = 4096  # bytes: one record holds all that is sent (RFC 8188)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached, and its keys (base64url): a point of P-256 and 16 random bytes."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def id(self) -> str:
        return hashlib.sha256(self.endpoint.encode()).hexdigest()[:12]


_subscription = msgspec.json.Decoder(Subscription).decode


def subscription_of(endpoint: str, p256dh: str, auth: str, hosts: Sequence[str]) -> Subscription | None:
    """The subscription a browser gave; None when it is none, or at a host that is not a push service: what a
    stranger names is asked nothing."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host == "127.0.0.1")
    is_known = any(host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in hosts)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(p256dh))
        fits = len(unpacked(auth)) == 16 and len(endpoint) <= 1000
    except ValueError:
        return None
    return Subscription(endpoint, p256dh, auth) if is_safe and is_known and fits else None


class Subscriptions:
    """Who is told by push, under the key of a ticket's contact and as long as that is kept."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, contact: str, subscription: Subscription) -> bool:
        """Whether it is kept: nothing is of a contact that is not there, nor more than `MOST`."""
        left: Any = await self._redis.pttl(contact_key(contact))
        key = push_key(contact)
        known: Any = await self._redis.hkeys(key)
        if left <= 0 or (subscription.id.encode() not in known and len(known) >= MOST):
            return False
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(key, subscription.id, msgspec.json.encode(subscription))
        pipe.pexpire(key, left)
        await pipe.execute()
        return True

    async def drop(self, contact: str, id: str) -> None:
        await self._redis.hdel(push_key(contact), id)

    async def of(self, contact: str) -> list[Subscription]:
        kept: Any = await self._redis.hvals(push_key(contact))
        return [_subscription(data) for data in kept]

    async def find(self, contact: str, id: str) -> Subscription | None:
        kept: Any = await self._redis.hget(push_key(contact), id)
        return _subscription(kept) if kept else None


class Gone(Undeliverable):
    """The browser is not reached there any more."""


class Push:
    """Sends to push services; `secret` is 32 bytes, `subject` a URL by which a service reaches the operator."""

    def __init__(self, secret: bytes, subject: str) -> None:
        self._public = public_of(secret)
        self._signing = ECKey.import_key(_private_of(secret))
        self._subject = subject
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    async def send(self, key: str, to: Subscription, shown: Shown) -> None:
        """Send one notice; `key` is the same at every try: a service that still holds it keeps one of them.
        Raises NotSent, Gone, Undeliverable."""
        headers = {
            "authorization": f"vapid t={self._sign(to.endpoint)}, k={self._public}",
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(KEPT_SECONDS),
            "topic": packed(hashlib.sha256(key.encode()).digest()[:24]),
            "urgency": "high",
        }
        words = json.dumps(asdict(shown), ensure_ascii=False).encode()
        try:
            answer = await self._http.post(to.endpoint, content=encrypt(words, to), headers=headers)
        except httpx.HTTPError as fault:
            raise NotSent(f"the push service does not answer ({type(fault).__name__})") from None
        if answer.status_code in (404, 410):
            raise Gone("the browser is not subscribed any more")
        if answer.status_code == 429 or answer.status_code >= 500:
            raise NotSent(f"the push service answers {answer.status_code}")
        if answer.status_code >= 300:
            raise Undeliverable(f"the push service answers {answer.status_code}")

    def _sign(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + SIGNED_SECONDS,
            "sub": self._subject,
        }
        return jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, self._signing)

    async def close(self) -> None:
        await self._http.aclose()


def public_of(secret: bytes) -> str:
    """The public key that browsers subscribe with, base64url."""
    return packed(_point(_private_of(secret).public_key()))


def _private_of(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(secret, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def encrypt(words: bytes, to: Subscription) -> bytes:
    """A message for one browser: RFC 8291, 3.4, in the coding `aes128gcm` of RFC 8188."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(to.p256dh))
    ours = ec.generate_private_key(ec.SECP256R1())
    ours_public, salt = _point(ours.public_key()), os.urandom(16)
    info = b"WebPush: info\0" + _point(theirs) + ours_public
    shared = _derive(unpacked(to.auth), ours.exchange(ec.ECDH(), theirs), info, 32)
    key = _derive(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(salt, shared, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, words + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(ours_public)]) + ours_public + sealed


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """The bytes of base64url without padding; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
