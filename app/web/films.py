"""Whether a film is one that the browser of a TV plays: read from its own tables, never from its name.

MP4 is boxes (ISO/IEC 14496-12): the tracks' sample entries name codec and size. WebM is elements (RFC 8794; the
names are Matroska's): its track entries do. Only what leads there is read.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

WEBM, MP4 = ".webm", ".mp4"
CODECS = {b"avc1", b"avc3", b"vp08", b"vp09", b"V_VP8", b"V_VP9", b"V_MPEG4/ISO/AVC"}
LONG, SHORT = 1920, 1088  # pixels: full HD, lying or upright; 1080 lines are coded as 1088
MOST_TABLES = 8 * 1024 * 1024  # bytes of a film's tables that are read
EBML, DOC_TYPE, SEGMENT, TRACKS, CLUSTER = 0x1A45DFA3, 0x4282, 0x18538067, 0x1654AE6B, 0x1F43B675
TRACK, CODEC, VIDEO, WIDTH, HEIGHT = 0xAE, 0x86, 0xE0, 0xB0, 0xBA


class NoFilm(Exception):
    """It is damaged, or no browser of a TV plays it."""


@dataclass(frozen=True, slots=True)
class _Track:
    """A track that is seen: the name of its codec, its size in pixels."""

    codec: bytes
    width: int
    height: int


def kind_of_film(head: bytes) -> str:
    """The ending for a film whose first bytes (12 or more) are given; "" for something else."""
    if head[4:8] == b"ftyp":
        return MP4
    return WEBM if head[:4] == EBML.to_bytes(4, "big") else ""


def check_film(file: BinaryIO, kind: str) -> None:
    """Raises NoFilm unless TVs can play it: one picture track or more, in H.264, VP8 or VP9, full HD at most."""
    try:
        tracks = list(_mp4(file) if kind == MP4 else _webm(file))
    except (IndexError, ValueError, struct.error) as fault:
        raise NoFilm("its tables cannot be read") from fault
    if not tracks:
        raise NoFilm("nothing in it is seen")
    for track in tracks:
        if track.codec not in CODECS:
            raise NoFilm(f"{track.codec!r} is not played everywhere")
        if not (0 < max(track.width, track.height) <= LONG and 0 < min(track.width, track.height) <= SHORT):
            raise NoFilm(f"{track.width} x {track.height} is too large")


# ---- MP4


def _mp4(file: BinaryIO) -> Iterator[_Track]:
    end = file.seek(0, 2)
    at = 0
    while at + 8 <= end:
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        size = size or end - at
        if size < head or at + size > end:
            raise ValueError("a box is cut off")
        if name == b"moov":
            if size > MOST_TABLES:
                raise ValueError("too many tables")
            yield from _pictures(file.read(size - head))
        at += size


def _pictures(moov: bytes) -> Iterator[_Track]:
    """The sample entries of all tracks that are seen."""
    for trak in _boxes(moov, b"trak"):
        for mdia in _boxes(trak, b"mdia"):
            if [hdlr[8:12] for hdlr in _boxes(mdia, b"hdlr")] != [b"vide"]:
                continue
            for minf in _boxes(mdia, b"minf"):
                for stbl in _boxes(minf, b"stbl"):
                    for stsd in _boxes(stbl, b"stsd"):
                        codec = stsd[12:16]  # version, flags, how many, then the first entry: its size, its name
                        yield _Track(codec, *struct.unpack(">HH", stsd[40:44]))


def _boxes(data: bytes, wanted: bytes) -> Iterator[bytes]:
    """What is in the boxes of a name."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        if size < 8 or at + size > len(data):
            raise ValueError("a box is cut off")
        if name == wanted:
            yield data[at + 8 : at + size]
        at += size


# ---- WebM


def _webm(file: BinaryIO) -> Iterator[_Track]:
    file.seek(0)
    data = file.read(MOST_TABLES)
    kind, at, head = _element(data, 0)
    if kind != EBML or [text for name, text in _elements(data[at:head]) if name == DOC_TYPE] != [b"webm"]:
        raise ValueError("no WebM")
    kind, at, _ = _element(data, head)
    if kind != SEGMENT:
        raise ValueError("no segment")
    for name, tracks in _elements(data[at:], until=CLUSTER):
        for entry in (entry for kind, entry in _elements(tracks) if name == TRACKS and kind == TRACK):
            told = dict(_elements(entry))
            if VIDEO in told:
                size = {name: int.from_bytes(value, "big") for name, value in _elements(told[VIDEO])}
                yield _Track(told.get(CODEC, b"").rstrip(b"\0"), size.get(WIDTH, 0), size.get(HEIGHT, 0))


def _elements(data: bytes, until: int = 0) -> Iterator[tuple[int, bytes]]:
    """The elements one after another, each with what is in it; of a whole segment, those before `until`."""
    at = 0
    while at < len(data):
        kind, begin, end = _element(data, at)
        if kind == until:
            return
        if end > len(data):
            raise ValueError("an element is cut off")
        yield kind, data[begin:end]
        at = end


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """The element at a place: its kind, where what is in it begins and ends."""
    length = 9 - data[at].bit_length()
    kind = int.from_bytes(data[at : at + length], "big")
    at += length
    length = 9 - data[at].bit_length()
    size = int.from_bytes(data[at : at + length], "big") & ((1 << 7 * length) - 1)
    if length > 8:
        raise ValueError("a size is cut off")
    is_open = size == (1 << 7 * length) - 1  # as long as there is more
    begin = at + length
    return kind, begin, len(data) if is_open else begin + size
