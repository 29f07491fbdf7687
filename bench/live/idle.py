"""What 5,000 idle viewers cost, pings and their pongs included, beside uvicorn's own implementation with its pings
every 20 s. Both are measured over the same windows; what a server computes with no viewers at all is taken off.
"""

import time
from statistics import median

from bench.live.catalogue import STARLETTE, rival
from bench.live.product import Product
from bench.live.running import FRAME, Run, open_all
from bench.live.target import GROUP, Target
from bench.table import Row

SECONDS = 40  # a window: two rounds of uvicorn's pings
GOAL = 0.5


def rows(run: Run) -> list[Row]:
    count = run.of(5_000)
    product = Product()
    try:
        starlette = rival(STARLETTE, FRAME, pings=True)
        try:
            targets: list[Target] = [product, starlette]
            alone = _shares(targets, SECONDS)
            open_all(run, targets, count)
            turns = [_shares(targets, SECONDS) for _ in range(run.cycles)]
            pings = [target.viewers.stat(GROUP).pings for target in targets]
        finally:
            starlette.stop()
    finally:
        product.stop()
    ours, theirs = ([turn[at] - alone[at] for turn in turns] for at in range(2))
    figure = f"{count:,} idle viewers with pings"
    minutes = SECONDS * run.cycles / 60
    sent = {"uvicorn": pings[1] / count / minutes}
    return [
        Row(
            f"{figure}: share of a core", "%", median(ours), peers={"uvicorn (websockets-sansio)": median(theirs)}
        ),
        Row(f"{figure}: times uvicorn's own", "×", median(ours) / median(theirs), GOAL),
        Row("with no viewers: share of a core", "%", alone[0], peers={"uvicorn": alone[1]}),
        Row("pings to each viewer in a minute", "pings", pings[0] / count / minutes, peers=sent),
    ]


def _shares(targets: list[Target], seconds: float) -> list[float]:
    """% of a core that each server computes, over one window for all."""
    before, begun = [target.cpu() for target in targets], time.monotonic_ns()
    time.sleep(seconds)
    took = time.monotonic_ns() - begun
    return [(target.cpu() - then) / took * 100 for target, then in zip(targets, before, strict=True)]
