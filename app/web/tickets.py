"""A ticket as pages and slips show it. Used by the API, the ticket's page and whoever prints."""

from functools import lru_cache

import segno

from app.domain.estimate import Range
from app.domain.facts import Ticket
from app.domain.order import ahead
from app.views.slip import Slip
from app.views.waits import wait_words
from app.web.parts import Parts


def slip_of(parts: Parts, center: str, number: str, with_qr: bool = True) -> Slip:
    """The slip of a number of today. A QR takes longer to draw than a number to issue: whoever has no use for it
    does without."""
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
        counters=[counter.id for counter in hall.counters_of(service.id)],
        ahead=ahead(hall, ticket),
        wait=_expected(ticket),
        arrive_time=f"{before:%H:%M}",
        arrive_date=f"{before:%d/%m/%Y}",
        taken_time=f"{taken:%H:%M %d/%m/%Y}",
        check_code=parts.seals.check_code(center, hall.day.date, number),
        link=link,
        qr=_qr(link) if with_qr else "",
        group=group.name if (group := plan.group(ticket.group)) else "",
    )


@lru_cache(maxsize=2_000)  # about 6 KB each
def _qr(link: str) -> str:
    return segno.make(link, error="m").svg_inline(scale=4, border=2)


def _expected(ticket: Ticket) -> str:
    """The wait as it was expected when the number was taken."""
    low, high = ticket.low - ticket.issued_at, ticket.high - ticket.issued_at
    return wait_words(Range(low, (low + high) // 2, high))


def link_of(parts: Parts, center: str, ticket: Ticket) -> str:
    return parts.settings.origin + parts.seals.path(center, parts.feed.hall(center).day.date, ticket.number)
