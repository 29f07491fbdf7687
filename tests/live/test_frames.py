"""RFC 6455 on the wire: what a server must understand, and what it must refuse. Section numbers are the RFC's."""

import pytest

from app.live.frames import (
    MOST_BYTES,
    NO_CODE,
    NOT_UTF8,
    PROTOCOL_ERROR,
    TOO_BIG,
    Came,
    Incoming,
    Opcode,
    closing,
    frame,
)
from tests.live.lines import masked

TEXT, BINARY, GOES_ON, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def fed(*pieces: bytes) -> list[Came]:
    incoming = Incoming()
    return [came for piece in pieces for came in incoming.feed(piece)]


def refused(code: int) -> list[Came]:
    return [Came(Opcode.CLOSE, code=code)]


def text(data: str) -> Came:
    return Came(Opcode.TEXT, data.encode())


# Frames: 5.2 to 5.4


def test_the_examples_of_the_rfc() -> None:
    """5.7: a masked "Hello", a ping and a pong that carry it; what a server sends is not masked."""
    assert fed(bytes.fromhex("818537fa213d7f9f4d5158")) == [text("Hello")]
    assert fed(bytes.fromhex("898537fa213d7f9f4d5158")) == [Came(Opcode.PING, b"Hello")]
    assert frame(Opcode.TEXT, b"Hello") == bytes.fromhex("810548656c6c6f")
    assert frame(Opcode.BINARY, bytes(256))[:4] == bytes.fromhex("827e0100")
    assert frame(Opcode.BINARY, bytes(65536))[:10] == bytes.fromhex("827f0000000000010000")


def test_a_message_in_fragments_with_control_frames_in_between() -> None:
    """5.4, 5.5: fragments make one message; control frames may stand between them and are heard at once."""
    sent = masked(TEXT, b"He", False) + masked(PING, b"1") + masked(GOES_ON, b"", False) + masked(PONG, b"2")
    assert fed(sent + masked(GOES_ON, b"llo") + masked(TEXT, b"next")) == [
        Came(Opcode.PING, b"1"),
        Came(Opcode.PONG, b"2"),
        text("Hello"),
        text("next"),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        masked(GOES_ON, b"x"),  # nothing to go on with
        masked(GOES_ON, b"x", False),
        masked(TEXT, b"x", False) + masked(TEXT, b"y"),  # begins within another
        masked(BINARY, b"x", False) + masked(TEXT, b"y", False),
        masked(TEXT, b"x", False) + masked(GOES_ON, b"y") + masked(GOES_ON, b"z"),
    ],
)
def test_fragments_out_of_order(sent: bytes) -> None:
    """5.4."""
    assert fed(sent)[-1:] == refused(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [TEXT, BINARY, GOES_ON, CLOSE, PING, PONG])
def test_a_client_masks_its_frames(opcode: int) -> None:
    """5.1, 5.3."""
    assert fed(bytes((0x80 | opcode, 0))) == refused(PROTOCOL_ERROR)


@pytest.mark.parametrize("bit", [0x40, 0x20, 0x10, 0x70])
@pytest.mark.parametrize("opcode", [TEXT, GOES_ON, PING, CLOSE])
def test_reserved_bits_mean_nothing_here(bit: int, opcode: int) -> None:
    """5.2: no extension was agreed on."""
    sent = masked(opcode, b"")
    assert fed(bytes((sent[0] | bit,)) + sent[1:]) == refused(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
@pytest.mark.parametrize("final", [True, False])
def test_unknown_opcodes(opcode: int, final: bool) -> None:
    """5.2."""
    assert fed(masked(opcode, b"x", final)) == refused(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_control_frames_are_short_and_whole(opcode: int) -> None:
    """5.5."""
    assert fed(masked(opcode, b"x" * 126)) == refused(PROTOCOL_ERROR)
    assert fed(masked(opcode, b"", False)) == refused(PROTOCOL_ERROR)
    longest = b"x" * 125 if opcode != CLOSE else (1000).to_bytes(2) + b"x" * 123
    (came,) = fed(masked(opcode, longest))
    assert came.opcode == opcode
    assert came.data == (b"" if opcode == CLOSE else longest)


@pytest.mark.parametrize(
    "head",
    [
        b"\x81\xfe" + (125).to_bytes(2),
        b"\x81\xfe" + (0).to_bytes(2),
        b"\x81\xff" + (65535).to_bytes(8),
        b"\x81\xff" + (5).to_bytes(8),
        b"\x81\xff" + (1 << 63).to_bytes(8),  # the highest bit must be 0
        b"\x81\xff" + b"\xff" * 8,
    ],
)
def test_a_length_is_written_in_its_shortest_form(head: bytes) -> None:
    """5.2."""
    assert fed(head) == refused(PROTOCOL_ERROR)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 4095, 4096])
def test_messages_up_to_the_limit(size: int) -> None:
    """5.2, 10.4: with each form of the length that may be needed."""
    assert fed(masked(TEXT, b"x" * size)) == [text("x" * size)]
    half = size // 2
    assert fed(masked(TEXT, b"x" * half, False) + masked(GOES_ON, b"x" * (size - half))) == [text("x" * size)]


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 65535, 65536, 1 << 32, (1 << 63) - 1])
def test_a_message_over_the_limit_is_refused_by_its_head(size: int) -> None:
    """10.4, 7.4.1: nothing of it is waited for."""
    length = b"\xfe" + size.to_bytes(2) if size < 65536 else b"\xff" + size.to_bytes(8)
    assert fed(b"\x81" + length) == refused(TOO_BIG)


def test_fragments_over_the_limit_together() -> None:
    """10.4."""
    many = masked(TEXT, b"x" * 4000, False) + masked(PING, b"") + masked(GOES_ON, b"x" * 96, False)
    assert fed(many) == [Came(Opcode.PING)]
    assert fed(many, masked(GOES_ON, b"x")) == [Came(Opcode.PING), *refused(TOO_BIG)]
    assert fed(many, masked(GOES_ON, b""))[-1] == text("x" * 4096)


# Text: 8.1


@pytest.mark.parametrize("said", ["Số 86001", "mời đến quầy 66", "𝄞", "\0"])
def test_a_character_may_be_split_over_fragments(said: str) -> None:
    """5.6, 8.1: the message is UTF-8, not each fragment."""
    data = said.encode()
    for at in range(len(data) + 1):
        assert fed(masked(TEXT, data[:at], False) + masked(GOES_ON, data[at:])) == [text(said)]


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe1\xbb", b"a\x80", b"\xf8\x88\x80\x80\x80"],
)
def test_what_is_not_utf8(data: bytes) -> None:
    """8.1: overlong forms, surrogates, beyond the last, cut short."""
    assert fed(masked(TEXT, data)) == refused(NOT_UTF8)
    assert fed(masked(TEXT, data[:1], False) + masked(GOES_ON, data[1:])) == refused(NOT_UTF8)
    assert fed(masked(BINARY, data)) == [Came(Opcode.BINARY, data)]
    assert fed(masked(CLOSE, (1000).to_bytes(2) + data)) == refused(NOT_UTF8)


# The close: 5.5.1, 7.4


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999])
def test_codes_that_may_be_sent(code: int) -> None:
    for reason in (b"", "tạm biệt".encode(), b"x" * 123):
        assert fed(masked(CLOSE, code.to_bytes(2) + reason)) == [Came(Opcode.CLOSE, code=code, asked=True)]


@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
def test_codes_that_may_not(code: int) -> None:
    """7.4.1, 7.4.2."""
    assert fed(masked(CLOSE, code.to_bytes(2))) == refused(PROTOCOL_ERROR)


def test_a_close_with_nothing_and_with_half_a_code() -> None:
    """5.5.1, 7.1.5."""
    assert fed(masked(CLOSE, b"")) == [Came(Opcode.CLOSE, code=NO_CODE, asked=True)]
    assert fed(masked(CLOSE, b"\x03")) == refused(PROTOCOL_ERROR)
    assert closing(NO_CODE) == b"\x88\x00"
    assert closing(4401) == b"\x88\x02" + (4401).to_bytes(2)


@pytest.mark.parametrize("last", [masked(CLOSE, b""), masked(3, b""), masked(TEXT, b"\xff")])
def test_nothing_is_heard_after_the_end(last: bytes) -> None:
    """1.4, 7.1.7."""
    incoming = Incoming()
    assert len(incoming.feed(last + masked(TEXT, b"more") + masked(CLOSE, b""))) == 1
    assert incoming.feed(masked(TEXT, b"more")) == incoming.feed(b"\xff") == []
    assert not incoming._rest
