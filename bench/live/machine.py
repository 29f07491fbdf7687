"""The machine under the bench: two cores with a job each, what a process used, what the kernel holds."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import IO

FOLDER = Path("var/bench").absolute()
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
GENTLE = 10  # the load's niceness: whoever presses, and Redis, come before it on their common core
PAGE = resource.getpagesize()


class Missing(Exception):
    """What a measurement needs is not there; the sentence says what."""


def settle_here() -> None:
    """This process (which presses) on the load's core, with as many open files as it may have."""
    os.sched_setaffinity(0, {LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _settle(core: int | None, niceness: int) -> None:
    os.sched_setaffinity(0, CORES if core is None else {core})
    os.nice(niceness)


def start(
    command: Sequence[str],
    core: int | None,
    *,
    niceness: int = 0,
    environment: Mapping[str, str] | None = None,
    pipes: bool = True,
    log: IO[bytes] | int = subprocess.DEVNULL,
    folder: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """A process on one core, or with None on any; with `pipes` its stdin and stdout are ours."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
        stdout=subprocess.PIPE if pipes else log,
        stderr=log,
        env=environment,
        cwd=folder,
        preexec_fn=partial(_settle, core, niceness),
        start_new_session=True,
    )


def stop(process: "subprocess.Popen[bytes]", patience: float = 3.0) -> None:
    """End one of our processes, kindly first."""
    for end in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(end)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def cpu_ns(pid: int) -> int:
    """What all threads of a process have computed, user and kernel."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks)


def resident(pid: int) -> int:
    """The bytes of memory a process holds itself."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise Missing(f"process {pid} has no resident memory")


def kernel_tcp() -> int:
    """The bytes that the kernel holds in all TCP sockets' buffers."""
    words = Path("/proc/net/sockstat").read_text().split()
    return int(words[words.index("mem") + 1]) * PAGE


def wait_until(what: str, is_so: Callable[[], bool], limit: float = 30.0) -> None:
    """Wait until something is so; raises Missing when it is not within the limit."""
    end = time.monotonic() + limit
    while not is_so():
        if time.monotonic() > end:
            raise Missing(f"{what}: not within {limit:.0f} s")
        time.sleep(0.005)


@cache
def build(name: str, sources: tuple[Path, ...]) -> Path:
    """Compile C into `var/bench`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / name
    command = ["cc", "-O2", "-Wall", "-Wextra", "-std=gnu11", "-o", str(made), *map(str, sources)]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        raise Missing("there is no C compiler: apt-get install gcc libc6-dev") from None
    if done.returncode:
        raise Missing(f"{name} does not compile: {done.stderr.strip()}")
    return made
