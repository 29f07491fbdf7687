"""Websocket clients that others wrote follow the real server: what they are shown, told, refused, closed with.
Chromium is met in `tests/browser`."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from urllib.parse import quote

import pytest

from tests.processes.clients import Asynchronous, Client, Node, NotOpened, Synchronous, keeps_rows
from tests.processes.room import QUEUE, RESTARTING, Counter, closed, live_url, waits, waits_no_more
from tests.processes.running import Site, open_site
from tests.web.house import Socket

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

CLIENTS: dict[str, Callable[[], Client]] = {
    "websockets, which offers compression": Asynchronous,
    "websockets without it": lambda: Asynchronous(compression=None),
    "websockets with threads": Synchronous,
    "Node's ws": Node,
}
EACH = pytest.mark.parametrize("make", CLIENTS.values(), ids=CLIENTS)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with open_site() as running:
        yield running


@pytest.fixture(scope="module")
def counter(site: Site) -> Counter:
    return Counter(site)


@contextlib.asynccontextmanager
async def opened(client: Client, site: Site, origin: str | None = None, query: str = "") -> AsyncIterator[Socket]:
    await client.open(live_url(site) + query, origin)
    try:
        yield keeps_rows(client)
    finally:
        await client.close()


@EACH
async def test_it_is_shown_the_whole_view_then_what_a_press_changes(
    site: Site, counter: Counter, make: Callable[[], Client]
) -> None:
    client = make()
    async with opened(client, site, site.origin()) as socket:
        whole = await socket.join(QUEUE)
        assert "queue" in whole["whole"]
        number = counter.issue()
        await socket.until(waits(socket, number))
        assert counter.call()["number"] == number
        frame = await socket.hear()
        assert frame["gone"] == [f"number/{number}"]
        assert waits_no_more(socket, number)()
    assert client.close_code == 1000


@EACH
async def test_what_it_asks_for_in_the_address_comes_with_the_handshake(
    site: Site, make: Callable[[], Client]
) -> None:
    async with opened(make(), site, query=f"?join={quote(QUEUE, safe='')}") as socket:
        frame = await socket.hear()
        assert (frame["topic"], "queue" in frame["whole"]) == (QUEUE, True)


@EACH
async def test_it_is_told_the_time_and_its_ping_is_answered(site: Site, make: Callable[[], Client]) -> None:
    client = make()
    async with opened(client, site) as socket:
        await socket.say(clock=1_763_800_000_000)
        told = await socket.hear()
        assert told["clock"] == 1_763_800_000_000
        assert told["now"] > 1_763_800_000_000
        await client.ping()


@EACH
async def test_it_is_refused_from_another_site(site: Site, make: Callable[[], Client]) -> None:
    with pytest.raises(NotOpened, match="403"):
        async with opened(make(), site, "https://evil.example"):
            pass


async def test_each_is_told_that_the_server_restarts(site: Site) -> None:
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(opened(make(), site)) for make in CLIENTS.values()]
        for socket in sockets:
            await socket.join(QUEUE)
        site.stop_web()
        assert [await closed(socket) for socket in sockets] == [RESTARTING] * len(CLIENTS)
    site.start_web()
    site.wait_ready()
