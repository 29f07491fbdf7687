"""`goiso boards`: keeps the LED boards of a center at what the topic says, and acknowledges what they have shown.

The text of a board follows its row at once; it blinks in the slot of its announcement. The `told` of a call goes
out when the board itself has answered with that picture.
"""

import asyncio
import logging

from app.devices.following import Following, Row
from hardware import Bus, HealthChanged, Mode, PortChanged, Report, Shown, open_driver

log = logging.getLogger(__name__)


class Boards:
    def __init__(self, server: str, key: str, center: str, port: str, protocol: str) -> None:
        self._following = Following(server, key, f"board/{center}/all", self._changed)
        driver, clock = open_driver(protocol), lambda: self._following.now() / 1000
        self._bus = Bus(port, on_report=self._reported, clock=clock, driver=driver)
        self._shown: dict[int, Row] = {}  # by board address: the row last asked for
        self._told: set[tuple[str, int]] = set()
        self._blinks: dict[int, asyncio.TimerHandle] = {}
        self._telling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Drive the boards until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._following.run())
                tasks.create_task(self._bus.run())
        finally:
            for telling in self._telling:
                telling.cancel()
            for blink in self._blinks.values():
                blink.cancel()
            await self._following.close()

    def _changed(self) -> None:
        rows = {row["board"]: row for row in self._following.rows.values()}
        for address, row in rows.items():
            if self._shown.get(address) != row:
                self._shown[address] = row
                self._show(address, row)
        for address in self._shown.keys() - rows.keys():
            self._bus.show(address, "")
            del self._shown[address]

    def _show(self, address: int, row: Row) -> None:
        """The number at once; blinking from the start of its slot to its end."""
        if waiting := self._blinks.pop(address, None):
            waiting.cancel()
        now = self._following.now()
        if row["seq"] and now < row["from"]:
            wait = (row["from"] - now) / 1000
            self._blinks[address] = asyncio.get_running_loop().call_later(wait, self._show, address, row)
        if row["seq"] and row["from"] <= now < row["to"]:
            self._bus.show(address, row["text"], mode=Mode.BLINK, blink_until=row["to"] / 1000)
        else:
            self._bus.show(address, row["text"])

    def _reported(self, report: Report) -> None:
        match report:
            case Shown():
                row = self._shown.get(report.address)
                if row and row["seq"] and report.text == row["text"]:
                    self._tell(row["voice"], row["seq"])
            case HealthChanged():
                log.info("= board %02d %s", report.address, report.health.name.lower())
            case PortChanged():
                log.info("= line %s %s", "open" if report.is_open else "away", report.reason)

    def _tell(self, voice: str, seq: int) -> None:
        if (voice, seq) in self._told:
            return
        shown = {(row["voice"], row["seq"]) for row in self._shown.values()}
        self._told = (self._told & shown) | {(voice, seq)}
        task = asyncio.create_task(self._following.tell(voice, seq))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
