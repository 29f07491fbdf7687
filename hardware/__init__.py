"""Things on a cable: LED boards and their simulators, ticket printers. Knows nothing of tickets.

    bus = Bus("/dev/ttyUSB0?baud=9600", on_report=print)
    bus.show(66, "86001", blink_until=time.time() + 8)
    await bus.run()  # until cancelled

`python -m hardware simulate` shows boards without hardware. The simulator is imported apart, from
`hardware.simulator`; printers from `hardware.printers`, which needs Pillow; pyserial only when a port is opened.
"""

from hardware.bus import Bus, HealthChanged, PortChanged, Report, Shown
from hardware.ports import PortAddress, PortFault
from hardware.protocols.boards import BoardDriver, open_driver
from hardware.protocols.digits import Mode, Picture
from hardware.turns import Health, Pace

__all__ = [
    "BoardDriver",
    "Bus",
    "Health",
    "HealthChanged",
    "Mode",
    "Pace",
    "Picture",
    "PortAddress",
    "PortChanged",
    "PortFault",
    "Report",
    "Shown",
    "open_driver",
]
