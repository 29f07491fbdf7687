"""Why a number was called, or how it stands: one plain sentence in Vietnamese and English, for whoever asks."""

from app.domain.facts import Candidate, Ticket, Why
from app.domain.hall import Hall
from app.domain.order import ahead
from app.domain.plan import MINUTE, Plan
from app.domain.states import Reason, TicketState

SENTENCES: dict[Reason, tuple[str, str]] = {
    Reason.FIRST_COME: (
        "vì chờ lâu nhất ({waited} phút) trong {waiting} số đang chờ",
        "because it had waited longest ({waited} min) of the {waiting} waiting",
    ),
    Reason.FAVOURED: (
        "vì đến lượt nhóm ưu tiên “{group}” ({waited} phút chờ)",
        "because it was the turn of the priority group “{group}” (after {waited} min)",
    ),
    Reason.ORDINARY: (
        "vì sau các số ưu tiên đến lượt số thường chờ lâu nhất ({waited} phút)",
        "because after the priority numbers it was the turn of the others, and it came first ({waited} min)",
    ),
    Reason.HEAD_START: (
        "vì nhóm ưu tiên “{group}” được tính sớm {head_start} phút so với giờ lấy số",
        "because the priority group “{group}” counts from {head_start} min before its time",
    ),
    Reason.OVERTAKEN: (
        "vì đã nhường {most} lượt, không ai được gọi trước nữa",
        "because {most} others had gone before it, which is the most there may be",
    ),
    Reason.IN_FRONT: (
        "vì được xếp lên đầu: đã gọi trước đó, hoặc được quầy khác hay người điều hành chuyển lên",
        "because it was put in front: it had been called before, or was sent on with precedence",
    ),
    Reason.SENT_HERE: (
        "vì được chuyển riêng đến quầy này",
        "because it was sent to this very counter",
    ),
    Reason.BY_NUMBER: (
        "vì nhân viên gọi đích danh số này",
        "because a clerk called it by its number",
    ),
    Reason.TAKEN_UP: (
        "vì quầy gọi lại số đã tạm gác",
        "because a clerk took it up again after it was put away",
    ),
}
STATES: dict[TicketState, tuple[str, str]] = {
    TicketState.WAITING: ("đang chờ, còn {ahead} số phía trước", "is waiting, {ahead} before it"),
    TicketState.ASIDE: (
        "đã đến lượt khi người giữ số chưa có mặt, được giữ lại đến {before}",
        "came up before its holder was there and is kept until {before}",
    ),
    TicketState.PARKED: ("được quầy {counter} tạm gác", "was put away at counter {counter}"),
    TicketState.CANCELLED: ("đã được trả lại", "was given back"),
    TicketState.EXPIRED: ("đã hết hiệu lực mà chưa được gọi", "has expired without being called"),
}


def why(hall: Hall, number: str, language: str) -> str:
    """The sentence for a number of today, in `vi` or `en`; raises UnknownNumber."""
    ticket = hall.ticket(number)
    at = 0 if language == "vi" else 1
    called = hall.why(number)
    if called is None or ticket.state in STATES:
        return _state(hall, ticket, at)
    said, when = because(hall.plan, called, number, language), f"{hall.plan.local(called.at):%H:%M}"
    if at == 0:
        return f"Số {number} được gọi đến quầy {called.counter} lúc {when} {said}."
    return f"Number {number} was called to counter {called.counter} at {when} {said}."


def because(plan: Plan, called: Why, number: str, language: str) -> str:
    """The reason of a call as the rest of a sentence, and who stood at the head of the queues."""
    at = 0 if language == "vi" else 1
    own = next((c for c in called.candidates if c.number == number), Candidate(number, "", 0))
    group = plan.group(own.group)
    said = SENTENCES[called.reason][at].format(
        waited=own.waited // MINUTE,
        waiting=called.waiting,
        group=group.name if group else own.group,
        head_start=f"{group.head_start:g}" if group else "0",
        most=plan.order.most_overtaken,
    )
    return said + _others(called, number, at)


def _others(called: Why, number: str, at: int) -> str:
    others = [f"{c.number} ({c.waited // MINUTE})" for c in called.candidates if c.number != number]
    if not others:
        return ""
    head = "; cùng lúc đó chờ đầu hàng (phút): " if at == 0 else "; then at the head of the queues (min): "
    return head + ", ".join(others)


def _state(hall: Hall, ticket: Ticket, at: int) -> str:
    said = STATES.get(ticket.state, ("đã kết thúc", "has ended"))[at].format(
        ahead=ahead(hall, ticket), before=f"{hall.plan.local(ticket.arrive_before):%H:%M}", counter=ticket.counter
    )
    return f"Số {ticket.number} {said}." if at == 0 else f"Number {ticket.number} {said}."
