"""What will go wrong soon: the forecast of long waits and of the day's last number."""

from random import Random

import pytest

from app.domain.estimate import Floor, Seat
from app.domain.forecast import HORIZON, SOON, Passing, last_number, passes, passing, rate, wait_after
from app.domain.pace import Pace
from app.domain.plan import MINUTE
from bench.forecasts import watch_day
from bench.scenarios import SCENARIOS, center

NOW = 1_000_000_000
EIGHT = 8 * MINUTE


def floor(waiting: int, counters: int = 2) -> Floor:
    return Floor((Seat(("s",)),) * counters, {"s": waiting}, {"s": Pace()}, {"s": EIGHT})


def test_the_rate_is_between_the_last_half_hour_and_the_day() -> None:
    opened = NOW - 120 * MINUTE
    early = [opened + at * 3 * MINUTE for at in range(20)]  # an hour of one in three minutes
    late = [NOW - at * MINUTE for at in range(29, -1, -1)]  # half an hour of one a minute
    assert rate([*early, *late], NOW, opened) * MINUTE == pytest.approx((1 + 50 / 120) / 2)
    assert rate(early, NOW, opened) * MINUTE == pytest.approx((0 + 20 / 120) / 2)


def test_a_crowd_at_the_door_is_not_taken_for_the_whole_day() -> None:
    assert rate([NOW] * 15, NOW, NOW) * MINUTE == pytest.approx(1)


def test_without_arrivals_a_wait_shrinks_as_time_goes_by() -> None:
    long = wait_after(floor(10), {}, "s", NOW, 0)
    assert wait_after(floor(10), {}, "s", NOW, 10 * MINUTE) == long - 10 * MINUTE
    assert wait_after(floor(0), {}, "s", NOW, HORIZON) == 0


def test_a_wait_passes_the_limit_when_more_come_than_are_served() -> None:
    rates = {"s": 0.5 / MINUTE}  # two counters serve one in four minutes and a bit
    at = passes(floor(6), rates, "s", NOW, 45 * MINUTE)
    assert at is not None
    assert NOW + 10 * MINUTE < at < NOW + 30 * MINUTE
    assert wait_after(floor(6), rates, "s", NOW, at - NOW - 5 * MINUTE) <= 45 * MINUTE
    assert wait_after(floor(6), rates, "s", NOW, at - NOW) > 45 * MINUTE
    assert passes(floor(6), {"s": 0.2 / MINUTE}, "s", NOW, 45 * MINUTE) is None


def test_it_is_told_when_it_is_near() -> None:
    rates = {"s": 0.6 / MINUTE}
    found = passing(floor(6), rates, "s", NOW, 45 * MINUTE)
    assert found is not None
    assert found.at == passes(floor(6), rates, "s", NOW, 45 * MINUTE)
    assert found.expected == wait_after(floor(6), rates, "s", NOW, 0)


def test_a_wait_near_the_limit_is_told_though_nobody_comes() -> None:
    """What comes in half an hour is much a matter of chance: the wait that is there is the better sign."""
    near = next(
        waiting for waiting in range(40) if wait_after(floor(waiting), {}, "s", NOW, 0) > 0.75 * 45 * MINUTE
    )
    found = passing(floor(near), {}, "s", NOW, 45 * MINUTE)
    assert found is not None
    assert (found.at, found.more) == (None, 1)
    assert 0.75 * 45 * MINUTE < found.expected < 45 * MINUTE
    assert passing(floor(near - 1), {}, "s", NOW, 45 * MINUTE) is None


def test_what_lies_far_ahead_is_not_told_while_the_wait_is_short() -> None:
    rates = {"s": 0.5 / MINUTE}
    told = passes(floor(0), rates, "s", NOW, 20 * MINUTE)
    assert told is not None
    assert told > NOW + SOON
    assert passing(floor(0), rates, "s", NOW, 20 * MINUTE) is None


def test_it_says_how_many_counters_would_prevent_it() -> None:
    few, many = {"s": 0.6 / MINUTE}, {"s": 3 / MINUTE}
    assert (one := passing(floor(6), few, "s", NOW, 45 * MINUTE)) is not None
    assert one.more == 1
    assert passing(floor(6, counters=3), few, "s", NOW, 45 * MINUTE) is None
    assert (none := passing(floor(20), many, "s", NOW, 45 * MINUTE)) is not None
    assert none.more == 0


def test_what_is_too_long_already_is_said_of_now() -> None:
    found = passing(floor(40), {}, "s", NOW, 45 * MINUTE)
    assert isinstance(found, Passing)
    assert found.at == NOW


def test_the_last_number_comes_before_closing() -> None:
    closes = NOW + 90 * MINUTE
    at = last_number(floor(12), {"s": 0.4 / MINUTE}, "s", NOW, closes)
    assert at is not None
    assert NOW < at < closes
    assert at + wait_after(floor(12), {"s": 0.4 / MINUTE}, "s", NOW, at - NOW) > closes
    assert last_number(floor(0), {"s": 0.1 / MINUTE}, "s", NOW, closes) is None
    assert last_number(floor(40), {}, "s", NOW, closes) == NOW


def test_simulated_days_judge_it() -> None:
    """A crowd at the door is foreseen; the figures of all kinds of days are in docs/estimate.md."""
    rush = next(scenario for scenario in SCENARIOS if scenario.name == "opening rush")
    chance = Random("one center")
    day = rush.draw(center(rush, chance), chance)
    watches = watch_day(day, {}, 30 * MINUTE)
    assert sum(len(watch.tickets) for watch in watches.values()) == len(day.arrivals)
    assert any(look.warning for watch in watches.values() for look in watch.looks)
