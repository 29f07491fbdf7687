"""What notices say: pure, from a plan and a step of a ticket. One text for each kind of step: the e-mail has it
with diacritics, the SMS is the same without. A number taken is told as the notice of April 2020 tells it.
"""

import io
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import segno

from app.domain.facts import Ticket
from app.domain.hours import last_closing
from app.domain.plan import CheckIn, LateRule, Plan
from app.notices.letter import calendar, letter
from app.notices.steps import Kind, Step

SMS_MOST = 160  # septets of one SMS in the GSM-7 alphabet (3GPP TS 23.038, 6.2.1)
TWICE = frozenset("^{}\\[~]|€\f")  # letters of its extension table (6.2.1.1), which take two septets
ANOTHER = "vui lòng lấy số khác tại trung tâm"


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail: subject, plain text, the QR of the live page as a PNG or nothing, the same text as HTML, which
    shows the picture `cid:qr`, and a calendar's file; "" where there is none. The sender adds addresses."""

    subject: str
    text: str
    qr: bytes = b""
    qr_name: str = ""
    html: str = ""
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the phone shows: `path` is opened by a touch; `tag`: a later one takes the place of an earlier;
    `urgent`: it stays until it is touched."""

    title: str
    body: str
    path: str
    tag: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """A text in Vietnamese: the subject of the e-mail after its number, the sentences without their last stop, and
    whether the check code is still of use."""

    subject: str
    sentences: tuple[str, ...]
    with_code: bool = True


def sms(plan: Plan, step: Step, check_code: str) -> str:
    """The one SMS for a step: GSM-7 letters only, at most 160 septets of them."""
    said = _say(plan, step)
    return plain(". ".join((*said.sentences, *([f"Mã xác nhận {check_code}"] if said.with_code else []))))


def sms_taken(plan: Plan, ticket: Ticket, check_code: str) -> str:
    """The SMS for a number taken, as its page shows it too."""
    return sms(plan, Step(Kind.TAKEN, ticket), check_code)


def mail(plan: Plan, step: Step, check_code: str, link: str) -> Mail:
    """The e-mail for a step, with diacritics, the place and the link of the live page."""
    ticket, said = step.ticket, _say(plan, step)
    service = plan.service(ticket.service)
    zone = plan.zone(service.zone) if service else None
    lines = [
        f"Số giao dịch của bạn: {ticket.number}",
        f"Lĩnh vực: {service.name}, {zone.name}" if service and zone else "",
        f"Nơi đến: {plan.name}",
        "",
        *(f"{sentence}." for sentence in said.sentences),
        "",
        f"Mã xác nhận: {check_code}" if said.with_code else "",
        f"Theo dõi số của bạn: {link}",
        "hoặc quét mã QR kèm theo.",
    ]
    subject = f"Số giao dịch {ticket.number}{said.subject} – {plan.name}"
    text = "\n".join(lines) + "\n"
    html = letter(ticket.number, lines[1:3], said.sentences, check_code if said.with_code else "", link)
    return Mail(subject, text, _png(link), f"so-{ticket.number}.png", html, calendar(plan, step, link))


def shown(plan: Plan, step: Step, path: str) -> Shown:
    """What a phone shows of a step; of one number the last thing said stands there alone."""
    number, said = step.ticket.number, _say(plan, step)
    title = f"Số {number}{said.subject}"
    return Shown(title, f"{'. '.join(said.sentences)}.", path, f"number-{number}", step.kind is Kind.CALLED)


def _say(plan: Plan, step: Step) -> _Said:
    ticket = step.ticket
    number, before = ticket.number, plan.local(ticket.arrive_before)
    match step.kind:
        case Kind.TAKEN:
            until = f"Bạn vui lòng đến trước {before:%H:%M} phút ngày {before:%d/%m/%Y}"
            return _Said("", (f"Số giao dịch {number}", until, late_rule(plan)))
        case Kind.RAISED:
            until = f"nay vui lòng đến trước {clock(before)} là được"
            return _Said(": đến muộn hơn được", (f"Số {number}: hàng chờ chậm hơn dự kiến, {until}",))
        case Kind.NEAR:
            left = f"còn {step.ahead} số nữa là đến lượt bạn" if step.ahead else "bạn là người tiếp theo"
            return _Said(": sắp đến lượt", (f"Số {number}: {left}", _come(plan, ticket)))
        case Kind.CALLED:
            called = f"Số {number} đang được gọi"
            return _Said(f": mời đến quầy {step.counter}", (called, f"Mời bạn đến quầy {step.counter} ngay"))
        case Kind.WITHDRAWN:
            back = f"Số {number} vừa được gọi nhầm và vẫn giữ thứ tự"
            return _Said(": lượt gọi được rút lại", (back, "Xin lỗi bạn, mời bạn chờ gọi lại"))
        case Kind.ASIDE:
            turn = f"Số {number} đã đến lượt ở quầy {step.counter} khi bạn chưa có mặt"
            return _Said(": đã đến lượt", (turn, _aside(plan, before)))
        case Kind.AGAIN:
            again = f"Số {number} được gọi lại trước các số khác, chỉ một lần"
            return _Said(": sắp được gọi lại", (again, "Mời bạn đến trung tâm ngay"))
        case Kind.SLID:
            slid = f"Số {number} quá giờ nên {_behind(plan)}, chỉ một lần"
            return _Said(": lùi lại vì quá giờ", (slid, "Mời bạn đến trung tâm ngay"))
        case Kind.EXPIRED:
            gone = f"Số {number} đã hết hiệu lực vì bạn chưa có mặt trước {clock(before)}"
            return _Said(": hết hiệu lực", (gone, f"Bạn {ANOTHER}"), with_code=False)
        case Kind.MISSED:
            gone = f"Số {number} đã được gọi nhưng không có ai đến quầy, nay hết hiệu lực"
            return _Said(": hết hiệu lực", (gone, f"Bạn {ANOTHER}"), with_code=False)
        case Kind.CANCELLED:
            gone = f"Rất tiếc, số {number} đã bị trung tâm hủy"
            return _Said(": đã bị hủy", (gone, f"Bạn {ANOTHER}"), with_code=False)
        case Kind.CLOSED:
            gone = f"Rất tiếc, trung tâm đã {_ended(plan, ticket)}, số {number} hết hiệu lực"
            return _Said(": hết hiệu lực", (gone, "Mời bạn lấy số vào ngày làm việc sau"), with_code=False)
        case _:
            assert_never(step.kind)


def late_rule(plan: Plan) -> str:
    """What becomes of a number whose holder comes late: the plan's rule."""
    match plan.late:
        case LateRule.EXPIRE:
            return f"Sau thời gian trên {ANOTHER}"
        case LateRule.SLIDE:
            return f"Sau thời gian trên số {_behind(plan)}, chỉ một lần"
        case _:
            assert_never(plan.late)


def _behind(plan: Plan) -> str:
    return f"lùi lại sau {plan.order.slide} số khác" if plan.order.slide else "được xếp lại vào hàng"


def _aside(plan: Plan, before: datetime) -> str:
    """What the holder of a number set aside is to do now."""
    if plan.check_in is CheckIn.OFF:
        return f"Số được gọi lại lúc {before:%H:%M}, chỉ một lần, mời bạn đến ngay"
    return f"Mời đến và xác nhận có mặt trước {before:%H:%M} để được gọi lại"


def _come(plan: Plan, ticket: Ticket) -> str:
    """What somebody is to do before whom few go."""
    if not ticket.is_awaited:
        return "Mời bạn đến gần quầy"
    if plan.check_in is CheckIn.REQUIRED:
        return "Mời bạn đến trung tâm và xác nhận có mặt ngay"
    return "Mời bạn đến trung tâm ngay"


def _ended(plan: Plan, ticket: Ticket) -> str:
    """How the day ended for a ticket that ended with it."""
    day = plan.local(ticket.issued_at).date()
    closing = last_closing(plan, day)
    is_early = closing is not None and ticket.ended_at < closing
    return f"{'đóng cửa sớm' if is_early else 'kết thúc'} ngày làm việc {day:%d/%m/%Y}"


def septets(text: str) -> int:
    """How long a text of GSM-7 letters is in an SMS."""
    return len(text) + sum(letter in TWICE for letter in text)


def plain(text: str) -> str:
    """A Vietnamese text without its diacritics: the letters of every phone."""
    spelled = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in spelled if not unicodedata.combining(letter))


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
