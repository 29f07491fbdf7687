"""The simulated days on which the wait estimate is judged: do they play by the hall's rules?"""

from bench.days import MINUTE, OPENS, Absence, Day, Desk, Kind, Playing, Ticket
from bench.known import Known
from bench.scenarios import SCENARIOS
from bench.waits import looks

EXACT = {"a": Kind(5 * MINUTE, 5.0 * MINUTE, 1e-6), "b": Kind(5 * MINUTE, 5.0 * MINUTE, 1e-6)}


def played(desks: tuple[Desk, ...], *arrivals: tuple[float, str]) -> list[tuple[str, int]]:
    """Who was called and when (whole minutes after opening), in the order of taking."""
    tickets: list[Ticket] = []

    def look(playing: Playing, ticket: Ticket, ahead: int) -> None:
        if ticket not in tickets:
            tickets.append(ticket)

    day = Day(EXACT, desks, tuple((OPENS + int(minute * MINUTE), service) for minute, service in arrivals), 1)
    Playing(day, {}, look).play()
    return [(ticket.service, (ticket.called - OPENS) // MINUTE) for ticket in tickets]


def test_a_counter_takes_the_earliest_over_its_services() -> None:
    told = played((Desk(("a", "b")),), (0, "a"), (1, "b"), (2, "a"), (3, "b"))
    assert told == [("a", 0), ("b", 5), ("a", 10), ("b", 15)]


def test_a_slow_clerk_takes_longer() -> None:
    assert played((Desk(("a",), slowness=2.0),), (0, "a"), (1, "a")) == [("a", 0), ("a", 10)]


def test_a_clerk_who_leaves_ends_the_visit_first_and_comes_back() -> None:
    away = Desk(("a",), absences=(Absence(OPENS + MINUTE, OPENS + 30 * MINUTE),))
    assert played((away,), (0, "a"), (2, "a")) == [("a", 0), ("a", 30)]


def test_a_scenario_is_the_same_again_from_its_seed() -> None:
    for scenario in SCENARIOS[-1:]:
        first, second = looks(scenario, 1, days=1), looks(scenario, 1, days=1)
        assert [(look.at, look.said, look.wait) for look in first] == [
            (look.at, look.said, look.wait) for look in second
        ]
        assert all(look.wait >= 0 for look in first)


def test_the_truths_estimator_is_right_where_nothing_is_left_to_chance() -> None:
    said: list[tuple[float, Ticket, int]] = []

    def look(playing: Playing, ticket: Ticket, ahead: int) -> None:
        said.append((Known(1, 3).wait(playing, ticket), ticket, playing.now))

    arrivals = tuple((OPENS + minute * MINUTE, service) for minute, service in enumerate("abbaabab"))
    Playing(Day(EXACT, (Desk(("a", "b")), Desk(("b",))), arrivals, 2), {}, look).play()
    for wait, ticket, at in said:
        assert abs(ticket.called - at - wait) < MINUTE
