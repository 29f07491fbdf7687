"""Who does not read parks: little is held for it, nothing is heard of it, and it gets the whole view later."""

import asyncio
import socket
from typing import Any

import pytest

from app.live import frames
from app.live.outgoing import MOST_HELD
from app.live.socket import PARKED_LOOKS
from tests.live.lines import BIG, Site, masked, open_site, park, sockets, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet", "in_haste")]


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
        while reader._transport.get_write_buffer_size() < 30_000:
            await site.desk.publish(a="x" * 5000)
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
