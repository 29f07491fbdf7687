"""Things on a cable: LED boards, keypads, ticket printers, a GSM modem, simulators. Knows nothing of tickets.

    bus = Bus("/dev/ttyUSB0?baud=9600", on_report=print)
    bus.show(66, "86001", blink_until=time.time() + 8)
    await bus.run()  # until cancelled

`python -m hardware simulate` shows boards without hardware. The simulator is imported apart, from
`hardware.simulator`; printers from `hardware.printers`, which needs Pillow; pyserial only when a port is opened.
"""

from hardware.bus import Bus
from hardware.ports import PortAddress, PortFault
from hardware.protocols.boards import BoardDriver, open_driver
from hardware.protocols.digits import Mode, Picture
from hardware.protocols.keypads import Face, Key, Pressed, mark_of
from hardware.reports import HealthChanged, KeyPressed, PortChanged, Report, Shown
from hardware.turns import Health, Pace

__all__ = [
    "BoardDriver",
    "Bus",
    "Face",
    "Health",
    "HealthChanged",
    "Key",
    "KeyPressed",
    "Mode",
    "Pace",
    "Picture",
    "PortAddress",
    "PortChanged",
    "PortFault",
    "Pressed",
    "Report",
    "Shown",
    "mark_of",
    "open_driver",
]
