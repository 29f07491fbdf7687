"""The commands `goiso guide …`, part of `app.cli`: the guide as pictures, as speech, as a clip."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.settings import BadSettings, read_settings
from audio import AudioError, Voice, open_voice

guide = typer.Typer(help="How a number is taken, for screens, loudspeakers and media.", no_args_is_help=True)

Url = Annotated[str, typer.Option("--voice", help="the voice's URL; empty: GOISO_VOICE")]


@guide.command("slides")
def guide_slides(folder: Annotated[Path, typer.Argument(help="a folder for the pictures")]) -> None:
    """Write the slides as pictures of 1920 × 1080, for a TV's media or a presentation."""
    from app.guide_clip import frames

    folder.mkdir(parents=True, exist_ok=True)
    for at, frame in enumerate(frames(), 1):
        frame.save(folder / f"huong-dan-{at}.png")
    print(f"{folder}: {at} pictures")


@guide.command("speech")
def guide_speech(
    file: Annotated[Path, typer.Argument(help="the file to write, .mp3 or .wav")], url: Url = ""
) -> None:
    """Write the guide as it is read by loudspeakers; its text is at /huong-dan/loi-doc.txt."""
    from app.guide_clip import speech, whole
    from audio.compressing import mp3

    if file.suffix not in (".mp3", ".wav"):
        raise BadSettings([f"{file} must end with .mp3 or .wav"])
    sound = whole(_said(speech, url))
    file.write_bytes(sound.wav if file.suffix == ".wav" else mp3(sound))
    print(f"{file}: {sound.ms / 1000:.0f} s")


@guide.command("clip")
def guide_clip(
    file: Annotated[Path, typer.Argument(help="the file to write, such as huong-dan.mp4")], url: Url = ""
) -> None:
    """Write the guide as a clip: the slides, each as long as it is read. Needs ffmpeg."""
    from app.guide_clip import NoFfmpeg, ffmpeg, frames, save_clip, speech, whole

    try:
        ffmpeg()
    except NoFfmpeg:
        raise BadSettings(["ffmpeg is missing: apt-get install ffmpeg, or pip install imageio-ffmpeg"]) from None
    passages = _said(speech, url)
    try:
        save_clip(file, frames(), passages)
    except OSError as fault:
        raise BadSettings([f"{file}: {fault}"]) from fault
    print(f"{file}: {whole(passages).ms / 1000:.0f} s")


def _said(speech: Callable[[Voice], list[bytes]], url: str) -> list[bytes]:
    """The passages, read by a voice; what goes wrong with it is what an operator can put right."""
    try:
        return speech(open_voice(url or read_settings(os.environ).voice))
    except AudioError as fault:
        raise BadSettings([str(fault)]) from fault
