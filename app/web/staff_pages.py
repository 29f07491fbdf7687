"""Accounts of a center's staff, for its operators: listed, added with a first password, roles by center, shut out,
reset, unlocked, their sessions. Plain forms, each of which goes back to the page it came from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member, Role, first_password
from app.accounts.tries import OF_ACCOUNT
from app.domain.hall import Hall
from app.domain.refusals import LastOperator, NotOverThem, Refusal
from app.web.access import staff_at, staff_of
from app.web.answers import page
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.portal import field
from app.web.staff_words import ROLES, moment, signed


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as the list shows it; `guesses` are wrong passwords of late."""

    login: str
    name: str
    roles: str
    is_first: bool
    is_disabled: bool
    guesses: int
    is_locked: bool
    used: str


def here(center: str, login: str = "") -> str:
    return f"/admin/{center}/staff" + (f"/{login}" if login else "")


async def home(request: Request) -> Response:
    """GET /admin/staff: the first center whose accounts the member looks after."""
    member = await staff_of(request)
    mine = [center for center in member.centers if member.may(center, Role.OPERATOR)]
    return RedirectResponse(here(mine[0]) if mine else "/panel", 303)


async def listing(request: Request) -> Response:
    """GET /admin/<center>/staff: everybody who works there. POST: a new account."""
    center = request.path_params["center"]
    if request.method == "POST":
        return await _add(request, center)
    member = await staff_at(request, center, Role.OPERATOR)
    return await _listing(request, center, member)


async def _listing(
    request: Request, center: str, member: Member, refusal: Refusal | None = None, **typed: object
) -> Response:
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    everybody = await parts.staff.all()
    return await page(
        request,
        "admin/staff.html",
        refusal,
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": hall.plan.name},
        here=here(center),
        people=[await _listed(parts, hall, one) for one in everybody if center in one.centers],
        roles=ROLES,
        typed={"login": "", "name": "", "roles": [Role.CLERK], **typed},
    )


async def _listed(parts: Parts, hall: Hall, one: Member) -> Listed:
    guesses = await parts.staff.guesses(one)
    sessions = await parts.sessions.of(one.login)
    held = one.holds[hall.plan.id]
    return Listed(
        one.login,
        one.name,
        ", ".join(vi for role, vi, _ in ROLES if role in held),
        one.is_first,
        one.is_disabled,
        guesses,
        guesses >= OF_ACCOUNT,
        moment(hall.plan, max((max(s.used, s.session.began) for s in sessions), default=0)),
    )


async def _add(request: Request, center: str) -> Response:
    """A new account, with a first password that is shown once."""
    parts = parts_of(request)
    member = await staff_at(request, center, Role.OPERATOR)
    login, name = (await field(request, "login", 80)).strip().lower(), await field(request, "name", 200)
    roles = await _roles(request, "roles")
    password = first_password()
    try:
        await parts.staff.add(login, name, roles, (center,), password, is_first=True)
    except Refusal as refusal:
        return await _listing(request, center, member, refusal, login=login, name=name, roles=roles)
    return await _shown(request, center, login, password)


async def _roles(request: Request, name: str) -> tuple[Role, ...]:
    sent = {str(one) for one in (await request.form(max_files=0)).getlist(name)}
    return tuple(role for role in Role if role.value in sent)


async def show(request: Request) -> Response:
    """GET /admin/<center>/staff/<login>."""
    center, login = request.path_params["center"], request.path_params["login"]
    await staff_at(request, center, Role.OPERATOR)
    return await _shown(request, center, login)


async def _shown(
    request: Request, center: str, login: str, password: str = "", refusal: Refusal | None = None
) -> Response:
    parts = parts_of(request)
    member = await staff_at(request, center, Role.OPERATOR)
    one = await parts.staff.get(login)
    plan = parts.feed.hall(center).plan
    mine = [each for each in parts.feed.centers() if member.may(each, Role.OPERATOR)]
    is_over = member.is_over(one)
    return await page(
        request,
        "admin/staff-member.html",
        refusal,
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": plan.name},
        here=here(center),
        one=one,
        mine=[
            {"id": each, "name": parts.feed.hall(each).plan.name, "held": one.holds.get(each, ())} for each in mine
        ],
        others=[each for each in one.centers if each not in mine],
        roles=ROLES,
        is_over=is_over,
        guesses=await parts.staff.guesses(one),
        sessions=signed(plan, await parts.sessions.of(login)) if is_over else [],
        password=password,
    )


async def set_roles(request: Request) -> Response:
    """POST: the roles in all centers that the operator looks after; those elsewhere stay."""

    async def work(parts: Parts, member: Member, login: str) -> None:
        mine = [center for center in parts.feed.centers() if member.may(center, Role.OPERATOR)]
        roles = {center: await _roles(request, f"roles/{center}") for center in mine}
        await parts.staff.set_roles(login, roles, member.login)

    return await _do(request, work)


async def reset(request: Request) -> Response:
    """POST: a first password, shown once; who knows the old one is signed out."""
    center, login = request.path_params["center"], request.path_params["login"]
    member = await staff_at(request, center, Role.OPERATOR)
    try:
        password = await parts_of(request).staff.give_first_password(login, member.login)
    except NotOverThem as refusal:
        return await _shown(request, center, login, refusal=refusal)
    return await _shown(request, center, login, password)


async def disable(request: Request) -> Response:
    """POST: shut an account out."""
    return await _do(request, lambda parts, member, login: parts.staff.disable(login, member.login))


async def enable(request: Request) -> Response:
    """POST: let it in again."""
    return await _do(request, lambda parts, member, login: parts.staff.enable(login, member.login))


async def unlock(request: Request) -> Response:
    """POST: forgive the tries of an account."""
    return await _do(request, lambda parts, member, login: parts.staff.unlock(login, member.login))


async def sign_out(request: Request) -> Response:
    """POST: end all sessions of an account."""
    return await _do(request, lambda parts, member, login: sign_out_everywhere(parts, login, member.login))


async def end_session(request: Request) -> Response:
    """POST: end one session of an account."""
    session = request.path_params["session"]

    async def work(parts: Parts, member: Member, login: str) -> None:
        if not member.is_over(await parts.staff.get(login)):
            raise NotOverThem()
        await parts.sessions.end_one(login, session)

    return await _do(request, work)


async def sign_out_everywhere(parts: Parts, login: str, by: str = "") -> None:
    await parts.staff.sign_out_everywhere(login, by)
    await parts.sessions.end_all(login)


async def _do(request: Request, work: Callable[[Parts, Member, str], Awaitable[object]]) -> Response:
    """Let an operator of the center do something with an account; what is refused stands on its page."""
    center, login = request.path_params["center"], request.path_params["login"]
    member = await staff_at(request, center, Role.OPERATOR)
    try:
        await work(parts_of(request), member, login)
    except NotOverThem as refusal:
        return await _shown(request, center, login, refusal=refusal)
    except LastOperator as last:
        feed, name = parts_of(request).feed, str(last.data["center"])
        name = feed.hall(name).plan.name if name in feed.centers() else name
        return await _shown(request, center, login, refusal=LastOperator(center=name))
    return RedirectResponse(here(center, login), 303)
