"""Why one number was called before another, and why the next one will be: for whoever sits at a counter and is
asked on the spot. One sentence each, in Vietnamese and English."""

from app.domain.facts import Ticket, Why
from app.domain.hall import Hall
from app.domain.order import Pick, queues_of
from app.domain.plan import Channel, CheckIn, CounterPlan, Millis
from app.domain.states import Reason, TicketState
from app.domain.why import why

NEXT: dict[Reason, tuple[str, str]] = {
    Reason.FIRST_COME: ("chờ lâu nhất trong {waiting} số", "waits longest of {waiting}"),
    Reason.FAVOURED: ("đến lượt nhóm ưu tiên “{group}”", "the turn of the priority group “{group}”"),
    Reason.ORDINARY: (
        "sau các số ưu tiên, đến lượt số thường",
        "after the priority numbers, the turn of the others",
    ),
    Reason.HEAD_START: ("nhóm “{group}” được tính sớm {start} phút", "“{group}” counts from {start} min before"),
    Reason.OVERTAKEN: ("đã nhường {most} lượt", "{most} others have gone before it"),
    Reason.IN_FRONT: ("được xếp lên đầu hàng", "was put in front"),
    Reason.SENT_HERE: ("được chuyển riêng đến quầy này", "was sent to this very counter"),
}
BY_HAND = {Reason.BY_NUMBER, Reason.TAKEN_UP}


def why_next(hall: Hall, planned: CounterPlan, pick: Pick, language: str) -> str:
    """Why a counter will call the one it will call; without minutes, so that it stays true while they pass."""
    group = hall.plan.group(pick.ticket.group)
    return NEXT[pick.reason][0 if language == "vi" else 1].format(
        waiting=sum(hall.waiting(queue) for queue in queues_of(planned)),
        group=group.name if group else "",
        start=f"{group.head_start:g}" if group else "0",
        most=hall.plan.order.most_overtaken,
    )


def why_before(hall: Hall, number: str, other: str, language: str) -> str:
    """Why `number` was called before `other`, in `vi` or `en`; raises UnknownNumber."""
    vi, en = _compared(hall, hall.ticket(number), hall.ticket(other))
    return f"{why(hall, number, language)} {vi if language == 'vi' else en}"


def _compared(hall: Hall, first: Ticket, other: Ticket) -> tuple[str, str]:
    a, b = first.number, other.number
    called, theirs = hall.why(a), hall.why(b)
    if called is None:
        return f"Số {a} chưa được gọi trước số {b}.", f"Number {a} has not been called before {b}."
    if theirs and theirs.at < called.at:
        at, again = _clock(hall, theirs.at), other.state is TicketState.WAITING
        vi, en = (", rồi trở lại hàng chờ", ", and then came back into the queue") if again else ("", "")
        return (
            f"Số {b} được gọi trước, lúc {at} đến quầy {theirs.counter}{vi}.",
            f"Number {b} was called before, at {at} to counter {theirs.counter}{en}.",
        )
    if other.issued_at > called.at:
        at = _clock(hall, other.issued_at)
        return f"Số {b} lấy lúc {at}, sau lần gọi ấy.", f"Number {b} was taken at {at}, after that call."
    return _both_waited(hall, called, first, other)


def _both_waited(hall: Hall, called: Why, first: Ticket, other: Ticket) -> tuple[str, str]:
    """Both were taken, and neither called: what set them apart."""
    b, planned = other.number, hall.plan.counter(called.counter)
    if planned and other.service not in planned.services and other.only != planned.id:
        name = hall.service(other.service).name
        return (
            f"Số {b} ở hàng chờ khác: quầy {planned.id} không phục vụ “{name}”.",
            f"Number {b} waits in another queue: counter {planned.id} does not serve “{name}”.",
        )
    is_away = other.channel is Channel.WEB and not 0 < other.arrived_at <= called.at
    if is_away and hall.plan.check_in is CheckIn.REQUIRED:
        return (
            f"Lúc ấy người giữ số {b} chưa xác nhận có mặt.",
            f"The holder of {b} had not checked in by then.",
        )
    return _by_time(hall, called, first, other)


def _by_time(hall: Hall, called: Why, first: Ticket, other: Ticket) -> tuple[str, str]:
    a, b = first.number, other.number
    mine, theirs = _clock(hall, first.issued_at), _clock(hall, other.issued_at)
    if called.reason in BY_HAND:
        return (
            f"Số {b} chờ theo thứ tự; lần gọi ấy không theo thứ tự.",
            f"Number {b} waits in turn; that call was not in turn.",
        )
    if first.issued_at <= other.issued_at:
        return (
            f"Số {a} lấy lúc {mine}, trước số {b} ({theirs}).",
            f"Number {a} was taken at {mine}, before {b} ({theirs}).",
        )
    return (
        f"Số {b} lấy trước ({theirs} so với {mine}) nhưng không thuộc diện được gọi trước ấy.",
        f"Number {b} was taken before ({theirs}, not {mine}) but that precedence is not its own.",
    )


def _clock(hall: Hall, moment: Millis) -> str:
    return f"{hall.plan.local(moment):%H:%M}"
