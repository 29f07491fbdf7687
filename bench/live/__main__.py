"""`make bench-live`, `make bench-live ARGS="--only crash,memory --viewers 1000 --cycles 2"` for a quick look.

The server runs on one core, its viewers on another, and only loopback is used. Each scenario starts the product
and its rivals for itself. A rival that is not installed is left out, and a line says so (`requirements/rivals`).
"""

import argparse
from collections.abc import Callable

from bench.live import broadcasts, bursts, connecting, crash, idle, memory, pace, presses, stopped, tickets
from bench.live.catalogue import versions
from bench.live.machine import CORES, LOAD_CORE, SERVER_CORE, Missing, settle_here
from bench.live.running import FULL, Run
from bench.table import Row, report

SCENARIOS: dict[str, Callable[[Run], list[Row]]] = {
    "broadcasts": broadcasts.rows,
    "presses": presses.rows,
    "tickets": tickets.rows,
    "bursts": bursts.rows,
    "connecting": connecting.rows,
    "memory": memory.rows,
    "stopped": stopped.rows,
    "pace": pace.rows,
    "idle": idle.rows,
    "crash": crash.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-live")
    parser.add_argument("--only", default="", help=f"scenarios, with commas: {', '.join(SCENARIOS)}")
    parser.add_argument("--viewers", type=int, default=FULL, help="how many stand for the table's 10,000")
    parser.add_argument("--cycles", type=int, default=5, help="turns whose median is taken")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",") if arguments.only else list(SCENARIOS)
    if unknown := set(chosen) - set(SCENARIOS):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}; known are {', '.join(SCENARIOS)}")
    settle_here()
    run = Run(arguments.viewers, arguments.cycles)
    notes = [f"server on core {SERVER_CORE}, viewers on core {LOAD_CORE}; medians of {run.cycles} cycles in turns"]
    if len(CORES) < 2:
        notes.append("one core only: server and viewers take it from each other, so no figure holds")
    rows: list[Row] = []
    for name in chosen:
        run.say(f"== {name}")
        try:
            rows += SCENARIOS[name](run)
        except (Missing, OSError) as missing:
            run.leave_out(f"{name}: {missing}")
    report("live", rows, [*notes, *versions(), *run.left_out])


if __name__ == "__main__":
    main()
