"""Who comes next, why, and how the last press is taken back."""

from dataclasses import replace

import pytest

from app.domain.commands import CheckInTicket, Issue, Tick
from app.domain.facts import Announcement, Counter, Ticket, Undo, Voice
from app.domain.plan import MINUTE, Channel, CheckIn, Group, Order, OrderRule
from app.domain.presses import (
    Absent,
    AnyPress,
    CallNumber,
    Finish,
    Next,
    Recall,
    ReturnToQueue,
    Transfer,
    UndoLast,
)
from app.domain.refusals import TooLateToUndo
from app.domain.states import Reason, SayKind, SayState, TicketState
from app.domain.undoing import UNDO
from app.domain.why import why
from tests.conftest import Played

OLD = Group("cao-tuoi", "Người từ 80 tuổi", head_start=20.5)


def order(played: Played, rule: OrderRule, most_overtaken: int = 20) -> None:
    plan = played.hall.plan
    wanted = Order(rule, 2, 1, most_overtaken, groups=(OLD,))
    played.hall.apply({"plan": replace(plan, order=wanted, check_in=CheckIn.OPTIONAL)})


def issue(played: Played, group: str = "", channel: Channel = Channel.KIOSK) -> str:
    played.clock.forward(MINUTE)
    request = f"request-{played.hall.version}"
    return played.do(Issue("device/ki-ot", request, "visa", channel, group=group)).answer.number


def calls(played: Played, many: int) -> list[str]:
    return [played.press(Next, "86").number[2:] for _ in range(many)]


def key(played: Played, kind: type[AnyPress], **extra: object) -> str:
    here = played.hall.counter("86")
    return played.do(kind(here.clerk, "86", here.turn, **extra)).answer.number  # type: ignore[arg-type]


def test_groups_and_others_take_their_turns(played: Played) -> None:
    order(played, OrderRule.INTERLEAVE)
    played.sit("86")
    for group in ("", "", "", "cao-tuoi", "cao-tuoi", "cao-tuoi"):
        issue(played, group)
    assert calls(played, 6) == ["004", "005", "001", "006", "002", "003"]


def test_a_head_start_counts_from_before(played: Played) -> None:
    order(played, OrderRule.HEAD_START)
    played.sit("86")
    for group in ("", *[""] * 20, "cao-tuoi"):
        issue(played, group)
    assert calls(played, 3) == ["001", "022", "002"]


def test_nobody_is_overtaken_more_often_than_the_plan_says(played: Played) -> None:
    order(played, OrderRule.INTERLEAVE, most_overtaken=3)
    played.sit("86")
    for group in ("", "", *["cao-tuoi"] * 9):
        issue(played, group)
    assert calls(played, 5) == ["003", "004", "001", "005", "002"]
    reason = played.hall.why("86002")
    assert reason is not None
    assert reason.reason is Reason.OVERTAKEN


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_call_says_why(played: Played, language: str) -> None:
    order(played, OrderRule.INTERLEAVE)
    played.sit("86")
    issue(played)
    issue(played, "cao-tuoi")
    calls(played, 1)
    said = why(played.hall, "86002", language)
    assert "86002" in said
    assert "Người từ 80 tuổi" in said
    assert "{" not in said + why(played.hall, "86001", language)


def test_a_number_called_before_its_time_is_kept_and_comes_in_front(played: Played) -> None:
    order(played, OrderRule.INTERLEAVE)
    played.sit("86")
    online = issue(played, channel=Channel.WEB)
    issue(played)
    issue(played)
    calls(played, 1)
    key(played, Absent)
    assert played.hall.ticket(online).state is TicketState.ASIDE
    assert calls(played, 1) == ["002"]
    played.do(CheckInTicket("device/ki-ot", played.hall.day.date, online))
    assert calls(played, 2) == ["001", "003"]


def test_without_check_in_it_comes_back_at_its_time_once(played: Played) -> None:
    played.hall.apply({"plan": replace(played.hall.plan, check_in=CheckIn.OFF)})
    played.sit("86")
    online = issue(played, channel=Channel.WEB)
    calls(played, 1)
    key(played, Absent)
    played.clock.now = played.hall.ticket(online).arrive_before
    played.do(Tick())
    assert played.do(Tick()).events == ()
    assert calls(played, 1) == ["001"]
    key(played, Absent)
    assert played.hall.ticket(online).state is TicketState.ABSENT


def test_returned_and_transferred_numbers_have_a_written_place(played: Played) -> None:
    played.sit("86")
    for _ in range(6):
        issue(played)
    calls(played, 1)
    key(played, ReturnToQueue)  # behind three
    assert calls(played, 4) == ["002", "003", "004", "001"]
    key(played, ReturnToQueue, front=True)
    assert calls(played, 1) == ["001"]
    key(played, Transfer, service="du-lich")
    assert played.hall.waiting("du-lich") == 1
    assert key(played, CallNumber, number="86006") == "86006"


@pytest.mark.parametrize("kind", [Next, Absent, Finish])
@pytest.mark.parametrize("after", [0, 200, 5000, UNDO - 1])
def test_undo_puts_everything_back(played: Played, kind: type[AnyPress], after: int) -> None:
    played.sit("86")
    issue(played)
    issue(played)
    played.clock.forward(MINUTE)
    calls(played, 1)
    played.clock.forward(MINUTE)
    before = dict(played.hall.facts)
    key(played, kind)
    played.clock.forward(after)
    key(played, UndoLast)
    for name, fact in before.items():
        now = played.hall.facts.get(name)
        if isinstance(fact, Ticket):
            assert isinstance(now, Ticket)
            assert replace(now, changed=0) == replace(fact, changed=0)
        elif isinstance(fact, Counter):
            assert isinstance(now, Counter)
            assert replace(now, turn=0) == replace(fact, turn=0)
        elif not isinstance(fact, Undo | Voice | Announcement):
            assert (now or type(fact)()) == fact, name  # type: ignore[call-arg]
    kinds = [said.kind for said in played.said() if said.state is SayState.PLANNED]
    heard = kind is Next and after > 300
    assert (SayKind.RETRACT in kinds) == heard


def test_undo_is_too_late_after_ten_seconds_and_after_another_press(played: Played) -> None:
    played.sit("86")
    issue(played)
    calls(played, 1)
    played.clock.forward(UNDO)
    with pytest.raises(TooLateToUndo):
        key(played, UndoLast)
    issue(played)
    calls(played, 1)
    key(played, Recall)
    with pytest.raises(TooLateToUndo):
        key(played, UndoLast)
