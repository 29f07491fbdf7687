"""What is simulated, a line of boards or a modem, as a device: a pseudo-terminal behind a link whose name stays.

Called by the simulate command and by tests. The link is what a host opens, like `/dev/ttyUSB0`; unplugging takes
the terminal away under it, plugging in links a new one at the same path.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from hardware.simulator.line import SimulatedLine

READ_AT_ONCE = 4096


class Simulated(Protocol):
    """What can be plugged in: it gets a function for what it says, and hears what the host wrote."""

    def plug_in(self, send: Callable[[bytes], None], port: str = "") -> None: ...

    def pull_out(self) -> None: ...

    def host_sent(self, data: bytes) -> None: ...


class Pty:
    """Plugs what is simulated into a pseudo-terminal at `link`. Use within the running event loop."""

    def __init__(self, simulated: Simulated, link: Path) -> None:
        self._simulated = simulated
        self.link = link
        self._name = ""
        self._master = self._slave = -1

    def plug(self) -> None:
        """Make the device appear; nothing when it is there. Raises OSError, FileExistsError for a real file."""
        if self._master >= 0:
            return
        is_ours = self.link.is_symlink() and os.readlink(self.link).startswith("/dev/pts/")
        if os.path.lexists(self.link) and not is_ours:
            raise FileExistsError(f"{self.link} exists and is not a link of ours")
        self.link.parent.mkdir(parents=True, exist_ok=True)
        # Our own hold on the slave: a host that closes and opens again finds the same device, and no end of file.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._name = os.ttyname(self._slave)
        fresh = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        with suppress(FileNotFoundError):
            fresh.unlink()
        fresh.symlink_to(self._name)
        fresh.replace(self.link)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        self._simulated.plug_in(self._send, str(self.link))

    def unplug(self) -> None:
        """Take the device away, also from a host that has it open; nothing when it is gone."""
        if self._master < 0:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        self._simulated.pull_out()
        with suppress(OSError):
            if os.readlink(self.link) == self._name:  # not another simulator's
                self.link.unlink()
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def _readable(self) -> None:
        with suppress(BlockingIOError, OSError):
            self._simulated.host_sent(os.read(self._master, READ_AT_ONCE))

    def _send(self, data: bytes) -> None:
        with suppress(BlockingIOError):  # nobody reads and the buffer is full: lost, as on a real wire
            os.write(self._master, data)


class PtyDevice(Pty):
    """A line of boards at a device path."""

    def __init__(self, line: SimulatedLine, link: Path) -> None:
        super().__init__(line, link)
        self.line = line
