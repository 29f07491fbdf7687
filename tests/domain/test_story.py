"""What happened to a number, in sentences."""

import pytest

from app.domain.commands import Cancel, CheckInTicket, MoveTicket
from app.domain.events import Expired, Promised
from app.domain.plan import Channel
from app.domain.presses import Absent, Finish, Next, Park, Recall, ReturnToQueue, Start, Transfer, UndoLast
from app.domain.story import Step, steps
from tests.conftest import Played

LAN = "staff/lan"


def story(played: Played, number: str) -> list[Step]:
    """What every change since the beginning says of a number."""
    found = []
    for change in played.changes:
        found += steps(played.hall.plan, number, played.clock(), LAN, change.events, change.sets)
    return found


def told(played: Played, number: str) -> list[str]:
    return [step.vi for step in story(played, number)]


def test_a_visit_from_beginning_to_end(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    other = played.issue("visa")
    played.sit("86", LAN)
    played.clock.forward(120_000)
    for key in (Next, Recall, Start):
        played.press(key, "86")
    played.do(Finish(LAN, "86", played.hall.counter("86").turn, outcome=played.hall.plan.outcomes[0]))
    assert told(played, number) == [
        "Lấy số tại ki-ốt, lĩnh vực Visa; mời đến trước 08:11.",
        "Gọi đến quầy 86 vì chờ lâu nhất (2 phút) trong 2 số đang chờ.",
        "Gọi lần 2 đến quầy 86.",
        "Đã đến quầy 86.",
        "Xong ở quầy 86: Đã tiếp nhận hồ sơ.",
    ]
    assert [step.en for step in story(played, number)][1:3] == [
        "Called to counter 86 because it had waited longest (2 min) of the 2 waiting.",
        "Called to counter 86, time 2.",
    ]
    assert len(told(played, other)) == 1


def test_a_number_that_is_set_aside_comes_and_goes_back(played: Played) -> None:
    number = played.issue("visa")
    played.sit("86", LAN)
    for key in (Next, UndoLast, Next, Absent):
        played.press(key, "86")
    played.do(CheckInTicket("citizen/hoa", played.hall.day.date, number))
    played.press(Next, "86")
    played.press(ReturnToQueue, "86")
    said = told(played, number)
    assert said[1].startswith("Gọi đến quầy 86 ")
    assert said[2] == "Hoàn tác: lần gọi không tính, chờ lại ở chỗ cũ."
    assert said[4:7] == [
        "Đến lượt ở quầy 86 khi người giữ số chưa có mặt: được giữ lại.",
        "Báo có mặt.",
        "Đã có mặt: được xếp lên đầu hàng.",
    ]
    assert said[8] == "Trả về hàng chờ."


def test_a_number_that_is_sent_on_moved_put_away_and_given_back(played: Played) -> None:
    number = played.issue("visa", channel=Channel.KIOSK)
    played.sit("86", LAN)
    played.press(Next, "86")
    played.do(Transfer(LAN, "86", played.hall.counter("86").turn, service="y-te"))
    changed = played.hall.ticket(number).changed
    played.do(MoveTicket("staff/quan", played.hall.day.date, number, changed, to="86"))
    played.press(Next, "86")
    played.press(Park, "86")
    played.do(Cancel(LAN, played.hall.day.date, number))
    said = told(played, number)
    assert said[2:4] == ["Chuyển đến lĩnh vực Y tế.", "Được chuyển đến quầy 86."]
    assert said[5:] == ["Tạm gác ở quầy 86.", "Được trả lại."]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (Expired("86001", "late", ""), "Hết hiệu lực vì quá giờ hẹn."),
        (Promised("86001", 1_585_880_220_000, ""), "Giờ hẹn lùi đến 09:17."),
    ],
)
def test_what_time_does_to_a_number(played: Played, event: Expired | Promised, sentence: str) -> None:
    assert [step.vi for step in steps(played.hall.plan, "86001", 1, "system", (event,), {})] == [sentence]
    assert steps(played.hall.plan, "86002", 1, "system", (event,), {}) == []
