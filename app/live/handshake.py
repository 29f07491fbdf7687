"""The opening handshake (RFC 6455, 4.2): the head of a request read, and answered with ready bytes. No I/O.

Only what opens a websocket is read here, strictly; whatever else comes is the HTTP server's. Used by `door`.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha1
from http import HTTPStatus

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MOST_HEAD = 16 * 1024  # of a request's line and headers
END = b"\r\n\r\n"
TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")  # of a header's name, in lower case


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to open a websocket: its target (`/live?device=…`) and headers, names in lower case."""

    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    def header(self, name: bytes) -> bytes | None:
        """The value of a header; of several of a name the last."""
        return next((value for known, value in reversed(self.headers) if known == name), None)


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
    line, *lines = head.split(b"\r\n")
    method, _, rest = line.partition(b" ")
    target, _, version = rest.partition(b" ")
    if method != b"GET" or version != b"HTTP/1.1":
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    headers = []
    for one in lines:
        name, colon, value = one.partition(b":")
        name = name.lower()
        if not colon or not name or not TOKEN.issuperset(name) or b"\0" in value or b"\n" in one or b"\r" in one:
            raise NotOpened(HTTPStatus.BAD_REQUEST)
        headers.append((name, value.strip(b" \t")))
    asked = Asked(target, tuple(headers))
    _check(asked)
    return asked


def _check(asked: Asked) -> None:
    connection = b",".join(value for name, value in asked.headers if name == b"connection")
    tokens = connection.lower().replace(b" ", b"").split(b",")
    if b"upgrade" not in tokens or (asked.header(b"upgrade") or b"").lower() != b"websocket":
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    if sum(name == b"host" for name, _ in asked.headers) != 1:
        raise NotOpened(HTTPStatus.BAD_REQUEST)
    if asked.header(b"sec-websocket-version") != b"13":
        raise NotOpened(HTTPStatus.UPGRADE_REQUIRED)
    keys = [value for name, value in asked.headers if name == b"sec-websocket-key"]
    try:
        is_key = len(keys) == 1 and len(base64.b64decode(keys[0], validate=True)) == 16
    except binascii.Error:
        is_key = False
    if not is_key:
        raise NotOpened(HTTPStatus.BAD_REQUEST)


def accepted(asked: Asked) -> bytes:
    """The answer that opens the websocket: no extension, no subprotocol."""
    key = asked.header(b"sec-websocket-key") or b""
    accept = base64.b64encode(sha1(key + GUID, usedforsecurity=False).digest())
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
