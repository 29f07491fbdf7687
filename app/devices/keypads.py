"""The keypads of a center: each shows what the topic says of its counter, its keys are pressed at the server.

A key carries the mark of the turn its clerk saw (`hardware.protocols.keypads`): what was pressed in another turn
than the counter's is not pressed any more, so a key that comes twice, or late, calls nobody twice.
"""

import asyncio
import logging

from app.devices.following import Following, Row
from hardware import Bus, Face, Key, KeyPressed, mark_of

WORDS = {
    Key.NEXT: "next",
    Key.RECALL: "recall",
    Key.ABSENT: "absent",
    Key.PAUSE: "pause",
    Key.TRANSFER: "transfer",
}
AGAIN_SECONDS = (0.3, 0.6, 1.2)  # a server that is away for a moment is asked again so much later
WAIT_SECONDS = 4.0  # and no longer than this in all: a keypad forgets its key after five

log = logging.getLogger(__name__)


class Keypads:
    """The keypads on a line, as a device with a key; `topic` is a center and its zones (`qn/tang-1`, `qn/all`)."""

    def __init__(self, server: str, key: str, topic: str, bus: Bus) -> None:
        self.following = Following(server, key, f"keypad/{topic}", self._changed)
        self._bus = bus
        self._shown: dict[int, Row] = {}  # by address
        self._said_none = False
        self._pressing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            await self.following.run()
        finally:
            for pressing in self._pressing:
                pressing.cancel()
            await self.following.close()

    def heard(self, report: KeyPressed) -> None:
        """A key was pressed."""
        pressing = asyncio.create_task(self._press(report))
        self._pressing.add(pressing)
        pressing.add_done_callback(self._pressing.discard)

    def shut_out(self) -> None:
        """This device is not known any more: its keypads are spoken to no more."""
        for address in self._shown:
            self._bus.drop_keypad(address)
        self._shown = {}

    def _changed(self) -> None:
        rows = {row["keypad"]: row for row in self.following.rows.values()}
        for address, row in rows.items():
            if self._shown.get(address) != row:
                self._bus.face(address, Face(row["text"], row["waiting"], mark_of(row["turn"])))
        for address in self._shown.keys() - rows.keys():
            self._bus.drop_keypad(address)
        self._shown = rows
        if not rows and not self._said_none:
            log.warning("! no counter of %s has a keypad", self.following.topic)
        self._said_none = not rows

    async def _press(self, report: KeyPressed) -> None:
        pressed, row = report.pressed, self._shown.get(report.address)
        taken = False
        if row and mark_of(row["turn"]) == pressed.mark:
            body: Row = {"keypad": report.address, "turn": row["turn"], "key": WORDS[pressed.key]}
            taken = await self._ask(body | ({"to": pressed.target} if pressed.key is Key.TRANSFER else {}))
        log.info("> keypad %02d %s%s", report.address, WORDS[pressed.key], "" if taken else ": not taken")
        self._bus.settle(report.address, pressed, refused=not taken)

    async def _ask(self, body: Row) -> bool:
        """Press at the server; asked again where it does not answer, for the turn makes twice once."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                for nth, pause in enumerate((*AGAIN_SECONDS, 0.0)):
                    if answer := await self.following.ask("/api/device/press", body):
                        # What changed nothing did nothing, unless an earlier try was heard and its answer lost.
                        return answer.is_success and (nth > 0 or answer.json()["outcome"] != "unchanged")
                    await asyncio.sleep(pause)
        except TimeoutError:
            log.warning("! the server takes longer than %.0f s", WAIT_SECONDS)
        return False
