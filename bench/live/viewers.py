"""The viewers of one server: the C load in a process of its own, asked line by line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from bench.live.machine import FOLDER, GENTLE, LOAD_CORE, Missing, build, start, stop

LOAD = Path(__file__).parent / "load"
Answer = TypeVar("Answer")
PER_ADDRESS = 8  # viewers behind one address, as a family or a small office


class Opened(msgspec.Struct):
    """How opening went; moments in CLOCK_MONOTONIC ns. `bytes`: what all of them got until then."""

    opened: int
    failed: int
    seconds: float
    bytes: int
    frames: int
    begun: int
    p50: int
    last: int
    why: str


class Seen(msgspec.Struct):
    """When a version came to the viewers of a group (ns); `missing` lack it, those whose line ended included."""

    complete: int
    missing: int
    first: int
    p50: int
    p99: int
    last: int
    frames: int
    bytes: int


class Delays(msgspec.Struct):
    """How long after the presses all viewers had what was pressed, in ns."""

    count: int
    p50: int
    p99: int
    last: int


class Stat(msgspec.Struct):
    """A group as it stands; `cpu`: seconds the load has used itself."""

    open: int
    closed: int
    broken: int
    pings: int
    why: str
    cpu: float
    codes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Joins:
    """What viewers say after the handshake: viewer i the texts of line i modulo the number of lines."""

    lines: Sequence[Sequence[str]] = ()

    @classmethod
    def topics(cls, *lines: Sequence[str]) -> "Joins":
        return cls([[json.dumps({"join": topic}) for topic in line] for line in lines])


class Viewers:
    """One process of viewers for the server on `port`."""

    def __init__(self, port: int, path: str = "/") -> None:
        self._port, self._path = port, path
        program = build("load", tuple(sorted(LOAD.glob("*.c"))))
        self._process = start([str(program)], LOAD_CORE, niceness=GENTLE)

    def stop(self) -> None:
        stop(self._process)

    def ask_in_address(self, topic: str) -> None:
        """Let those who are opened from now on ask for a topic with the handshake."""
        self._path = f"{self._path.partition('?')[0]}?{urlencode({'join': topic})}"

    def open(
        self,
        group: str,
        count: int,
        joins: Joins | None = None,
        *,
        firsts: int = 1,
        deflate: bool = False,
        read: str = "all",
        header: str = "",
        flight: int = 500,
        limit: int = 120,
        may_fail: bool = False,
    ) -> Opened:
        """Open a group, until each has its first data frames. Raises Missing when some cannot be opened."""
        with NamedTemporaryFile("w", dir=FOLDER, suffix=".joins") as file:
            for line in joins.lines if joins else ():
                file.write("\t".join(line) + "\n")
            file.flush()
            words = {
                "n": count, "port": self._port, "path": self._path, "sources": max(1, count // PER_ADDRESS),
                "joins": file.name, "firsts": firsts, "deflate": int(deflate), "read": read,
                "header": quote(header), "flight": flight, "limit": limit,
            }  # fmt: skip
            said = " ".join(f"{name}={value}" for name, value in words.items())
            opened = self._ask(f"open {group} {said}", Opened)
        if opened.failed and not may_fail:
            raise Missing(f"{opened.failed} of {count} viewers could not be opened: {opened.why or 'too slow'}")
        return opened

    def seen(self, group: str, version: int, limit: float = 20.0) -> Seen:
        """Wait until the group has the version, or the limit (s) has passed."""
        return self._ask(f"await {group} {version} {int(limit * 1000)}", Seen)

    def delays(self, group: str, pressed: Iterable[tuple[int, int]]) -> Delays:
        """Pooled over versions, each with the moment it was pressed."""
        return self._ask(f"delays {group} " + " ".join(f"{version}:{at}" for version, at in pressed), Delays)

    def stat(self, group: str) -> Stat:
        return self._ask(f"stat {group}", Stat)

    def reset(self, group: str) -> None:
        self._tell(f"reset {group}")

    def drop(self, group: str) -> None:
        """End a group abortively."""
        self._tell(f"drop {group}")

    def read_on(self, group: str) -> None:
        """Let a group that stopped reading go on."""
        self._tell(f"read {group} all")

    def _tell(self, line: str) -> None:
        self._ask(line, dict[str, str])

    def _ask(self, line: str, kind: type[Answer]) -> Answer:
        channel, answers = self._process.stdin, self._process.stdout
        assert channel
        assert answers
        channel.write(line.encode() + b"\n")
        channel.flush()
        answer = answers.readline()
        if not answer or answer.startswith(b'{"fault"'):
            raise Missing(f"the load cannot do '{line[:80]}': {answer.decode().strip() or 'it has ended'}")
        return msgspec.json.decode(answer, type=kind)
