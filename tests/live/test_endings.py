"""How a websocket ends: by silence, a close of either side, a reset, a broken rule, a server that stops."""

import pytest

from app.live.frames import Opcode
from tests.live.lines import Site, masked, park, reset, sockets, until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet", "in_haste")]


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
