"""`python -m hardware` (and `goiso hardware`): things on cables without hardware, or one of them driven once.

simulate   boards, keypads, a printer, a modem at pseudo-terminals, seen here and on a web page
show       drive one board once and print its acknowledgement
print      print a trial slip on a ticket printer, and say how the printer is

Errors are one sentence, with exit status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from hardware.bus import Bus
from hardware.protocols.boards import open_driver
from hardware.protocols.digits import Mode
from hardware.reports import HealthChanged, PortChanged, Report, Shown
from hardware.turns import Health


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "print":
            return _print(asked)
        asyncio.run(_simulate(asked) if asked.command == "simulate" else _show(asked))
    except (OSError, ValueError) as error:
        print(f"hardware {asked.command}: {_sentence(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="goiso hardware", description="LED boards on a line, ticket printers.")
    commands = parser.add_subparsers(dest="command", required=True)

    simulate = commands.add_parser("simulate", help="things at pseudo-terminals, seen here and on a page")
    which = simulate.add_mutually_exclusive_group()
    which.add_argument("--boards", type=int, metavar="N", help="N boards, addresses from 1 (default 3; 0: none)")
    which.add_argument(
        "--board", action="append", metavar="ADDRESS[=LABEL]", help='one board, as 66="Quầy 66"; repeatable'
    )
    simulate.add_argument(
        "--keypad", action="append", metavar="ADDRESS[=LABEL]", help="a keypad on the same line; repeatable"
    )
    simulate.add_argument("--protocol", default="digits", help="what the boards speak (default digits)")
    simulate.add_argument("--link", type=Path, default=Path("var/boards.tty"), metavar="PATH", help="the line")
    simulate.add_argument("--printer", type=Path, metavar="PATH", help="a ticket printer here, in ESC/POS")
    simulate.add_argument("--modem", type=Path, metavar="PATH", help="a GSM modem here, by AT commands")
    simulate.add_argument("--http", type=_host_port, metavar="HOST:PORT", help="serve the page here")
    simulate.add_argument("--baud", type=int, default=9600, help="speed of the line (default 9600)")
    simulate.add_argument("--seed", type=int, default=0, help="makes noise repeatable")
    simulate.add_argument("--json-ready", action="store_true", help="print one JSON line when all is there")

    show = commands.add_parser("show", help="drive one board once and print its acknowledgement")
    show.add_argument("--port", required=True, metavar="URL", help="/dev/ttyUSB0?baud=9600, socket://…, …")
    show.add_argument("--protocol", default="digits", help="what the board speaks (default digits)")
    show.add_argument("--address", type=int, required=True, metavar="1-99")
    show.add_argument("--text", required=True, help="up to five of 0-9, - and space")
    how = show.add_mutually_exclusive_group()
    how.add_argument("--blink", dest="mode", action="store_const", const=Mode.BLINK, default=Mode.STEADY)
    how.add_argument("--test", dest="mode", action="store_const", const=Mode.TEST, help="light every segment")

    trial = commands.add_parser("print", help="print a trial slip, and say how the printer is")
    trial.add_argument("--printer", required=True, metavar="URL", help="escpos+tcp://10.0.0.7:9100?width=80, …")
    return parser


def _print(asked: argparse.Namespace) -> int:
    """Print a slip with every Vietnamese letter that printers get wrong; 1 when it does not come out."""
    from hardware.printers import NotPrinted, open_printer
    from hardware.slips import Qr, Rule, Slip, Text

    printer = open_printer(asked.printer)
    print(f"the printer is {printer.state()}", flush=True)
    letters = "Ắ Ằ Ẳ Ẵ Ặ Ấ Ầ Ẩ Ẫ Ậ Ế Ề Ể Ễ Ệ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ Ứ Ừ Ử Ữ Ự đ ỳ ỷ ỹ ỵ"
    parts = (Text("Phiếu in thử", 36, bold=True), Rule(), Text("86001", 150, True, True), Text(letters, 30))
    try:
        printer.print_slip(Slip((*parts, Qr("Gọi Số"), Rule())))
    except NotPrinted as fault:
        print(f"not printed: {fault}")
        return 1
    print("printed")
    return 0


def _host_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected HOST:PORT as 127.0.0.1:8081")
    return host.strip("[]"), int(port)


async def _simulate(asked: argparse.Namespace) -> None:
    from hardware.simulator import SimulatedBoard, SimulatedKeypad, SimulatedLine
    from hardware.simulator.simulate import simulate
    from hardware.simulator.stage import Stage

    if not 300 <= asked.baud <= 4_000_000:
        raise ValueError(f"found {asked.baud} baud, expected 300 to 4000000")
    many = 3 if asked.boards is None else asked.boards
    named = asked.board or [str(address) for address in range(1, many + 1)]
    boards = [SimulatedBoard(*_named(text, "board")) for text in named]
    keypads = [SimulatedKeypad(*_named(text, "keypad")) for text in asked.keypad or ()]
    driver = open_driver(asked.protocol) if asked.protocol != "digits" else None
    line = SimulatedLine(boards, keypads=keypads, driver=driver, baud=asked.baud, seed=asked.seed)
    stage = Stage(line, asked.link, asked.printer, asked.modem)
    await simulate(stage, http=asked.http, json_ready=asked.json_ready)


def _named(text: str, what: str) -> tuple[int, str]:
    address, _, label = text.partition("=")
    if not (address.isascii() and address.isdecimal()):
        raise ValueError(f"found {what} {text!r}, expected ADDRESS or ADDRESS=LABEL")
    return int(address), label


async def _show(asked: argparse.Namespace) -> None:
    """Raises OSError with a sentence when the port or the board does not answer."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Shown] = loop.create_future()

    def hear(report: Report) -> None:
        failure = ""
        match report:
            case Shown() if not done.done():
                done.set_result(report)
            case HealthChanged(health=Health.SILENT):
                failure = f"board {report.address:02d} does not answer"
            case HealthChanged(health=Health.FAULTY):
                failure = f"board {report.address:02d} answers, but cannot show it"
            case PortChanged(is_open=False):
                failure = f"port {report.url}: {report.reason}"
            case _:
                pass
        if failure and not done.done():
            done.set_exception(OSError(failure))

    bus = Bus(asked.port, on_report=hear, driver=open_driver(asked.protocol))
    bus.show(asked.address, asked.text, mode=asked.mode)
    running = asyncio.create_task(bus.run())
    try:
        shown = await done
    finally:
        running.cancel()
        await asyncio.wait([running])
    print(f'board {shown.address:02d} shows "{shown.text}", {shown.mode.name.lower()}: acknowledged')


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)  # a port's warning would say the answer's sentence twice
    sys.exit(main())
