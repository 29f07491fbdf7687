"""Whatever is done in whatever order, doubled, late or wrong: what must always be true of a hall stays true."""

from collections import Counter as Count
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from app.domain.commands import Command
from app.domain.events import Event
from app.domain.facts import Reason
from tests.domain.any_order import AnyOrder

COMMANDS = [kind.__name__ for kind in get_args(Command)]
EVENTS = [kind.__name__ for kind in get_args(Event)]


def run(halls: int, steps: int, derandomize: bool = False) -> Count[str]:
    """Play in so many halls so many steps each; what was seen, by name."""

    class Counted(AnyOrder):
        seen: Count[str] = Count()

    chance = settings(max_examples=halls, stateful_step_count=steps, derandomize=derandomize, database=None)
    run_state_machine_as_test(Counted, settings=chance)
    return Counted.seen


def test_any_order() -> None:
    """The same 5,000 steps at every run: no command is left undone, no event and no reason of a call unseen."""
    seen = run(halls=300, steps=60, derandomize=True)
    assert seen["steps"] >= 5_000
    assert seen["nights"] >= 10
    assert seen["losses"] >= 10
    assert {name: seen[name] for name in COMMANDS if seen[name] < 5} == {}
    assert {name: seen[name] for name in (*EVENTS, *Reason) if not seen[name]} == {}


@pytest.mark.proof
def test_any_order_for_long() -> None:
    """200,000 steps of chance."""
    seen = run(halls=1_700, steps=120)
    assert seen["steps"] >= 200_000
    assert {name: seen[name] for name in COMMANDS if seen[name] < 100} == {}
