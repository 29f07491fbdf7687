"""Simulated boards of another kind than the digit protocol's: a driver reads what its own boards would hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hardware.protocols.boards import BoardDriver
from hardware.protocols.digits import Picture
from hardware.simulator.board import SimulatedBoard

LONGEST = 80  # bytes of a frame


class DriverEar:
    """Hears what a host says to boards of a kind, whatever pieces it comes in and whatever stands between.

    Raises ValueError for a driver that says only what a host does.
    """

    def __init__(self, driver: BoardDriver) -> None:
        if type(driver).read is BoardDriver.read:
            raise ValueError(f"found {type(driver).__name__}, which have no `read`: they cannot be simulated")
        self._driver = driver
        self._held = b""

    def heard(self, data: bytes, boards: Mapping[int, SimulatedBoard], now: float) -> Iterator[bytes]:
        """Let the boards that are spoken to show what they are told; their answers."""
        for at in range(len(data)):
            self._held = (self._held + data[at : at + 1])[-LONGEST:]
            if (found := self._whole()) is None:
                continue
            self._held = b""
            address, picture = found
            for board in boards.values() if address == 0 else filter(None, [boards.get(address)]):
                if board.powered and (answer := self._obey(board, picture, now)) and not board.muted:
                    yield answer

    def _whole(self) -> tuple[int, Picture | None] | None:
        """What the frame that ends here says; None when none does."""
        for begins in range(len(self._held)):
            try:
                return self._driver.read(self._held[begins:])
            except ValueError:
                continue
        return None

    def _obey(self, board: SimulatedBoard, picture: Picture | None, now: float) -> bytes:
        board.frames, board.last_frame_at = board.frames + 1, now
        if picture is not None and not board.broken:
            board.picture = picture
        return self._driver.reply(board.address, board.picture, is_asked=picture is None)
