"""A ticket as pages and slips show it, and its page: `/tickets/<center>/<day>/<number>/<seal>`."""

from dataclasses import dataclass

import segno
from starlette.requests import Request
from starlette.responses import Response

from app.domain.facts import Ticket
from app.domain.order import ahead
from app.domain.refusals import NumberOver, UnknownNumber
from app.notices.texts import mask, sms_taken
from app.topics import TopicName
from app.web.answers import page
from app.web.parts import Parts, parts_of


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything printed or shown of a number just taken. `qr` is SVG markup, `link` the ticket's page."""

    number: str
    center: str
    service: str
    zone: str
    counters: list[str]
    ahead: int
    arrive_time: str
    arrive_date: str
    taken_time: str
    check_code: str
    link: str
    qr: str


def slip_of(parts: Parts, center: str, number: str) -> Slip:
    """The slip of a number of today."""
    hall = parts.feed.hall(center)
    ticket = hall.ticket(number)
    plan = hall.plan
    service = hall.service(ticket.service)
    before, taken = plan.local(ticket.arrive_before), plan.local(ticket.issued_at)
    link = link_of(parts, center, ticket)
    return Slip(
        number=number,
        center=plan.name,
        service=service.name,
        zone=hall.zone(service.zone).name,
        counters=[counter.id for counter in plan.counters_of(service.id)],
        ahead=ahead(hall, ticket),
        arrive_time=f"{before:%H:%M}",
        arrive_date=f"{before:%d/%m/%Y}",
        taken_time=f"{taken:%H:%M %d/%m/%Y}",
        check_code=parts.seals.check_code(center, hall.day.date, number),
        link=link,
        qr=segno.make(link, error="m").svg_inline(scale=4, border=2),
    )


def link_of(parts: Parts, center: str, ticket: Ticket) -> str:
    return parts.settings.origin + parts.seals.path(center, parts.feed.hall(center).day.date, ticket.number)


async def ticket_page(request: Request) -> Response:
    """GET: the live page of one number, for whoever has the link; `?taken=1` right after taking it."""
    parts = parts_of(request)
    center, day, number, seal = (request.path_params[name] for name in ("center", "day", "number", "seal"))
    if not parts.seals.is_link(seal, center, day, number):
        raise UnknownNumber()
    hall = parts.feed.hall(center)
    if hall.day.date != day:
        year, month, date = day.split("-")
        raise NumberOver(number=number, date=f"{date}/{month}/{year}")
    ticket = hall.ticket(number)
    slip = slip_of(parts, center, number)
    topic = TopicName("ticket", center, parts.seals.topic(center, day, number))
    rows, position = parts.topics.paint(topic)
    taken = "taken" in request.query_params
    contact = await parts.citizens.contact(ticket.contact) if taken and ticket.contact else None
    return await page(
        request,
        "portal/ticket.html",
        taken=taken,
        message=sms_taken(hall.plan, ticket, slip.check_code),
        sent_to=[mask(to) for to in (contact.phone, contact.email) if to] if contact else [],
        ticket=rows["ticket"],
        arrive_time=slip.arrive_time,
        arrive_date=slip.arrive_date,
        check_code=slip.check_code,
        qr=slip.qr,
        link=slip.link,
        center={"id": center, "name": hall.plan.name},
        topic=str(topic),
        position=str(position),
    )
