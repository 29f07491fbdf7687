"""Printers by URL: what comes out on paper over each cable, and what is said when nothing does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from hardware import cables
from hardware.cables import usb_cable
from hardware.escpos import State
from hardware.ports import PortFault
from hardware.printers import EscposPrinter, NotPrinted, open_printer
from hardware.slips import Qr, Rule, Slip, Text, draw
from tests.hardware.paper import Paper, line_printer, network_printer, same

SLIP = Slip(
    (Text("Số thứ tự"), Text("86001", 150, True), Rule(), Text("Tầng 3"), Qr("https://layso.example.vn/t"))
)


@pytest.fixture(params=[80, 58])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def url(paper: Paper) -> Iterator[str]:
    with network_printer(paper) as port:
        yield f"escpos+tcp://127.0.0.1:{port}"


def test_a_network_printer_puts_the_very_picture_on_paper(url: str, paper: Paper, width: int) -> None:
    paper.width = {80: 576, 58: 384}[width]
    printer = open_printer(f"{url}?width={width}")
    assert printer.state() is State.READY
    printer.print_slip(SLIP)
    assert len(paper.slips) == 1
    assert same(paper.slips[0], draw(SLIP, width))
    assert paper.started == 1
    assert not paper.unread


def test_a_serial_printer_prints(paper: Paper, tmp_path: Path) -> None:
    with line_printer(paper, tmp_path / "tty") as file:
        open_printer(f"escpos+serial:{file}?baud=115200").print_slip(SLIP)
    assert same(paper.slips[0], draw(SLIP))


def test_a_usb_printer_is_found_by_its_ids_and_prints(paper: Paper, tmp_path: Path) -> None:
    bus, devices = tmp_path / "bus", tmp_path / "dev"
    devices.mkdir()
    for name, vendor, product in (("lp0", "1234", "0001"), ("lp1", "04b8", "0202")):
        (bus / name / "interface").mkdir(parents=True)
        (bus / name / "idVendor").write_text(f"{vendor}\n")
        (bus / name / "idProduct").write_text(f"{product}\n")
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "device").symlink_to(bus / name / "interface")
    with line_printer(paper, devices / "lp1"):
        printer = EscposPrinter(lambda: usb_cable("usb", "04B8", "0202", tmp_path / "class", devices))
        assert printer.state() is State.READY
        printer.print_slip(SLIP)
    assert same(paper.slips[0], draw(SLIP))
    with pytest.raises(PortFault, match="no such printer is plugged in"):
        usb_cable("usb", "04b8", "ffff", tmp_path / "class", devices)
    assert open_printer("escpos+usb://04b8:ffff").state() is State.AWAY


@pytest.mark.parametrize(
    ("fault", "state"), [("empty", State.EMPTY), ("cover_open", State.OPEN), ("low", State.LOW)]
)
def test_a_printer_says_how_it_is(url: str, paper: Paper, fault: str, state: State) -> None:
    printer = open_printer(url)
    setattr(paper, fault, True)
    assert printer.state() is state
    if state.prints:
        printer.print_slip(SLIP)
        return
    with pytest.raises(NotPrinted) as raised:
        printer.print_slip(SLIP)
    assert raised.value.state is state
    assert paper.started == 0, "nothing is sent to a printer that cannot print"
    setattr(paper, fault, False)
    printer.print_slip(SLIP)
    assert len(paper.slips) == 1


def test_paper_that_ends_in_the_middle_of_a_slip_is_told(url: str, paper: Paper) -> None:
    paper.stop_after = 20_000
    with pytest.raises(NotPrinted) as raised:
        open_printer(url).print_slip(SLIP)
    assert raised.value.state is State.EMPTY
    assert not paper.slips


def test_a_printer_that_tells_nothing_is_used_in_good_faith(url: str, paper: Paper) -> None:
    paper.muted = True
    printer = open_printer(url)
    assert printer.state() is State.SILENT
    printer.print_slip(SLIP)


def test_a_printer_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    for url in (f"escpos+tcp://127.0.0.1:{port}", f"escpos+serial:{tmp_path}/none"):
        printer = open_printer(url)
        assert printer.state() is State.AWAY
        with pytest.raises(NotPrinted) as raised:
            printer.print_slip(SLIP)
        assert raised.value.state is State.AWAY


def test_a_printer_that_takes_no_more_bytes_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cables, "WRITE_SECONDS", 0.1)
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with ours, closing(cables.FileCable("full", theirs.detach(), may_end=True)) as cable:
        with pytest.raises(PortFault, match="takes no data"):
            cable.write(bytes(10_000_000))
        ours.close()
        with pytest.raises(PortFault):
            cable.read(1)


def test_no_printer_gives_pictures_in_a_folder(tmp_path: Path) -> None:
    printer = open_printer(f"file:{tmp_path / 'slips'}?width=58")
    for _ in range(2):
        printer.print_slip(SLIP)
    kept = sorted(os.listdir(tmp_path / "slips"))
    assert kept == ["0001.png", "0002.png"]
    assert same(Image.open(tmp_path / "slips" / kept[0]), draw(SLIP, 58))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ipp://10.0.0.7", r"expected one of escpos\+tcp:, escpos\+serial:, escpos\+usb:, file:"),
        ("", "expected one of"),
        ("escpos+tcp://", "expected one of"),
        ("escpos+tcp://:9100", r"expected escpos\+tcp://HOST:PORT"),
        ("escpos+tcp://printer:x", r"expected escpos\+tcp://HOST:PORT"),
        ("escpos+tcp://printer:9100?width=70", "found width=70 .* expected 80 or 58 mm"),
        ("escpos+tcp://printer:9100?baud=9600", "found option 'baud'"),
        ("escpos+serial:/dev/ttyUSB0?baud=1", "found baud=1"),
        ("escpos+usb://04b8", "VENDOR:PRODUCT"),
    ],
)
def test_urls_that_name_no_printer(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        open_printer(url)
