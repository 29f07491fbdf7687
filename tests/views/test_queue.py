"""Who waits for one service: the same for all who wait, and short when one is called."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.commands import Cancel
from app.domain.order import ahead
from app.domain.plan import Channel, CheckIn, OrderRule
from app.domain.presses import CallNumber, Next, ReturnToQueue, Transfer, UndoLast
from app.domain.refusals import UnknownService
from app.views import queue
from app.views.rows import Rows
from tests.conftest import Played


def shown(played: Played, service: str = "visa") -> Rows:
    return queue.rows(played.hall, service)


def before(rows: Rows) -> dict[str, int]:
    """How many go before each, as its page works it out."""
    gone = rows["queue"]["gone"]
    places = {name: row["place"] for name, row in rows.items() if name != "queue"}
    assert isinstance(gone, int)
    return {name.removeprefix("number/"): int(place) - gone for name, place in places.items()}  # type: ignore[arg-type]


def differ(one: Rows, other: Rows) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def test_nobody(played: Played) -> None:
    assert shown(played) == {"queue": {"current": "0", "gone": 0}}
    with pytest.raises(UnknownService):
        shown(played, "khong-co")


def test_a_call_changes_two_rows_however_many_wait(played: Played) -> None:
    numbers = [played.issue("visa") for _ in range(20)]
    played.sit("86")
    for at, number in enumerate(numbers[:10]):
        rows = shown(played)
        assert before(rows) == {other: ahead for ahead, other in enumerate(numbers[at:])}
        played.press(Next, "86")
        assert differ(rows, shown(played)) == {"queue", f"number/{number}"}
        assert shown(played)["queue"] == {"current": number, "gone": at + 1}
    rows = shown(played)
    last = played.issue("visa")
    assert differ(rows, shown(played)) == {f"number/{last}"}


def test_whatever_happens_each_is_told_how_many_go_before_it(played: Played) -> None:
    """Also while the rule favours some, some have yet to come, and some were sent to the counter itself."""
    order = replace(played.hall.plan.order, rule=OrderRule.INTERLEAVE)
    played.hall.apply({"plan": replace(played.hall.plan, order=order, check_in=CheckIn.REQUIRED)})
    for at in range(12):
        played.issue("visa", channel=Channel.WEB if at % 3 else Channel.KIOSK)
        played.issue("tu-phap", channel=Channel.KIOSK)
    played.sit("86")
    steps: list[Callable[[], object]] = [
        lambda: played.press(Next, "86"),
        lambda: played.press(UndoLast, "86"),
        lambda: played.press(Next, "86"),
        lambda: played.do(ReturnToQueue("staff/86", "86", played.hall.counter("86").turn)),
        lambda: played.do(CallNumber("staff/86", "86", played.hall.counter("86").turn, number="86007")),
        lambda: played.do(Transfer("staff/86", "86", played.hall.counter("86").turn, to="85", note="xem")),
        lambda: played.do(Cancel("citizen/hoa", played.hall.day.date, "86010")),
    ]
    for step in steps:
        step()
        waiting = [t for t in played.hall.tickets() if t.state.value == "waiting" and t.service == "visa"]
        assert before(shown(played)) == {t.number: ahead(played.hall, t) for t in waiting}
