"""A service's two live figures: the latest number issued, and the one called last, kept until the next call."""

from app.domain.facts import Figures
from app.domain.presses import Absent, AnyPress, Finish, LeaveCounter, Next, Recall
from tests.conftest import Played


def test_figures_follow_issue_and_call(played: Played) -> None:
    assert played.hall.figures("visa") == Figures("", "")
    played.issue("visa")
    played.issue("visa")
    assert played.hall.figures("visa") == Figures("86002", "")
    played.sit("86")
    played.press(Next, "86")
    assert played.hall.figures("visa") == Figures("86002", "86001")


def test_the_current_number_stays_until_the_next_call(played: Played) -> None:
    for _ in range(3):
        played.issue("visa")
    played.sit("86")
    current = []
    keys: list[type[AnyPress]] = [Next, Finish, Next, Recall, Absent, LeaveCounter]
    for key in keys:
        played.press(key, "86")
        current.append(played.hall.figures("visa").current)
    assert current == ["86001", "86001", "86002", "86002", "86002", "86002"]


def test_the_current_number_is_the_last_call_at_any_of_its_counters(played: Played) -> None:
    for _ in range(3):
        played.issue("tiep-nhan")
    played.sit("01")
    played.sit("07")
    current = []
    for counter, key in (("01", Next), ("07", Next), ("01", Recall), ("01", Next)):
        played.press(key, counter)
        current.append(played.hall.figures("tiep-nhan").current)
    assert current == ["01001", "01002", "01001", "01003"]


def test_a_call_for_one_service_leaves_the_others_alone(played: Played) -> None:
    played.issue("tiep-nhan")
    played.issue("tra-ket-qua")
    played.sit("07")
    played.press(Next, "07")
    assert played.hall.figures("tra-ket-qua") == Figures("02001", "")
