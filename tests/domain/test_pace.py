"""What is learnt of a service's visits: exactly taken back, bounded from day to day, hard to mislead."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pace import DAY_OFF, MOST, Pace, believe, learn, new_day, remaining, unlearn

MINUTE = 60_000
NOTHING = Pace()
lengths = st.integers(0, 40_000_000)  # ms, up to eleven hours


def after(visits: list[int], pace: Pace = NOTHING) -> Pace:
    for took in visits:
        pace = learn(pace, took)
    return pace


def visits_of(mean_minutes: float, count: int, seed: int) -> list[int]:
    """Lognormal visits with a coefficient of variation of 0.8."""
    chance = Random(seed)
    return [int(mean_minutes * MINUTE * chance.lognormvariate(-0.247, 0.703)) for _ in range(count)]


@given(st.lists(lengths, max_size=30), st.lists(lengths, max_size=30), st.randoms(use_true_random=False))
def test_what_is_taken_back_was_never_learnt(kept: list[int], undone: list[int], chance: Random) -> None:
    before = new_day(after(visits_of(7, 20, 1)))
    both = [*kept, *undone]
    chance.shuffle(both)
    chance.shuffle(undone)
    pace = after(both, before)
    for took in undone:
        pace = unlearn(pace, took)
    assert pace == after(kept, before)


@given(st.lists(st.lists(lengths, max_size=40), max_size=12))
def test_the_past_stays_bounded_and_believable(days: list[list[int]]) -> None:
    pace = Pace()
    for visits in days:
        pace = new_day(after(visits, pace))
        assert pace.today == ()
        assert 0 <= pace.visits <= MOST
        belief = believe(pace, 8 * MINUTE)
        assert 10_000 < belief.mean < 5 * 60 * MINUTE
        assert 0 < belief.off < belief.cv + DAY_OFF  # a mean is known better than one visit, and its day
        assert belief.cv > 0


def test_a_very_busy_day_counts_for_no_more_than_the_most() -> None:
    assert new_day(after(visits_of(8, 3000, 2))).visits == MOST


def test_an_idle_day_keeps_the_mean_and_lets_it_weigh_less() -> None:
    past = new_day(after(visits_of(8, 100, 3)))
    idle = new_day(past)
    assert idle.mean == pytest.approx(past.mean)
    assert idle.visits < past.visits


def test_without_any_visit_the_plans_minutes_are_believed() -> None:
    belief = believe(Pace(), 8 * MINUTE)
    assert belief.mean == pytest.approx(8 * MINUTE)
    assert belief.off > 0.3


def test_visits_seen_outweigh_a_plan_that_is_wrong() -> None:
    belief = believe(after(visits_of(12, 200, 4)), 6 * MINUTE)
    assert belief.mean == pytest.approx(12 * MINUTE, rel=0.12)
    assert belief.off < 0.1


def test_a_day_slower_than_ever_is_noticed_within_it() -> None:
    past = Pace()
    for day in range(5):
        past = new_day(after(visits_of(8, 100, day), past))
    morning, noon = after(visits_of(12, 10, 9), past), after(visits_of(12, 60, 9), past)
    told = [believe(pace, 8 * MINUTE).mean / MINUTE for pace in (past, morning, noon)]
    assert told == sorted(told)
    assert told[2] > 10


def test_a_visit_that_nobody_ended_hardly_moves_the_mean() -> None:
    visits = visits_of(8, 30, 5)
    honest = believe(after(visits), 8 * MINUTE).mean
    misled = believe(after([*visits, 200 * MINUTE]), 8 * MINUTE).mean
    assert misled < 1.2 * honest


def test_the_first_visit_may_be_a_forgotten_one() -> None:
    assert believe(after([230 * MINUTE]), 8 * MINUTE).mean < 22 * MINUTE


def test_a_visit_far_over_its_time_is_expected_to_go_on() -> None:
    belief = believe(Pace(), 8 * MINUTE)
    assert remaining(belief, 0) == belief.mean
    rests = [remaining(belief, minutes * MINUTE) for minutes in (16, 40, 120, 600)]
    assert rests == sorted(rests)
    assert remaining(belief, 60_000 * MINUTE) < 60_000 * MINUTE
