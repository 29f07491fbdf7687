"""Simulated boards and keypads: on a line with faults (`SimulatedLine`), at a device path (`PtyDevice`), seen in a
terminal and on a web page (`python -m hardware simulate`). For trying without hardware, and for tests."""

from hardware.simulator.board import SimulatedBoard
from hardware.simulator.device import PtyDevice
from hardware.simulator.keypad import SimulatedKeypad
from hardware.simulator.line import SimulatedLine
from hardware.simulator.view import BoardView, KeypadView, LineView
from hardware.simulator.wire import Faults

__all__ = [
    "BoardView",
    "Faults",
    "KeypadView",
    "LineView",
    "PtyDevice",
    "SimulatedBoard",
    "SimulatedKeypad",
    "SimulatedLine",
]
