"""A slip as a picture: as wide as its paper, nothing cut off, every Vietnamese letter drawn, its QR read again."""

from __future__ import annotations

import unicodedata

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageOps

from hardware.slips import DOTS, Qr, Rule, Slip, Text, draw

LINK = "https://layso.example.vn/tickets/quang-ninh/2020-04-03/86001/Zm9vYmFyYmF6cXV4MTIzNA"
TONES = ("", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING GRAVE ACCENT}", "\N{COMBINING HOOK ABOVE}",
         "\N{COMBINING TILDE}", "\N{COMBINING DOT BELOW}")  # fmt: skip
LETTERS = [
    unicodedata.normalize("NFC", case + tone)
    for vowel in "aăâeêioôơuưy"
    for case in (vowel, vowel.upper())
    for tone in TONES
] + ["đ", "Đ"]


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where there is black: left, top, right, bottom."""
    return ImageOps.invert(image.convert("L")).getbbox()


def shape(letter: str) -> bytes:
    return draw(Slip((Text(letter, 60),))).tobytes()


@pytest.mark.parametrize("paper", [80, 58])
def test_everything_is_within_the_paper(paper: int) -> None:
    long = "Bộ phận tư vấn pháp lý và tiếp nhận hồ sơ thuộc thẩm quyền giải quyết của nhiều cơ quan"
    slip = Slip((Text("86001", 150, True, True), Rule(), Text(long, 36), Text("W" * 90, 36), Qr(LINK)))
    image = draw(slip, paper)
    assert (image.mode, image.width) == ("1", DOTS[paper])
    box = ink(image)
    assert box
    assert box[1] > 4  # white at the top and the bottom: nothing is cut
    assert box[3] < image.height - 4
    lonely = draw(Slip((Text(long, 36),)), paper)
    left, _, right, _ = ink(lonely) or (0, 0, 0, 0)
    assert 0 < left < right < lonely.width, "a long line is broken before it is cut"


def test_every_vietnamese_letter_has_a_drawing_of_its_own() -> None:
    assert len(LETTERS) == 146  # 12 vowels, 6 tones, two cases; and đ, Đ
    assert len({shape(letter) for letter in LETTERS}) == len(LETTERS), (
        "none is cut, none is the box for unknown ones"
    )


@pytest.mark.parametrize("paper", [80, 58])
def test_the_qr_is_read_from_the_paper(paper: int) -> None:
    [found] = zxingcpp.read_barcodes(draw(Slip((Text("86001", 150, True), Qr(LINK))), paper).convert("L"))
    assert found.text == LINK


def test_modules_of_a_qr_are_whole_dots() -> None:
    image = draw(Slip((Qr(LINK),)))
    left, top, right, bottom = ink(image) or (0, 0, 0, 0)
    modules = 17 + 4 * 5  # this link makes a QR of version 5
    assert right - left == bottom - top
    assert (right - left) % modules == 0
    assert (right - left) // modules >= 4  # half a millimetre: any phone reads it


def test_a_number_is_as_big_as_the_paper_allows() -> None:
    five = ink(draw(Slip((Text("86001", 150, True, True),)), 58)) or (0, 0, 0, 0)
    assert five[2] - five[0] > 0.75 * DOTS[58]
    seven = ink(draw(Slip((Text("0860001", 300, True, True),)), 58)) or (0, 0, 0, 0)
    assert 0.85 * DOTS[58] < seven[2] - seven[0] < DOTS[58], "made smaller until it fits one line"


def test_the_same_slip_is_the_same_picture() -> None:
    slip = Slip((Text("Số thứ tự"), Text("86001", 150, True), Qr(LINK)))
    assert ImageChops.difference(draw(slip).convert("L"), draw(slip).convert("L")).getbbox() is None


def test_other_paper_is_refused_with_what_is_known() -> None:
    with pytest.raises(ValueError, match="found paper of 70 mm, expected 80 or 58"):
        draw(Slip(()), 70)
