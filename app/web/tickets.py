"""A ticket as pages and slips show it. Used by the API, the ticket's page and whoever prints."""

from dataclasses import dataclass

import segno

from app.domain.facts import Ticket
from app.domain.order import ahead
from app.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Slip:
    """Everything printed or shown of a number just taken. `qr` is SVG markup, `link` the ticket's page,
    `group` the name of its priority group."""

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
    group: str = ""


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
        group=group.name if (group := plan.group(ticket.group)) else "",
    )


def link_of(parts: Parts, center: str, ticket: Ticket) -> str:
    return parts.settings.origin + parts.seals.path(center, parts.feed.hall(center).day.date, ticket.number)
