"""Fifty viewers stop reading beside 5,000 who read: half of them for ever, half read 2 KB a second. Each has asked
for a large view again and again, so that its line is full at once, and the presses go on. With and without them in
turns. Afterwards those who stopped read on: their streams must make sense from beginning to end.
"""

import time
from statistics import median

from bench.live.machine import kernel_tcp
from bench.live.plans import LARGE_TOPIC, TOPIC
from bench.live.product import Product
from bench.live.running import QUIET_SECONDS, Run, ms
from bench.live.target import GROUP
from bench.live.viewers import Joins
from bench.table import Row

SLEEPERS = {"never": ("never", 25), "slow": ("drip:2000", 25)}
ASKED = 12  # large views that each has asked for
PRESSES = 16  # in a turn, of each kind: alone, and ten at once
P99_GOAL, HELD_GOAL_MB = 1.3, 0.5


def rows(run: Run) -> list[Row]:
    count = run.of(5_000)
    product = Product()
    without, beside, process, kernel = [], [], [], []
    missing = broken = 0
    closed: dict[str, int] = {}
    try:
        product.viewers.open(GROUP, count, product.joins, deflate=True)
        _p99(product)
        for _ in range(run.cycles):
            without.append(_p99(product)[0])
            before, held = product.memory(), kernel_tcp()
            joins = Joins.topics([TOPIC] + [LARGE_TOPIC] * ASKED)
            for name, (reading, size) in SLEEPERS.items():
                product.viewers.open(name, size, joins, read=reading)
            p99, lacking = _p99(product)
            beside.append(p99)
            missing += lacking
            sleepers = sum(size for _, size in SLEEPERS.values())
            process.append((product.memory() - before) / sleepers / 1e6)
            kernel.append((kernel_tcp() - held) / sleepers / 1e6)
            for name in SLEEPERS:
                broken += _awake(product, name, closed)
        broken += product.viewers.stat(GROUP).broken
    finally:
        product.stop()
    run.say(f"those who stopped were closed with {closed}")
    who = f"50 of {count + 50:,} viewers stop reading"
    return [
        Row(f"{who}: press → the others, p99", "ms", median(beside), peers={"without": median(without)}),
        Row(
            f"{who}: times that without",
            "×",
            median(b / w for b, w in zip(beside, without, strict=True)),
            P99_GOAL,
        ),
        Row(f"{who}: frames the others miss", "frames", missing, 0),
        Row(f"{who}: broken streams", "streams", broken, 0),
        Row(f"{who}: held for each by the process", "MB", max(process), HELD_GOAL_MB),
        Row(f"{who}: held for each by the kernel, both ends", "MB", max(kernel)),
    ]


def _p99(product: Product) -> tuple[float, int]:
    """ms from a press to each who reads, and how many lack what was shown."""
    pressed = []
    for _ in range(PRESSES):
        for counter in range(10):  # more than a full line takes in
            product.write(counter)
        version = max(product.read(counter).version for counter in range(10))
        product.viewers.seen(GROUP, version)
        time.sleep(QUIET_SECONDS)
        answer = product.press()
        product.viewers.seen(GROUP, answer.version)
        pressed.append((answer.version, answer.pressed))
        time.sleep(QUIET_SECONDS)
    lacking = product.viewers.seen(GROUP, pressed[-1][0]).missing
    p99 = ms(product.viewers.delays(GROUP, pressed).p99)
    product.viewers.reset(GROUP)
    return p99, lacking


def _awake(product: Product, name: str, closed: dict[str, int]) -> int:
    """Let them read on until they have the present, or the end; how many streams made no sense."""
    product.viewers.read_on(name)
    product.viewers.seen(name, product.press().version, 5)
    stat = product.viewers.stat(name)
    for code, times in stat.codes.items():
        closed[code] = closed.get(code, 0) + times
    product.viewers.drop(name)
    return stat.broken
