"""The memory a server's process holds for each idle viewer who has seen two frames and offered compression, as
browsers do. The product is started afresh for each cycle; the rivals once, for it strays by a hundredth only.
"""

import contextlib
import time
from statistics import median

from bench.live.catalogue import BROADCAST, BUN, NCHAN, NODE_WS, PICOWS, STARLETTE, UWS, rival
from bench.live.machine import Missing
from bench.live.product import Product
from bench.live.running import FRAME, Run
from bench.live.target import GROUP, Target
from bench.table import Row

GOAL_KB = 2.5
WARM = 100  # viewers who come before: what only the first ones cost
RIVALS = (
    (UWS, False), (BUN, False), (NCHAN, False), (NODE_WS, False), (NODE_WS, True), (PICOWS, False),
    (BROADCAST, True), (STARLETTE, False), (STARLETTE, True),
)  # fmt: skip


def rows(run: Run) -> list[Row]:
    count = run.of(10_000) - WARM if run.of(10_000) > 2 * WARM else run.of(10_000)
    ours = []
    for _ in range(run.cycles):
        product = Product()
        try:
            ours.append(_per_viewer(product, count))
        finally:
            product.stop()
    peers: dict[str, float] = {}
    for name, deflate in RIVALS:
        said = f"{name}, {'compressing' if deflate else 'not compressing'}"
        try:
            with contextlib.closing(_Stopping(rival(name, FRAME, deflate=deflate))) as one:
                peers[said] = _per_viewer(one.target, count)
        except Missing as missing:
            run.leave_out(f"{said}: {missing}")
    return [Row(f"memory per idle viewer, {count + WARM:,} of them", "KB", median(ours), GOAL_KB, peers)]


class _Stopping:
    """A target that is stopped when it is closed."""

    def __init__(self, target: Target) -> None:
        self.target = target

    def close(self) -> None:
        self.target.stop()


def _per_viewer(target: Target, count: int) -> float:
    """KB."""
    for group, size in (("warm", WARM), (GROUP, count)):
        before = target.memory()
        target.viewers.open(group, size, target.joins, firsts=target.firsts, deflate=True)
        for _ in range(2):
            target.viewers.seen(group, target.show().version)
        time.sleep(0.5)
    return (target.memory() - before) / count / 1000
