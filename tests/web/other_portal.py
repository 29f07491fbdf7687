"""A small OpenID Connect provider on loopback, with real keys: signs everybody in as `person`, checks what a
client must send, and tells what it is told to tell wrongly."""

import asyncio
import base64
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.accounts.openid import challenge_of
from tests.web.servers import QuietServer

CLIENT, SECRET = "goi-so", "a secret of the client"


@dataclass
class OtherPortal:
    """`claims` are laid over what is true in an ID token; `signs` is the key it signs with, `head` its header."""

    origin: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "001099123456", "name": "Bùi Thị Cổng"})
    claims: dict[str, Any] = field(default_factory=dict)
    head: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    signs: RSAKey | OctKey | None = None
    is_away: bool = False
    asked_keys: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, url: str) -> dict[str, str]:
        """What a browser that is sent to `url` comes back with, after its person has signed in."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.origin}

    async def about(self, request: Request) -> Response:
        if self.is_away:
            return Response(status_code=503)
        places = {
            "authorization_endpoint": "/authorize",
            "token_endpoint": "/token",
            "jwks_uri": "/keys",
        }
        return JSONResponse({"issuer": self.origin} | {one: self.origin + path for one, path in places.items()})

    async def keys(self, request: Request) -> Response:
        self.asked_keys += 1
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def token(self, request: Request) -> Response:
        if self.is_away:
            return Response(status_code=503)
        form = parse_qs((await request.body()).decode())
        asked = self._codes.pop(form["code"][0], None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (
            asked is not None
            and request.headers.get("authorization") == basic
            and challenge_of(form["code_verifier"][0]) == asked["code_challenge"]
            and form["redirect_uri"][0] == asked["redirect_uri"]
        )
        if not right or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        true = {"iss": self.origin, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: told for name, told in (true | self.person | self.claims).items() if told is not None}
        header = {"alg": "RS256", "kid": str(self.key.kid)} | self.head
        signed = jwt.encode(header, claims, self.signs or self.key, algorithms=["RS256", "HS256"])
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


@contextlib.asynccontextmanager
async def other_portal() -> AsyncIterator[OtherPortal]:
    """The provider, listening."""
    portal = OtherPortal()
    routes = [
        Route("/.well-known/openid-configuration", portal.about),
        Route("/keys", portal.keys),
        Route("/token", portal.token, methods=["POST"]),
    ]
    listening = socket.create_server(("127.0.0.1", 0))
    portal.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(Starlette(routes=routes), access_log=False, log_config=None, lifespan="off")
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield portal
    finally:
        server.should_exit = True
        await serving


def back(told: dict[str, str]) -> str:
    """The address of ours that the browser is sent back to."""
    return f"/openid/back?{urlencode(told)}"
