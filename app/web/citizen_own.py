"""A citizen's own account: name, contacts, password, sessions; what is kept of it, to take along or to delete."""

import contextlib
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.citizens import Citizen, checked_name
from app.accounts.codes import Purpose, Waiting
from app.accounts.contacts import normal_contact
from app.accounts.passwords import is_password
from app.accounts.sessions import hash_token
from app.accounts.tries import OF_ADDRESS
from app.domain.commands import Cancel
from app.domain.refusals import Refusal, WrongPassword
from app.domain.states import LIVE
from app.web.access import COOKIES, caller, end_session, signed_in
from app.web.answers import json_answer, page
from app.web.entering import ASKED_FROM_ADDRESS, PASSWORD_CHANGED, begin_code, enter, tell_changed
from app.web.parts import Parts, parts_of
from app.web.portal import field
from app.web.staff_words import signed

HERE = "/account"


async def account(request: Request) -> Response:
    """GET /account."""
    return await _account(request, await signed_in(request))


async def _account(request: Request, citizen: Citizen, refusal: Refusal | None = None) -> Response:
    parts = parts_of(request)
    listed = await parts.sessions.of(citizen.id, "citizen")
    this = hash_token(request.cookies.get(COOKIES["citizen"], ""))
    plan = next((parts.feed.hall(center).plan for center in parts.feed.centers()), None)
    return await page(
        request,
        "portal/account.html",
        refusal,
        account=citizen,
        one=citizen,
        sessions=signed(plan, listed, this) if plan else [],
        saved=request.query_params.get("saved", ""),
    )


async def set_details(request: Request) -> Response:
    """POST: the name, and whether numbers are taken for an organisation."""
    citizen = await signed_in(request)
    try:
        name = checked_name(await field(request, "name"))
    except Refusal as refusal:
        return await _account(request, citizen, refusal)
    organisation = "organisation" in await request.form(max_files=0)
    await parts_of(request).citizens.change(
        citizen.id, lambda one: replace(one, name=name, organisation=organisation)
    )
    return RedirectResponse(f"{HERE}?saved=details", 303)


async def set_contact(request: Request) -> Response:
    """POST: another contact; it is the account's once the code sent to it was typed."""
    citizen, parts = await signed_in(request), parts_of(request)
    contact, password = await field(request, "contact"), await field(request, "old")
    try:
        await _check_own(request, citizen, password)
        await parts.tries.spend(f"contact:{citizen.id}", ASKED_FROM_ADDRESS)
        phone, email = normal_contact(contact)
        return await begin_code(request, Waiting(Purpose.CONTACT, phone, email, HERE, account=citizen.id))
    except Refusal as refusal:
        return await _account(request, citizen, refusal)


async def set_password(request: Request) -> Response:
    """POST: another password; all other sessions end."""
    citizen, parts = await signed_in(request), parts_of(request)
    old, new = await field(request, "old"), await field(request, "password")
    try:
        await _check_own(request, citizen, old)
        changed = await parts.citizens.set_password(citizen.id, new)
    except Refusal as refusal:
        return await _account(request, citizen, refusal)
    await parts.sessions.end_all(citizen.id, "citizen")
    tell_changed(parts, changed, PASSWORD_CHANGED)
    response = RedirectResponse(f"{HERE}?saved=password", 303)
    await enter(request, response, changed)
    return response


async def sign_out(request: Request) -> Response:
    """POST: sign out here and everywhere else."""
    citizen, parts = await signed_in(request), parts_of(request)
    await parts.citizens.sign_out_everywhere(citizen.id)
    await parts.sessions.end_all(citizen.id, "citizen")
    response = RedirectResponse("/", 303)
    await end_session(request, response, "citizen")
    return response


async def end_one(request: Request) -> Response:
    """POST: end one of one's sessions."""
    citizen = await signed_in(request)
    await parts_of(request).sessions.end_one(citizen.id, request.path_params["session"], "citizen")
    return RedirectResponse(HERE, 303)


async def data(request: Request) -> Response:
    """GET /account/data.json: all that is kept of the account, as a file."""
    citizen, parts = await signed_in(request), parts_of(request)
    response = json_answer(await kept_of(parts, citizen))
    response.headers["content-disposition"] = 'attachment; filename="goi-so-du-lieu.json"'
    return response


async def kept_of(parts: Parts, citizen: Citizen) -> dict[str, object]:
    """All that is kept of an account. Of the password there is only a hash, which is not given away; moments are
    milliseconds since 1970."""
    return {
        "account": {
            "id": citizen.id,
            "name": citizen.name,
            "phone": citizen.phone,
            "email": citizen.email,
            "organisation": citizen.organisation,
            "has_password": bool(citizen.password_hash),
        },
        "sessions": [
            {"browser": one.session.agent, "began": one.session.began, "used": one.used}
            for one in await parts.sessions.of(citizen.id, "citizen")
        ],
        "contacts": await parts.citizens.contacts_of(citizen.id),
        "browsers": [
            one.endpoint
            for key in await parts.citizens.contact_keys(citizen.id)
            for one in await parts.subscriptions.of(key)
        ],
        "claims": await parts.claims.of(citizen.id),
        "numbers_of_today": [
            {"center": center, "date": day, "ticket": ticket}
            for center in parts.feed.centers()
            for day, ticket in await _held(parts, center, citizen)
        ],
    }


async def _held(parts: Parts, center: str, citizen: Citizen) -> list[tuple[str, object]]:
    hall = parts.feed.hall(center)
    holder = await parts.day_keys.holder(center, hall.day.date, citizen.id)
    return [(hall.day.date, ticket) for ticket in hall.held_by(holder)]


async def delete(request: Request) -> Response:
    """POST: delete the account and all that is kept of it. Numbers still waiting are given back; what stays are
    numbers in the log that are nobody's."""
    citizen, parts = await signed_in(request), parts_of(request)
    password = await field(request, "old")
    try:
        await _check_own(request, citizen, password)
    except Refusal as refusal:
        return await _account(request, citizen, refusal)
    await _give_back(parts, citizen)
    await parts.sessions.end_all(citizen.id, "citizen")
    await parts.claims.forget(citizen.id)
    await parts.citizens.delete(citizen.id)
    response = await page(request, "portal/deleted.html", account=None)
    await end_session(request, response, "citizen")
    return response


async def _give_back(parts: Parts, citizen: Citizen) -> None:
    for center in parts.feed.centers():
        hall = parts.feed.hall(center)
        holder = await parts.day_keys.holder(center, hall.day.date, citizen.id)
        for ticket in hall.held_by(holder):
            if ticket.state in LIVE:
                with contextlib.suppress(Refusal):  # it stands at a counter: it will end there, as nobody's
                    await parts.centers.do(center, Cancel("citizen", hall.day.date, ticket.number))


async def _check_own(request: Request, citizen: Citizen, password: str) -> None:
    """The account's own password again, before what a phone left lying about must not do; raises WrongPassword. An
    account of another portal's has none."""
    if not citizen.password_hash:
        return
    tries = parts_of(request).tries
    await tries.spend(tried := f"own:{citizen.id}:{caller(request)}", OF_ADDRESS)
    if not await is_password(password, citizen.password_hash):
        raise WrongPassword()
    await tries.forget(tried)
