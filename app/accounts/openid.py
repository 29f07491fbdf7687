"""Signing in at another portal by OpenID Connect: the authorization code flow with PKCE, state and nonce.

What was begun stands in Redis for ten minutes under the hash of a token that the asking browser alone has. The
ID token is checked by `joserfc`: signature by the provider's keys, issuer, audience, times, nonce (OpenID Connect
Core 1.0, 3.1.3.7). Called by `app.web.openid`.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from redis.asyncio import Redis

from app.accounts.sessions import hash_token
from app.domain.refusals import PortalAway, PortalRefused

LIFETIME_SECONDS = 600
KNOWN_SECONDS = 3600.0  # what the provider says of itself and its keys are asked for again after
KEYS_PAUSE_SECONDS = 30.0  # a key that is not known is looked for again, so often at most
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10.0
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
]  # never `none` or HS
SCOPE = "openid profile email phone"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: what must come back, and where to go on to."""

    state: str
    nonce: str
    verifier: str
    onward: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in at the provider: `subject` is its name for them; contacts only as far as it says that it has
    verified them."""

    subject: str
    name: str
    phone: str
    email: str


_begun = msgspec.json.Decoder(Begun).decode


class Provider:
    """The provider of an issuer. `back` is the address of ours that it sends people back to."""

    def __init__(self, redis: Redis, issuer: str, client: str, secret: str, back: str) -> None:
        self.issuer = issuer
        self._redis = redis
        self._client = client
        self._secret = secret
        self._back = back
        self._about: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._about_until = self._keys_from = self._keys_until = 0.0

    async def begin(self, onward: str) -> tuple[str, str]:
        """A token for the browser, and the provider's address to send it to; raises PortalAway."""
        about = await self._discover()
        token, state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        begun = Begun(state, nonce, verifier, onward)
        await self._redis.set(_key(token), msgspec.json.encode(begun), ex=LIFETIME_SECONDS)
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._back,
            "scope": SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        there = about["authorization_endpoint"]
        return token, f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    async def finish(self, token: str, state: str, code: str, issuer: str = "") -> tuple[Person, str]:
        """Who comes back with a code, and where to go on to. What was begun is good once; raises PortalRefused,
        PortalAway. `issuer` is what the answer says it is from (RFC 9207), or ""."""
        data: Any = await self._redis.getdel(_key(token)) if 0 < len(token) <= 64 else None
        if not data or not hmac.compare_digest(_begun(data).state.encode(), state.encode()):
            raise PortalRefused()
        if not code or (issuer and issuer != self.issuer):
            raise PortalRefused()
        begun = _begun(data)
        return person_of(await self._claims(await self._exchange(code, begun.verifier), begun.nonce)), begun.onward

    async def _exchange(self, code: str, verifier: str) -> str:
        """The ID token for a code."""
        about = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._client,
            "code_verifier": verifier,
        }
        auth = httpx.BasicAuth(self._client, self._secret) if self._secret else None
        answer = await self._ask("POST", about["token_endpoint"], data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise PortalRefused()
        return token

    async def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What an ID token says, once all of it is proved."""
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        for again in (False, True):
            try:
                read = jwt.decode(token, await self._known_keys(again), ALGORITHMS)
                rules.validate(read.claims)
            except (JoseError, ValueError) as fault:
                if not again and "kid" in str(fault).lower() + type(fault).__name__.lower():
                    continue  # perhaps the provider has another key since
                log.warning("! an ID token was refused: %s", type(fault).__name__)
                raise PortalRefused() from None
            if isinstance(read.claims["aud"], list) and read.claims.get("azp", self._client) != self._client:
                raise PortalRefused()
            return read.claims
        raise PortalRefused()

    async def _discover(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        now = asyncio.get_running_loop().time()
        if not self._about or now > self._about_until:
            about = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = [about.get(f"{one}_endpoint") for one in ("authorization", "token")] + [about.get("jwks_uri")]
            if about.get("issuer") != self.issuer or not all(
                isinstance(one, str) and is_safe(one) for one in needed
            ):
                log.error("! the OpenID provider says of itself what cannot be used")
                raise PortalAway()
            self._about, self._about_until = about, now + KNOWN_SECONDS
        return self._about

    async def _known_keys(self, again: bool) -> KeySet:
        now = asyncio.get_running_loop().time()
        is_old = now > self._keys_until or (again and now > self._keys_from + KEYS_PAUSE_SECONDS)
        if self._keys is None or is_old:
            about = await self._discover()
            self._keys = KeySet.import_key_set(await self._ask("GET", about["jwks_uri"]))  # type: ignore[arg-type]
            self._keys_from, self._keys_until = now, now + KNOWN_SECONDS
        return self._keys

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        """The JSON of an answer; raises PortalAway, and PortalRefused for a 4xx."""
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as http:
                answer = await http.request(method, url, **options)
            if 400 <= answer.status_code < 500:
                raise PortalRefused()
            answer.raise_for_status()
            told = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            log.warning("! the OpenID provider does not answer: %s", type(fault).__name__)
            raise PortalAway() from None
        if not isinstance(told, dict):
            raise PortalAway()
        return told


def person_of(claims: dict[str, Any]) -> Person:
    """Who the claims are of."""

    def text(name: str) -> str:
        value = claims.get(name)
        return value if isinstance(value, str) else ""

    phone = text("phone_number") if claims.get("phone_number_verified") is True else ""
    email = text("email") if claims.get("email_verified") is True else ""
    return Person(text("sub"), text("name"), phone, email)


def challenge_of(verifier: str) -> str:
    """What is told of a verifier beforehand (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def is_safe(url: str) -> bool:
    """Whether an address may be asked: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )


def _key(token: str) -> str:
    return f"goiso:openid:{hash_token(token)}"
