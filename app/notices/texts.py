"""What notices say: pure, from a plan and a ticket. The SMS is the notice's of April 2020 with a check code."""

import io
from dataclasses import dataclass
from datetime import datetime

import segno

from app.domain.facts import Ticket
from app.domain.plan import Plan

SMS_MOST = 160  # characters of one SMS in the GSM-7 alphabet (3GPP TS 23.038, 6.2.1)


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail: subject, plain text, the QR of the live page as a PNG; the sender adds addresses."""

    subject: str
    text: str
    qr: bytes
    qr_name: str


def sms(plan: Plan, ticket: Ticket, check_code: str) -> str:
    """The one SMS for a number taken: GSM-7 letters only, at most 160 of them."""
    before = plan.local(ticket.arrive_before)
    return (
        f"So giao dich {ticket.number}. Ban vui long den truoc {before:%H:%M} phut ngay {before:%d/%m/%Y}. "
        f"Sau thoi gian tren vui long lay so khac tai trung tam. Ma xac nhan {check_code}"
    )


def mail(plan: Plan, ticket: Ticket, check_code: str, link: str) -> Mail:
    """The e-mail for a number taken, with diacritics, the place and the link of the live page."""
    before = plan.local(ticket.arrive_before)
    service = plan.service(ticket.service)
    zone = plan.zone(service.zone) if service else None
    where = f"{service.name}, {zone.name}" if service and zone else ""
    return Mail(
        f"Số giao dịch {ticket.number} – {plan.name}",
        f"Số giao dịch của bạn: {ticket.number}\n"
        f"Lĩnh vực: {where}\n"
        f"Nơi đến: {plan.name}\n\n"
        f"Bạn vui lòng đến trước {clock(before)}.\n"
        "Sau thời gian trên vui lòng lấy số khác tại trung tâm.\n\n"
        f"Mã xác nhận: {check_code}\n"
        f"Theo dõi số của bạn: {link}\n"
        "hoặc quét mã QR kèm theo.\n",
        _png(link),
        f"so-{ticket.number}.png",
    )


def _png(link: str) -> bytes:
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def clock(moment: datetime) -> str:
    """A moment as Vietnamese readers write it: `15:17 ngày 03/04/2020`."""
    return f"{moment:%H:%M} ngày {moment:%d/%m/%Y}"


def mask(contact: str) -> str:
    """A contact as it may be shown to who knows it: `+84912•••678`, `ng•••@vidu.vn`."""
    name, at, domain = contact.partition("@")
    return f"{name[:2]}•••@{domain}" if at else f"{contact[:6]}•••{contact[-3:]}"
