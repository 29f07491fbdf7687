"""Who presses: a connection that stays open, a request written at once, its answer read at once.

It runs in the bench's own process, on the load's core, where the load is niced so that an answer is taken in when
it comes. So the times hold what a clerk's browser would see of the server, and nothing of a client library.
"""

import json
import select
import socket
import time
from dataclasses import dataclass

from bench.live.machine import Missing


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the API: what it says, and when the request was written and its answer read (ns)."""

    pressed: int
    answered: int
    position: str
    number: str
    turn: int

    @property
    def version(self) -> int:
        return int(self.position.rpartition(".")[2])


class Presser:
    """One kept connection to the API, with the headers that say who presses."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port = port
        lines = {"host": f"127.0.0.1:{port}", "content-type": "application/json", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._socket = self._connect()
        self._pressed = 0

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def close(self) -> None:
        self._socket.close()

    def _has_ended(self) -> bool:
        """Whether the server has closed the line: it keeps none that is silent for long."""
        readable, _, _ = select.select([self._socket], [], [], 0)  # nothing is asked now: readable means ended
        return bool(readable)

    def write(self, path: str, body: dict[str, str | int]) -> None:
        """Send a request; `read` gives its answer."""
        content = json.dumps(body)
        request = f"POST {path} HTTP/1.1\r\n{self._head}content-length: {len(content)}\r\n\r\n{content}".encode()
        if self._has_ended():
            self._socket.close()
            self._socket = self._connect()
        self._pressed = time.monotonic_ns()
        self._socket.sendall(request)

    def read(self) -> Answer:
        """The answer to what was sent; raises Missing when it is no success."""
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0 or len(data) < end + 4 + _length(data[:end]):
            more = self._socket.recv(65536)
            if not more:
                raise Missing(f"the server has ended the line after {data[:80]!r}")
            data += more
        answered = time.monotonic_ns()
        if b" 200 " not in data[:20]:
            raise Missing(f"the server refused: {data[end + 4 :].decode()}")
        said = json.loads(data[end + 4 :])
        return Answer(self._pressed, answered, said["position"], said["number"], said["turn"])

    def post(self, path: str, body: dict[str, str | int]) -> Answer:
        self.write(path, body)
        return self.read()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise Missing("an answer without a length")
