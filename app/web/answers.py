"""How things are said: refusals as JSON or a page with the right status, pages from templates.

`STATUS` and `CLOSE` are the one table from the tree of refusals to HTTP statuses and websocket close codes.
"""

import logging
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.domain.refusals import (
    BadInput,
    BadRequest,
    Broken,
    Denied,
    NotNow,
    NotPaired,
    NotSignedIn,
    Refusal,
    StoreAway,
    TooLarge,
    TooMany,
    Unavailable,
    Unknown,
    UnknownPage,
    WrongMethod,
    WrongPassword,
)
from app.store.journal import LOST
from app.web.access import citizen_of
from app.web.parts import parts_of

STATUS: dict[type[Refusal], int] = {
    Unknown: 404,
    Denied: 403,
    NotSignedIn: 401,
    NotPaired: 401,
    WrongPassword: 401,
    NotNow: 409,
    BadInput: 422,
    BadRequest: 400,
    TooLarge: 413,
    WrongMethod: 405,
    TooMany: 429,
    Unavailable: 503,
    Broken: 500,
}
CLOSE: dict[type[Refusal], int] = {
    Refusal: 4400,
    NotSignedIn: 4401,
    NotPaired: 4401,
    Denied: 4403,
    TooLarge: 1009,
    TooMany: 4429,
}

STAFF_PAGES = ("/panel", "/admin", "/staff", "/supervisor")

log = logging.getLogger(__name__)


def nearest(table: dict[type[Refusal], int], refusal: Refusal) -> int:
    """The entry of the refusal's class or of the nearest branch above it."""
    return next(table[kind] for kind in type(refusal).__mro__ if kind in table)


def told(refusal: Refusal) -> dict[str, str]:
    """A refusal as pages and API answers carry it."""
    return {
        "code": refusal.code,
        "vi": refusal.sentence("vi"),
        "en": refusal.sentence("en"),
        "hint_vi": refusal.hint("vi"),
        "hint_en": refusal.hint("en"),
    }


def json_answer(content: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def page(request: Request, template: str, refusal: Refusal | None = None, /, **context: Any) -> HTMLResponse:
    """A page of the portal, the kiosk, a TV or of staff; a refusal on it gives its status."""
    citizen = await citizen_of(request) if "account" not in context else context.pop("account")
    context |= {
        "account": {"name": citizen.name} if citizen else None,
        "refusal": told(refusal) if refusal else None,
    }
    html = parts_of(request).pages.get_template(template).render(context)
    return HTMLResponse(html, nearest(STATUS, refusal) if refusal else 200)


async def refused(request: Request, fault: Exception) -> Response:
    """The one handler of everything that goes wrong in a route. Whoever opens a page before signing in is led to
    where he can, and from there on to the page."""
    refusal = _refusal(fault)
    if isinstance(refusal, NotSignedIn) and request.method in ("GET", "HEAD") and not wants_json(request):
        return RedirectResponse(_entrance(request), 303)
    if isinstance(refusal, Broken):
        log.error("! %s %s", request.method, request.url.path, exc_info=fault)
    status = fault.status_code if isinstance(fault, HTTPException) else nearest(STATUS, refusal)
    response: Response
    if wants_json(request):
        response = json_answer({"refusal": told(refusal)}, status)
    else:
        home = "/panel" if is_staff_page(request) else "/"
        account = {} if home == "/" and not isinstance(refusal, Unavailable) else {"account": None}
        response = await page(request, "portal/refusal.html", refusal, status=status, home=home, **account)
        response.status_code = status
    if isinstance(fault, HTTPException):
        response.headers.update(fault.headers or {})
    return response


def _entrance(request: Request) -> str:
    onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{'/panel' if is_staff_page(request) else ''}/sign-in?next={quote(onward)}"


def is_staff_page(connection: HTTPConnection) -> bool:
    return connection.url.path.startswith(STAFF_PAGES)


def wants_json(connection: HTTPConnection) -> bool:
    return connection.url.path.startswith(("/api/", "/openapi", "/sound/", "/media/", "/healthz"))


def _refusal(fault: Exception) -> Refusal:
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, HTTPException):
        if fault.status_code == 404:
            return UnknownPage()
        if fault.status_code == 405:
            return WrongMethod()
        return BadRequest(what=fault.detail)
    if isinstance(fault, LOST) and not isinstance(fault, OSError):
        return StoreAway()
    return Broken()
