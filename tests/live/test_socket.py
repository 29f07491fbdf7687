"""A websocket over a real connection, on both event loops and in both gears: what is written, when it parks, how
it ends. Whatever is sent to a viewer is read strictly."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

import pytest

from app.live import frames
from app.live.frames import Opcode
from app.live.handshake import NotOpened
from app.live.reader import Reader
from app.live.socket import MOST_HELD, PARKED_LOOKS, LiveSocket
from tests.live.lines import HEAD, TOPIC, Site, Viewer, masked, open_site, until

pytestmark = pytest.mark.anyio
BIG = "x" * 30_000  # more than every buffer on the way holds


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(params=[True, False], ids=["direct", "by the transport"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with open_site(request.param) as site:
        yield site
        await site.empty()


@pytest.fixture
async def door() -> AsyncIterator[Site]:
    """A site behind the real door."""
    async with open_site() as site:
        yield site
        await site.empty()


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """A close that is not answered is not waited for long."""
    monkeypatch.setattr("app.live.socket.CLOSE_SECONDS", 0.2)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """No error is logged but those that a test takes out."""
    expected: list[str] = []
    yield expected
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [line for line in said if not any(part in line for part in expected)] == []
    assert all(any(part in line for line in said) for part in expected)


def sockets(site: Site) -> list[LiveSocket]:
    return [reader for reader in site.desk.readers if isinstance(reader, LiveSocket)]


async def park(site: Site, viewer: Viewer) -> LiveSocket:
    """Let a viewer follow the topic and read nothing until it is parked."""
    await viewer.say("join")
    (reader,) = sockets(site)
    await until("it follows", lambda: reader.topics)
    while not reader._parked:
        await site.desk.publish(big=f"{site.desk.version} {BIG}")
        await asyncio.sleep(0)
    return reader


# Watching


async def test_a_viewer_is_told_the_whole_view_then_what_changes(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.say("join")
        assert (await viewer.hear())["whole"] == {"first": "0"}
        await site.desk.publish(a="1")
        assert (await viewer.hear())["rows"] == {"a": "1"}


async def test_what_comes_right_behind_the_handshake_is_heard(site: Site) -> None:
    async with site.viewer(early=masked(1, b"join") + masked(1, b"ec", False) + masked(0, b"ho a")) as viewer:
        assert "whole" in await viewer.hear()
        assert await viewer.hear() == "a"


async def test_pings_are_answered_with_what_they_carry(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.send(masked(9, b"one") + masked(10, b"nobody asked") + masked(9, b""))
        assert [await viewer.next(), await viewer.next()] == [(Opcode.PONG, b"one"), (Opcode.PONG, b"")]


async def test_devices_and_staff_are_written_to_before_the_crowd(site: Site) -> None:
    desk, order = site.desk, []
    desk.greets = lambda reader: setattr(reader, "is_first", len(desk.readers) % 2 == 0)
    async with site.viewer() as crowd, site.viewer() as first, site.viewer() as more, site.viewer() as other:
        viewers = (crowd, first, more, other)
        for viewer in viewers:
            await viewer.say("join")
            await viewer.hear()
        order = [desk.readers.index(reader) for reader in desk.hub._topics[TOPIC].readers()]
        assert order == [1, 3, 0, 2]
        await desk.publish(a="1")
        assert [(await viewer.hear())["rows"] for viewer in viewers] == [{"a": "1"}] * 4


async def test_who_disappears_during_a_broadcast_takes_it_from_nobody(site: Site) -> None:
    """The first one's reset ends others' sockets in the middle of the broadcast, and one leaves the topic."""
    desk = site.desk
    async with site.viewer() as one, site.viewer() as two, site.viewer() as three, site.viewer() as four:
        for viewer in (one, two, three, four):
            await viewer.say("join")
            await viewer.hear()
        reset(one)
        readers = list(desk.readers)
        publishing = asyncio.create_task(desk.publish(a="1"))
        readers[1].close(4401)
        desk.hub.part(readers[2], TOPIC)
        await publishing
        assert (await four.hear())["rows"] == {"a": "1"}
        await desk.publish(a="2")
        assert (await four.hear())["rows"] == {"a": "2"}
        assert await two.closed() == 4401
        await three.say("echo still here")
        assert await three.hear() == "still here"


async def test_a_viewer_that_joins_while_others_are_told_ends_with_the_same(site: Site) -> None:
    """The broadcast is in many steps: who comes in one of them gets the view, and then perhaps the frame again."""
    desk = site.desk
    async with site.viewer() as stays, site.viewer() as comes:
        await stays.say("join")
        await stays.hear()
        desk.hub.begin_turn()
        desk.hub._turn_ends = 0.0  # it has been long: every step lets others have their turn
        publishing = asyncio.create_task(desk.publish(a="1"))
        await asyncio.sleep(0)
        desk.join(desk.readers[1])
        await publishing
        await desk.publish(b="2")
        rows = (await comes.hear())["whole"]
        while "b" not in rows:
            rows |= (await comes.hear())["rows"]
        assert rows == desk.rows


# Parking


async def test_who_does_not_read_parks_and_gets_the_whole_view_when_it_reads_again(site: Site) -> None:
    async with site.viewer() as viewer:
        reader = await park(site, viewer)
        held = reader._transport.get_write_buffer_size()
        for at in range(50):
            await site.desk.publish(missed=str(at), big=f"{at} {BIG}")
        assert reader._transport.get_write_buffer_size() == held, "nothing more is held for it"
        rows, wholes = (await viewer.hear())["whole"], 0
        while rows != site.desk.rows:
            said = await viewer.hear()
            rows = said.get("whole") or rows | said["rows"]
            wholes += "whole" in said
        assert wholes == 1
        await until("it has all", lambda: not reader._parked)
        await site.desk.publish(missed="over")
        assert (await viewer.hear())["rows"] == {"missed": "over"}


async def test_who_missed_nothing_while_it_did_not_read_is_sent_nothing_again(site: Site) -> None:
    """A view that fills every buffer on the way must not come again and again."""
    async with site.viewer() as viewer:
        site.desk.rows["big"] = BIG * 3
        await viewer.say("join")
        assert (await viewer.hear())["whole"] == site.desk.rows
        await viewer.say("echo all that was said")
        assert await viewer.hear() == "all that was said"


async def test_a_parked_socket_holds_one_view_and_little_of_what_is_said_to_it_alone(site: Site) -> None:
    async with site.viewer() as viewer:
        reader = await park(site, viewer)
        await site.desk.publish(missed="1")
        most_of_views = 2 * len(site.desk.whole())  # by the transport: its own limit, and the frame that filled it
        for at in range(MOST_HELD // 1000 - 1):
            reader.send(frames.text(b'"%03d%s"' % (at, b"x" * 990)))
        assert reader._transport.get_write_buffer_size() <= 64 * 1024 + most_of_views
        assert len(reader._held) <= MOST_HELD + 1000
        texts: list[Any] = []
        while not texts or not isinstance(texts[-1], str):
            texts.append(await viewer.hear())
        assert "whole" in texts[-2]
        assert texts[-1].startswith("000"), "what was said to it alone comes after the view, in order"
        assert (await viewer.hear()).startswith("001")


async def test_who_is_told_too_much_alone_while_it_does_not_read_is_let_go(site: Site) -> None:
    async with site.viewer() as viewer:
        reader = await park(site, viewer)
        for _ in range(MOST_HELD // 1000 + 2):
            reader.send(frames.text(b'"%s"' % (b"x" * 1000)))
        assert await viewer.closed() == 4408


async def test_nothing_is_heard_of_a_parked_socket(site: Site) -> None:
    async with site.viewer() as viewer:
        await park(site, viewer)
        heard = len(site.desk.heard)
        await viewer.say("echo later")
        await site.desk.publish(a="1")
        await asyncio.sleep(0)
        assert len(site.desk.heard) == heard
        while await viewer.hear() != "later":
            pass


async def test_who_does_not_read_for_three_looks_is_let_go(site: Site) -> None:
    async with site.viewer() as viewer:
        reader = await park(site, viewer)
        for look in range(PARKED_LOOKS):
            assert not reader._ended, look
            site.desk.look()
        assert reader._ended
        assert site.desk.hub.count() == site.desk.inside == 0, "nothing is counted for it any more"
        assert await viewer.closed() == 4408, "behind all that it had not read"


async def test_who_never_reads_its_close_is_cut_off(site: Site) -> None:
    async with site.viewer() as viewer:
        await park(site, viewer)
        site.desk.look(PARKED_LOOKS)
        await until("the connection is gone", lambda: not site.connections)


async def test_who_hangs_up_with_much_unread_is_cut_off(site: Site) -> None:
    """It says that it sends nothing more, reads nothing, and keeps the connection for ever."""
    async with site.viewer() as viewer:
        await park(site, viewer)
        viewer.raw.shutdown(socket.SHUT_WR)
        site.desk.look(PARKED_LOOKS)
        await until("the connection is gone", lambda: not site.connections)


async def test_who_hangs_up_before_the_buffer_is_empty_is_cut_off() -> None:
    """By the transport much may be unread without parking."""
    async with open_site(direct=False) as site, site.viewer() as viewer:
        await viewer.say("join")
        await viewer.hear()
        (reader,) = sockets(site)
        while reader._transport.get_write_buffer_size() < 1000:
            await site.desk.publish(a="x" * 1000)
            await asyncio.sleep(0)
        assert not reader._parked
        viewer.raw.shutdown(socket.SHUT_WR)
        await until("it is noticed", lambda: reader._ended)
        await until("the connection is gone", lambda: not site.connections)


async def test_both_gears_say_the_same() -> None:
    said = []
    for direct in (True, False):
        async with open_site(direct) as site, site.viewer(early=masked(1, b"join") + masked(9, b"x")) as viewer:
            told = [await viewer.next(), await viewer.next()]
            for at in range(20):
                await site.desk.publish(a=str(at), b="y" * at * 20)
                told.append(await viewer.next())
            await viewer.say("echo z")
            await viewer.say("bye")
            said.append(told + await viewer.all())
    assert said[0] == said[1]
    assert len(said[0]) == 24


# The pulse


async def test_a_silent_line_is_pinged_then_let_go(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.say("join")
        await viewer.hear()
        site.desk.look(2)
        assert await viewer.next() == (Opcode.PING, b"")
        site.desk.look()
        assert await viewer.closed() == 4408


async def test_who_answers_its_pings_may_stay_silent(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.say("join")
        await viewer.hear()
        (reader,) = sockets(site)
        for _ in range(10):
            site.desk.look(2)
            assert (await viewer.next())[0] is Opcode.PING
            await viewer.send(masked(10, b""))
            await until("it is heard", lambda: reader._heard)
        assert not reader._ended


async def test_who_follows_nothing_for_a_minute_is_let_go(site: Site) -> None:
    async with site.viewer() as viewer:
        (reader,) = sockets(site)
        for _ in range(6):
            site.desk.look()
            await viewer.say("")
            await until("it is heard", lambda: reader._heard)
        site.desk.look()
        assert await viewer.closed() == 4408


async def test_who_is_waited_for_is_not_called_silent(site: Site) -> None:
    """While the store is asked for it nothing is heard of it: that is not its own silence."""
    async with site.viewer() as viewer:
        await viewer.say("join")
        await viewer.hear()
        await viewer.say("wait")
        await until("it waits", lambda: b"wait" in site.desk.heard)
        site.desk.look(6)
        site.desk.gate.set()
        await viewer.say("echo still here")
        while (frame := await viewer.next())[0] is Opcode.PING:
            pass
        assert frame == (Opcode.TEXT, b'"still here"')


# The end


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
async def test_a_close_is_answered_with_its_code(site: Site, code: int) -> None:
    async with site.viewer() as viewer:
        await viewer.send(masked(8, code.to_bytes(2) + b"bye") + masked(1, b"echo more"))
        assert await viewer.all() == [(Opcode.CLOSE, code.to_bytes(2))]


async def test_a_close_that_says_nothing_is_answered_with_nothing(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.send(masked(8, b""))
        assert await viewer.all() == [(Opcode.CLOSE, b"")]


async def test_our_close_ends_the_line_when_it_is_answered(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.say("bye")
        assert await viewer.next() == (Opcode.CLOSE, (4401).to_bytes(2))
        await viewer.say("echo unheard")
        await viewer.send(masked(8, (4401).to_bytes(2)))
        assert not await viewer.read()
        assert site.desk.heard == [b"bye"]


async def test_our_close_that_nobody_answers_ends_the_line_too(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.say("bye")
        assert await viewer.closed(answers=False) == 4401


@pytest.mark.parametrize(
    ("sent", "code"),
    [(masked(2, b"x"), 4400), (masked(1, b"\xff"), 1007), (masked(3, b""), 1002), (masked(1, b"x" * 4097), 1009)],
)
async def test_who_breaks_a_rule_is_told_which(site: Site, sent: bytes, code: int) -> None:
    async with site.viewer() as viewer:
        await viewer.send(sent)
        assert await viewer.next() == (Opcode.CLOSE, code.to_bytes(2))


async def test_a_stopping_server_says_so(site: Site) -> None:
    async with site.viewer() as viewer, site.viewer() as other:
        for connection in list(site.connections):
            connection.shutdown()
        assert [await viewer.closed(), await other.closed()] == [1012, 1012]


async def test_a_stopping_server_does_not_wait_for_who_never_reads(site: Site) -> None:
    async with site.viewer() as viewer:
        reader = await park(site, viewer)
        reader.shutdown()
        await until("the connection is gone", lambda: not site.connections)


async def test_a_reset_line_is_noticed_by_writing_to_it(site: Site) -> None:
    async with site.viewer() as viewer, site.viewer() as other:
        for one in (viewer, other):
            await one.say("join")
            await one.hear()
        reset(viewer)
        await site.desk.publish(a="1")
        await site.desk.publish(a="2")
        assert [(await other.hear())["rows"] for _ in range(2)] == [{"a": "1"}, {"a": "2"}]
        await until("it is gone", lambda: site.desk.hub.count() == 1)


def reset(viewer: Viewer) -> None:
    """End a connection without a word."""
    viewer.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    viewer.raw.close()


# Being let in


@pytest.mark.parametrize("later", [False, True])
async def test_a_refusal_is_an_http_status(door: Site, later: bool) -> None:
    async def refuse() -> object:
        await door.desk.gate.wait()
        raise NotOpened(HTTPStatus.SERVICE_UNAVAILABLE)

    def refuse_now(asked: object) -> object:
        raise NotOpened(HTTPStatus.FORBIDDEN)

    door.desk.admits = (lambda asked: refuse()) if later else refuse_now
    async with door.caller() as viewer:
        await viewer.send(HEAD % (b"", b"") + masked(1, b"echo unheard"))
        door.desk.gate.set()
        assert (await viewer.head()).startswith(b"HTTP/1.1 503" if later else b"HTTP/1.1 403")
        assert not await viewer.read() or not await viewer.read()
    assert door.desk.heard == []


@pytest.mark.parametrize("later", [False, True])
async def test_a_fault_while_somebody_is_let_in_is_an_http_status(
    door: Site, later: bool, quiet: list[str]
) -> None:
    quiet.append("could not be let in")

    async def fail() -> object:
        raise ValueError("a fault of the host")

    def fail_now(asked: object) -> object:
        raise ValueError("a fault of the host")

    door.desk.admits = (lambda asked: fail()) if later else fail_now
    async with door.caller() as viewer:
        await viewer.send(HEAD % (b"", b"") + masked(1, b"echo unheard"))
        assert (await viewer.head()).startswith(b"HTTP/1.1 500")
    assert door.desk.heard == []


async def test_a_code_instead_of_a_name_opens_and_closes(door: Site) -> None:
    door.desk.admits = lambda asked: 4401
    async with door.viewer() as viewer:
        assert await viewer.closed() == 4401


async def test_what_comes_while_somebody_is_let_in_waits(door: Site) -> None:
    async def admit() -> object:
        await door.desk.gate.wait()
        return "somebody"

    door.desk.admits = lambda asked: admit()
    async with door.caller() as viewer:
        await viewer.send(HEAD % (b"", b"") + masked(1, b"echo 1"))
        await viewer.send(masked(1, b"echo 2") + masked(9, b"x"))
        await until("it waits", lambda: door.desk.readers)
        assert door.desk.heard == []
        door.desk.gate.set()
        assert b" 101 " in await viewer.head()
        assert [await viewer.next() for _ in range(3)] == [(1, b'"1"'), (1, b'"2"'), (10, b"x")]


async def test_who_leaves_while_it_is_let_in_is_not_counted(door: Site) -> None:
    async def admit() -> object:
        await door.desk.gate.wait()
        return "somebody"

    door.desk.admits = lambda asked: admit()
    for ends in ("reset", "the server stops"):
        async with door.caller() as viewer:
            await viewer.send(HEAD % (b"", b"") + masked(1, b"echo unheard"))
            await until("it waits", lambda: len(door.connections) == 1 and door.desk.readers)
            (reader,) = sockets(door)
            if ends == "reset":
                reset(viewer)
                reader._transport.abort()  # noticed
            else:
                reader.shutdown()
            await until("it is gone", lambda: not door.connections)
            door.desk.gate.set()
            await until("it was let in", lambda reader=reader: not reader._busy)  # type: ignore[misc]
        assert door.desk.inside == 0
        assert door.desk.heard == []
        door.desk.readers.clear()
        door.desk.gate.clear()


async def test_a_fault_in_the_greeting_closes(door: Site, quiet: list[str]) -> None:
    quiet.append("could not be greeted")

    def fail(reader: Reader) -> None:
        raise ValueError("a fault of the host")

    door.desk.greets = fail
    async with door.viewer() as viewer:
        assert await viewer.closed() == 1011


# Being heard


@pytest.mark.parametrize("said", ["fault", "wait fault"])
async def test_a_fault_while_something_is_heard_closes(site: Site, said: str, quiet: list[str]) -> None:
    quiet.append("could not be dealt with")
    site.desk.gate.set()
    async with site.viewer() as viewer:
        await viewer.say(said)
        assert await viewer.closed() == 1011


async def test_what_comes_while_something_is_waited_for_comes_after_it(site: Site) -> None:
    async with site.viewer() as viewer:
        await viewer.send(
            b"".join(masked(1, text) for text in (b"echo 1", b"wait", b"echo 2", b"wait", b"echo 3"))
        )
        assert await viewer.hear() == "1"
        assert site.desk.heard == [b"echo 1", b"wait"]
        site.desk.gate.set()
        assert [await viewer.hear(), await viewer.hear()] == ["2", "3"]


async def test_who_is_closed_while_it_is_waited_for_is_kept_nothing_of(site: Site) -> None:
    """It goes on sending as fast as it can."""
    async with site.viewer() as viewer:
        await viewer.say("wait bye")
        (reader,) = sockets(site)
        await until("it is closed", lambda: reader._ended)
        for _ in range(100):
            await viewer.send(masked(9, b"") * 1000)
        assert len(reader._came) == 0
        site.desk.gate.set()
        assert await viewer.closed() == 4401


async def test_many_small_messages_at_once_take_nobody_the_turn(site: Site) -> None:
    """A quarter of a megabyte of the smallest frames is dealt with in pieces, and in time that grows with it."""
    loop = asyncio.get_running_loop()
    async with site.viewer() as viewer:
        (reader,) = sockets(site)
        longest, deal = 0.0, masked(10, b"") * 40_000 + masked(1, b"echo over")
        began = loop.time()
        reader.data_received(deal)
        while not site.desk.heard:
            step = loop.time()
            await asyncio.sleep(0)
            longest = max(longest, loop.time() - step)
        assert await viewer.hear() == "over"
        assert longest < 0.2
        assert loop.time() - began < 5
