"""What is simulated, in a terminal: redrawn in place, or one line per change where there is no terminal.

Called by the simulate command. Drawing is pure: a view in, text out.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import TextIO

from hardware.simulator.stage import Stage
from hardware.simulator.view import BoardView, KeypadView, LineView

# Segments a to g: top, right up, right down, bottom, left down, left up, middle.
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd",
    "6": "afgedc", "7": "abc", "8": "abcdefg", "9": "abcdfg", "-": "g", " ": "",
}  # fmt: skip
DIGIT_ROWS = 7
BOARD_WIDTH = 5 * 7 + 3
RED, DIM, AMBER, PLAIN = "\x1b[91m", "\x1b[90m", "\x1b[33m", "\x1b[0m"
HIDE_CURSOR, SHOW_CURSOR, CLEAR, HOME = "\x1b[?25l", "\x1b[?25h", "\x1b[2J", "\x1b[H"
BLINK_HALF = 0.5


def digit(character: str) -> list[str]:
    """Seven rows of six characters: one cell in seven segments."""
    lit = SEGMENTS[character]

    def level(segment: str) -> str:
        return f" {'━━━━' if segment in lit else '    '} "

    def posts(left: str, right: str) -> list[str]:
        return [f"{'┃' if left in lit else ' '}    {'┃' if right in lit else ' '}"] * 2

    return [level("a"), *posts("f", "b"), level("g"), *posts("e", "c"), level("d")]


def board_rows(board: BoardView, lit: bool) -> list[str]:
    """Label, seven rows of digits, one row of small print; each `BOARD_WIDTH` wide without the colours."""
    cells = "88888" if board.mode == "test" else board.cells
    dark = not board.powered or (board.mode == "blink" and not lit)
    digits = [digit(" " if dark else cell) for cell in cells]
    rows = [" ".join(cell[row] for cell in digits) for row in range(DIGIT_ROWS)]
    states = [board.mode, "" if board.powered else "no power", "muted" if board.muted else ""]
    small = f"{', '.join(filter(None, states))}; frames {board.frames}, errors {board.errors}"
    width = BOARD_WIDTH
    label = f"{board.label} [{board.address:02d}]"[:width].center(width)
    lines = [f"{AMBER}{label}{PLAIN}", *(f"{RED}{row.center(width)}{PLAIN}" for row in rows)]
    return [*lines, f"{DIM}{small[:width].center(width)}{PLAIN}"]


def draw(view: LineView, size: tuple[int, int], lit: bool, page: str = "") -> str:
    """The whole screen of `size` (columns, rows): as many boards as fit. `page`: the web page's address."""
    columns, rows = size
    state = "plugged in" if view.plugged else "UNPLUGGED"
    lines = [f"{view.port}  {view.baud} baud  {state}  noise {view.noise:g}  {page}", ""]
    abreast = max(1, columns // BOARD_WIDTH)
    for first in range(0, len(view.boards), abreast):
        blocks = [board_rows(board, lit) for board in view.boards[first : first + abreast]]
        lines += ["".join(parts) for parts in zip(*blocks, strict=True)]
        lines.append("")
    lines += [*map(keypad_row, view.keypads), *beside(view)]
    return HOME + "".join(f"{line}\x1b[K\n" for line in lines[: rows - 1]) + "\x1b[J"


def keypad_row(keypad: KeypadView) -> str:
    """A keypad in one row: what it shows, and what becomes of its key."""
    if not keypad.powered:
        shown = "no power"
    else:
        key = f"{keypad.waits} waits" if keypad.waits else keypad.lamp
        shown = f'"{keypad.cells}" {keypad.waiting} waiting {key}'.rstrip()
    return f"{keypad.label} [{keypad.address:02d}]  {shown}"


def beside(view: LineView) -> list[str]:
    """The printer and the modem, a row each."""
    rows = []
    if printer := view.printer:
        faults = ("cover open", printer.cover_open), ("empty", printer.empty), ("low", printer.low)
        rows.append(f"printer {printer.port}  {printer.printed} slips  {', '.join(n for n, on in faults if on)}")
    if modem := view.modem:
        where = f"{modem.operator} {modem.dbm} dBm" if modem.registered else "no network"
        rows.append(f"modem {modem.port}  {where}  {len(modem.sent)} messages, {modem.refused} refused")
    return [row.rstrip() for row in rows]


def changes(before: LineView | None, after: LineView) -> list[str]:
    """One line for each board that looks different, and for the plug."""
    lines = []
    if before is not None and before.plugged != after.plugged:
        lines.append(f"{after.port} {'plugged in' if after.plugged else 'unplugged'}")
    old = {} if before is None else {board.address: board.picture for board in before.boards}
    for board in after.boards:
        if board.picture != old.get(board.address, board.picture):
            cells = f'"{board.cells}" {board.mode}' if board.powered else "no power"
            lines.append(f"{board.address:02d} {cells}")
    were = {} if before is None else {keypad.address: keypad_row(keypad) for keypad in before.keypads}
    lines += [row for one in after.keypads if (row := keypad_row(one)) != were.get(one.address, row)]
    if before is not None:
        lines += [row for row in beside(after) if row not in beside(before)]
    return lines


async def show_lines(stage: Stage, out: TextIO) -> None:
    """Write one line per change until cancelled."""
    seen, stirred = stage.view(), asyncio.Event()
    stop = stage.watch(stirred.set)
    try:
        while True:
            await stirred.wait()
            stirred.clear()
            view = stage.view()
            for text in changes(seen, view):
                print(time.strftime("%H:%M:%S"), text, file=out, flush=True)
            seen = view
    finally:
        stop()


async def show_screen(stage: Stage, out: TextIO, page: str = "") -> None:
    """Redraw the terminal at changes, and twice a second while something blinks, until cancelled."""
    stirred = asyncio.Event()
    stop = stage.watch(stirred.set)
    out.write(HIDE_CURSOR + CLEAR)
    try:
        while True:
            stirred.clear()
            view = stage.view()
            lit = time.time() % (2 * BLINK_HALF) < BLINK_HALF
            out.write(draw(view, shutil.get_terminal_size(), lit, page))
            out.flush()
            blinking = any(board.mode == "blink" and board.powered for board in view.boards)
            left = BLINK_HALF - time.time() % BLINK_HALF if blinking else None
            try:
                async with asyncio.timeout(left):
                    await stirred.wait()
            except TimeoutError:
                pass
    finally:
        stop()
        out.write(SHOW_CURSOR + "\n")
        out.flush()
