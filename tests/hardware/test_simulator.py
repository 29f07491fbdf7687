"""The simulated line itself: its pace, its faults, its device path."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from hardware.protocols.boards import BoardDriver
from hardware.protocols.digits import (
    Answer,
    AnswerDecoder,
    Brightness,
    Command,
    Fault,
    Mode,
    Picture,
    Query,
    Show,
    encode,
)
from hardware.simulator import Faults, PtyDevice, SimulatedBoard, SimulatedLine
from hardware.simulator.stage import Stage

SHOW = Show(66, 1, Picture("86001", Mode.BLINK))


def converse(line: SimulatedLine, *commands: Command, answers: int, limit: float = 2.0) -> tuple[bytes, float]:
    """Send commands in one piece; return what comes back within the limit, and when its last byte came."""

    async def scenario() -> tuple[bytes, float]:
        heard = bytearray()
        enough = asyncio.Event()

        def hear(data: bytes) -> None:
            heard.extend(data)
            if len(heard) >= answers * 18:
                enough.set()

        line.plug_in(hear)
        start = time.monotonic()
        line.host_sent(b"".join(encode(command) for command in commands))
        try:
            async with asyncio.timeout(limit):
                await enough.wait()
        except TimeoutError:
            pass
        line.pull_out()
        return bytes(heard), time.monotonic() - start

    return asyncio.run(scenario())


def test_a_board_obeys_and_answers_with_what_it_shows() -> None:
    board = SimulatedBoard(66)
    line = SimulatedLine([board, SimulatedBoard(68)], baud=115200, clock=lambda: 12.5)
    heard, _ = converse(line, SHOW, Brightness(66, 2, 3), Query(66, 3), answers=3)
    assert AnswerDecoder().feed(heard) == [
        Answer(66, 1, Fault.NONE, SHOW.picture, 9),
        Answer(66, 2, Fault.NONE, SHOW.picture, 3),
        Answer(66, 3, Fault.NONE, SHOW.picture, 3),
    ]
    view = line.view().boards[0]
    assert (view.cells, view.mode, view.frames, view.last_frame_at) == ("86001", "blink", 3, 12.5)
    assert line.view().boards[1].frames == 0


@pytest.mark.parametrize("baud", [2400, 9600])
def test_bytes_take_their_time_in_both_directions(baud: int) -> None:
    heard, took = converse(SimulatedLine([SimulatedBoard(66)], baud=baud), SHOW, answers=1)
    wire = (16 + 18) * 10 / baud
    assert len(heard) == 18
    assert wire <= took < wire + 0.1


def test_late_answers_are_late_and_mute_boards_show_but_do_not_answer() -> None:
    line = SimulatedLine([SimulatedBoard(66)], baud=115200)
    line.set_faults(late=0.1)
    heard, took = converse(line, SHOW, answers=1)
    assert len(heard) == 18
    assert took >= 0.1
    line.set_faults(late=0)
    line.set_board(66, muted=True)
    heard, _ = converse(line, Show(66, 2, Picture("2")), answers=1, limit=0.1)
    assert heard == b""
    assert line.boards[66].picture == Picture("2")


def test_noise_and_loss_come_from_the_seed() -> None:
    def damaged(seed: int) -> bytes:
        line = SimulatedLine([SimulatedBoard(66)], baud=115200, seed=seed)
        line.boards[66].broken = True
        line.set_faults(noise=0.02, drop=0.02)
        return converse(line, *[SHOW] * 12, answers=12, limit=0.1)[0]

    assert damaged(1) == damaged(1) != damaged(2)


def test_a_board_without_power_is_deaf_and_forgets() -> None:
    line = SimulatedLine([SimulatedBoard(66)], baud=115200)
    converse(line, SHOW, answers=1)
    line.set_board(66, powered=False)
    heard, _ = converse(line, SHOW, answers=1, limit=0.05)
    line.set_board(66, powered=True)
    assert heard == b""
    assert line.view().boards[0].cells == "     "


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two boards with address 66"):
        SimulatedLine([SimulatedBoard(66), SimulatedBoard(66)])
    with pytest.raises(ValueError, match="expected 1 to 99"):
        SimulatedBoard(100)
    with pytest.raises(ValueError, match="expected probabilities"):
        Faults(noise=2)
    real = tmp_path / "real"
    real.write_text("somebody's")
    with pytest.raises(FileExistsError):
        PtyDevice(SimulatedLine([]), real).plug()
    assert real.read_text() == "somebody's"


def test_the_link_stays_while_terminals_come_and_go(tmp_path: Path) -> None:
    async def scenario() -> None:
        link = tmp_path / "var" / "boards.tty"
        device = PtyDevice(SimulatedLine([SimulatedBoard(66)]), link)
        link.parent.mkdir()
        link.symlink_to("/dev/pts/left-from-a-crash")
        device.plug()
        first = os.readlink(link)
        assert Path(first).is_char_device()
        device.plug()
        assert os.readlink(link) == first
        device.unplug()
        device.unplug()
        assert not link.is_symlink()
        device.plug()
        assert link.is_char_device()
        assert device.line.plugged
        device.unplug()
        assert list(link.parent.iterdir()) == []

    asyncio.run(scenario())


def test_an_unplug_leaves_another_simulators_link_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        link = tmp_path / "boards.tty"
        first, second = (PtyDevice(SimulatedLine([SimulatedBoard(66)]), link) for _ in range(2))
        first.plug()
        second.plug()
        first.unplug()
        assert link.is_char_device()
        second.unplug()
        assert not link.is_symlink()

    asyncio.run(scenario())


def test_a_link_that_is_not_a_simulators_is_left_alone(tmp_path: Path) -> None:
    mine, link = tmp_path / "mine", tmp_path / "link"
    mine.write_text("x")
    link.symlink_to(mine)

    async def run() -> None:
        with pytest.raises(FileExistsError, match="not a link of ours"):
            PtyDevice(SimulatedLine(), link).plug()

    asyncio.run(run())
    assert link.read_text() == "x"
    with pytest.raises(ValueError, match="one path for two devices"):
        Stage(SimulatedLine(), link, link)


def test_boards_whose_driver_reads_nothing_cannot_be_simulated() -> None:
    class Speaks(BoardDriver):
        def show(self, address: int, sequence: int, picture: Picture) -> bytes:
            return b""

    with pytest.raises(ValueError, match="Speaks, which have no `read`"):
        SimulatedLine(driver=Speaks())
