"""A slip as a picture in black and white: lines of text in sizes, a rule, a QR, one below the other.

Called by whoever prints (`hardware.printers`) and by tests that look at it. Printers with Vietnamese in their code
pages are rare and differ, so a slip is always sent as a picture. Widths are those of the paper's printable part at
203 dpi (8 dots a millimetre): 576 dots on 80 mm, 384 dots on 58 mm.

The letters are Be Vietnam Pro (SIL Open Font License), which has every Vietnamese letter in its own drawing; it
comes as a package, so that no machine needs fonts of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFont

DOTS = {80: 576, 58: 384}
"""The printable dots of a paper, by its width in mm."""
HIGHEST, DEEPEST = "ẪẴỮỖ", "ỵựợgj("  # what reaches furthest above and below the line
MARGIN = 16  # white dots above and below
SMALLEST = 18  # dots: 2.2 mm; smaller Vietnamese is not read
INK, WHITE = 0, 255
QR_BORDER = 2  # modules; the paper around is white too
FONTS = "fontpkg_be_vietnam_pro"


@dataclass(frozen=True, slots=True)
class Text:
    """Centred text; `size` in dots on 80 mm paper, less on 58 mm in proportion. Too long for one line, it goes on
    in the next, or, if `one_line`, becomes smaller. `above` is white space before it, in dots."""

    text: str
    size: int = 26
    bold: bool = False
    one_line: bool = False
    above: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    above: int = 8


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR of `content`, about `size` dots wide: whole dots for each module, and never cut."""

    content: str
    size: int = 260
    above: int = 8


@dataclass(frozen=True, slots=True)
class Slip:
    """What is on a slip, from top to bottom."""

    parts: tuple[Text | Rule | Qr, ...] = field(default_factory=tuple)


def draw(slip: Slip, paper: int = 80) -> Image.Image:
    """The picture of a slip on paper of 80 or 58 mm: mode "1", as wide as the paper prints, as high as its parts.

    Raises ValueError for other paper.
    """
    if paper not in DOTS:
        raise ValueError(f"found paper of {paper} mm, expected {' or '.join(map(str, DOTS))}")
    width = DOTS[paper]
    pictures = [(part.above, _part(part, width)) for part in slip.parts]
    height = sum(above + picture.height for above, picture in pictures) + 2 * MARGIN
    whole = Image.new("1", (width, height), WHITE)
    top = MARGIN
    for above, picture in pictures:
        top += above
        whole.paste(picture, ((width - picture.width) // 2, top))
        top += picture.height
    return whole


def _part(part: Text | Rule | Qr, width: int) -> Image.Image:
    match part:
        case Text():
            return _text(part, width)
        case Rule():
            return Image.new("1", (width, 3), INK)
        case Qr():
            return _qr(part, width)


def _text(part: Text, width: int) -> Image.Image:
    """Lines of letters without grey: thermal paper has none, and dithered letters are hard to read."""
    size = max(round(part.size * width / DOTS[80]), SMALLEST)
    while part.one_line and size > SMALLEST and _font(part.bold, size).getlength(part.text) > width:
        size -= 1
    font = _font(part.bold, size)
    lines = _wrapped(part.text, font, width)
    high, deep = _reach(font, part.text)
    step = high + deep
    picture = Image.new("1", (width, step * len(lines)), WHITE)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    for at, line in enumerate(lines):
        pen.text((width / 2, step * at + high), line, fill=INK, font=font, anchor="ms")
    return picture


def _reach(font: ImageFont.FreeTypeFont, text: str) -> tuple[int, int]:
    """The dots that lines take above and below the line they stand on, with a little white between them; digits
    alone need no room for marks."""
    highest, deepest = (text, "0") if text.isdecimal() else (HIGHEST, DEEPEST)
    top, bottom = font.getbbox(highest, anchor="ls")[1], font.getbbox(deepest, anchor="ls")[3]
    return round(-top) + 2, max(round(bottom), 0) + 2


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines of whole words; a word wider than the paper is cut, for what is not printed cannot be read at all."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _qr(part: Qr, width: int) -> Image.Image:
    code = segno.make(part.content, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix_iter(border=QR_BORDER)]
    scale = max(min(part.size, width) // len(rows), 1)
    small = Image.new("1", (len(rows), len(rows)), WHITE)
    small.putdata([INK if dark else WHITE for row in rows for dark in row])
    return small.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    name = "BeVietnamPro-Bold.ttf" if bold else "BeVietnamPro-Medium.ttf"
    file = BytesIO((files(FONTS) / "files" / name).read_bytes())
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
