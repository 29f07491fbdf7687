"""A member of staff's own account: choosing a password in place of the first, another later, sessions."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.passwords import is_password
from app.accounts.sessions import hash_token
from app.accounts.staff import Member
from app.domain.refusals import NotSignedIn, Refusal, WrongPassword
from app.web.access import (
    COOKIES,
    begin_session,
    caller,
    end_session,
    newcomer_of,
    remember_device,
    staff_of,
)
from app.web.answers import page
from app.web.panel import safe_staff_next, staff_context
from app.web.parts import parts_of
from app.web.portal import field
from app.web.staff_pages import sign_out_everywhere
from app.web.staff_words import ROLES, signed

HERE = "/staff/account"
TRIES = 10  # of one's own password, in ten minutes


async def first(request: Request) -> Response:
    """GET and POST /staff/first-password: whoever signed in with a first password chooses his own, and is in."""
    member = await newcomer_of(request)
    if request.method != "POST":
        onward = safe_staff_next(request.query_params.get("next", ""))
        if member is None:
            return RedirectResponse(f"/panel/sign-in?next={quote(onward)}", 303)
        return await page(request, "admin/staff-first.html", account=None, one=member, next=onward)
    if member is None:
        raise NotSignedIn()
    onward = safe_staff_next(await field(request, "next"))
    password = await field(request, "password")
    try:
        changed = await parts_of(request).staff.set_password(member.login, password)
    except Refusal as refusal:
        return await page(request, "admin/staff-first.html", refusal, account=None, one=member, next=onward)
    response = RedirectResponse(onward, 303)
    await end_session(request, response, "first")
    await _enter(request, response, changed)
    return response


async def _enter(request: Request, response: Response, member: Member) -> None:
    await begin_session(request, response, "staff", member.login, member.proof)
    remember_device(request, response, member.login)


async def account(request: Request) -> Response:
    """GET /staff/account."""
    return await _account(request, await staff_of(request))


async def _account(request: Request, member: Member, refusal: Refusal | None = None) -> Response:
    parts = parts_of(request)
    halls = {center: parts.feed.hall(center) for center in parts.feed.centers()}
    plan = next(iter([halls[center] for center in member.centers if center in halls] or halls.values())).plan
    this = hash_token(request.cookies.get(COOKIES["staff"], ""))
    return await page(
        request,
        "admin/staff-own.html",
        refusal,
        account=None,
        staff=staff_context(member),
        held=[
            (
                halls[center].plan.name if center in halls else center,
                [vi for role, vi, _ in ROLES if role in roles],
            )
            for center, roles in member.holds.items()
        ],
        sessions=signed(plan, await parts.sessions.of(member.login), this),
        saved=request.query_params.get("saved", ""),
    )


async def set_password(request: Request) -> Response:
    """POST: another password of one's own; all other sessions end."""
    member, parts = await staff_of(request), parts_of(request)
    old, new = await field(request, "old"), await field(request, "password")
    tried = f"own:{member.login}:{caller(request)}"
    try:
        await parts.tries.spend(tried, TRIES)
        if not await is_password(old, member.password_hash):
            raise WrongPassword()
        await parts.tries.forget(tried)
        changed = await parts.staff.set_password(member.login, new)
    except Refusal as refusal:
        return await _account(request, member, refusal)
    await parts.sessions.end_all(member.login)
    response = RedirectResponse(f"{HERE}?saved=1", 303)
    await _enter(request, response, changed)
    return response


async def sign_out(request: Request) -> Response:
    """POST: sign out here and everywhere else."""
    member = await staff_of(request)
    await sign_out_everywhere(parts_of(request), member.login)
    response = RedirectResponse("/panel/sign-in", 303)
    await end_session(request, response, "staff")
    return response


async def end_one(request: Request) -> Response:
    """POST: end one of one's sessions."""
    member = await staff_of(request)
    await parts_of(request).sessions.end_one(member.login, request.path_params["session"])
    return RedirectResponse(HERE, 303)
