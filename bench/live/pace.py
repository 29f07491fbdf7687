"""Twenty presses a second for ten seconds, 5,000 viewers: how long after its moment each press reaches each of
them. A press that cannot be sent in its moment counts from that moment all the same.
"""

import time
from statistics import median

from bench.live.catalogue import NODE_WS, STARLETTE, UWS
from bench.live.machine import Missing
from bench.live.plans import COUNTERS
from bench.live.product import Product
from bench.live.running import Run, check, ms, open_all
from bench.live.target import GROUP, Target
from bench.table import Row

RATE, SECONDS = 20, 10
GOAL_MS = 70.0


def rows(run: Run) -> list[Row]:
    count = run.of(5_000)
    product = Product()
    ours: list[float] = []
    peers: dict[str, float] = {}
    try:
        with run.rivals(UWS, NODE_WS, STARLETTE) as rivals:
            targets = open_all(run, [product, *rivals], count)
            for cycle in range(run.cycles):
                ours.append(_p99(product))
                for target in targets[1:] if cycle == 0 else []:  # one turn: for comparison only
                    try:
                        peers[target.name] = _p99(target)
                    except Missing as missing:
                        run.leave_out(missing)
    finally:
        product.stop()
    return [Row(f"{RATE} presses a second, {count:,} viewers: p99", "ms", median(ours), GOAL_MS, peers)]


def _p99(target: Target) -> float:
    """ms from each press's moment to each viewer, pooled."""
    target.viewers.reset(GROUP)
    begun = time.monotonic_ns() + 10_000_000
    moments = [begun + at * 1_000_000_000 // RATE for at in range(RATE * SECONDS)]
    pressed: list[tuple[int, int]] = []
    for at, moment in enumerate(moments):
        while (left := moment - time.monotonic_ns()) > 0:
            time.sleep(left / 1e9)
        if not isinstance(target, Product):
            pressed.append((target.show().version, moment))
            continue
        counter = at % len(COUNTERS)
        if at >= len(COUNTERS):  # its answer came long ago: the clerks take turns
            pressed.append((target.read(counter).version, moments[at - len(COUNTERS)]))
        target.write(counter)
    if isinstance(target, Product):
        for at in range(len(moments) - len(COUNTERS), len(moments)):
            pressed.append((target.read(at % len(COUNTERS)).version, moments[at]))
    check(target, target.viewers.seen(GROUP, max(version for version, _ in pressed), 60).missing)
    return ms(target.viewers.delays(GROUP, pressed).p99)
