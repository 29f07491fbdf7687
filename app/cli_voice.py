"""The commands `goiso voice …`, part of `app.cli`: they make voice packs, check them, play and carry them."""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from app.settings import BadSettings, Settings, read_settings
from app.sounds import FALLBACK, FALLBACK_ENGLISH, pack_folder, prepared_pack
from audio import AudioError, Form, Pack, Reading, Speech, Units, build, open_voice, wanted
from audio.building import clips_for
from audio.carrying import export_pack, import_pack
from audio.checking import check
from audio.reading import language
from audio.speaking import speak

Kind = TypeVar("Kind", bound=StrEnum)

voice = typer.Typer(help="Voice packs: the clips that calls are put together from.", no_args_is_help=True)

Url = Annotated[str, typer.Option("--voice", help="the voice's URL; empty: GOISO_VOICE")]
Choice = Annotated[str, typer.Option(help="how numbers are read: digits or groups")]


def _faults_in_sentences(command: Callable[..., None]) -> Callable[..., None]:
    """What goes wrong with a pack or a voice is what an operator can put right."""

    @functools.wraps(command)
    def wrapped(*arguments: object, **options: object) -> None:
        try:
            command(*arguments, **options)
        except AudioError as fault:
            raise BadSettings([str(fault)]) from fault

    return wrapped


@voice.command("build")
@_faults_in_sentences
def voice_build(
    url: Url = "",
    units: Annotated[
        str, typer.Option(help="how much is one clip: short, medium (each counter), long (each XX and YYY too)")
    ] = "medium",
    reading: Choice = "digits",
    region: Annotated[str, typer.Option(help="north or south; empty: the voice's own")] = "",
    letters: Annotated[bool, typer.Option(help="the names of the letters, too")] = False,
) -> None:
    """Make the pack of a voice, in place of the one that may be there; a build that was cut short goes on."""
    settings = _settings()
    speaker = open_voice(url or settings.voice)
    spoken = language(speaker.language, region or speaker.region)
    asked = wanted(spoken, _one_of(Units, units, "units"), Form(reading=_reading(reading)), letters)
    folder = pack_folder(settings.data, speaker.url)
    with _bar() as progress:
        pack = build(folder, speaker, region=region, clips=clips_for(speaker, asked), progress=progress)
    print(f"{folder}: {len(pack.clips)} clips spoken by {pack.voice}")


@voice.command("check")
@_faults_in_sentences
def voice_check(
    pack: Annotated[Path | None, typer.Argument(help="folder of a pack; none: that of GOISO_VOICE")] = None,
) -> None:
    """Read a pack whole, measure it, and say what it holds; exit status 1 if something is wrong with it."""
    found = check(Pack.open(pack or _folder("")))
    for sentence in found.facts:
        print(sentence)
    for sentence in found.faults:
        print(f"! {sentence}")
    if found.faults:
        sys.exit(1)


@voice.command("play")
@_faults_in_sentences
def voice_play(
    number: Annotated[str, typer.Argument(help="the number to call, such as 86001")],
    counter: Annotated[str, typer.Option(help="the counter that calls; empty: the call is taken back")] = "",
    url: Url = "",
    reading: Choice = "digits",
    english: Annotated[bool, typer.Option(help="once more in English, by GOISO_VOICE_ENGLISH")] = False,
    out: Annotated[str, typer.Option(help="a .wav file, or device:, file:FOLDER, none:; empty: device:")] = "",
) -> None:
    """Speak a call, or its retraction, from a pack that is there; made first if the voice is espeak-ng's."""

    settings = _settings()
    asked = [(url or settings.voice, FALLBACK)] + [(settings.voice_english, FALLBACK_ENGLISH)] * english
    folders = [prepared_pack(settings.data, *one) for one in asked]
    speech = Speech([Pack.open(folder) for folder in folders if folder], Form(reading=_reading(reading)))
    sound = speech.call(number, counter) if counter else speech.retraction(number)
    if done := speak(sound, out, Path(f"{number}-{counter or 'retract'}.wav")):
        print(done)


@voice.command("export")
@_faults_in_sentences
def voice_export(
    file: Annotated[Path, typer.Argument(help="the file to write, such as voice.zip")], url: Url = ""
) -> None:
    """Put the pack of a voice into one file, to carry it to a center without internet."""
    pack = export_pack(_folder(url), file)
    print(f"{file}: {len(pack.clips)} clips spoken by {pack.voice}, {file.stat().st_size / 1e6:.1f} MB")


@voice.command("import")
@_faults_in_sentences
def voice_import(file: Annotated[Path, typer.Argument(help="a file that `goiso voice export` wrote")]) -> None:
    """Take the pack of such a file; a server that speaks with this voice takes it up within a second."""
    settings = _settings()
    pack = import_pack(file, lambda voice: pack_folder(settings.data, voice))
    print(f"{pack.path}: {len(pack.clips)} clips; to speak with them: GOISO_VOICE='{pack.voice}'")


def _settings() -> Settings:
    return read_settings(os.environ)


def _folder(url: str) -> Path:
    settings = _settings()
    return pack_folder(settings.data, url or settings.voice)


def _reading(word: str) -> Reading:
    return _one_of(Reading, word, "reading")


def _one_of(kind: type[Kind], word: str, option: str) -> Kind:
    try:
        return kind(word)
    except ValueError as fault:
        raise BadSettings([f"--{option} is '{word}', expected {', '.join(kind)}"]) from fault


@contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on the terminal, nothing elsewhere."""
    with typer.progressbar(length=1, file=sys.stderr) as bar:

        def progress(done: int, total: int, text: str) -> None:
            bar.length = total
            bar.label = f"{text:<30}"
            bar.update(done - bar.pos)

        yield progress
