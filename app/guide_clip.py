"""The guide as pictures of 16:9, as speech, and as a clip: for media, public screens, wards' loudspeakers.

Called by `app.cli_guide`. The clip is put together by ffmpeg, a program of its own: nothing else here needs it.
"""

import shutil
import subprocess
import tempfile
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.guide import CLOSING, OPENING, PICTURES, STEPS, TITLE, spoken
from audio import Voice
from audio.mixing import Sound
from audio.pcm import length_ms, padded, raw, samples, silence

SIZE = (1920, 1080)
NIGHT, INK, QUIET, GOLD = "#0e1218", "#f6f3ea", "#b9c1cd", "#ffd166"  # as in displays/look/palette.css
EDGE = 80  # px
PAUSE_MS = 700  # between two passages
FONTS = "fontpkg_be_vietnam_pro"


class NoFfmpeg(Exception):
    """There is no ffmpeg."""


def frames() -> list[Image.Image]:
    """The slides: a title, each step beside its picture, a closing."""
    return [_words(TITLE, OPENING), *(_step(at) for at in range(len(STEPS))), _words(TITLE, CLOSING)]


def speech(voice: Voice) -> list[bytes]:
    """The passages of `spoken`, as sound (`audio.pcm`), each with a pause after it."""
    return [raw(padded(samples(said))) + silence(PAUSE_MS) for said in voice.say_all(spoken())]


def whole(passages: list[bytes]) -> Sound:
    return Sound.of(b"".join(passages))


def save_clip(out: Path, frames: list[Image.Image], passages: list[bytes]) -> None:
    """Write an MP4 (H.264, AAC): each frame stands as long as its passage is read. Raises NoFfmpeg, or OSError
    with what ffmpeg says."""
    program = ffmpeg()
    with tempfile.TemporaryDirectory(prefix="goiso-") as name:
        folder = Path(name)
        lines = []
        for at, (frame, passage) in enumerate(zip(frames, passages, strict=True)):
            frame.save(folder / f"{at}.png")
            lines += [f"file '{at}.png'", f"duration {length_ms(passage) / 1000:.3f}"]
        lines.append(f"file '{len(passages) - 1}.png'")  # the last one's duration is not believed otherwise
        (folder / "frames.txt").write_text("\n".join(lines))
        (folder / "said.wav").write_bytes(whole(passages).wav)
        command = [program, "-y", "-loglevel", "error", "-f", "concat", "-i", str(folder / "frames.txt")]
        command += ["-i", str(folder / "said.wav"), "-r", "25", "-c:v", "libx264", "-preset", "veryfast"]
        command += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-shortest"]
        done = subprocess.run([*command, str(out)], capture_output=True, text=True)
        if done.returncode:
            raise OSError(done.stderr.strip() or f"ffmpeg ended with {done.returncode}")


def ffmpeg() -> str:
    """The program: the system's, or that of the package imageio-ffmpeg; raises NoFfmpeg."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg
    except ImportError:
        raise NoFfmpeg from None
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def _step(at: int) -> Image.Image:
    step = STEPS[at]
    frame = Image.new("RGB", SIZE, NIGHT)
    high = SIZE[1] - 2 * EDGE
    taken = Image.open(PICTURES / f"{step.name}.webp")
    picture = taken.resize((taken.width * high // taken.height, high), Image.Resampling.LANCZOS)
    frame.paste(picture, (EDGE, EDGE))
    pen, left = ImageDraw.Draw(frame), EDGE + picture.width + EDGE
    pen.text((left, 200), TITLE, fill=QUIET, font=_font(False, 40))
    pen.text((left, 280), str(at + 1), fill=GOLD, font=_font(True, 96))
    top = _write(pen, step.title, left + 110, 280, _font(True, 84), INK)
    _write(pen, step.text, left, top + 50, _font(False, 54), INK)
    return frame


def _words(title: str, text: str) -> Image.Image:
    frame = Image.new("RGB", SIZE, NIGHT)
    pen = ImageDraw.Draw(frame)
    top = _write(pen, title, 2 * EDGE, 260, _font(True, 96), GOLD)
    _write(pen, text, 2 * EDGE, top + 60, _font(False, 60), INK)
    return frame


def _write(
    pen: ImageDraw.ImageDraw, text: str, left: int, top: int, font: ImageFont.FreeTypeFont, colour: str
) -> int:
    """Write a text in lines that fit to the right of `left`; where it ends."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= SIZE[0] - EDGE - left:
            lines[-1] = longer
        else:
            lines.append(word)
    step = round(font.size * 1.4)
    for at, line in enumerate(lines):
        pen.text((left, top + at * step), line, fill=colour, font=font)
    return top + len(lines) * step


@cache
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    name = "BeVietnamPro-Bold.ttf" if bold else "BeVietnamPro-Medium.ttf"
    return ImageFont.truetype(BytesIO((files(FONTS) / "files" / name).read_bytes()), size)
