"""RFC 6455 on the wire, as a server needs it: frames to send as ready bytes, and a parser that is fed what came.

Nothing here does I/O, and nothing that comes makes it raise. Used by `socket`; section numbers are the RFC's.
"""

from dataclasses import dataclass
from enum import IntEnum

MOST_BYTES = 4096  # of one incoming message, all its fragments together
MOST_CONTROL = 125  # 5.5
NORMAL, GOING_AWAY, PROTOCOL_ERROR, NO_CODE, NOT_UTF8, TOO_BIG = 1000, 1001, 1002, 1005, 1007, 1009


class Opcode(IntEnum):
    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


OPCODES = frozenset(Opcode)
CONTROL = frozenset({Opcode.CLOSE, Opcode.PING, Opcode.PONG})


@dataclass(frozen=True, slots=True)
class Came:
    """What has come whole: a message, a ping, a pong, or the end. The end (`CLOSE`) carries the code to answer
    with; `asked` is whether the peer asked for it or broke a rule."""

    opcode: Opcode
    data: bytes = b""
    code: int = 0
    asked: bool = False


def frame(opcode: Opcode, data: bytes) -> bytes:
    """One whole frame of a server: final, without a mask, without compression."""
    size = len(data)
    if size < 126:
        return bytes((0x80 | opcode, size)) + data
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2) + data
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8) + data


def text(data: bytes) -> bytes:
    """A text frame; `data` is UTF-8."""
    return frame(Opcode.TEXT, data)


def closing(code: int) -> bytes:
    """A close frame; `NO_CODE` is said by saying nothing."""
    return frame(Opcode.CLOSE, b"" if code == NO_CODE else code.to_bytes(2))


PING = frame(Opcode.PING, b"")


class _Broken(Exception):
    """The peer has broken a rule."""

    def __init__(self, code: int) -> None:
        self.code = code


class Incoming:
    """The incoming side of one connection. `feed` it what came; it gives back what that completed, in order.
    After the end nothing more is heard."""

    __slots__ = ("_ended", "_message", "_opcode", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._message = b""  # the fragments of a message that is not whole yet
        self._opcode = Opcode.CONTINUATION  # its kind; CONTINUATION while there is none
        self._ended = False

    def feed(self, data: bytes) -> list[Came]:
        """Take bytes in; at most one frame's worth of them is kept."""
        if self._ended:
            return []
        data = self._rest + data if self._rest else data
        came: list[Came] = []
        at = 0
        try:
            while not self._ended:
                after, opcode, is_final, payload = self._frame(data, at)
                if after < 0:
                    break
                at = after
                if (whole := self._whole(opcode, is_final, payload)) is not None:
                    came.append(whole)
        except _Broken as broken:
            self._ended = True
            came.append(Came(Opcode.CLOSE, code=broken.code))
        self._rest = b"" if self._ended else data[at:]
        return came

    def _frame(self, data: bytes, at: int) -> tuple[int, Opcode, bool, bytes]:
        """The frame that begins at `at` and where it ends; below 0 when it is not there whole (5.2)."""
        there = len(data) - at
        if there < 2:
            return -1, Opcode.TEXT, True, b""
        first, second = data[at], data[at + 1]
        opcode = first & 0x0F
        if first & 0x70 or opcode not in OPCODES or not second & 0x80:  # reserved bits, unknown, unmasked (5.1)
            raise _Broken(PROTOCOL_ERROR)
        size, head, is_final = second & 0x7F, 2, first >= 0x80
        if opcode >= Opcode.CLOSE and (size > MOST_CONTROL or not is_final):
            raise _Broken(PROTOCOL_ERROR)
        if size > 125:
            head = 4 if size == 126 else 10
            if there < head:
                return -1, Opcode.TEXT, True, b""
            size = int.from_bytes(data[at + 2 : at + head])
            if size < (126 if head == 4 else 65536) or size >> 63:  # the shortest form is a must
                raise _Broken(PROTOCOL_ERROR)
        if opcode < Opcode.CLOSE and size + len(self._message) > MOST_BYTES:
            raise _Broken(TOO_BIG)
        if there < head + 4 + size:
            return -1, Opcode.TEXT, True, b""
        begins = at + head + 4
        payload = unmask(data[begins : begins + size], data[at + head : begins])
        return begins + size, Opcode(opcode), is_final, payload

    def _whole(self, opcode: Opcode, is_final: bool, payload: bytes) -> Came | None:
        """What a frame completes: itself, a message of fragments, or nothing yet (5.4)."""
        if opcode in CONTROL:
            return self._end(payload) if opcode is Opcode.CLOSE else Came(opcode, payload)
        if (opcode is Opcode.CONTINUATION) is (self._opcode is Opcode.CONTINUATION):
            raise _Broken(PROTOCOL_ERROR)  # goes on with nothing, or begins within another
        if opcode is not Opcode.CONTINUATION:
            self._opcode = opcode
        if not is_final:
            self._message += payload
            return None
        whole = Came(self._opcode, self._message + payload if self._message else payload)
        self._message, self._opcode = b"", Opcode.CONTINUATION
        if whole.opcode is Opcode.TEXT:
            _check_text(whole.data)
        return whole

    def _end(self, payload: bytes) -> Came:
        """The peer's close (5.5.1): its code, if that may be sent (7.4), is what it is answered with."""
        self._ended = True
        if not payload:
            return Came(Opcode.CLOSE, code=NO_CODE, asked=True)
        code = int.from_bytes(payload[:2])
        may_be_sent = 1000 <= code < 1015 and code not in (1004, 1005, 1006) or 3000 <= code < 5000
        if len(payload) < 2 or not may_be_sent:
            raise _Broken(PROTOCOL_ERROR)
        _check_text(payload[2:])
        return Came(Opcode.CLOSE, code=code, asked=True)


def unmask(data: bytes, mask: bytes) -> bytes:
    """A payload without its mask (5.3), or with it."""
    size = len(data)
    if not size:
        return b""
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(size)


def _check_text(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise _Broken(NOT_UTF8) from None


def texts(ready: bytes) -> list[bytes]:
    """What is said in ready text frames, for a server that makes frames of its own."""
    said, at = [], 0
    while at < len(ready):
        size, head = ready[at + 1], 2
        if size > 125:
            head = 4 if size == 126 else 10
            size = int.from_bytes(ready[at + 2 : at + head])
        said.append(ready[at + head : at + head + size])
        at += head + size
    return said
