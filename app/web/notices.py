"""The page of notices: what went out today, what waits, what was given up and why, and sending it again; what SMS
cost; how the modem is. For operators and supervisors. Contacts are masked, names are not shown.
"""

from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.plan import Plan
from app.notices.outgoing import WAYS, Way
from app.notices.record import Dead, Outcome
from app.notices.steps import Kind
from app.notices.texts import mask
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.answers import page
from app.web.modem import show_modem
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.portal import field

MOST_LISTED = 200
KINDS = {
    Kind.TAKEN: "Lấy số",
    Kind.RAISED: "Được đến muộn hơn",
    Kind.NEAR: "Sắp đến lượt",
    Kind.CALLED: "Đang được gọi",
    Kind.WITHDRAWN: "Rút lại lượt gọi",
    Kind.ASIDE: "Đến lượt khi vắng mặt",
    Kind.AGAIN: "Sắp được gọi lại",
    Kind.SLID: "Lùi lại vì quá giờ",
    Kind.EXPIRED: "Hết hiệu lực",
    Kind.MISSED: "Gọi không có người",
    Kind.CANCELLED: "Trung tâm hủy số",
    Kind.CLOSED: "Hết ngày làm việc",
}
WORDS: dict[Way, str] = {"sms": "SMS", "mail": "E-mail", "push": "Trình duyệt"}


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of notice today: how many went by each way, how many wait, how many were given up; of SMS by a modem,
    how many came to their phones and how many never will."""

    kind: str
    sent: tuple[int, ...]
    waits: int
    given_up: int
    delivered: int
    undelivered: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that was given up, as it is listed."""

    key: str
    at: str
    number: str
    kind: str
    way: str
    to: str
    reason: str


async def show(request: Request) -> Response:
    """GET /admin/<center>/notices."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    plan = parts.feed.hall(center).plan
    today = plan.local(parts.clock()).date().isoformat()
    dead = await parts.record.dead(center)
    waiting = [notice for notice in await parts.record.out() if notice.center == center]
    lines = _lines(await parts.record.day(center, today), Counter(notice.kind for notice in waiting))
    modem = await show_modem(parts, plan)
    return await page(
        request,
        "admin/notices.html",
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": plan.name},
        ways=[WORDS[way] for way in WAYS],
        lines=lines,
        modem=modem,
        has_reports=modem is not None or any(line.delivered or line.undelivered for line in lines),
        waiting=len(waiting),
        meter=await parts.meter.read(today),
        dead=[await _letter(parts, plan, one) for one in dead[:MOST_LISTED]],
        dead_count=len(dead),
        now=f"{plan.local(parts.clock()):%H:%M}",
    )


async def send_again(request: Request) -> Response:
    """POST: one of the dead letters (`key`), or all of them ("")."""
    center = request.path_params["center"]
    await staff_at(request, center, *KEEPERS)
    record, key = parts_of(request).record, await field(request, "key", 200)
    await record.send_again(center, [key] if key else [one.notice.key for one in await record.dead(center)])
    return RedirectResponse(f"/admin/{center}/notices", 303)


def _lines(counted: Counter[tuple[Way, Kind, Outcome]], waiting: Counter[Kind]) -> list[Line]:
    """A line for each kind of which there is something to tell."""
    lines = []
    for kind, word in KINDS.items():
        sent = tuple(counted[way, kind, Outcome.SENT] for way in WAYS)
        given_up = sum(counted[way, kind, Outcome.GIVEN_UP] for way in WAYS)
        if any(sent) or given_up or waiting[kind]:
            came = (counted["sms", kind, outcome] for outcome in (Outcome.DELIVERED, Outcome.UNDELIVERED))
            lines.append(Line(word, sent, waiting[kind], given_up, *came))
    return lines


async def _letter(parts: Parts, plan: Plan, dead: Dead) -> Letter:
    notice = dead.notice
    contact = await parts.citizens.contact(notice.contact)
    ways = {"sms": contact.phone, "mail": contact.email, "push": "•"} if contact else {}
    to = ways.get(notice.way, "")
    return Letter(
        notice.key,
        f"{plan.local(dead.at):%H:%M %d/%m}",
        notice.ticket.number,
        KINDS[notice.kind],
        WORDS[notice.way],
        mask(to) if to else "đã xóa",
        dead.reason,
    )
