"""The opening handshake: what opens a websocket, what does not, and with which status. Section numbers are
RFC 6455's."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.http11 import Response
from websockets.uri import parse_uri

from app.live import handshake
from app.live.handshake import NotOpened

GOOD = (
    (b"Host", b"layso.example.vn"),
    (b"Upgrade", b"websocket"),
    (b"Connection", b"Upgrade"),
    (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="),
    (b"Sec-WebSocket-Version", b"13"),
)
Headers = list[tuple[bytes, bytes]]


def head(
    headers: "Headers | tuple[tuple[bytes, bytes], ...]" = GOOD, line: bytes = b"GET /live HTTP/1.1"
) -> bytes:
    return b"\r\n".join([line, *(name + b": " + value for name, value in headers)])


def other(name: bytes, *values: bytes) -> bytes:
    """A good head, but for one header: with these values, or without it."""
    rest = [(known, value) for known, value in GOOD if known.lower() != name.lower()]
    return head(rest + [(name, value) for value in values])


def status(sent: bytes) -> int:
    """What a head is answered with."""
    try:
        answer = handshake.accepted(handshake.read(sent))
    except NotOpened as refused:
        answer = handshake.refused(refused.status)
    given = int(answer.removeprefix(b"HTTP/1.1 ")[:3])
    assert (b"sec-websocket-version: 13\r\n" in answer) is (given == 426)
    return given


def test_the_example_of_the_rfc() -> None:
    """1.3, 4.2.2."""
    asked = handshake.read(head(line=b"GET /live?device=tv1 HTTP/1.1"))
    assert asked.target == b"/live?device=tv1"
    assert asked.header(b"host") == b"layso.example.vn"
    assert asked.header(b"origin") is None
    answer = handshake.accepted(asked)
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in answer
    assert b"extensions" not in answer
    assert b"protocol:" not in answer


@pytest.mark.parametrize(
    "value",
    [b"upgrade", b"keep-alive, Upgrade", b"UPGRADE,close", b"\tUpgrade ", b"keep-alive,\tupgrade", b",,Upgrade,"],
)
def test_connection_is_a_list_of_tokens(value: bytes) -> None:
    """4.2.1, item 4."""
    assert status(other(b"Connection", value)) == 101


@pytest.mark.parametrize("value", [b"", b"keep-alive", b"upgraded", b"not-upgrade", b"up grade", b"upgrade;q=1"])
def test_connection_without_its_token(value: bytes) -> None:
    assert status(other(b"Connection", value)) == 400


def test_connection_in_several_lines() -> None:
    """RFC 9110, 5.3: they are one list."""
    assert status(other(b"Connection", b"keep-alive", b"Upgrade")) == 101
    assert status(other(b"Connection")) == 400


def test_upgrade_names_the_websocket() -> None:
    """4.2.1, item 3."""
    assert status(other(b"Upgrade", b"WebSocket")) == 101
    for wrong in (b"", b"h2c", b"websockets", b"web socket"):
        assert status(other(b"Upgrade", wrong)) == 400
    assert status(other(b"Upgrade")) == 400


@pytest.mark.parametrize("value", [b"12", b"8", b"", b"013", b"13, 8", b"14", b"x"])
def test_another_version_is_told_ours(value: bytes) -> None:
    """4.2.2, 4.4: 426, with the version that is spoken here."""
    assert status(other(b"Sec-WebSocket-Version", value)) == 426
    assert status(other(b"Sec-WebSocket-Version")) == 426


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"x",
        b"AAAAAAAAAAAAAAAAAAAAAA",
        b"AAAAAAAAAAAAAAAAAAAAAAAA",
        b"\xff" * 24,
        b"AAAAAAAAAAAAAAAAAAAAAA== x",
        b"AAAAAAAAAAAA AAAAAAAAAA==",
        b"A" * 9000,
    ],
)
def test_a_key_is_sixteen_bytes_in_base64(value: bytes) -> None:
    """4.2.1, item 5."""
    assert status(other(b"Sec-WebSocket-Key", value)) == 400


def test_host_and_key_stand_there_once() -> None:
    """4.2.1, 11.3.1; RFC 9112, 3.2."""
    for name, value in (GOOD[0], GOOD[3]):
        assert status(other(name)) == 400
        assert status(other(name, value, value)) == 400


@pytest.mark.parametrize(
    "line",
    [
        b"POST /live HTTP/1.1",
        b"get /live HTTP/1.1",
        b"GET /live HTTP/1.0",
        b"GET /live",
        b"GET  /live HTTP/1.1",
        b"GET /live  HTTP/1.1",
        b"GET /live HTTP/2",
        b"",
        b"GET /l\0ive HTTP/1.1",
        b"GET /live\tx HTTP/1.1",
        b"GET /\xc3 HTTP/1.1",
    ],
)
def test_only_get_of_http_1_1(line: bytes) -> None:
    """4.2.1, item 1."""
    assert status(head(line=line)) == 400


@pytest.mark.parametrize(
    "line",
    [
        b"no colon",
        b": no name",
        b"space : x",
        b" folded: x",
        b"\tfolded: x",
        b"na\xffme: x",
        b"null: a\0b",
        b"feed: a\nb: c",
        b"return: a\rb",
        b"(name): x",
        b"",
    ],
)
def test_a_header_is_a_name_and_a_value(line: bytes) -> None:
    """RFC 9112, 5: what others might read otherwise is not read at all."""
    assert status(head() + b"\r\n" + line) == 400


def test_values_lose_the_white_space_around_them() -> None:
    asked = handshake.read(head() + b"\r\nX-One: \t a b \t\r\nx-two:\r\nX-ONE:c")
    assert [value for name, value in asked.headers if name.startswith(b"x-")] == [b"a b", b"", b"c"]
    assert asked.header(b"x-one") == b"c"


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(sent: bytes) -> None:
    assert status(sent) in (101, 400, 426)
    assert status(head() + b"\r\n" + sent) in (101, 400, 426)


@pytest.mark.parametrize(
    "piece", [b"a:b\r\n", b"connection: ,,,,\r\n", b"a: " + b" " * 4000 + b"x\r\n", b"\t", b"a" * 7]
)
def test_a_long_head_takes_no_long_time(piece: bytes) -> None:
    sent = head() + b"\r\n" + piece * (handshake.MOST_HEAD // len(piece))
    began = time.process_time()
    assert status(sent) in (101, 400)
    assert time.process_time() - began < 0.1


def test_another_client_and_we_understand_each_other() -> None:
    client = ClientProtocol(parse_uri("wss://layso.example.vn/live?join=x"), origin=None)
    request = client.connect()
    asked = handshake.read(request.serialize().removesuffix(handshake.END))
    client.send_request(request)
    client.receive_data(handshake.accepted(asked))
    (answer,) = client.events_received()
    assert isinstance(answer, Response)
    assert client.handshake_exc is None
    assert client.state.name == "OPEN"
