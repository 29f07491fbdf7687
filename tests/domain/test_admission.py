"""Who is given a number: windows, holidays, quotas, limits, the last number of the day."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from app.domain.change import Answer, Outcome
from app.domain.commands import Cancel, CloseDay, Issue, OpenDay
from app.domain.facts import Taken
from app.domain.plan import MINUTE, Channel, LastNumber, Limits, NumberForm, Quota, Window
from app.domain.presses import LeaveCounter, Next, Pause
from app.domain.refusals import (
    AlreadyHeld,
    DayIsClosed,
    IssueNotOpen,
    LastNumberGone,
    NoWindows,
    NumbersUsedUp,
    QuotaUsedUp,
    TooManyNumbers,
    UnknownGroup,
)
from tests.conftest import FRIDAY, Played

SATURDAY, MONDAY = date(2020, 4, 4), date(2020, 4, 6)
MORNING = Window(time(7), time(11), time(11, 30))
AFTERNOON = Window(time(13), time(16), time(16, 30))


def rule(played: Played, **given: Any) -> None:
    """Change the plan in force."""
    played.hall.apply({"plan": replace(played.hall.plan, **given)})


def rule_visa(played: Played, **given: Any) -> None:
    services = played.hall.plan.services
    rule(played, services=tuple(replace(s, **given) if s.id == "visa" else s for s in services))


def take(played: Played, holder: str = "", service: str = "visa", channel: Channel = Channel.WEB) -> Answer:
    request = f"request-{played.hall.version}"
    organisation = holder.startswith("org")
    return played.do(Issue("web", request, service, channel, holder, organisation=organisation)).answer


def opens(played: Played, service: str = "visa") -> str:
    with pytest.raises(IssueNotOpen) as refused:
        take(played, service=service)
    return str(refused.value)


def test_numbers_are_given_in_each_window_of_a_day_and_the_next_is_named_between(played: Played) -> None:
    rule(played, windows=(AFTERNOON, MORNING))
    played.clock.set(FRIDAY, time(11))
    assert "13:00" in opens(played)
    played.clock.forward(-1)
    assert take(played).number == "86001"
    played.clock.set(FRIDAY, time(13))
    assert take(played).number == "86002"
    played.clock.set(FRIDAY, time(16))
    assert "07:00" in (said := opens(played))
    assert "06/04/2020" in said


def test_a_service_may_have_windows_of_its_own(played: Played) -> None:
    rule_visa(played, windows=(replace(AFTERNOON, days=(2, 5)),))
    assert "13:00" in opens(played)
    assert take(played, service="thue").number[2:] == "001"
    played.clock.set(FRIDAY, time(13))
    assert take(played).number == "86001"


def test_a_holiday_has_no_windows_and_a_day_may_be_worked_like_another(played: Played) -> None:
    rule(played, holidays=(FRIDAY,), worked_as={SATURDAY: 5})
    assert "04/04/2020" in opens(played)
    rule(played, holidays=(FRIDAY, SATURDAY))
    assert "06/04/2020" in opens(played)


def test_a_service_that_is_never_issued_says_so(played: Played) -> None:
    rule_visa(played, windows=(replace(MORNING, days=(7,)),))
    rule(played, holidays=tuple(date.fromordinal(SATURDAY.toordinal() + at) for at in range(70)))
    played.clock.set(FRIDAY, time(12))
    with pytest.raises(NoWindows):
        take(played)


def test_a_quota_counts_for_each_service_and_window_by_itself(played: Played) -> None:
    quota = Quota(all=2)
    rule(played, windows=(replace(MORNING, quota=quota), replace(AFTERNOON, quota=quota)))
    assert [take(played).number, take(played, channel=Channel.KIOSK).number] == ["86001", "86002"]
    with pytest.raises(QuotaUsedUp):
        take(played)
    take(played, service="thue")
    played.clock.set(FRIDAY, time(13))
    assert take(played).number == "86003"
    assert played.hall.taken("visa", "0700") == Taken(web=1, kiosk=1)


def test_a_quota_of_a_channel_leaves_the_others_open(played: Played) -> None:
    rule(played, windows=(replace(MORNING, quota=Quota(web=1)),))
    take(played)
    with pytest.raises(QuotaUsedUp):
        take(played)
    assert take(played, channel=Channel.KIOSK).number == "86002"
    assert take(played, channel=Channel.DESK).number == "86003"


def test_a_citizen_holds_one_number_of_a_service_and_so_many_in_all(played: Played) -> None:
    rule(played, limits=Limits(citizen=2, organisation=3, service=1))
    first = take(played, "hoa").number
    with pytest.raises(AlreadyHeld, match=first):
        take(played, "hoa")
    take(played, "hoa", "thue")
    with pytest.raises(TooManyNumbers):
        take(played, "hoa", "y-te")
    assert take(played, "minh").number == "86002"


def test_a_number_that_has_ended_is_held_no_more(played: Played) -> None:
    rule(played, limits=Limits(citizen=1, organisation=0, service=1))
    number = take(played, "hoa").number
    played.do(Cancel("citizen/hoa", "2020-04-03", number))
    assert take(played, "hoa").number == "86002"
    played.sit("86")
    played.press(Next, "86")
    with pytest.raises(AlreadyHeld):
        take(played, "hoa")
    played.press(LeaveCounter, "86")
    assert take(played, "hoa").number == "86003"


def test_an_organisation_takes_several_of_one_service(played: Played) -> None:
    rule(played, limits=Limits(citizen=1, organisation=3, service=1))
    assert [take(played, "org-1").number for _ in range(3)] == ["86001", "86002", "86003"]
    with pytest.raises(TooManyNumbers):
        take(played, "org-1")


def test_who_has_no_account_has_no_limit(played: Played) -> None:
    rule(played, limits=Limits(citizen=1, organisation=1, service=1))
    assert [take(played, channel=Channel.KIOSK).number for _ in range(3)] == ["86001", "86002", "86003"]


def test_a_group_must_be_one_of_the_plan(played: Played) -> None:
    with pytest.raises(UnknownGroup):
        played.do(Issue("web", "request-1", "visa", Channel.KIOSK, group="ban-be"))


def close_to_closing(played: Played, **given: Any) -> None:
    """Friday 16:00, an hour before closing, one counter with visits of twenty minutes."""
    rule_visa(played, minutes=20)
    rule(played, **given)
    played.clock.set(FRIDAY, time(16))
    played.sit("86")


def test_the_last_numbers_are_warned_of_and_then_refused(played: Played) -> None:
    close_to_closing(played)
    said: list[str] = []
    for _ in range(9):
        try:
            said.append("late" if take(played).may_be_late else "in time")
        except LastNumberGone:
            said.append("refused")
    assert said == sorted(said, key=["in time", "late", "refused"].index)
    assert set(said) == {"in time", "late", "refused"}
    assert said.index("refused") in (
        3,
        4,
    )  # three visits of twenty minutes begin within the hour
    with pytest.raises(LastNumberGone, match="17:00"):
        take(played)


def test_a_service_with_nobody_to_serve_it_has_no_last_number_before_its_closing(played: Played) -> None:
    close_to_closing(played)
    played.press(Pause, "86")
    assert take(played).outcome is Outcome.DONE


@pytest.mark.parametrize(("wanted", "warned"), [(LastNumber.WARN, True), (LastNumber.OFF, False)])
def test_a_plan_may_warn_only_or_do_neither(played: Played, wanted: LastNumber, warned: bool) -> None:
    close_to_closing(played, last_number=wanted)
    assert [take(played) for _ in range(9)][-1].may_be_late is warned


def test_by_hand_numbers_are_given_whatever_the_windows_say(played: Played) -> None:
    played.clock.set(FRIDAY, time(20))
    opens(played)
    played.do(OpenDay("staff/quan"))
    assert take(played).number == "86001"
    assert not take(played).may_be_late
    played.do(CloseDay("staff/quan"))
    with pytest.raises(DayIsClosed):
        take(played)
    played.do(OpenDay("staff/quan"))
    assert take(played).number == "86003"


def test_four_running_digits_when_the_plan_says_so(played: Played) -> None:
    rule(played, number=NumberForm(running=4), last_number=LastNumber.OFF)
    assert take(played).number == "860001"
    series = played.hall.series("86")
    played.hall.apply({"series/86": replace(series, issued=9_998)})
    assert take(played).number == "869999"
    with pytest.raises(NumbersUsedUp):
        take(played)


def test_the_range_shown_with_a_number_is_kept_on_it(played: Played) -> None:
    first, second = take(played).number, take(played).number
    one, two = played.hall.ticket(first), played.hall.ticket(second)
    assert played.clock() <= one.low <= one.high
    assert one.low <= two.low
    assert two.high - played.clock() < 60 * MINUTE
