"""The server's CPU for each viewer of one shared topic, beside the floor and the rivals, in turns."""

from statistics import median

from bench.live.catalogue import BROADCAST, BUN, FLOOR, NCHAN, NODE_WS, PICOWS, STARLETTE, UWS
from bench.live.product import Product
from bench.live.running import Run, open_all, per_delivery, ratios
from bench.table import Row

GOALS = {FLOOR: 1.25, UWS: 1.05, NCHAN: 0.75, NODE_WS: 0.70, STARLETTE: 0.33}  # the plain path's
TIMES, FEW = 10, 3  # texts in a cycle; Starlette's loop needs four times as long for each


def rows(run: Run) -> list[Row]:
    count = run.of(10_000)
    product = Product()
    try:
        with run.rivals(FLOOR, UWS, NCHAN, NODE_WS, STARLETTE, PICOWS, BROADCAST, BUN) as rivals:
            targets = open_all(run, [product, *rivals], count)
            found: dict[str, list[float]] = {target.name: [] for target in targets}
            for _ in range(run.cycles):
                for target in targets:
                    times = FEW if target.name == STARLETTE else TIMES
                    found[target.name].append(per_delivery(target, times, count))
    finally:
        product.stop()
    ours = found.pop(product.name)
    figure = f"server CPU per delivery, {count:,} viewers of one topic"
    peers = {name: median(theirs) for name, theirs in found.items()}
    return [Row(figure, "µs", median(ours), peers=peers), *ratios("that", ours, found, GOALS)]
