"""What an e-mail carries beside its text: the same as HTML, and a file for calendars. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape

from app.domain.plan import Millis, Plan
from app.domain.states import LIVE
from app.notices.steps import Kind, Step

FOLD = 75  # octets of a line (RFC 5545, 3.1)
LASTS = timedelta(minutes=30)
REMINDED = "-PT30M"  # before the time to arrive by
_TEXT = "margin:0 0 12px;font:16px/1.5 system-ui,Segoe UI,Roboto,Arial,sans-serif;color:#1d2733"
_NUMBER = "margin:0 0 12px;font:700 44px/1.1 system-ui,Segoe UI,Roboto,Arial,sans-serif;color:#0b4f8a"
_LINK = "display:inline-block;padding:12px 20px;border-radius:8px;background:#0b4f8a;color:#ffffff;font-weight:600"


def letter(number: str, where: Iterable[str], sentences: Iterable[str], code: str, link: str) -> str:
    """The HTML of an e-mail: one column, styles in place, as mail programs want it; its picture is the QR."""
    lines = [
        *(escape(line) for line in where if line),
        *(f"<b>{escape(sentence)}.</b>" for sentence in sentences),
        *([f"Mã xác nhận: <b>{escape(code)}</b>"] if code else []),
        f'<a style="{_LINK}" href="{escape(link)}">Theo dõi số của bạn</a>',
        "Mở bằng điện thoại khác: quét mã này.",
        '<img src="cid:qr" width="180" height="180" alt="Mã QR của trang theo dõi">',
    ]
    body = "\n".join(f'<p style="{_TEXT}">{line}</p>' for line in lines)
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>Số {escape(number)}</title></head>\n'
        f'<body style="margin:0;padding:24px;background:#ffffff"><p style="{_NUMBER}">{escape(number)}</p>\n'
        f"{body}\n</body></html>\n"
    )


def calendar(plan: Plan, step: Step, link: str) -> str:
    """A file for calendars (RFC 5545) with the time to arrive by, and a reminder; a later one moves the
    same entry, and takes it away when the number has ended. "" for steps that move nothing."""
    ticket = step.ticket
    is_live = ticket.state in LIVE
    if is_live and step.kind not in (Kind.TAKEN, Kind.RAISED):
        return ""
    begins = datetime.fromtimestamp(ticket.arrive_before / 1000, UTC)
    service = plan.service(ticket.service)
    name = service.name if service else plan.name
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Goi So//goiso//VI",
        f"METHOD:{'PUBLISH' if is_live else 'CANCEL'}",
        "BEGIN:VEVENT",
        f"UID:{ticket.number}-{plan.local(ticket.issued_at):%Y%m%d}-{ticket.issued_at}@{plan.id}.goiso",
        f"SEQUENCE:{ticket.changed}",
        f"DTSTAMP:{_utc(max(ticket.issued_at, step.sure_at))}",
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
        f"DTEND:{begins + LASTS:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{_text(f'Số {ticket.number}: đến trước {plan.local(ticket.arrive_before):%H:%M}')}",
        f"LOCATION:{_text(plan.name)}",
        f"DESCRIPTION:{_text(f'{name} – {link}')}",
        f"URL:{link}",
        f"STATUS:{'CONFIRMED' if is_live else 'CANCELLED'}",
        *(_alarm(ticket.number) if is_live else ()),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _alarm(number: str) -> tuple[str, ...]:
    what = _text(f"Số {number} sắp đến giờ hẹn")
    return "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{what}", f"TRIGGER:{REMINDED}", "END:VALARM"


def _utc(moment: Millis) -> str:
    return f"{datetime.fromtimestamp(moment // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """A text as RFC 5545, 3.3.11 writes it."""
    for letter in ("\\", ";", ","):
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; those after the first begin with a space."""
    piece = ""
    for letter in line:
        if len((piece + letter).encode()) > FOLD:
            yield piece
            piece = " "
        piece += letter
    yield piece
