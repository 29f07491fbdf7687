"""The gate before every route: cross-site requests, oversized bodies, the headers that keep pages to themselves.

Cross-site protection needs no token in forms: browsers say where a request comes from. A state-changing request
must be `Sec-Fetch-Site: same-origin` (or `none`), or without that header have our `Origin`; one with neither does
not come from a browser and so carries nobody's cookies against their will. A websocket has our Origin or none.
"""

import asyncio
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.refusals import StoreAway, TooLarge, WrongOrigin
from app.web.answers import refused

MOST_BYTES = 64 * 1024
MOST_RECORDED = 512 * 1024  # of a clip that staff record; who may is asked before it is read
MOST_SENT = 64_000_000  # of pictures and films that staff add, together
RECORDED = re.compile("/admin/[^/]+/voice/[^/]+")
SENT = re.compile("/admin/[^/]+/media/add")
MOST_SECONDS = 30.0  # from the first byte of a request to the first byte of its answer
SENDING_SECONDS = 900.0  # the same for what staff add: 64 MB over a line of 1 Mbit/s take 9 minutes
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """ASGI middleware; `origin` is the site's public origin, `patience` how long an answer may take to begin."""

    def __init__(self, app: ASGIApp, origin: str, patience: float = MOST_SECONDS) -> None:
        self.app = app
        self.origin = origin
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if Headers(scope=scope).get("origin") not in (None, self.origin):
                await send({"type": "websocket.close", "code": 4403})
                return
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = False

        async def send_with_headers(message: Message) -> None:
            nonlocal answering
            if message["type"] == "http.response.start":
                answering = True
                if not patience.expired():
                    patience.reschedule(None)
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        async def refuse(fault: Exception) -> None:
            response = await refused(Request(scope, receive), fault)
            await response(scope, receive, send_with_headers)

        try:
            async with asyncio.timeout(self._patience(scope)) as patience:
                try:
                    self._check(scope)
                    await self.app(scope, _limited(receive, _most(scope)), send_with_headers)
                except ClientDisconnect:
                    return
                except Exception as fault:
                    if answering:
                        raise
                    await refuse(fault)
        except TimeoutError:
            if answering:
                raise
            await refuse(StoreAway())

    def _patience(self, scope: Scope) -> float:
        return SENDING_SECONDS if SENT.fullmatch(scope["path"]) else self.patience

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 9 or int(length) > _most(scope):
            raise TooLarge()
        if scope["method"] in SAFE:
            return
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            raise WrongOrigin()
        if origin is not None and origin != self.origin:
            raise WrongOrigin()


def _most(scope: Scope) -> int:
    """How long the body of a request may be."""
    if SENT.fullmatch(scope["path"]):
        return MOST_SENT
    return MOST_RECORDED if RECORDED.fullmatch(scope["path"]) else MOST_BYTES


def _limited(receive: Receive, most: int) -> Receive:
    """Count what comes: a body without a length may not be longer either."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge()
        return message

    return receive_some
