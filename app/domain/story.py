"""What happened to a number, entry by entry, in plain sentences: for staff who answer for it.

Used by `app.stories`, which finds the entries of today or of an earlier day.
"""

from dataclasses import dataclass

from app.domain.events import (
    Called,
    CallRetracted,
    Cancelled,
    CheckedIn,
    Ended,
    Event,
    Expired,
    Issued,
    PaperReserved,
    Parked,
    Promised,
    Rejoined,
    SetAside,
    Started,
    Undone,
)
from app.domain.facts import Facts, Why
from app.domain.plan import Channel, Millis, Plan
from app.domain.why import because

TAKEN = {
    Channel.WEB: ("Lấy số qua mạng", "Taken online"),
    Channel.KIOSK: ("Lấy số tại ki-ốt", "Taken at a kiosk"),
    Channel.DESK: ("Lấy số tại quầy", "Taken at the desk"),
}
REJOINED = {
    "arrived": ("Đã có mặt: được xếp lên đầu hàng", "There: put in front"),
    "deadline": ("Đến giờ hẹn: được xếp lên đầu hàng", "Its time has come: put in front"),
    "late": ("Đến muộn: được xếp lùi lại vài số", "Late: put behind some others"),
    "postponed": (
        "Người giữ số xin thêm thời gian: lùi lại vài số",
        "Its holder asked for more time: behind some others",
    ),
    "returned": ("Trả về hàng chờ", "Returned to the queue"),
    "transferred": ("Chuyển đến {to}", "Sent on to {to}"),
    "moved": ("Được chuyển đến {to}", "Moved to {to}"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: when, who did it (a word of `app.domain.commands`: `staff/lan`), in a sentence."""

    at: Millis
    by: str
    vi: str
    en: str


def steps(plan: Plan, number: str, at: Millis, by: str, events: tuple[Event, ...], sets: Facts) -> list[Step]:
    """What one entry of the journal says of a number; none when it is not concerned."""
    found = []
    for event in events:
        if told := _tell(plan, number, event, sets):
            found.append(Step(at, by, told[0] + ".", told[1] + "."))
    return found


def _tell(plan: Plan, number: str, event: Event, sets: Facts) -> tuple[str, str] | None:
    match event:
        case Undone(called=called, ended=ended, counter=counter) if number in (called, ended):
            if number == called:
                return "Hoàn tác: lần gọi không tính, chờ lại ở chỗ cũ", "Undone: not called, waits where it did"
            return f"Hoàn tác: lại ở quầy {counter}", f"Undone: at counter {counter} again"
        case PaperReserved(first=first, last=last) if len(number) == len(first) and first <= number <= last:
            return f"Dải số {first}–{last} được giữ cho phiếu giấy", f"Numbers {first}–{last} kept for paper"
    if getattr(event, "number", "") != number:
        return None
    return _called(plan, number, event, sets) or _waits(plan, event) or _ends(event)


def _called(plan: Plan, number: str, event: Event, sets: Facts) -> tuple[str, str] | None:
    match event:
        case Called(counter=counter, calls=1):
            why = sets.get(f"why/{number}")
            vi, en = f"Gọi đến quầy {counter}", f"Called to counter {counter}"
            if isinstance(why, Why):
                return f"{vi} {because(plan, why, number, 'vi')}", f"{en} {because(plan, why, number, 'en')}"
            return vi, en
        case Called(counter=counter, calls=calls):
            return f"Gọi lần {calls} đến quầy {counter}", f"Called to counter {counter}, time {calls}"
        case CallRetracted():
            return "Loa đính chính: số này vui lòng chờ", "The voice took the call back"
        case Started(counter=counter):
            return f"Đã đến quầy {counter}", f"Came to counter {counter}"
    return None


def _waits(plan: Plan, event: Event) -> tuple[str, str] | None:
    match event:
        case Issued(service=service, channel=channel, arrive_before=before):
            vi, en = TAKEN[channel]
            name, time = _service(plan, service), f"{plan.local(before):%H:%M}"
            return f"{vi}, lĩnh vực {name}; mời đến trước {time}", f"{en}, {name}; to be there before {time}"
        case Promised(arrive_before=before):
            time = f"{plan.local(before):%H:%M}"
            return f"Giờ hẹn lùi đến {time}", f"To be there before {time} now"
        case CheckedIn():
            return "Báo có mặt", "Checked in"
        case SetAside(counter=counter):
            return (
                f"Đến lượt ở quầy {counter} khi người giữ số chưa có mặt: được giữ lại",
                f"Its turn came at counter {counter} before its holder: kept",
            )
        case Rejoined(why=why, service=service, counter=counter):
            vi, en = REJOINED[why]
            name = _service(plan, service)
            to = (f"quầy {counter}", f"counter {counter}") if counter else (f"lĩnh vực {name}", name)
            return vi.format(to=to[0]), en.format(to=to[1])
        case Parked(counter=counter):
            return f"Tạm gác ở quầy {counter}", f"Put away at counter {counter}"
    return None


def _ends(event: Event) -> tuple[str, str] | None:
    match event:
        case Expired(why="day"):
            return "Hết hiệu lực khi ngày làm việc kết thúc", "Expired when the day ended"
        case Expired():
            return "Hết hiệu lực vì quá giờ hẹn", "Expired: its time had passed"
        case Cancelled():
            return "Được trả lại", "Given back"
        case Ended(counter=counter, how="absent"):
            return f"Không ai đến quầy {counter}: vắng mặt", f"Nobody came to counter {counter}: absent"
        case Ended(counter=counter, outcome=outcome):
            more = f": {outcome}" if outcome else ""
            where = f" ở quầy {counter}" if counter else ""
            return f"Xong{where}{more}", f"Served{f' at counter {counter}' if counter else ''}{more}"
    return None


def _service(plan: Plan, service_id: str) -> str:
    service = plan.service(service_id)
    return service.name if service else service_id
