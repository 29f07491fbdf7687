"""Films and pictures made by hand: as much of them as is looked at."""

import io
import struct

from PIL import Image


def picture(form: str = "PNG", size: tuple[int, int] = (64, 36), colour: str = "#17653a", **more: object) -> bytes:
    """A picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, form, **more)
    return written.getvalue()


def box(name: bytes, *inner: bytes) -> bytes:
    data = b"".join(inner)
    return struct.pack(">I4s", len(data) + 8, name) + data


def mp4(
    codec: bytes = b"avc1", size: tuple[int, int] = (1280, 720), kind: bytes = b"vide", length: int = 3000
) -> bytes:
    """The boxes of an MP4 with one track; nothing that could be seen, in so many bytes."""
    entry = box(codec, bytes(8 + 16), struct.pack(">HH", *size), bytes(50))
    stsd = box(b"stsd", bytes(4), struct.pack(">I", 1), entry)
    hdlr = box(b"hdlr", bytes(8), kind, bytes(12))
    mdia = box(b"mdia", hdlr, box(b"minf", box(b"stbl", stsd)))
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", mdia))
    return box(b"ftyp", b"isomiso2") + box(b"mdat", bytes(length)) + moov


def element(name: str, *inner: bytes, is_open: bool = False) -> bytes:
    data = b"".join(inner)
    size = b"\x01" + b"\xff" * 7 if is_open else (len(data) | 1 << 56).to_bytes(8, "big")
    return bytes.fromhex(name) + size + data


def webm(codec: bytes = b"V_VP8", size: tuple[int, int] = (640, 360), doc: bytes = b"webm") -> bytes:
    """The elements of a WebM as a browser records it: its segment has no end."""
    shape = element("e0", element("b0", struct.pack(">H", size[0])), element("ba", struct.pack(">H", size[1])))
    tracks = element("1654ae6b", element("ae", element("83", b"\x01"), element("86", codec), shape))
    info = element("1549a966", element("2ad7b1", b"\x0f\x42\x40"))
    cluster = element("1f43b675", bytes(500), is_open=True)
    head = element("1a45dfa3", element("4282", doc))
    return head + element("18538067", info, tracks, cluster, is_open=True)
