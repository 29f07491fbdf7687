"""Streams of frames, as they may come: cut anywhere, made by another client, meant to harm. Section numbers are
RFC 6455's."""

import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.streams import StreamReader
from websockets.uri import parse_uri

from app.live import frames
from app.live.frames import (
    MOST_BYTES,
    Came,
    Incoming,
    Opcode,
    closing,
    frame,
    texts,
    unmask,
)
from tests.live.lines import masked, strict

TEXT, BINARY, GOES_ON, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


def fed(*pieces: bytes) -> list[Came]:
    incoming = Incoming()
    return [came for piece in pieces for came in incoming.feed(piece)]


PAYLOAD = st.one_of(st.binary(max_size=140), st.text(max_size=60).map(str.encode), st.just(b"x" * 4096))
KEY = st.binary(min_size=4, max_size=4)
SENT = st.one_of(
    st.builds(masked, st.sampled_from([TEXT, TEXT, BINARY, GOES_ON, PING, PONG]), PAYLOAD, st.booleans(), KEY),
    st.builds(masked, st.integers(0, 15), st.binary(max_size=130), st.booleans(), KEY),
)
STREAM = st.one_of(st.lists(SENT, max_size=8).map(b"".join), st.binary(max_size=200))


@given(stream=STREAM, cuts=st.lists(st.integers(0, 5000), max_size=12))
def test_where_the_bytes_are_cut_changes_nothing(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    pieces = [stream[begin:end] for begin, end in zip(places, places[1:], strict=False)]
    incoming = Incoming()
    came = []
    for piece in pieces:
        came += incoming.feed(piece)
        assert len(incoming._rest) <= MOST_BYTES + 14
        assert len(incoming._message) <= MOST_BYTES
    assert came == fed(stream)
    if len(stream) < 1000:
        assert came == fed(*(stream[at : at + 1] for at in range(len(stream))))


@given(data=st.binary(max_size=300), key=KEY)
def test_a_mask_twice_is_none(data: bytes, key: bytes) -> None:
    """5.3."""
    assert unmask(data, key) == bytes(byte ^ key[at % 4] for at, byte in enumerate(data))
    assert unmask(unmask(data, key), key) == data


@given(
    said=st.lists(st.tuples(st.sampled_from(["text", "parts", "ping", "pong"]), st.text(max_size=100)), max_size=8)
)
def test_what_another_client_makes_is_understood(said: list[tuple[str, str]]) -> None:
    client, wanted = other(), []
    for kind, what in said:
        data = what.encode()
        match kind:
            case "text":
                client.send_text(data)
            case "parts":
                client.send_text(data[:3], fin=False)
                client.send_continuation(data[3:], fin=True)
            case "ping":
                client.send_ping(data[:125])
            case "pong":
                client.send_pong(data[:125])
        opcode = {"ping": Opcode.PING, "pong": Opcode.PONG}.get(kind, Opcode.TEXT)
        wanted.append(Came(opcode, data[:125] if kind[0] == "p" and kind != "parts" else data))
    client.send_close(4000, "xong")
    assert fed(*client.data_to_send()) == [*wanted, Came(Opcode.CLOSE, code=4000, asked=True)]


@given(data=st.one_of(st.binary(max_size=200), st.sampled_from([125, 126, 65535, 65536]).map(bytes)))
@settings(max_examples=50)
def test_what_we_make_is_understood_by_another_client(data: bytes) -> None:
    client = other()
    ready = frame(Opcode.BINARY, data) + frames.text(b"x") + frames.PING + closing(4401)
    client.receive_data(ready)
    came: list[Any] = client.events_received()
    assert [(event.opcode, event.data) for event in came[:3]] == [(BINARY, data), (TEXT, b"x"), (PING, b"")]
    assert client.close_rcvd
    assert client.close_rcvd.code == 4401
    assert texts(frames.text(data) + frames.text(b"x")) == [data, b"x"]
    reader = StreamReader()
    reader.feed_data(frame(Opcode.BINARY, data))
    parsing = Frame.parse(reader.read_exact, mask=False, max_size=None)
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    assert parsed.value.value.data == data
    assert strict(frame(Opcode.BINARY, data)) == ((Opcode.BINARY, data), b"")


def other() -> ClientProtocol:
    """Another client whose handshake is done."""
    return ClientProtocol(parse_uri("ws://x/live"), state=State.OPEN, max_size=None)


# Whoever means harm


@pytest.mark.parametrize(
    ("sent", "piece"),
    [
        (masked(TEXT, b"x" * 4096, False), 1),  # one byte at a time
        (masked(PING, b"") * 40_000, 1 << 18),
        (masked(TEXT, b"", False) + masked(GOES_ON, b"", False) * 40_000, 1 << 18),
        (masked(TEXT, b"x", False) + masked(GOES_ON, b"x", False) * 4000, 1 << 18),
        (masked(PING, b"") * 2000, 3),
    ],
)
def test_the_work_is_bounded_by_what_comes(sent: bytes, piece: int) -> None:
    """10.4: no stream costs more than some microseconds a byte, or keeps more than a message."""
    incoming = Incoming()
    began = time.process_time()
    for at in range(0, len(sent), piece):
        incoming.feed(sent[at : at + piece])
    assert time.process_time() - began < 5e-6 * len(sent) + 0.3
    tracemalloc.start()
    try:
        incoming.feed(b"\x81")
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()
