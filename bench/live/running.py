"""What the scenarios share: how large a run is, the servers that run side by side in it, and what a broadcast
costs."""

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.live.catalogue import rival
from bench.live.machine import Missing
from bench.live.target import GROUP, Target
from bench.table import Row

FULL = 10_000
FRAME = 254  # bytes of a frame of the product when a counter pauses; the rivals' texts are as long
QUIET_SECONDS = 0.15  # after which a press is one after quiet


@dataclass(slots=True)
class Run:
    """How large a run is: `viewers` stand for the table's 10,000, `cycles` are taken in turns over all servers."""

    viewers: int = FULL
    cycles: int = 5
    left_out: list[str] = field(default_factory=list)

    def of(self, full: int) -> int:
        """So many of the table's viewers, in this run."""
        return max(10, full * self.viewers // FULL)

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def leave_out(self, what: object) -> None:
        self.left_out.append(f"left out: {what}")
        self.say(self.left_out[-1])

    @contextlib.contextmanager
    def rivals(self, *names: str, view: int = 0, deflate: bool = False) -> Iterator[list[Target]]:
        """Those rivals that can be started; they are stopped at the end."""
        with contextlib.ExitStack() as stack:
            started: list[Target] = []
            for name in names:
                try:
                    one = rival(name, FRAME, view=view, deflate=deflate)
                except Missing as missing:
                    self.leave_out(missing)
                    continue
                stack.callback(one.stop)
                started.append(one)
            yield started


def open_all(run: Run, targets: Sequence[Target], count: int) -> list[Target]:
    """Open so many viewers of each; those that cannot take them are left out, but never the first: the product."""
    ready: list[Target] = []
    for target in targets:
        try:
            target.viewers.open(GROUP, count, target.joins, firsts=target.firsts, deflate=True)
            for _ in range(2):  # the first frames are no change to anybody
                check(target, target.viewers.seen(GROUP, target.show().version).missing)
        except Missing as missing:
            if target is targets[0]:
                raise
            run.leave_out(f"{target.name}: {missing}")
        else:
            ready.append(target)
            run.say(f"{target.name}: {count:,} viewers")
    return ready


def check(target: Target, missing: int) -> None:
    """Raises Missing when viewers lack what they were to see: such a figure says nothing."""
    if missing:
        stat = target.viewers.stat(GROUP)
        raise Missing(f"{target.name}: {missing} viewers have not what was shown ({stat})")


def per_delivery(target: Target, times: int, viewers: int) -> float:
    """µs of the server's CPU for each viewer and text, one text at a time. The product's hold the press, too: its
    HTTP request, its rule, its commit."""
    before = target.cpu()
    for _ in range(times):
        check(target, target.viewers.seen(GROUP, target.show().version).missing)
    time.sleep(0.03)  # what is still to do
    return (target.cpu() - before) / times / viewers / 1000


def ratios(
    figure: str, ours: Sequence[float], others: dict[str, list[float]], goals: dict[str, float]
) -> list[Row]:
    """A row for each other: how many times its figure ours is, the median over the cycles, each with its own."""
    return [
        Row(f"{figure}, times that of {name}", "×", median(map(_ratio, ours, theirs)), goals.get(name))
        for name, theirs in others.items()
    ]


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs


def ms(nanoseconds: float) -> float:
    return nanoseconds / 1e6
