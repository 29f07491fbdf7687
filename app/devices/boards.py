"""The LED boards of a center: kept at what the topic says; what they have shown is acknowledged.

The text of a board follows its row at once; it blinks in the slot of its announcement. The `told` of a call goes
out when the board itself has answered with that picture.
"""

import asyncio
import logging
from collections.abc import Callable

from app.devices.following import Following, Row
from hardware import Bus, Mode, Shown

TEST_SECONDS = 8.0
GONE_SECONDS = 10.0  # so long a board that left the plan is told to be dark
TEST_TEXT = "88888"  # for boards that cannot light every segment otherwise

log = logging.getLogger(__name__)


class Boards:
    """The boards on a line, as a device with a key; `topic` is a center and its zones (`qn/tang-1`, `qn/all`)."""

    def __init__(self, server: str, key: str, topic: str, bus: Bus, unfit: Callable[[], None]) -> None:
        self.following = Following(server, key, f"board/{topic}", self._changed)
        self.following.ordered = self._ordered
        self._bus = bus
        self._shown: dict[int, Row] = {}  # by board address: the row last asked for
        self.unfit: set[int] = set()
        """Boards that have no room for what they should show; `unfit` is called when one is found."""
        self._found_unfit = unfit
        self._said_none = False
        self._told: set[tuple[str, int]] = set()
        self._later: dict[int, asyncio.TimerHandle] = {}  # by board address: when it is shown anew
        self._telling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            await self.following.run()
        finally:
            for telling in self._telling:
                telling.cancel()
            for later in self._later.values():
                later.cancel()
            await self.following.close()

    def shut_out(self) -> None:
        """This device is not known any more: its boards go dark."""
        for address in self._shown:
            self._put(address, "")

    def shown(self, report: Shown) -> None:
        """A board has shown a picture."""
        row = self._shown.get(report.address)
        if row and row["seq"] and report.text == row["text"]:
            self._tell(row["voice"], row["seq"])

    def _changed(self) -> None:
        rows = {row["board"]: row for row in self.following.rows.values()}
        for address, row in rows.items():
            if self._shown.get(address) != row:
                self._shown[address] = row
                self._show(address, row)
        for address in self._shown.keys() - rows.keys():
            del self._shown[address]
            self._put(address, "")
            self._show_later(address, GONE_SECONDS)
        if not rows and not self._said_none:
            log.warning("! no counter of %s has a board", self.following.topic)
        self._said_none = not rows

    def _show(self, address: int, row: Row) -> None:
        """The number at once; blinking from the start of its slot to its end."""
        if waiting := self._later.pop(address, None):
            waiting.cancel()
        now = self.following.now()
        if row["seq"] and now < row["from"]:
            self._show_later(address, (row["from"] - now) / 1000)
        if row["seq"] and row["from"] <= now < row["to"]:
            self._put(address, row["text"], Mode.BLINK, row["to"] / 1000)
        else:
            self._put(address, row["text"])

    def _put(self, address: int, text: str, mode: Mode = Mode.STEADY, blink_until: float | None = None) -> None:
        """Let a board show a text; signs are cut to its cells. A number that has no room is said once and left
        out, for a part of it would call somebody else."""
        if not any(map(str.isdecimal, text)) or mode is Mode.TEST:
            text = text[: self._bus.cells]
        try:
            self._bus.show(address, text, mode=mode, blink_until=blink_until)
            self.unfit.discard(address)
        except ValueError as fault:
            if address not in self.unfit:
                log.warning("! board %02d: %s", address, fault)
                self.unfit.add(address)
                self._found_unfit()

    def _show_later(self, address: int, seconds: float) -> None:
        def show() -> None:
            if row := self._shown.get(address):
                self._show(address, row)
            else:
                self._bus.drop_board(address)

        self._later[address] = asyncio.get_running_loop().call_later(seconds, show)

    def _ordered(self, order: Row) -> None:
        """Light every segment for a while, for whoever stands before the boards."""
        if order["what"] == "test":
            for address in self._shown:
                if waiting := self._later.pop(address, None):
                    waiting.cancel()
                self._put(address, TEST_TEXT, Mode.TEST)
                self._show_later(address, TEST_SECONDS)

    def _tell(self, voice: str, seq: int) -> None:
        if (voice, seq) in self._told:
            return
        shown = {(row["voice"], row["seq"]) for row in self._shown.values()}
        self._told = (self._told & shown) | {(voice, seq)}
        task = asyncio.create_task(self.following.tell(voice, seq))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
