"""The files of a center's pictures and films: looked at, kept in GOISO_DATA/media/<center>, served to its TVs.

A file is what is in it, whatever it is called. Pictures are made anew, no larger than a TV needs and with nothing
but the picture in them (a photograph tells where it was taken); films are kept as they are if TVs play them. Each
is named by the hash of what is kept, so that its address may be cached for ever, whichever web process
serves it.
"""

import hashlib
import io
import re
import tempfile
import threading
import time
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from app.domain.refusals import BadFilm, BadPicture, MediumTooLarge, UnknownMediaKind
from app.web.films import MP4, WEBM, NoFilm, check_film, kind_of_film

MEGA = 1_000_000
PICTURE_BYTES, FILM_BYTES = 20 * MEGA, 60 * MEGA
MOST_PIXELS = 40 * MEGA
EDGE = 1920  # px, the longest of a picture that is kept: half of a 4K screen
QUALITY = 88
PICTURE = ".webp"
TYPES = {PICTURE: "image/webp", WEBM: "video/webm", MP4: "video/mp4"}
NAME = re.compile(r"[0-9a-f]{32}(\.webp|\.webm|\.mp4)")
SWEPT_SECONDS = 3600  # what no list names is kept so long: another process may be about to name it


class MediaFiles:
    """The files under a data folder; several processes may use it at a time."""

    def __init__(self, data: Path) -> None:
        self._folder = data.absolute() / "media"
        self._making = threading.Lock()  # a picture being made anew takes up to 200 MB

    def folder(self, center: str) -> Path:
        return self._folder / center

    def find(self, center: str, file: str) -> Path | None:
        """Where a file lies, if it is one that was kept here."""
        path = self.folder(center) / file
        return path if NAME.fullmatch(file) and path.is_file() else None

    def keep(self, center: str, name: str, file: BinaryIO) -> str:
        """Keep what was sent as `name` if TVs can show it; the name of what is kept. Raises a refusal. A second or
        two of work for a picture: not for the event loop."""
        name = name[-60:] or "?"
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(16)
        film = kind_of_film(head)
        if not film and not _is_picture(head):
            raise UnknownMediaKind(name=name)
        if size > (FILM_BYTES if film else PICTURE_BYTES):
            raise MediumTooLarge(name=name, picture=PICTURE_BYTES // MEGA, film=FILM_BYTES // MEGA)
        if not film:
            with self._making:
                return _write(self.folder(center), io.BytesIO(_made_anew(file, name)), PICTURE)
        try:
            check_film(file, film)
        except NoFilm as fault:
            raise BadFilm(name=name) from fault
        return _write(self.folder(center), file, film)

    def sweep(self, center: str, named: Collection[str]) -> None:
        """Remove what has not been in the list for an hour."""
        for path in self.folder(center).glob("*"):
            if path.name not in named and path.stat().st_mtime < time.time() - SWEPT_SECONDS:
                path.unlink(missing_ok=True)


def _is_picture(head: bytes) -> bool:
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head[:3] == b"\xff\xd8\xff" or head[:8] == b"\x89PNG\r\n\x1a\n" or is_webp


def _made_anew(file: BinaryIO, name: str) -> bytes:
    """The picture as it is kept: upright, on white where it was clear, no longer than EDGE."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its pixels are counted here
            file.seek(0)
            with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadPicture(name=name, most=MOST_PIXELS // MEGA)
                opened.draft("RGB", (EDGE, EDGE))  # a JPEG is read smaller at once
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((EDGE, EDGE))
                if picture.has_transparency_data:
                    clear = picture.convert("RGBA")
                    picture = Image.new("RGB", clear.size, "white")
                    picture.paste(clear, mask=clear)
                written = io.BytesIO()
                picture.convert("RGB").save(written, "WEBP", quality=QUALITY)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise BadPicture(name=name, most=MOST_PIXELS // MEGA) from fault
    return written.getvalue()


def _write(folder: Path, file: BinaryIO, ending: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    file.seek(0)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".new", delete=False) as fresh:
        while block := file.read(MEGA):
            digest.update(block)
            fresh.write(block)
    name = digest.hexdigest()[:32] + ending
    Path(fresh.name).replace(folder / name)
    return name
