"""The portal as an app of the phone: its manifest, its service worker, and telling a browser by push.

The worker is served at the root, for it looks after all pages; a browser is told of one ticket at a time.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from app.domain.refusals import BadRequest
from app.notices.push import subscription_of
from app.web.answers import json_answer
from app.web.endpoints import read_body
from app.web.parts import parts_of
from app.web.static import Static
from app.web.ticket_page import found_ticket


class Ask(msgspec.Struct):
    """A browser wants to be told of a ticket, or (`on` false) no more, or (None) to know whether it is; the rest
    is its subscription."""

    endpoint: str
    p256dh: str = ""
    auth: str = ""
    on: bool | None = None


class Told(msgspec.Struct):
    """Whether this browser is told of the ticket."""

    on: bool


async def push(request: Request) -> Response:
    """POST: a browser that has the link of a ticket is told of it from now on, or no more; answers whether it is.
    Raises BadRequest for what is no subscription at a known push service, or one too many."""
    parts = parts_of(request)
    ticket = found_ticket(request)
    ask = await read_body(request, Ask)
    hosts = parts.settings.push_hosts.split(",")
    found = subscription_of(ask.endpoint, ask.p256dh, ask.auth, hosts)
    if found is None or not ticket.contact:
        raise BadRequest(what="endpoint")
    if ask.on is False:
        await parts.subscriptions.drop(ticket.contact, found.id)
    elif ask.on and not await parts.subscriptions.keep(ticket.contact, found):
        raise BadRequest(what="endpoint")
    return json_answer(Told(await parts.subscriptions.find(ticket.contact, found.id) is not None))


async def worker(request: Request) -> Response:
    """GET /worker.js: the service worker, looked for anew at each start."""
    static: Static = request.app.state.static
    return FileResponse(static.files["portal/worker.js"], headers={"cache-control": "no-cache"})


async def manifest(request: Request) -> Response:
    """GET /app.webmanifest: what the phone's home screen shows (W3C, Web Application Manifest)."""
    static: Static = request.app.state.static
    icon = {"src": static.url("look/mark.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    return JSONResponse(
        {
            "name": "Gọi Số – Lấy số trực tuyến",
            "short_name": "Gọi Số",
            "lang": "vi",
            "start_url": "/tickets",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f4ef",
            "theme_color": "#8c1a1f",
            "icons": [icon],
        },
        media_type="application/manifest+json",
        headers={"cache-control": "no-cache"},
    )
