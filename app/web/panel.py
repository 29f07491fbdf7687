"""What clerks open: sign in, choose a counter, the panel of a counter."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member, Role, is_login
from app.domain.refusals import Refusal
from app.topics import TopicName
from app.web.access import (
    begin_session,
    caller,
    end_session,
    known_device,
    remember_device,
    staff_at,
    staff_of,
)
from app.web.answers import STAFF_PAGES, page
from app.web.parts import Parts, parts_of
from app.web.portal import field


def staff_context(member: Member) -> dict[str, object]:
    return {"login": member.login, "name": member.name, "roles": [role.value for role in member.roles]}


def safe_staff_next(text: str) -> str:
    """A staff page to go on to, never another site."""
    return text if text.startswith(STAFF_PAGES) and text.isprintable() else "/panel"


async def sign_in(request: Request) -> Response:
    """GET the form; POST signs a member of staff in."""
    if request.method != "POST":
        onward = safe_staff_next(request.query_params.get("next", ""))
        return await page(request, "panel/sign-in.html", account=None, login="", next=onward)
    login, onward = await field(request, "login"), safe_staff_next(await field(request, "next"))
    try:
        password = await field(request, "password")
        login = login.strip().lower()
        known = known_device(request, login) if is_login(login) else ""
        member = await parts_of(request).staff.sign_in(login, password, caller(request), known)
    except Refusal as refusal:
        return await page(request, "panel/sign-in.html", refusal, account=None, login=login, next=onward)
    if member.is_first:
        response = RedirectResponse(f"/staff/first-password?next={quote(onward)}", 303)
        await begin_session(request, response, "first", member.login, member.proof)
        return response
    response = RedirectResponse(onward, 303)
    await begin_session(request, response, "staff", member.login, member.proof)
    remember_device(request, response, member.login)
    return response


async def sign_out(request: Request) -> Response:
    response = RedirectResponse("/panel/sign-in", 303)
    await end_session(request, response, "staff")
    return response


async def choose(request: Request) -> Response:
    """The counters of the member's centers."""
    member = await staff_of(request)
    parts = parts_of(request)
    centers = [_counters(parts, center) for center in parts.feed.centers() if center in member.centers]
    return await page(request, "panel/choose.html", account=None, staff=staff_context(member), centers=centers)


def _counters(parts: Parts, center: str) -> dict[str, object]:
    hall = parts.feed.hall(center)
    counters = []
    for planned in hall.counter_plans():
        counter = hall.counter(planned.id)
        names = [service.name for service in hall.plan.services if service.id in planned.services]
        counters.append(
            {
                "id": counter.id,
                "zone": hall.zone(planned.zone).name,
                "state": counter.state.value,
                "clerk": counter.clerk.removeprefix("staff/"),
                "services": names,
            }
        )
    return {"id": center, "name": hall.plan.name, "counters": counters}


async def panel(request: Request) -> Response:
    """The panel of one counter, painted and then live."""
    parts = parts_of(request)
    center, counter = request.path_params["center"], request.path_params["counter"]
    member = await staff_at(request, center, Role.CLERK, Role.SUPERVISOR)
    hall = parts.feed.hall(center)
    planned = hall.counter_plan(counter)
    topic = TopicName("panel", center, counter)
    rows, position = parts.topics.paint(topic)
    names = [service.name for service in hall.plan.services if service.id in planned.services]
    others = [one for one in await parts.staff.all() if one.login != member.login]
    return await page(
        request,
        "panel/panel.html",
        account=None,
        staff=staff_context(member),
        clerks=[staff_context(one) for one in others if one.may(center, Role.CLERK, Role.SUPERVISOR)],
        center={"id": center, "name": hall.plan.name},
        counter={"id": counter, "zone": hall.zone(planned.zone).name, "services": names},
        topic=str(topic),
        position=str(position),
        view=rows,
        elsewhere=await parts.presence.is_open(hall.counter(counter).seat),
    )
