"""The live page of one number, `/tickets/<center>/<day>/<number>/<seal>`, for whoever has its link: where it
stands, when and where to go; its holder says there that he has come, or gives it back, by plain forms.
"""

from dataclasses import asdict
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.commands import Cancel, CheckInTicket, Postpone, Rate
from app.domain.facts import Ticket
from app.domain.hall import Hall
from app.domain.hours import closing
from app.domain.plan import Channel, CheckIn, LastNumber, Millis
from app.domain.presence import MOST_POSTPONED
from app.domain.promise import expected_of
from app.domain.refusals import BadRating, BadRequest, NumberOver, Refusal, UnknownNumber
from app.domain.states import TicketState
from app.notices.texts import late_rule, mask, sms_taken
from app.topics import TopicName
from app.web.answers import page
from app.web.parts import Parts, parts_of
from app.web.portal import field
from app.web.proving import Proof, may_check_in, may_give_back, may_rate
from app.web.rate import WORDS
from app.web.tickets import slip_of

STEP_MINUTES = 5  # the expected time is told in steps: to the minute nobody knows it


async def show(request: Request) -> Response:
    """GET: the page; `?taken=1` right after taking the number."""
    return await _show(request)


async def check_in(request: Request) -> Response:
    """POST: its holder says that he is there; believed in the building only."""
    center, proof = _proof(request)
    try:
        by = await may_check_in(request, center, proof)
        return await _done(request, center, CheckInTicket(by, proof.day, proof.number))
    except Refusal as refusal:
        return await _show(request, refusal)


async def give_back(request: Request) -> Response:
    """POST: its holder needs the number no more."""
    center, proof = _proof(request)
    try:
        by = await may_give_back(request, center, proof)
        return await _done(request, center, Cancel(by, proof.day, proof.number))
    except Refusal as refusal:
        return await _show(request, refusal)


async def postpone(request: Request) -> Response:
    """POST: its holder needs more time; `nth` time, so that a form sent twice moves the number once."""
    center, proof = _proof(request)
    nth = await field(request, "nth", 2)
    try:
        if not (nth.isascii() and nth.isdecimal()):
            raise BadRequest(what="nth")
        by = await may_give_back(request, center, proof)
        return await _done(request, center, Postpone(by, proof.day, proof.number, int(nth)))
    except Refusal as refusal:
        return await _show(request, refusal)


async def rate(request: Request) -> Response:
    """POST: its holder touches a face, or adds a reason to it."""
    center, proof = _proof(request)
    face, reason = await field(request, "face", 2), await field(request, "reason", 20)
    try:
        if not (face.isascii() and face.isdecimal()):
            raise BadRating()
        by = await may_rate(request, center, proof)
        return await _done(request, center, Rate(by, proof.day, proof.number, int(face), reason))
    except Refusal as refusal:
        return await _show(request, refusal)


async def _done(request: Request, center: str, command: CheckInTicket | Cancel | Postpone | Rate) -> Response:
    """Carry a command out and show the number as it is then."""
    parts = parts_of(request)
    done = await parts.centers.do(center, command)
    await parts.feed.reach(center, done.position)
    return RedirectResponse(request.url.path.rpartition("/")[0], 303)


def _proof(request: Request) -> tuple[str, Proof]:
    center, day, number, seal = (request.path_params[name] for name in ("center", "day", "number", "seal"))
    return center, Proof(day, number, seal)


async def _show(request: Request, refusal: Refusal | None = None) -> Response:
    parts = parts_of(request)
    center, proof = _proof(request)
    hall, ticket = _found(parts, center, proof)
    topic = TopicName("ticket", center, parts.seals.topic(center, proof.day, proof.number))
    rows, position = parts.topics.paint(topic)
    queue = TopicName("queue", center, ticket.service)
    queued, _ = parts.topics.paint(queue)
    taken = "taken" in request.query_params
    contact = await parts.citizens.contact(ticket.contact) if taken and ticket.contact else None
    slip = slip_of(parts, center, proof.number)
    now = max(parts.clock(), hall.now)
    expected, may_be_late = _outlook(hall, ticket, now)
    return await page(
        request,
        "portal/ticket.html",
        refusal,
        taken=taken,
        message=sms_taken(hall.plan, ticket, slip.check_code),
        sent_to=[mask(to) for to in (contact.phone, contact.email) if to] if contact else [],
        ticket=rows["ticket"],
        queue=queued["queue"],
        place=queued.get(f"number/{proof.number}"),
        slip=asdict(slip),
        here=parts.seals.path(center, proof.day, proof.number),
        expected=expected,
        may_be_late=may_be_late,
        now=now,
        push_key=parts.push_key if ticket.contact else "",
        late_rule=late_rule(hall.plan) if ticket.channel is Channel.WEB else "",
        rating=hall.rating(proof.number),
        rating_words=WORDS,
        behind=max(hall.plan.order.slide, 1),
        postponed=ticket.postponed,
        postpones_left=MOST_POSTPONED - ticket.postponed,
        checks_in=hall.plan.check_in is not CheckIn.OFF,
        center={"id": center, "name": hall.plan.name},
        topic=str(topic),
        position=str(position),
    )


def found_ticket(request: Request) -> Ticket:
    """The ticket of a link; raises UnknownNumber, NumberOver."""
    return _found(parts_of(request), *_proof(request))[1]


def _found(parts: Parts, center: str, proof: Proof) -> tuple[Hall, Ticket]:
    """The hall and the ticket behind a link; raises UnknownNumber, NumberOver."""
    if not parts.seals.is_link(proof.seal, center, proof.day, proof.number):
        raise UnknownNumber()
    hall = parts.feed.hall(center)
    if hall.day.date != proof.day:
        year, month, date = proof.day.split("-")
        raise NumberOver(number=proof.number, date=f"{date}/{month}/{year}")
    return hall, hall.ticket(proof.number)


def _outlook(hall: Hall, ticket: Ticket, now: Millis) -> tuple[str, bool]:
    """When a waiting number is likely to be called, in words ("" if it is not waiting), and whether that may be
    after closing."""
    if ticket.state is not TicketState.WAITING:
        return "", False
    wait = expected_of(hall, ticket, now)
    closes = closing(hall.plan, hall.service(ticket.service), now)
    careful = hall.plan.last_number is not LastNumber.OFF and not hall.day.by_hand
    late = careful and closes is not None and now + wait.high > closes
    step = timedelta(minutes=STEP_MINUTES)
    midnight = hall.plan.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    here = hall.plan.local(now)
    earliest = midnight + (hall.plan.local(now + wait.low) - midnight) // step * step
    latest = midnight - (midnight - hall.plan.local(now + wait.high)) // step * step
    if latest.date() != here.date():
        return "", late
    return f"trước {latest:%H:%M}" if earliest <= here else f"{earliest:%H:%M}–{latest:%H:%M}", late
