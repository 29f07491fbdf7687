"""The wait estimate: what must hold in every hall, and what is known in simple ones."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.accuracy import Kept, judge, unjudge
from app.domain.estimate import LEAST_DEVIATION, Floor, Outlook, Range, Seat, estimate
from app.domain.pace import Pace, learn, new_day

MINUTE = 60_000
NOW = 1_700_000_000_000
NAMES = ("a", "b", "c")
DAYS = 24 * 60 * MINUTE


@st.composite
def seats(draw: st.DrawFn, longest: int) -> Seat:
    services = tuple(draw(st.sets(st.sampled_from(NAMES), min_size=1)))
    state = draw(st.sampled_from(("open", "open", "paused", "closed")))
    since = draw(st.one_of(st.just(0), st.integers(NOW - longest, NOW)))
    visit = draw(st.sampled_from(services)) if since and state == "open" else ""
    return Seat(services, state, since, visit)


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    pace = Pace()
    for took in draw(st.lists(st.integers(0, 10_000_000), max_size=8)):
        pace = learn(pace, took)
    return draw(st.sampled_from((pace, new_day(pace), learn(new_day(pace), 300_000))))


@st.composite
def floors(draw: st.DrawFn, longest_visit: int = 20 * 60 * MINUTE, usual: tuple[int, int] = (1, 240)) -> Floor:
    return Floor(
        seats=tuple(draw(st.lists(seats(longest_visit), max_size=6))),
        waiting=draw(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 300))),
        paces=draw(st.dictionaries(st.sampled_from(NAMES), paces())),
        usual={name: draw(st.integers(usual[0] * MINUTE, usual[1] * MINUTE)) for name in NAMES},
    )


def floor(*seats: Seat, waiting: dict[str, int] | None = None, paces: dict[str, Pace] | None = None) -> Floor:
    """A hall of services "a" (8 minutes) and "b" (4 minutes)."""
    return Floor(seats, waiting or {}, paces or {}, {"a": 8 * MINUTE, "b": 4 * MINUTE})


def busy(*services: str) -> Seat:
    return Seat(services, "open", NOW - 3 * MINUTE, services[0])


@settings(max_examples=80, deadline=None)
@given(floors(), st.sampled_from(NAMES), st.integers(0, 400))
def test_a_range_is_ordered_and_finite_in_every_hall(hall: Floor, service: str, ahead: int) -> None:
    told = estimate(hall, service, ahead, NOW)
    assert 0 <= told.low <= told.middle <= told.high < 2000 * DAYS


@settings(max_examples=60, deadline=None)
@given(floors(longest_visit=30 * MINUTE, usual=(3, 20)), st.sampled_from(NAMES))
def test_who_has_more_ahead_is_not_told_to_come_earlier(hall: Floor, service: str) -> None:
    outlook = Outlook(hall, NOW)
    told = [outlook.wait(service, ahead) for ahead in (0, 1, 2, 3, 5, 8, 20, 100)]
    for fewer, more in pairwise(told):
        assert fewer.middle <= more.middle + MINUTE
        assert fewer.low <= more.low + more.middle // 3 + MINUTE
    assert told[0].low <= told[-1].low


@settings(max_examples=60, deadline=None)
@given(floors(), st.sampled_from(NAMES), st.integers(0, 30))
def test_who_precedes_among_other_services_only_adds(hall: Floor, service: str, ahead: int) -> None:
    outlook = Outlook(hall, NOW)
    nobody, all_waiting = outlook.wait(service, ahead, {}), outlook.wait(service, ahead, hall.waiting)
    # no finer than twice the least deviation: of a wait so short the middle depends on how wide the range is
    assert nobody.middle <= all_waiting.middle + 2 * LEAST_DEVIATION + all_waiting.middle // 50


def test_a_free_counter_calls_at_once() -> None:
    assert estimate(floor(busy("a"), Seat(("a",))), "a", 0, NOW) == Range(0, 0, 0)


def test_a_free_counter_of_another_service_is_of_no_use() -> None:
    assert estimate(floor(busy("a"), Seat(("b",))), "a", 0, NOW).middle > 2 * MINUTE


def test_ten_ahead_of_one_counter_wait_for_some_ten_visits() -> None:
    told = estimate(floor(busy("a"), waiting={"a": 10}), "a", 10, NOW)
    assert told.middle == pytest.approx(85 * MINUTE, rel=0.1)
    assert told.low < 60 * MINUTE < 110 * MINUTE < told.high


def test_twice_the_counters_halve_the_wait() -> None:
    two = estimate(floor(busy("a"), busy("a"), waiting={"a": 20}), "a", 20, NOW)
    four = estimate(floor(*[busy("a")] * 4, waiting={"a": 20}), "a", 20, NOW)
    assert four.middle == pytest.approx(two.middle / 2, rel=0.1)


def test_with_no_counter_open_one_of_them_is_counted_on() -> None:
    closed = estimate(floor(*[Seat(("a",), "closed")] * 3, waiting={"a": 4}), "a", 4, NOW)
    one = estimate(floor(busy("a"), waiting={"a": 4}), "a", 4, NOW)
    assert closed.middle == pytest.approx(one.middle, rel=0.2)


def test_a_short_pause_is_waited_for_and_a_long_one_not_forgotten() -> None:
    short = estimate(floor(Seat(("a",), "paused", NOW - MINUTE)), "a", 0, NOW)
    long = estimate(floor(Seat(("a",), "paused", NOW - 40 * MINUTE)), "a", 0, NOW)
    assert short.middle < 10 * MINUTE < 20 * MINUTE < long.middle


def test_those_of_another_service_at_the_same_counter_are_counted() -> None:
    alone = estimate(floor(busy("a", "b")), "a", 0, NOW)
    behind = estimate(floor(busy("a", "b"), waiting={"b": 10}), "a", 0, NOW)
    assert behind.middle - alone.middle == pytest.approx(40 * MINUTE, rel=0.2)


def test_another_services_long_queue_is_left_to_the_counter_that_alone_serves_it() -> None:
    hall = floor(busy("a"), busy("a", "b"), waiting={"a": 5, "b": 60})
    alone = floor(busy("a"), waiting={"a": 5})
    assert estimate(hall, "a", 5, NOW).middle == pytest.approx(estimate(alone, "a", 5, NOW).middle, rel=0.1)


def test_one_who_came_before_the_others_waits_for_fewer_of_them() -> None:
    outlook = Outlook(floor(busy("a", "b"), waiting={"a": 6, "b": 20}), NOW)
    told = [outlook.wait("a", 2, {"b": before}).middle for before in (0, 10, 20)]
    assert told[0] < told[1] < told[2]
    assert told[0] < outlook.wait("a", 2).middle < told[2]


def test_experience_narrows_the_range() -> None:
    pace = Pace()
    for minutes in (3, 5, 6, 7, 8, 9, 12, 14) * 20:
        pace = learn(pace, minutes * MINUTE)
    new = estimate(floor(busy("a"), waiting={"a": 20}), "a", 20, NOW)
    known = estimate(floor(busy("a"), waiting={"a": 20}, paces={"a": pace}), "a", 20, NOW)
    assert known.high - known.low < (new.high - new.low) * 0.7


def test_a_promise_is_judged_when_the_number_is_called_and_an_undo_takes_that_back() -> None:
    low, high = NOW + 10 * MINUTE, NOW + 20 * MINUTE
    kept = Kept()
    for minutes in (12, 15, 20, 7, 21, 27):
        kept = judge(kept, low, high, NOW + minutes * MINUTE)
    assert kept == Kept(within=3, early=1, late=2, off=3 + 0 + 5 + 8 + 6 + 12)
    assert (kept.calls, kept.share) == (6, 0.5)
    assert unjudge(kept, low, high, NOW + 27 * MINUTE) == Kept(within=3, early=1, late=1, off=22)
