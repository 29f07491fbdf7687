"""The opening handshake (RFC 6455, 4.2): the head of a request read, and answered with ready bytes. No I/O.

Only what opens a websocket is read here, strictly; whatever else comes is the HTTP server's. Used by `door`.
"""

import binascii
import re
from dataclasses import dataclass
from hashlib import sha1
from http import HTTPStatus

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MOST_HEAD = 16 * 1024  # of a request's line and headers
END = b"\r\n\r\n"
HEAD = re.compile(rb"GET ([!-~]+) HTTP/1\.1(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*)+")
FIELD = re.compile(rb"\r\n([^:]+):[ \t]*([^\r\n]*)")
KEY = re.compile(rb"[0-9A-Za-z+/]{22}==")  # 16 bytes in base64


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to open a websocket: its target (`/live?device=…`) and headers, names in lower case."""

    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    fields: dict[bytes, bytes]  # the same by name; of several of a name the last

    def header(self, name: bytes) -> bytes | None:
        return self.fields.get(name)


class NotOpened(Exception):
    """The handshake is refused, with an HTTP status."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status
        super().__init__(status.phrase)


def is_upgrade(head: bytes) -> bool:
    """Whether the head of a request asks for a websocket at all; what only looks alike is for the HTTP server."""
    return b"websocket" in head.lower()


def read(head: bytes) -> Asked:
    """The request whose head (without its last empty line) this is; raises NotOpened."""
    whole = HEAD.fullmatch(head)
    if whole is None:
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    headers = tuple((name.lower(), value.rstrip(b" \t")) for name, value in FIELD.findall(head))
    asked = Asked(whole[1], headers, dict(headers))
    _check(asked)
    return asked


def _check(asked: Asked) -> None:
    known = asked.fields
    connection = b",".join(value for name, value in asked.headers if name == b"connection")
    tokens = [token.strip(b" \t") for token in connection.lower().split(b",")]
    if b"upgrade" not in tokens or known.get(b"upgrade", b"").lower() != b"websocket":
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    names = [name for name, _ in asked.headers]
    if names.count(b"host") != 1 or names.count(b"sec-websocket-key") != 1:
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    if known.get(b"sec-websocket-version") != b"13":
        raise NotOpened(HTTPStatus.UPGRADE_REQUIRED)
    if not KEY.fullmatch(known[b"sec-websocket-key"]):
        raise NotOpened(HTTPStatus.BAD_REQUEST)


def accepted(asked: Asked) -> bytes:
    """The answer that opens the websocket: no extension, no subprotocol."""
    key = asked.header(b"sec-websocket-key") or b""
    accept = binascii.b2a_base64(sha1(key + GUID, usedforsecurity=False).digest(), newline=False)
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        b"sec-websocket-accept: " + accept + END
    )


def refused(status: HTTPStatus) -> bytes:
    """The answer that does not, after which the connection is closed."""
    body = status.phrase.encode()
    version = b"sec-websocket-version: 13\r\n" if status is HTTPStatus.UPGRADE_REQUIRED else b""
    return (
        b"HTTP/1.1 %d %s\r\n" % (status, body)
        + version
        + b"content-type: text/plain\r\nconnection: close\r\ncontent-length: %d" % len(body)
        + END
        + body
    )
