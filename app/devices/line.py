"""`goiso boards`: the boards and the keypads of a center on one line, each kind a device of its own.

Boards show and acknowledge, keypads press; neither may what the other may. How the line and each of them is goes
to the server with every question for the time, and is in the list of devices there.
"""

import asyncio
import logging

from app.devices.boards import Boards
from app.devices.following import NotWelcome
from app.devices.keypads import Keypads
from app.views.rows import ALL
from hardware import Bus, Health, HealthChanged, KeyPressed, PortChanged, Report, Shown, open_driver

log = logging.getLogger(__name__)


class Line:
    """Drives one port, for the zones on it (ids with commas between; "": the whole center). A key that is ""
    stands for none of its kind; `brightness` 0 leaves the boards' own.

    Raises ValueError for a port or a protocol there is not.
    """

    def __init__(
        self,
        server: str,
        center: str,
        port: str,
        protocol: str = "digits",
        *,
        boards_key: str = "",
        keypads_key: str = "",
        zones: str = "",
        brightness: int = 0,
    ) -> None:
        topic = f"{center}/{zones or ALL}"
        self._bus = Bus(port, on_report=self._reported, clock=self._now, driver=open_driver(protocol))
        self._boards = Boards(server, boards_key, topic, self._bus, self._say_health) if boards_key else None
        self._keypads = Keypads(server, keypads_key, topic, self._bus) if keypads_key else None
        self._is_open = False
        if brightness:
            self._bus.shine(brightness)

    async def run(self) -> None:
        """Drive the line until cancelled. A device that the server does not know (any more) leaves the line to the
        other; raises NotWelcome when there is none."""
        named = (("GOISO_BOARDS_KEY", self._boards), ("GOISO_KEYPADS_KEY", self._keypads))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._bus.run())
            following = [tasks.create_task(self._follow(name, part)) for name, part in named if part]
            ended = [await one for one in following]
            raise NotWelcome("; ".join(ended))

    async def _follow(self, name: str, part: Boards | Keypads) -> str:
        """Let a device follow its topic; why it does not any more."""
        try:
            await part.run()
        except NotWelcome as fault:
            log.warning("! %s: %s", name, fault)
            part.shut_out()
            return f"{name}: {fault}"
        return name

    def _now(self) -> float:
        """The server's time in seconds."""
        part = self._boards or self._keypads
        return part.following.now() / 1000 if part else 0.0

    def _reported(self, report: Report) -> None:
        match report:
            case Shown() if self._boards:
                self._boards.shown(report)
            case KeyPressed() if self._keypads:
                self._keypads.heard(report)
            case HealthChanged():
                log.info("= %s %02d %s", report.kind, report.address, report.health.name.lower())
            case PortChanged():
                self._is_open = report.is_open
                log.info("= line %s %s", "open" if report.is_open else "away", report.reason)
            case _:
                pass
        if isinstance(report, HealthChanged | PortChanged):
            self._say_health()

    def _say_health(self) -> None:
        """How the line and all on it are, for the next question for the time."""
        for part, found in ((self._boards, self._bus.health()), (self._keypads, self._bus.keypad_health())):
            if part:
                unfit = part.unfit if isinstance(part, Boards) else set[int]()
                part.following.state |= {
                    "line": "open" if self._is_open else "away",
                    "of": len(found),
                    "answering": sum(health is Health.OK for health in found.values()),
                    "silent": [address for address, health in found.items() if health is Health.SILENT],
                    "faulty": sorted(unfit | {at for at, health in found.items() if health is Health.FAULTY}),
                }
