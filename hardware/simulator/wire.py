"""A simulated wire: bytes take their time both ways, and get lost or damaged when asked.

It knows no device: a transport (a pseudo-terminal, in tests also TCP) plugs itself in with a function that takes
what comes from the other end, and hands over what the host sent. `line` and `cable` say what is at the other end.
Runs in the event loop, no task of its own.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

BITS_PER_BYTE = 10


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a wire. `noise`, `drop`: probability per byte, 0 to 1. `late`: seconds before answers."""

    noise: float = 0.0
    drop: float = 0.0
    late: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.noise <= 1 and 0 <= self.drop <= 1 and 0 <= self.late <= 60):
            raise ValueError(f"found {self}, expected probabilities from 0 to 1 and at most 60 s")


class Wire:
    """`baud` paces both directions at ten bits a byte. `seed` makes the faults repeatable."""

    def __init__(self, baud: int = 9600, seed: int = 0) -> None:
        self.baud = baud
        self.faults = Faults()
        self.port = ""
        self._byte_seconds = BITS_PER_BYTE / baud
        self._chance = random.Random(seed)
        self._send: Callable[[bytes], None] | None = None
        self._down_free = self._up_free = 0.0
        self._timers: set[asyncio.TimerHandle] = set()
        self._listeners: set[Callable[[], None]] = set()

    @property
    def plugged(self) -> bool:
        """Whether a host can reach the other end."""
        return self._send is not None

    def plug_in(self, send: Callable[[bytes], None], port: str = "") -> None:
        """A transport is there; `send` gets what the other end says, `port` is its name for people."""
        self._send, self.port = send, port or self.port
        self.changed()

    def pull_out(self) -> None:
        """The transport is gone; bytes under way are lost."""
        self._send = None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._down_free = self._up_free = 0.0
        self.changed()

    def host_sent(self, data: bytes) -> None:
        """The host wrote bytes: the other end hears them when the last one has passed the wire."""
        loop = asyncio.get_running_loop()
        self._down_free = max(loop.time(), self._down_free) + len(data) * self._byte_seconds
        self._at(self._down_free, lambda: self._heard(self._damage(data)))

    def set_faults(self, **faults: float) -> None:
        """Change noise, drop or late. Raises ValueError out of range."""
        self.faults = replace(self.faults, **faults)
        self.changed()

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; return the function that ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def changed(self) -> None:
        """Tell the listeners."""
        for listener in tuple(self._listeners):
            listener()

    def _heard(self, data: bytes) -> None:
        """What passed the wire from the host."""
        raise NotImplementedError

    def _say(self, answer: bytes, after: float, then: Callable[[bytes], None] = lambda answer: None) -> None:
        """Put an answer on the wire, so many seconds from now; `then` is called when all of it has passed."""
        start = max(asyncio.get_running_loop().time() + after + self.faults.late, self._up_free)
        answer = self._damage(answer)
        step = max(1, round(0.001 / self._byte_seconds))  # bytes in a millisecond: finer cannot be seen
        for i in range(0, len(answer), step):
            piece = answer[i : i + step]
            self._at(start + (i + len(piece)) * self._byte_seconds, partial(self._reach_host, piece))
        self._up_free = start + len(answer) * self._byte_seconds
        self._at(self._up_free, lambda: then(answer))

    def _reach_host(self, piece: bytes) -> None:
        if self._send is not None:
            self._send(piece)

    def _damage(self, data: bytes) -> bytes:
        noise, drop, chance = self.faults.noise, self.faults.drop, self._chance
        if not noise and not drop:
            return data
        kept = (byte for byte in data if chance.random() >= drop)
        return bytes(byte ^ chance.randrange(1, 256) if chance.random() < noise else byte for byte in kept)

    def _at(self, when: float, call: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(timer)
            call()

        timer = asyncio.get_running_loop().call_at(when, run)
        self._timers.add(timer)
