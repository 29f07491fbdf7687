"""The server's CPU for each viewer of one shared topic, beside the floor and the rivals, in turns."""

import contextlib
from statistics import median

from bench.live.catalogue import BROADCAST, BUN, FLOOR, NCHAN, NODE_WS, PICOWS, STARLETTE, UWS
from bench.live.product import Product
from bench.live.running import Run, open_all, per_delivery, ratios
from bench.table import Row

GOALS = {FLOOR: 1.25, UWS: 1.05, NCHAN: 0.75, NODE_WS: 0.70, STARLETTE: 0.33}  # the plain path's
TIMES, FEW = 10, 3  # texts in a cycle; Starlette's loop needs four times as long for each


BY_TRANSPORT = "Gọi Số through the transport"


def rows(run: Run) -> list[Row]:
    count = run.of(10_000)
    with contextlib.ExitStack() as stack:
        product = Product()
        stack.callback(product.stop)
        other = Product(module="bench.live.by_transport")
        stack.callback(other.stop)
        other.name = BY_TRANSPORT
        names = (FLOOR, UWS, NCHAN, NODE_WS, STARLETTE, PICOWS, BROADCAST, BUN)
        rivals = stack.enter_context(run.rivals(*names))
        targets = open_all(run, [product, other, *rivals], count)
        found: dict[str, list[float]] = {target.name: [] for target in targets}
        for _ in range(run.cycles):
            for target in targets:
                times = FEW if target.name == STARLETTE else TIMES
                found[target.name].append(per_delivery(target, times, count))
    ours, through = found.pop(product.name), found.pop(BY_TRANSPORT)
    figure = f"server CPU per delivery, {count:,} viewers of one topic"
    peers = {name: median(theirs) for name, theirs in found.items()}
    return [
        Row(figure, "µs", median(ours), peers=peers | {BY_TRANSPORT: median(through)}),
        *ratios("that", ours, found, GOALS),
        *ratios("through the transport", through, {FLOOR: found[FLOOR]}, {FLOOR: 1.5}),
    ]
