"""The archive's files: a finished day of a center, as JSON lines under gzip. Called by `app.archive`, `app.audit`.

    FOLDER/quang-ninh/2020-04-03.jsonl.gz

    {"goiso": "day", "format": 1, "center": …, "day": …, "before": {"version", "hash", "name"} of the entry before,
     "last": {…} of the day's last entry, "epochs": [{"name", "first", "last", "hash"}], "schemas": [2]}
    {"epoch": …, "version": …, "entry": {…}}    one line an entry, its bytes exactly as the store had them

Readable with `zcat`. An entry's SHA-256 is that of its own bytes, so the chain is proved from the file alone.
"""

import gzip
import os
import zlib
from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from app.store.chain import Link, Row

FORMAT = 1
ENDING = ".jsonl.gz"


class NotAnArchive(Exception):
    """A file that is no archive of ours, or is damaged: its path and why, in one sentence."""


class Span(msgspec.Struct, frozen=True):
    """One epoch of a day: its versions, and the hash of its last entry."""

    name: str
    first: int
    last: int
    hash: str


class Header(msgspec.Struct, frozen=True):
    """A file's first line; see above."""

    goiso: str
    format: int
    center: str
    day: str
    before: Link
    last: Link
    epochs: list[Span]
    schemas: list[int]

    @property
    def count(self) -> int:
        return self.last.version - self.before.version


class _Line(msgspec.Struct, frozen=True):
    epoch: str
    version: int
    entry: msgspec.Raw


_header = msgspec.json.Decoder(Header).decode
_line = msgspec.json.Decoder(_Line).decode
_encode = msgspec.json.Encoder().encode


def path_of(folder: Path, center: str, day: str) -> Path:
    return folder / center / f"{day}{ENDING}"


def draft_of(path: Path) -> Path:
    """Where a file is written before it takes its place; one left behind by a killed process is written anew."""
    return path.with_name(f".{path.name}.new")


async def write(path: Path, header: Header, rows: AsyncIterable[Row]) -> None:
    """Write a file under its draft's name, all of it on the disk."""
    _make_folder(path.parent)
    descriptor = os.open(draft_of(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            packed.write(_encode(header) + b"\n")
            async for row in rows:
                packed.write(_encode(_Line(row.epoch, row.version, msgspec.Raw(row.entry))) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # reading it back shall read the disk


def take_place(path: Path) -> None:
    """Give a draft its own name, whole or not at all, also after a power cut."""
    os.replace(draft_of(path), path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


@dataclass(frozen=True, slots=True)
class Archived:
    """A file opened for reading: its header, and its entries, which are read as they are asked for."""

    path: Path
    header: Header

    @classmethod
    def open(cls, path: Path) -> "Archived":
        """Read a file's header; raises NotAnArchive."""
        with _reading(path) as file:
            try:
                header = _header(file.readline())
            except (*DAMAGED, msgspec.MsgspecError) as fault:
                raise NotAnArchive(f"{path} is not an archive: {fault}") from None
        if header.goiso != "day" or header.format != FORMAT:
            raise NotAnArchive(f"{path} has format {header.format}, this program reads {FORMAT}")
        return cls(path, header)

    def rows(self) -> Iterator[Row]:
        """The entries in the file's order; raises NotAnArchive where it is damaged."""
        with _reading(self.path) as file:
            try:
                file.readline()
                for data in file:
                    line = _line(data)
                    yield Row(line.epoch, line.version, bytes(line.entry))
            except (*DAMAGED, msgspec.MsgspecError) as fault:
                raise NotAnArchive(f"{self.path} is damaged: {fault}") from None


DAMAGED = (OSError, EOFError, zlib.error)


def _reading(path: Path) -> Any:
    try:
        return gzip.open(path, "rb")
    except OSError as fault:
        raise NotAnArchive(f"{path} cannot be read: {fault.strerror}") from None


def listed(folder: Path, center: str = "") -> list[Path]:
    """The files of the archive, by center and day."""
    return sorted(folder.glob(f"{center or '*'}/????-??-??{ENDING}"))
