"""The bytes for a printer: the picture dot by dot, as python-escpos sends it too, and what answers mean."""

from __future__ import annotations

from itertools import product

import pytest
from PIL import Image

from hardware import escpos
from hardware.escpos import Answers, State
from hardware.slips import Qr, Slip, Text, draw

FINE = Answers(0x12, 0x12, 0x12)


@pytest.mark.parametrize("paper", [80, 58])
def test_a_picture_is_what_python_escpos_would_send(paper: int) -> None:
    from escpos.printer import Dummy

    image = draw(Slip((Text("Nghễ ngãi 86001", 60), Qr("https://layso.example.vn/x"))), paper)
    other = Dummy()
    other.image(image, impl="bitImageRaster", fragment_height=escpos.SLICE_ROWS)
    assert b"".join(escpos.picture(image)) == other.output


def test_rows_are_cut_in_slices_that_small_printers_hold() -> None:
    slices = list(escpos.picture(Image.new("1", (576, 600), 0)))
    assert [int.from_bytes(part[6:8], "little") for part in slices] == [256, 256, 88]
    assert all(part[8:] == b"\xff" * 72 * int.from_bytes(part[6:8], "little") for part in slices)
    assert max(map(len, slices)) <= 72 * 256 + 8


@pytest.mark.parametrize("image", [Image.new("L", (576, 8)), Image.new("1", (570, 8))])
def test_what_no_printer_takes_is_refused(image: Image.Image) -> None:
    with pytest.raises(ValueError, match="expected mode 1"):
        list(escpos.picture(image))


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (FINE, State.READY),
        (Answers(0x12, 0x12, 0x1E), State.LOW),
        (Answers(0x1A, 0x32, 0x7E), State.EMPTY),
        (Answers(0x12, 0x12, 0x72), State.EMPTY),
        (Answers(0x1A, 0x16, 0x12), State.OPEN),
        (Answers(0x1A, 0x36, 0x72), State.OPEN),
        (Answers(0x1A, 0x52, 0x12), State.FAULT),
        (Answers(0x1A, 0x12, 0x12), State.OFFLINE),
    ],
)
def test_what_answers_mean(answers: Answers, state: State) -> None:
    assert escpos.state_of(answers) is state


def test_no_byte_is_both_a_status_and_the_end_of_printing() -> None:
    assert not [byte for byte in range(256) if escpos.is_status(byte) and escpos.is_done(byte)]
    told = [one | two for one, two in product((0x12,), (0x00, 0x08, 0x20, 0x60, 0x6C))]
    assert all(escpos.is_status(byte) for byte in told)
