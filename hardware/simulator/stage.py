"""All that is simulated at once: a line of boards and keypads, perhaps a printer and a modem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardware.simulator.cable import SimulatedCable
from hardware.simulator.device import Pty
from hardware.simulator.line import SimulatedLine
from hardware.simulator.modem import ModemCable, SimulatedModem
from hardware.simulator.printer import SimulatedPrinter
from hardware.simulator.view import LineView


@dataclass(slots=True)
class Stage:
    """`line_at`, `printer_at`, `modem_at`: the devices' paths; without one there is no printer, no modem."""

    line: SimulatedLine
    line_at: Path
    printer_at: Path | None = None
    modem_at: Path | None = None
    printer: SimulatedCable[SimulatedPrinter] = field(default_factory=lambda: SimulatedCable(SimulatedPrinter()))
    modem: ModemCable = field(default_factory=lambda: ModemCable(SimulatedModem()))

    def __post_init__(self) -> None:
        paths = [path for path in (self.line_at, self.printer_at, self.modem_at) if path]
        if len({path.absolute() for path in paths}) < len(paths):
            raise ValueError("found one path for two devices, expected one for each")

    @contextmanager
    def plugged(self) -> Iterator[dict[str, Pty]]:
        """The devices by name (`line`, `printer`, `modem`), plugged in, within the running loop; taken away after.

        Raises OSError where a link cannot be made.
        """
        devices = {"line": Pty(self.line, self.line_at)}
        devices |= {"printer": Pty(self.printer, self.printer_at)} if self.printer_at else {}
        devices |= {"modem": Pty(self.modem, self.modem_at)} if self.modem_at else {}
        try:
            for device in devices.values():
                device.plug()
            yield devices
        finally:
            for device in devices.values():
                device.unplug()

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; return the function that ends it."""
        stops = [wire.watch(listener) for wire in (self.line, self.printer, self.modem)]

        def stop() -> None:
            for one in stops:
                one()

        return stop

    def view(self) -> LineView:
        """Everything at this moment."""
        printer, modem = self.printer, self.modem
        return replace(
            self.line.view(),
            printer=printer.end.view(printer.port, printer.plugged) if self.printer_at else None,
            modem=modem.view() if self.modem_at else None,
        )
