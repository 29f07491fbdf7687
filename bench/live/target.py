"""One interface for every server measured: started on the server's core, it shows a text to all its viewers when
it is asked to, and says what it has used.
"""

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.live.machine import FOLDER, SERVER_CORE, Missing, cpu_ns, resident, start, stop, wait_until
from bench.live.viewers import Joins, Viewers

GROUP = "all"


@dataclass(frozen=True, slots=True)
class Shown:
    """A version that viewers must reach, and when it was asked for (CLOCK_MONOTONIC ns)."""

    version: int
    pressed: int


class Target(Protocol):
    """A server with its viewers."""

    name: str
    viewers: Viewers
    joins: Joins | None  # what a viewer says to see what is shown
    firsts: int  # data frames that a newcomer gets

    def show(self) -> Shown:
        """Change what all viewers see."""
        ...

    def cpu(self) -> int:
        """ns used so far by all of the server's threads."""
        ...

    def memory(self) -> int: ...

    def stop(self) -> None: ...


def listens(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found


class Rival:
    """A server that sends everybody the text it is given; `publishes`: by HTTP instead of a line on stdin."""

    def __init__(
        self,
        name: str,
        command: Callable[[int], Sequence[str]],
        text: str,
        *,
        firsts: int = 0,
        publishes: bool = False,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name, self.firsts = name, firsts
        self.joins: Joins | None = None
        self._text, self._version = text, 0
        port = free_port()
        with (FOLDER / f"{name.split()[0]}.log").open("wb") as log:
            self._process = start(command(port), SERVER_CORE, environment=environment, log=log)
        try:
            wait_until(f"{name} listens", lambda: self._is_there(port))
        except Missing:
            stop(self._process)
            raise
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=30) if publishes else None
        self.viewers = Viewers(port)

    def _is_there(self, port: int) -> bool:
        if self._process.poll() is not None:
            raise Missing(f"{self.name} ended at once; var/bench/{self.name.split()[0]}.log says why")
        return listens(port)

    def _publish(self, line: http.client.HTTPConnection, body: bytes) -> None:
        for is_last in (False, True):
            try:
                line.request("POST", "/publish", body, {"content-type": "text/plain"})
                line.getresponse().read()
                return
            except (ConnectionError, http.client.HTTPException) as fault:  # kept lines are closed after a while
                line.close()
                if is_last:
                    raise Missing(f"{self.name} takes nothing to show any more: {fault!r}") from None

    def show(self) -> Shown:
        return self.show_many(1)

    def show_many(self, count: int) -> Shown:
        """Show so many texts at once; the last."""
        texts = []
        for _ in range(count):
            self._version += 1
            texts.append(self._text.replace("AT", f"bench.{self._version}", 1).encode())
        pressed = time.monotonic_ns()
        if self._http:
            self._publish(self._http, b"\n".join(texts))
        else:
            assert self._process.stdin
            self._process.stdin.write(b"".join(b"b " + text + b"\n" for text in texts))
            self._process.stdin.flush()
        return Shown(self._version, pressed)

    def cpu(self) -> int:
        return cpu_ns(self._process.pid)

    def memory(self) -> int:
        return resident(self._process.pid)

    def stop(self) -> None:
        self.viewers.stop()
        stop(self._process)


def text_like(frame_bytes: int) -> str:
    """A text with a position, as long as the product's frame (`AT` stands for the position)."""
    text = json.dumps({"topic": "services/bench/bench", "at": "AT", "rows": {"bench": ""}}, separators=(",", ":"))
    return text[:-3] + "x" * max(0, frame_bytes - len(text) - 6) + text[-3:]


def run(command: Sequence[str]) -> str:
    """What a command prints; empty when it cannot be run."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
