"""Whatever is done in whatever order, doubled, late or wrong: what must always be true of a hall stays true."""

from collections import Counter as Count
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from app.domain.commands import Command
from app.domain.events import Event
from app.domain.states import Reason
from tests.domain.any_order import AnyOrder

COMMANDS = [kind.__name__ for kind in get_args(Command)]
HALLS = 10  # of a round: hypothesis makes each later one of copies of those before, and sees little that is new
MOST_ROUNDS = 200
EVENTS = [kind.__name__ for kind in get_args(Event)]


def run(halls: int, steps: int, derandomize: bool = False) -> Count[str]:
    """Play in so many halls so many steps each; what was seen, by name."""

    class Counted(AnyOrder):
        seen: Count[str] = Count()

    chance = settings(max_examples=halls, stateful_step_count=steps, derandomize=derandomize, database=None)
    run_state_machine_as_test(Counted, settings=chance)
    return Counted.seen


def lacking(seen: Count[str]) -> dict[str, int]:
    """What was done or seen too seldom."""
    least = {"steps": 5_000, "nights": 10, "losses": 10} | dict.fromkeys(COMMANDS, 5)
    least |= dict.fromkeys((*EVENTS, *Reason), 1)
    return {name: seen[name] for name, count in least.items() if seen[name] < count}


def test_any_order() -> None:
    """5,000 steps and more, until no command is left undone, no event and no reason of a call unseen: what chance
    gives also depends on the other modules that are loaded (hypothesis draws from their constants)."""
    seen = run(HALLS, steps=60, derandomize=True)
    for _ in range(MOST_ROUNDS):
        if not lacking(seen):
            break
        seen += run(HALLS, steps=60)
    assert lacking(seen) == {}


@pytest.mark.proof
def test_any_order_for_long() -> None:
    """200,000 steps of chance."""
    seen = run(halls=1_700, steps=120)
    assert seen["steps"] >= 200_000
    assert {name: seen[name] for name in COMMANDS if seen[name] < 100} == {}
