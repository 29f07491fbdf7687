"""From a pressed *next* until the last phone has it, until the screens of the room have it, until the clerk has
the answer; every press after quiet. Beside it how long the floor needs for one broadcast, in turns.
"""

import time

from bench.live.catalogue import FLOOR
from bench.live.plans import BOARDS_TOPIC, TV_TOPIC
from bench.live.product import Product
from bench.live.running import QUIET_SECONDS, Run, check, ms, open_all
from bench.live.target import GROUP, Target
from bench.live.viewers import Joins
from bench.table import Row, quantile

PRESSES = 24  # in a cycle
SCREENS = 10  # of each kind
ANSWER_GOAL_MS, FIRST_GOAL_MS = 10.0, 5.0


def rows(run: Run) -> list[Row]:
    count = run.of(10_000)
    product = Product(waiting=PRESSES * run.cycles + 10)
    try:
        with run.rivals(FLOOR) as floors:
            targets = open_all(run, [product, *floors], count)
            for kind, topic in (("tv", TV_TOPIC), ("boards", BOARDS_TOPIC)):
                header = f"Authorization: Bearer {product.keys[kind]}"
                product.viewers.open(kind, SCREENS, Joins.topics([topic]), header=header)
            product.call()  # nobody is called before
            pressed = _Pressed()
            floor: list[float] = []
            for _ in range(run.cycles):
                for _ in range(PRESSES):
                    pressed.once(product)
                for target in targets[1:]:
                    floor += [_broadcast(target) for _ in range(PRESSES)]
    finally:
        product.stop()
    return pressed.rows(count, floor)


def _broadcast(target: Target) -> float:
    time.sleep(QUIET_SECONDS)
    shown = target.show()
    seen = target.viewers.seen(GROUP, shown.version)
    check(target, seen.missing)
    return ms(seen.last - shown.pressed)


class _Pressed:
    """The times (ms) of all presses."""

    def __init__(self) -> None:
        self.last: list[float] = []
        self.answered: list[float] = []
        self.screens: list[float] = []
        self.first_screen: list[float] = []

    def once(self, product: Product) -> None:
        time.sleep(QUIET_SECONDS)
        answer = product.call()
        seen = product.viewers.seen(GROUP, answer.version)
        check(product, seen.missing)
        screens = [product.viewers.seen(kind, answer.version) for kind in ("tv", "boards")]
        check(product, sum(there.missing for there in screens))
        self.last.append(ms(seen.last - answer.pressed))
        self.answered.append(ms(answer.answered - answer.pressed))
        self.screens.append(ms(max(there.last for there in screens) - answer.pressed))
        self.first_screen.append(ms(min(there.first for there in screens) - answer.pressed))

    def rows(self, count: int, floor: list[float]) -> list[Row]:
        goal = 1.4 * quantile(floor, 0.99) + 5 if floor else None
        last, answer = f"press → last of {count:,} viewers", "press → the clerk's answer"
        screens = f"press → the last of {2 * SCREENS} screens, {count:,} phones beside them"
        peers = {"floor, one broadcast": quantile(floor, 0.99)} if floor else {}
        middle = {"floor, one broadcast": quantile(floor, 0.5)} if floor else {}
        return [
            Row(f"{last}, p50", "ms", quantile(self.last, 0.5), peers=middle),
            Row(f"{last}, p99", "ms", quantile(self.last, 0.99), goal, peers),
            Row(f"{answer}, p50", "ms", quantile(self.answered, 0.5)),
            Row(f"{answer}, p99", "ms", quantile(self.answered, 0.99), ANSWER_GOAL_MS),
            Row("press → the first screen, p50", "ms", quantile(self.first_screen, 0.5)),
            Row(f"{screens}, p50", "ms", quantile(self.screens, 0.5), FIRST_GOAL_MS),
            Row(f"{screens}, p99", "ms", quantile(self.screens, 0.99)),
        ]
