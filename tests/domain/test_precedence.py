"""Why was he called before me? One sentence for every case, in both languages."""

from dataclasses import replace

import pytest

from app.domain.commands import CheckInTicket, Issue, SetPlan
from app.domain.order import next_for
from app.domain.plan import Channel, CheckIn
from app.domain.precedence import why_before, why_next
from app.domain.presses import CallNumber, Next, ReturnToQueue, Transfer
from app.domain.refusals import UnknownNumber
from tests.conftest import Played

MINUTE = 60_000


def ticket(played: Played, service: str = "visa", group: str = "", channel: Channel = Channel.KIOSK) -> str:
    """A number taken; a minute passes."""
    request = f"request-{played.hall.version}"
    number = played.do(Issue("device/ki-ot", request, service, channel, group=group)).answer.number
    played.clock.forward(MINUTE)
    return number


@pytest.fixture
def at_work(played: Played) -> Played:
    played.sit("86")
    return played


def call(played: Played) -> None:
    played.press(Next, "86")
    played.clock.forward(MINUTE)


def test_who_came_first_is_first(at_work: Played) -> None:
    first, second = ticket(at_work), ticket(at_work)
    call(at_work)
    vi = why_before(at_work.hall, first, second, "vi")
    assert vi.startswith("Số 86001 được gọi đến quầy 86 lúc 08:02 vì chờ lâu nhất")
    assert vi.endswith("Số 86001 lấy lúc 08:00, trước số 86002 (08:01).")
    assert why_before(at_work.hall, first, second, "en").endswith(
        "Number 86001 was taken at 08:00, before 86002 (08:01)."
    )


def test_a_priority_group_goes_before_who_came_earlier(at_work: Played) -> None:
    earlier, favoured = ticket(at_work), ticket(at_work, group="cao-tuoi")
    call(at_work)
    said = why_before(at_work.hall, favoured, earlier, "vi")
    assert "vì đến lượt nhóm ưu tiên “Người từ 80 tuổi”" in said
    assert said.endswith("Số 86001 lấy trước (08:00 so với 08:01) nhưng không thuộc diện được gọi trước ấy.")


def test_it_was_not_so(at_work: Played) -> None:
    first, second = ticket(at_work), ticket(at_work)
    said = why_before(at_work.hall, first, second, "vi")
    assert said == "Số 86001 đang chờ, còn 0 số phía trước. Số 86001 chưa được gọi trước số 86002."
    call(at_work)
    call(at_work)
    assert why_before(at_work.hall, second, first, "vi").endswith(
        "Số 86001 được gọi trước, lúc 08:02 đến quầy 86."
    )


def test_the_other_was_taken_after_the_call(at_work: Played) -> None:
    first = ticket(at_work)
    call(at_work)
    later = ticket(at_work)
    assert why_before(at_work.hall, first, later, "vi").endswith("Số 86002 lấy lúc 08:02, sau lần gọi ấy.")


def test_the_other_waits_for_what_the_counter_does_not_serve(at_work: Played) -> None:
    other, first = ticket(at_work, "y-te"), ticket(at_work)
    call(at_work)
    said = why_before(at_work.hall, first, other, "vi")
    assert said.endswith(f"Số {other} ở hàng chờ khác: quầy 86 không phục vụ “Y tế”.")


def test_the_holder_of_the_other_was_not_there(at_work: Played) -> None:
    at_work.do(SetPlan("staff/quan", replace(at_work.hall.plan, check_in=CheckIn.REQUIRED)))
    away, first = ticket(at_work, channel=Channel.WEB), ticket(at_work)
    call(at_work)
    said = why_before(at_work.hall, first, away, "vi")
    assert said.endswith("Lúc ấy người giữ số 86001 chưa xác nhận có mặt.")
    at_work.do(CheckInTicket("staff/lan", at_work.hall.day.date, away))
    assert why_before(at_work.hall, first, away, "vi") == said  # he came after the call


def test_the_other_came_back_into_the_queue(at_work: Played) -> None:
    first, second = ticket(at_work), ticket(at_work)
    call(at_work)
    at_work.press(ReturnToQueue, "86")
    call(at_work)
    said = why_before(at_work.hall, second, first, "vi")
    assert said.endswith("Số 86001 được gọi trước, lúc 08:02 đến quầy 86, rồi trở lại hàng chờ.")


def test_a_clerk_called_it_by_its_number(at_work: Played) -> None:
    first, second = ticket(at_work), ticket(at_work)
    turn = at_work.hall.counter("86").turn
    at_work.do(CallNumber("staff/86", "86", turn, number=second))
    said = why_before(at_work.hall, second, first, "vi")
    assert "vì nhân viên gọi đích danh số này" in said
    assert said.endswith("Số 86001 chờ theo thứ tự; lần gọi ấy không theo thứ tự.")


def test_an_unknown_number_is_refused(at_work: Played) -> None:
    number = ticket(at_work)
    with pytest.raises(UnknownNumber):
        why_before(at_work.hall, number, "86999", "vi")


def test_the_next_one_says_why_by_every_rule(at_work: Played) -> None:
    def said(counter: str = "86") -> tuple[str, str]:
        planned = at_work.hall.counter_plan(counter)
        pick = next_for(at_work.hall, planned)
        assert pick
        return pick.ticket.number, why_next(at_work.hall, planned, pick, "vi")

    ticket(at_work)
    ticket(at_work)
    assert said() == ("86001", "chờ lâu nhất trong 2 số")
    ticket(at_work, group="cao-tuoi")
    assert said() == ("86003", "đến lượt nhóm ưu tiên “Người từ 80 tuổi”")
    ticket(at_work, group="cao-tuoi")
    ticket(at_work, group="cao-tuoi")
    call(at_work)
    call(at_work)
    assert said() == ("86001", "sau các số ưu tiên, đến lượt số thường")
    turn = at_work.hall.counter("86").turn
    at_work.do(Transfer("staff/86", "86", turn, to="85"))
    assert said("85") == ("86004", "được chuyển riêng đến quầy này")
    call(at_work)
    at_work.do(ReturnToQueue("staff/86", "86", at_work.hall.counter("86").turn, front=True))
    assert said() == ("86001", "được xếp lên đầu hàng")
