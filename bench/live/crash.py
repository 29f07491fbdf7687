"""The web server is killed with 10,000 viewers and started again; all reconnect in the same moment. How long until
the last has the present, and what they make Redis do: all its commands are counted over the same time after a
start with and without viewers, command by command, in turns.
"""

import time
from collections import Counter
from statistics import median
from typing import Any

from bench.live.machine import Missing, wait_until
from bench.live.plans import TOPIC
from bench.live.product import Product
from bench.live.running import Run
from bench.live.target import GROUP
from bench.table import Row

GOAL_SECONDS, GOAL_COMMANDS = 3.0, 0
WINDOW_SECONDS = 6.0  # after the server listens


def rows(run: Run) -> list[Row]:
    count = run.of(10_000)
    product = Product()
    product.viewers.ask_in_address(TOPIC)  # as the pages do
    product.joins = None
    seconds: list[float] = []
    starting: list[float] = []
    usual: Counter[str] = Counter()  # the most of each command in a start without viewers
    with_viewers: list[Counter[str]] = []
    try:
        for _ in range(run.cycles):
            usual |= _again(product, 0, starting, [])
            product.viewers.open(GROUP, count, product.joins, deflate=True)
            with_viewers.append(_again(product, count, starting, seconds))
            stat = product.viewers.stat(GROUP)
            if stat.broken or stat.open != count:
                raise Missing(f"after the crash not everybody is there: {stat}")
            product.viewers.drop(GROUP)
    finally:
        product.stop()
    caused = [counted - usual for counted in with_viewers]
    run.say(f"Redis commands caused, by name: {[dict(each) for each in caused]}")
    who = f"a crash, {count:,} viewers reconnect at once"
    return [
        Row(f"{who}: all have the present", "s", median(seconds), GOAL_SECONDS),
        Row("that, the slowest of the cycles", "s", max(seconds)),
        Row("the server listens again after", "s", median(starting)),
        Row(f"{who}: Redis commands caused", "commands", median(each.total() for each in caused), GOAL_COMMANDS),
    ]


def _again(product: Product, count: int, starting: list[float], seconds: list[float]) -> Counter[str]:
    """Kill and start the server, with `count` viewers who come back; the commands Redis has carried out."""
    product.kill()
    if count:
        wait_until("the viewers see the line end", lambda: product.viewers.stat(GROUP).open == 0)
        product.viewers.drop(GROUP)
    product.redis.config_resetstat()
    killed = time.monotonic()
    product.start_web()
    product.wait_ready()
    listens = time.monotonic_ns()
    starting.append(listens / 1e9 - killed)
    if count:
        opened = product.viewers.open(GROUP, count, product.joins, deflate=True, flight=count)
        seconds.append((opened.last - listens) / 1e9)
    time.sleep(max(0.0, WINDOW_SECONDS - (time.monotonic_ns() - listens) / 1e9))
    stats: dict[str, Any] = product.redis.info("commandstats")
    counted = Counter({name.removeprefix("cmdstat_"): int(stat["calls"]) for name, stat in stats.items()})
    for ours in ("config|resetstat", "config", "info"):
        counted.pop(ours, None)
    return counted
