"""Numbers on paper for an outage: the page where supervisors and operators keep a range and enter what was given;
and the API's part of it.
"""

import secrets
from dataclasses import dataclass
from datetime import date, time

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member
from app.domain.commands import EnterPaper, ReservePaper
from app.domain.hall import Hall
from app.domain.issuing import number_of
from app.domain.paper import MOST, range_of
from app.domain.plan import MINUTE, Millis
from app.domain.ranges import PaperRange
from app.domain.refusals import BadRequest, Refusal
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.answers import page
from app.web.bodies import CommandAnswer, EnterNumber, ReserveNumbers
from app.web.endpoints import Endpoint, answered, read_body
from app.web.panel import staff_context
from app.web.parts import parts_of
from app.web.portal import field


@dataclass(frozen=True, slots=True)
class Kept:
    """A range as the page lists it; `left` are the numbers that are not entered, `since` the time it was kept."""

    service: str
    first: str
    last: str
    since: str
    entered: int
    left: list[str]


async def show(request: Request) -> Response:
    """GET /admin/<center>/paper."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    return await _show(request, center, member)


async def reserve(request: Request) -> Response:
    """POST: keep a range of a service."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    service, request_id, count = [await field(request, name, 80) for name in ("service", "request", "count")]
    try:
        if not (count.isascii() and count.isdecimal() and len(request_id) >= 8):
            raise BadRequest(what="count")
        command = ReservePaper(f"staff/{member.login}", request_id, service, int(count[:6]))
        done = await parts_of(request).centers.do(center, command)
    except Refusal as refusal:
        return await _show(request, center, member, refusal)
    await parts_of(request).feed.reach(center, done.position)
    return RedirectResponse(f"/admin/{center}/paper", 303)


async def enter(request: Request) -> Response:
    """POST: numbers `first` to `last` were given on paper at a time; sent again, nothing is entered twice."""
    parts, center = parts_of(request), request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    first, last, at, group = [await field(request, name, 40) for name in ("first", "last", "at", "group")]
    served = "served" in await request.form(max_files=0)
    hall = parts.feed.hall(center)
    try:
        moment = _moment(hall, at, parts.clock())
        for number in _numbers(hall, first.strip(), last.strip() or first.strip()):
            done = await parts.centers.do(
                center, EnterPaper(f"staff/{member.login}", number, moment, group, served)
            )
    except Refusal as refusal:
        return await _show(request, center, member, refusal)
    await parts.feed.reach(center, done.position)
    return RedirectResponse(f"/admin/{center}/paper", 303)


def _numbers(hall: Hall, first: str, last: str) -> list[str]:
    """The numbers of a range from first to last, which both are of it; raises PaperNotReserved, BadRequest."""
    kept, digits = range_of(hall, first), hall.plan.number.counter
    if range_of(hall, last) != kept or last < first:
        raise BadRequest(what="last")
    return [number_of(hall, first[:digits], at) for at in range(int(first[digits:]), int(last[digits:]) + 1)]


def _moment(hall: Hall, text: str, now: Millis) -> Millis:
    """A time of today as staff write it, `HH:MM`; the present minute is now."""
    try:
        at = hall.plan.moment(date.fromisoformat(hall.day.date), time.fromisoformat(text))
    except ValueError:
        raise BadRequest(what="at") from None
    return min(at, now) if at // MINUTE == now // MINUTE else at


async def _show(request: Request, center: str, member: Member, refusal: Refusal | None = None) -> Response:
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    plan = hall.plan
    leads = dict.fromkeys(service.lead for service in plan.services)
    return await page(
        request,
        "admin/paper.html",
        refusal,
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": plan.name},
        services=[{"id": one.id, "name": one.name, "zone": hall.zone(one.zone).name} for one in plan.services],
        groups=[{"id": group.id, "name": group.name} for group in plan.order.groups],
        kept=[_kept(hall, lead, one) for lead in leads for one in hall.papers(lead)],
        now=f"{plan.local(parts.clock()):%H:%M}",
        most=MOST,
        request=secrets.token_urlsafe(12),
    )


def _kept(hall: Hall, lead: str, kept: PaperRange) -> Kept:
    numbers = [number_of(hall, lead, running) for running in range(kept.first, kept.last + 1)]
    left = [number for number in numbers if f"ticket/{number}" not in hall.facts]
    service = hall.plan.service(kept.service)
    since = f"{hall.plan.local(kept.since):%H:%M}"
    name = service.name if service else kept.service
    return Kept(name, numbers[0], numbers[-1], since, len(numbers) - len(left), left)


async def api_reserve(request: Request) -> Response:
    """Keep numbers of a service for paper; the answer names the first."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    body = await read_body(request, ReserveNumbers)
    command = ReservePaper(f"staff/{member.login}", body.request, body.service, body.count)
    return answered(await parts_of(request).centers.do(center, command))


async def api_enter(request: Request) -> Response:
    """Enter a number that was given on paper."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    body = await read_body(request, EnterNumber)
    command = EnterPaper(f"staff/{member.login}", body.number, body.at, body.group, body.served)
    return answered(await parts_of(request).centers.do(center, command))


_PAPER = "/api/centers/{center}/paper"
PAPER_ENDPOINTS = (
    Endpoint(
        "POST",
        _PAPER,
        "Keep numbers for paper",
        "operators, supervisors",
        ReserveNumbers,
        CommandAnswer,
        api_reserve,
    ),
    Endpoint(
        "POST",
        f"{_PAPER}/enter",
        "Enter a number given on paper",
        "operators, supervisors",
        EnterNumber,
        CommandAnswer,
        api_enter,
    ),
)
