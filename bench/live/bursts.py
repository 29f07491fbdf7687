"""Ten changes in one burst to 2,000 viewers: ten clerks press at once. The rivals are given ten texts at once."""

import time
from statistics import median

from bench.live.catalogue import NODE_WS, STARLETTE, UWS
from bench.live.product import Product
from bench.live.running import QUIET_SECONDS, Run, check, open_all, ratios
from bench.live.target import GROUP, Rival, Target
from bench.table import Row

CHANGES = 10
BURSTS = 10  # in a cycle
GOALS = {NODE_WS: 0.1}


def rows(run: Run) -> list[Row]:
    count = run.of(2_000)
    product = Product()
    try:
        presses = _alone(product)
        with run.rivals(NODE_WS, UWS, STARLETTE) as rivals:
            targets = open_all(run, [product, *rivals], count)
            found: dict[str, list[float]] = {target.name: [] for target in targets}
            for _ in range(run.cycles):
                for target in targets:
                    found[target.name].append(_cost(target, count))
    finally:
        product.stop()
    ours = found.pop(product.name)
    figure = f"{CHANGES} changes in one burst to {count:,} viewers: CPU per change delivered"
    return [
        Row(figure, "µs", median(ours), peers={name: median(theirs) for name, theirs in found.items()}),
        *ratios("that", ours, found, GOALS),
        Row("of that the presses themselves, measured with nobody watching", "µs", presses / count),
    ]


def _burst(target: Target) -> int:
    """Show ten things at once; the last version."""
    if isinstance(target, Rival):
        return target.show_many(CHANGES).version
    assert isinstance(target, Product)
    for counter in range(CHANGES):
        target.write(counter)
    return max(target.read(counter).version for counter in range(CHANGES))


def _cost(target: Target, count: int) -> float:
    """µs for each change and viewer."""
    before = target.cpu()
    for _ in range(BURSTS):
        check(target, target.viewers.seen(GROUP, _burst(target)).missing)
        time.sleep(QUIET_SECONDS)
    return (target.cpu() - before) / BURSTS / CHANGES / count / 1000


def _alone(product: Product) -> float:
    """µs for each press while nobody watches."""
    _burst(product)
    before = product.cpu()
    for _ in range(BURSTS):
        _burst(product)
        time.sleep(QUIET_SECONDS)
    return (product.cpu() - before) / BURSTS / CHANGES / 1000
