"""A simulated modem at a device path of its own, plugged in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hardware.simulator.device import Pty
from hardware.simulator.modem import ModemCable, SimulatedModem


@contextmanager
def plugged(folder: Path, **faults: object) -> Iterator[ModemCable]:
    """The cable; `port` is what a program opens. `faults` are those of `SimulatedModem`."""
    cable = ModemCable(SimulatedModem(**faults))  # type: ignore[arg-type]
    device = Pty(cable, folder / "modem.tty")
    device.plug()
    try:
        yield cable
    finally:
        device.unplug()
