"""Signing in at another portal (`GOISO_OPENID_ISSUER`): there by a link, back with a code."""

import contextlib

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.contacts import normal_contact
from app.accounts.openid import LIFETIME_SECONDS, Person, Provider
from app.domain.refusals import PortalRefused, Refusal, UnknownPage
from app.web.access import caller, set_cookie
from app.web.entering import ASKED_FROM_ADDRESS, enter
from app.web.parts import parts_of
from app.web.portal import safe_next

COOKIE = "goiso_openid"


async def begin(request: Request) -> Response:
    """GET /openid: on to the other portal. A link, for the pages' policy lets no form lead to another site."""
    parts, provider = parts_of(request), _provider(request)
    await parts.tries.spend(f"openid:{caller(request)}", 10 * ASKED_FROM_ADDRESS)
    token, there = await provider.begin(safe_next(request.query_params.get("next", "")))
    response = RedirectResponse(there, 303)
    set_cookie(parts.settings, response, COOKIE, token, LIFETIME_SECONDS)
    return response


async def come_back(request: Request) -> Response:
    """GET /openid/back: whoever comes back with the code is signed in to the account of his subject there."""
    parts, provider, given = parts_of(request), _provider(request), request.query_params
    token = request.cookies.get(COOKIE, "")
    code = "" if "error" in given else given.get("code", "")
    person, onward = await provider.finish(token, given.get("state", ""), code, given.get("iss", ""))
    if not person.subject:
        raise PortalRefused()
    phone, email = _contacts(person)
    subject = parts.seals.subject(provider.issuer, person.subject)
    citizen = await parts.citizens.of_subject(subject, person.name, phone, email)
    response = RedirectResponse(onward if citizen.logins else "/account", 303)
    response.delete_cookie(COOKIE)
    await enter(request, response, citizen)
    return response


def _contacts(person: Person) -> tuple[str, str]:
    """The contacts that can be told of numbers, in our form."""
    phone = email = ""
    with contextlib.suppress(Refusal):
        phone = normal_contact(person.phone)[0]
    with contextlib.suppress(Refusal):
        email = normal_contact(person.email)[1]
    return phone, email


def _provider(request: Request) -> Provider:
    if provider := parts_of(request).openid:
        return provider
    raise UnknownPage()
