"""The simulator in a terminal: digits one can read, and one line per change."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from hardware import Key
from hardware.simulator.board import SimulatedBoard
from hardware.simulator.keypad import SimulatedKeypad
from hardware.simulator.line import SimulatedLine
from hardware.simulator.stage import Stage
from hardware.simulator.terminal import BOARD_WIDTH, board_rows, changes, digit, draw
from hardware.simulator.view import LineView

COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def view(*texts: str) -> LineView:
    line = SimulatedLine([SimulatedBoard(66 + i) for i in range(len(texts))])
    seen = line.view()
    boards = zip(seen.boards, texts, strict=True)
    return replace(seen, boards=tuple(replace(board, cells=text.rjust(5)) for board, text in boards))


def test_digits_are_drawn_in_seven_segments() -> None:
    assert "\n".join(digit("6")) == "\n".join(
        [" ━━━━ ", "┃     ", "┃     ", " ━━━━ ", "┃    ┃", "┃    ┃", " ━━━━ "]
    )
    drawn = {character: tuple(digit(character)) for character in "0123456789- "}
    assert len(set(drawn.values())) == 12


def test_boards_stand_side_by_side_as_far_as_they_fit() -> None:
    narrow = COLOURS.sub("", draw(view("66001", "67001", "68001"), (BOARD_WIDTH, 99), True)).splitlines()
    wide = COLOURS.sub("", draw(view("66001", "67001", "68001"), (3 * BOARD_WIDTH, 99), True)).splitlines()
    assert len(narrow) - 2 == 3 * (len(wide) - 2)
    assert max(len(row) for row in wide) == 3 * BOARD_WIDTH
    assert len(draw(view("66001"), (BOARD_WIDTH, 5), True).splitlines()) == 5
    assert [label in wide[2] for label in ("Quầy 66", "Quầy 67", "Quầy 68")] == [True] * 3


def test_a_blinking_board_is_dark_half_the_time_and_one_without_power_always() -> None:
    board = replace(view("66001").boards[0], mode="blink")
    lit, dark = board_rows(board, True), board_rows(board, False)
    assert "━" in "".join(lit)
    assert "━" not in "".join(dark)
    assert "━" not in "".join(board_rows(replace(board, mode="steady", powered=False), True))


def test_one_line_per_change() -> None:
    before = view("66001", "67001")
    changed = replace(before.boards[1], cells="67002", mode="blink", frames=9)
    assert changes(before, before) == []
    assert changes(before, replace(before, boards=(before.boards[0], changed))) == ['67 "67002" blink']
    assert changes(before, replace(before, plugged=True, port="x")) == ["x plugged in"]


def test_keypads_the_printer_and_the_modem_have_a_row_each() -> None:
    line = SimulatedLine(keypads=[SimulatedKeypad(66)], clock=lambda: 1.0)
    stage = Stage(line, Path("line"), Path("printer"), Path("modem"))
    before = stage.view()
    drawn = COLOURS.sub("", draw(before, (100, 40), True)).splitlines()
    assert drawn[2] == 'Bàn phím 66 [66]  "     " 0 waiting'
    assert [row.split()[0] for row in drawn[3:]] == ["printer", "modem"]
    line.press(66, Key.NEXT)
    stage.printer.end.empty = True
    stage.modem.modem.registered = False
    assert changes(before, before) == []
    assert changes(before, stage.view()) == [
        'Bàn phím 66 [66]  "     " 0 waiting next waits',
        "printer   0 slips  empty",
        "modem   no network  0 messages, 0 refused",
    ]
    line.set_keypad(66, powered=False)
    assert changes(before, stage.view())[0] == "Bàn phím 66 [66]  no power"
