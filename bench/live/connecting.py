"""Connecting and the first whole view of about 20 KB: the server's CPU for each viewer. The rivals greet with a
text of the same length. Viewers offer compression as browsers do; the rivals run without it, which is their best.
"""

import time
from statistics import median

from bench.live.catalogue import BROADCAST, BUN, NODE_WS, PICOWS, STARLETTE, UWS
from bench.live.machine import Missing
from bench.live.plans import LARGE_TOPIC
from bench.live.product import Product
from bench.live.running import Run, ratios
from bench.live.target import Target
from bench.table import Row

GOAL_US = 90.0
GOALS = {PICOWS: 1.0, NODE_WS: 1.0}
GROUP = "comers"


def rows(run: Run) -> list[Row]:
    count = run.of(5_000)
    product = Product()
    product.viewers.ask_in_address(LARGE_TOPIC)  # as the pages do
    product.joins = None
    try:
        view = product.viewers.open(GROUP, 1, product.joins).bytes
        product.viewers.drop(GROUP)
        with run.rivals(NODE_WS, PICOWS, UWS, STARLETTE, BROADCAST, BUN, view=view) as rivals:
            targets: list[Target] = [product, *rivals]
            found: dict[str, list[float]] = {target.name: [] for target in targets}
            for target in targets:
                _cost(target, min(count, 200))  # what only the first ones cost
            for _ in range(run.cycles):
                for target in targets:
                    found[target.name].append(_cost(target, count))
    finally:
        product.stop()
    ours = found.pop(product.name)
    figure = f"connect and first whole view ({view / 1000:.0f} KB), CPU per viewer"
    return [
        Row(figure, "µs", median(ours), GOAL_US, {name: median(theirs) for name, theirs in found.items()}),
        *ratios("that", ours, found, GOALS),
    ]


def _cost(target: Target, count: int) -> float:
    """µs for each of `count` viewers that come."""
    before = target.cpu()
    target.viewers.open(GROUP, count, target.joins, firsts=1, deflate=True)
    cost = (target.cpu() - before) / count / 1000
    target.viewers.drop(GROUP)
    _rest(target)
    return cost


def _rest(target: Target, limit: float = 20.0) -> None:
    """Wait until the server has done with those who left: it computes next to nothing."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = target.cpu()
        time.sleep(0.2)
        if target.cpu() - before < 10_000_000:
            return
    raise Missing(f"{target.name} does not come to rest")
