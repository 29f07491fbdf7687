"""The API's part on numbers and days: take, check in, give back, why, open and close the day."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from app.accounts.staff import Role
from app.center import Done
from app.domain.commands import Cancel, CheckInTicket, CloseDay, Issue, OpenDay
from app.domain.facts import Candidate
from app.domain.hall import Hall
from app.domain.plan import Channel
from app.domain.precedence import why_before
from app.domain.refusals import BadRequest, NotPaired, StoreAway
from app.domain.states import DeviceKind
from app.domain.why import why
from app.position import Position
from app.web.access import Paired, device_of, member_of, paired, signed_in, staff_at
from app.web.admin import KEEPERS
from app.web.answers import json_answer
from app.web.bodies import CommandAnswer, ProveHolder, ServiceList, TakeNumber, WhyCalled, WhyCandidate
from app.web.claiming import issue_to
from app.web.endpoints import Endpoint, answered, read_body
from app.web.offers import offers
from app.web.parts import Parts, parts_of
from app.web.portal import is_shown, take_number
from app.web.proving import Proof, may_check_in, may_give_back
from app.web.tickets import slip_of


async def take_ticket(request: Request) -> Response:
    """A citizen, a kiosk or staff take a number."""
    parts = parts_of(request)
    center = request.path_params["center"]
    body = await read_body(request, TakeNumber)
    prints = True
    if found := device_of(request):
        if paired(request, DeviceKind.KIOSK).center != center:
            raise NotPaired()
        done = await _take_at_kiosk(parts, found, body)
    elif body.identity:
        raise BadRequest(what="identity")
    elif await member_of(request):
        member = await staff_at(request, center, Role.CLERK, Role.SUPERVISOR)
        by = f"staff/{member.login}"
        issue = Issue(by, body.request, body.service, Channel.DESK, group=body.group)
        done = await parts.centers.do(center, issue)
    else:
        citizen, prints = await signed_in(request), False
        done = await take_number(parts, center, citizen, body.service, body.request, body.group)
    await parts.feed.reach(center, done.position)
    if not is_shown(parts, center, done):
        raise StoreAway()  # it was taken, but cannot be shown yet: the same request gives it again
    return answered(done, slip_of(parts, center, done.answer.number, with_qr=prints))


async def _take_at_kiosk(parts: Parts, kiosk: Paired, body: TakeNumber) -> Done:
    """A number for whoever stands there, or for the citizen whose card was scanned: then within his limits."""
    issue = Issue(f"device/{kiosk.device.id}", body.request, body.service, Channel.KIOSK, group=body.group)
    if not body.identity:
        return await parts.centers.do(kiosk.center, issue)
    account = parts.seals.card(body.identity)
    holder = await parts.day_keys.holder(kiosk.center, parts.feed.hall(kiosk.center).day.date, account)
    return await issue_to(parts, account, kiosk.center, replace(issue, holder=holder))


async def list_services(request: Request) -> Response:
    """What each service gives now to whoever asks, a kiosk or somebody online; of one `zone` if it is named."""
    parts = parts_of(request)
    hall = parts.feed.hall(request.path_params["center"])
    channel = Channel.KIOSK if device_of(request) else Channel.WEB
    now = max(parts.clock(), hall.now)
    found = offers(hall, channel, now, request.query_params.get("zone", ""))
    return json_answer(ServiceList(hall.day.date, found))


async def check_in(request: Request) -> Response:
    """The holder of a number is there: said at a kiosk or from its network with the check code or the seal of the
    link, or by staff, who see him."""
    center, proof = await _proof(request)
    command = CheckInTicket(await may_check_in(request, center, proof), proof.day, proof.number)
    return answered(await parts_of(request).centers.do(center, command))


async def cancel(request: Request) -> Response:
    """A number is given back: by whoever has the seal of its link, its holder signed in, staff, or at a kiosk."""
    center, proof = await _proof(request)
    command = Cancel(await may_give_back(request, center, proof), proof.day, proof.number)
    return answered(await parts_of(request).centers.do(center, command))


async def _proof(request: Request) -> tuple[str, Proof]:
    body = await read_body(request, ProveHolder)
    return request.path_params["center"], Proof(body.day, request.path_params["number"], body.seal, body.code)


async def tell_why(request: Request) -> Response:
    """Staff ask why a number of today was called, or how it stands; `before` names another: why before that one?
    `lang` is vi or en, `at_least` waits for a position."""
    parts = parts_of(request)
    center, number = request.path_params["center"], request.path_params["number"]
    await staff_at(request, center, Role.CLERK, Role.SUPERVISOR, Role.AUDITOR)
    language = request.query_params.get("lang", "vi")
    if language not in ("vi", "en"):
        raise BadRequest(what="lang")
    if at_least := Position.parse(request.query_params.get("at_least", "")):
        await parts.feed.reach(center, at_least)
    hall = parts.feed.hall(center)
    other = request.query_params.get("before", "")
    sentence = why_before(hall, number, other, language) if other else why(hall, number, language)
    told = WhyCalled(number, sentence)
    if called := hall.why(number):
        told.reason, told.at, told.counter = called.reason.value, called.at, called.counter
        told.waiting = called.waiting
        told.candidates = [_candidate(hall, one) for one in called.candidates]
    return json_answer(told)


def _candidate(hall: Hall, one: Candidate) -> WhyCandidate:
    service, group = hall.plan.service(one.service), hall.plan.group(one.group)
    return WhyCandidate(
        one.number, service.name if service else one.service, one.waited, group.name if group else one.group
    )


async def open_day(request: Request) -> Response:
    """Numbers are given from now on, whatever the windows say; a day that was closed goes on."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    return answered(await parts_of(request).centers.do(center, OpenDay(f"staff/{member.login}")))


async def close_day(request: Request) -> Response:
    """The day ends: no more numbers, and those that wait still expire."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    return answered(await parts_of(request).centers.do(center, CloseDay(f"staff/{member.login}")))


_CENTER = "/api/centers/{center}"
_NUMBER = f"{_CENTER}/tickets/{{number}}"
TICKET_ENDPOINTS = (
    Endpoint("GET", f"{_CENTER}/services", "What is given now?", "everybody", None, ServiceList, list_services),
    Endpoint(
        "POST",
        f"{_CENTER}/tickets",
        "Take a number",
        "citizens, kiosks, staff",
        TakeNumber,
        CommandAnswer,
        take_ticket,
    ),
    Endpoint(
        "POST",
        f"{_NUMBER}/check-in",
        "The holder is there",
        "kiosks, staff, the holder at the center",
        ProveHolder,
        CommandAnswer,
        check_in,
    ),
    Endpoint(
        "POST",
        f"{_NUMBER}/cancel",
        "Give a number back",
        "the holder, kiosks, staff",
        ProveHolder,
        CommandAnswer,
        cancel,
    ),
    Endpoint(
        "GET", f"{_NUMBER}/why", "Why was it called?", "clerks, supervisors, auditors", None, WhyCalled, tell_why
    ),
    Endpoint(
        "POST",
        f"{_CENTER}/day/open",
        "Give numbers whatever the windows say",
        "operators, supervisors",
        None,
        CommandAnswer,
        open_day,
    ),
    Endpoint(
        "POST", f"{_CENTER}/day/close", "End the day", "operators, supervisors", None, CommandAnswer, close_day
    ),
)
