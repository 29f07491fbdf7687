"""One *next* with 2,000 distinct ticket pages, each with its own topic and its service's, on top of 8,000 viewers
of the zone: what it costs beside the same 10,000 on one topic. Both halls are as full; the two products take
turns.
"""

import time
from statistics import median

from bench.live.plans import CENTER, SERVICES, TOPIC
from bench.live.product import Product
from bench.live.running import QUIET_SECONDS, Run, check
from bench.live.target import GROUP
from bench.live.viewers import Joins
from bench.table import Row

GOAL = 1.25
CALLS = 6  # in a cycle
PAGES = "pages"


def rows(run: Run) -> list[Row]:
    pages, zone = run.of(2_000), run.of(8_000)
    called = run.cycles * CALLS + 2  # their pages are closed: they have been called
    costs: list[tuple[float, float]] = []
    shared = Product(waiting=called + pages, running=4)
    try:
        distinct = Product(waiting=called + pages, running=4)
        try:
            shared.viewers.open(GROUP, pages + zone, Joins.topics([TOPIC]), deflate=True)
            distinct.viewers.open(GROUP, zone, Joins.topics([TOPIC]), deflate=True)
            queue = f"queue/{CENTER}/{SERVICES[0]}"
            joins = Joins.topics(*([ticket, queue] for ticket in distinct.tickets[called:]))
            distinct.viewers.open(PAGES, pages, joins, firsts=2, deflate=True)
            run.say(f"{pages:,} ticket pages beside {zone:,} viewers of the zone")
            both = (shared, (GROUP,)), (distinct, (GROUP, PAGES))
            for product, groups in both:
                _calls(product, groups, pages + zone, 1)
            for _ in range(run.cycles):
                same, ours = (_calls(product, groups, pages + zone) for product, groups in both)
                costs.append((same, ours))
        finally:
            distinct.stop()
    finally:
        shared.stop()
    figure = f"one next, {pages:,} ticket pages + {zone:,} viewers of the zone"
    beside = {f"the same {pages + zone:,} on one topic": median(same for same, _ in costs)}
    return [
        Row(f"{figure}: CPU for each viewer", "µs", median(ours for _, ours in costs), peers=beside),
        Row(f"{figure}: times that on one topic", "×", median(ours / same for same, ours in costs), GOAL),
    ]


def _calls(product: Product, groups: tuple[str, ...], viewers: int, times: int = CALLS) -> float:
    """µs of CPU for each viewer and call."""
    before = product.cpu()
    for _ in range(times):
        time.sleep(QUIET_SECONDS)
        version = product.call().version
        for group in groups:
            check(product, product.viewers.seen(group, version, 60).missing)
    return (product.cpu() - before) / times / viewers / 1000
