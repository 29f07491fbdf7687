"""Carries a clip pack in one file, from where it was built to where it speaks. Called by ``goiso voice export``
and ``import``.

The file is a ZIP with the manifest and the clips it names, and nothing else. It is unpacked beside its place,
checked whole as any pack, and put in place by a rename.
"""

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from audio.building import replace_pack
from audio.errors import PackFault
from audio.pack import MANIFEST, Pack

MOST_BYTES = 1 << 29  # of one file once unpacked; a pack of 1,300 clips has 60 MB


def export_pack(path: Path, file: Path) -> Pack:
    """Write the pack ``path`` to ``file``. Raises PackFault for a pack with a fault or a place that takes no
    file."""
    pack = Pack.open(path)
    fresh = file.with_name(file.name + ".new")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as parcel:
            for name in (MANIFEST, *(clip.path.name for clip in pack.clips.values())):
                parcel.write(path / name, name)
        os.replace(fresh, file)
    except OSError as error:
        raise PackFault(f"{file} cannot be written: {error.strerror}") from error
    return pack


def import_pack(file: Path, place: Callable[[str], Path]) -> Pack:
    """Unpack ``file`` into the folder that ``place`` gives for the pack's voice URL, in place of what may be
    there. Raises PackFault."""
    hold = place("").with_name(f".import-{os.getpid()}")
    try:
        hold.mkdir(parents=True)
        _unpack(file, hold)
        pack = Pack.open(hold)
        folder = place(pack.voice)
        replace_pack(folder, hold)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PackFault(f"{file} cannot be unpacked: {error}") from error
    finally:
        shutil.rmtree(hold, ignore_errors=True)
    return Pack.open(folder)


def _unpack(file: Path, hold: Path) -> None:
    """The members, each with a plain name of its own and of a bearable size."""
    with zipfile.ZipFile(file) as parcel:
        if sum(member.file_size for member in parcel.infolist()) > MOST_BYTES:
            raise PackFault(f"{file} holds more than {MOST_BYTES >> 20} MB, no clip pack does")
        for member in parcel.infolist():
            name = member.filename
            if Path(name).name != name or not (name == MANIFEST or name.endswith(".wav")):
                raise PackFault(f"{file} holds {name!r}, expected {MANIFEST} and clips only")
            with parcel.open(member) as inside:
                (hold / name).write_bytes(inside.read(member.file_size))
