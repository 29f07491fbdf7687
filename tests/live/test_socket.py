"""A websocket over a real connection, on both event loops and in both gears: how one is let in, watches and is
heard. Whatever is sent to a viewer is read strictly.
"""

import asyncio
from http import HTTPStatus

import pytest

from app.live.frames import Opcode
from app.live.handshake import NotOpened
from app.live.reader import Reader
from tests.live.desk import TOPIC
from tests.live.lines import HEAD, Site, masked, reset, sockets, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet", "in_haste")]


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
