"""Whoever follows a topic ends with exactly what one has who never left: however it reads, wherever its line is
cut, and with whatever position it comes back. And it hears each call at most once, and in order.

Topics are rendered, flushed, joined and served by the product itself; only the hall and its feed are the test's.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvloop
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.live.hub import KEPT
from tests.live.followers import Hall, InQueue, OnLine, Truth

MakeLoop = Callable[[], asyncio.AbstractEventLoop]
Steps = list[tuple[Any, ...]]
LOOPS: list[MakeLoop] = [asyncio.new_event_loop, uvloop.new_event_loop]
WHICH = st.integers(0, 2)
NAME = st.sampled_from("abcd")
BIG = st.sampled_from([0, 1, 300, 3000])
COME = st.sampled_from(["own", "own", "old", "painted", "another epoch", "ahead", "nonsense", "none"])
CHANGE = st.one_of(
    st.tuples(st.just("set"), NAME, st.integers(0, 2), BIG),
    st.tuples(st.just("remove"), NAME),
    st.sampled_from([("call",), ("call",), ("cancel",), ("epoch",), ("burst",)]),
)
STEP = st.one_of(
    CHANGE,
    st.just(("flush",)),
    st.tuples(st.just("change and flush"), CHANGE),
    st.tuples(st.just("come"), WHICH, COME, st.booleans()),
    st.tuples(st.just("read"), WHICH, st.sampled_from([1, 60, 700, 100_000])),
    st.tuples(st.just("leave"), WHICH),
)
STEPS = st.lists(STEP, min_size=5, max_size=60)


class Walk:
    """One life of a topic and those who follow it."""

    def __init__(self) -> None:
        self.truth = Truth()
        self.hall = Hall(self.truth)
        self.stays = InQueue(self.hall)
        self.others = [OnLine(self.hall, True), OnLine(self.hall, False), InQueue(self.hall)]

    async def run(self, steps: Steps) -> None:
        await self.stays.come("none", False)
        for step in steps:
            await self.step(step)
            for _ in range(3):
                await asyncio.sleep(0)
            await self.stays.read(1 << 20)
        await self.flush()
        for client in self.others:
            if not client.is_there:
                await client.come("own", True)
        for client in (self.stays, *self.others):
            await client.end()
            assert client.page.rows == self.stays.page.rows == self.truth.rows
            await client.leave()
        assert self.hall.hub.topics() == []

    async def flush(self) -> None:
        await self.hall.topics._flush(1)

    async def step(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("set", name, value, size):
                self.truth.change(**{name: {"value": str(value) + "x" * size}})
            case ("remove", name):
                self.truth.change(**{name: None})
            case ("call",):
                self.truth.call()
            case ("cancel",):
                self.truth.cancel()
            case ("epoch",):
                self.truth.begin_anew()
            case ("burst",):
                for at in range(KEPT + 2):
                    self.truth.change(burst={"value": at})
                    await self.flush()
            case ("flush",):
                await self.flush()
            case ("change and flush", change):
                await self.step(change)
                await self.flush()
            case ("come", which, kind, in_address):
                client = self.others[which]
                if client.is_there:
                    await client.leave()
                await client.come(kind, in_address)
                await client.read(0)
            case ("read", which, most) if self.others[which].is_there:
                await self.others[which].read(most)
            case ("leave", which) if self.others[which].is_there:
                await self.others[which].leave()


THERE_AND_BACK = [("set", "a", 0, 0), ("flush",), ("set", "a", 1, 0), ("come", 0, "painted", True), ("read", 0, 1),
                  ("set", "a", 0, 0), ("flush",)]  # fmt: skip


NEVER_SENT = [("set", "a", 0, 0), ("set", "d", 0, 0), ("come", 0, "painted", False), ("leave", 0),
              ("remove", "d"), ("flush",)]  # fmt: skip


@pytest.mark.parametrize("make_loop", LOOPS, ids=["asyncio", "uvloop"])
@given(steps=STEPS)
@example(steps=THERE_AND_BACK)
@example(steps=NEVER_SENT)
@settings(max_examples=120)
def test_whoever_comes_back_ends_with_what_one_has_who_never_left(make_loop: MakeLoop, steps: Steps) -> None:
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(Walk().run(steps))


@pytest.mark.proof
@pytest.mark.parametrize("make_loop", LOOPS, ids=["asyncio", "uvloop"])
@given(steps=st.lists(STEP, min_size=20, max_size=150))
@settings(max_examples=1500)
def test_also_in_long_lives(make_loop: MakeLoop, steps: Steps) -> None:
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(Walk().run(steps))
