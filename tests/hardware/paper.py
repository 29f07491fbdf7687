"""The simulated ticket printer for tests of what blocks: on a socket, or on a pseudo-terminal in the place of a
serial line or of a USB printer's file, each served by a thread."""

from __future__ import annotations

import os
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image, ImageChops

from hardware.simulator.printer import SimulatedPrinter as Paper

__all__ = ["Paper", "line_printer", "network_printer", "same"]


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures are the same, dot by dot."""
    return one.size == other.size and ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None


@contextmanager
def network_printer(paper: Paper) -> Iterator[int]:
    """The paper behind a port of this machine, one connection at a time; gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(ConnectionError):
                    while data := connection.recv(4096):
                        connection.sendall(paper.hear(data))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
        assert not paper.unknown, "all that was sent is ESC/POS, each picture as wide as the paper"


@contextmanager
def line_printer(paper: Paper, file: Path) -> Iterator[Path]:
    """The paper at a device file of its own (a link to a pseudo-terminal)."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    file.symlink_to(os.ttyname(theirs))

    def serve() -> None:
        with suppress(OSError):
            while data := os.read(ours, 4096):
                os.write(ours, paper.hear(data))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield file
    finally:
        os.close(theirs)  # ends the reading
        thread.join(5)
        os.close(ours)
        file.unlink()
        assert not paper.unknown, "all that was sent is ESC/POS, each picture as wide as the paper"
