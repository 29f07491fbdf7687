"""What the web says while the store is away, hangs, and is back: sentences, the right status, no lost screen."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from app.domain.states import DeviceKind
from app.web import following
from app.web.guard import Guard
from tests.conftest import Wire
from tests.web.house import CENTER, House, Web, cookie_header, live, settings_of, text_of, until, until_so

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@dataclass
class Far:
    """A web process whose way to the store can be cut."""

    web: Web
    wire: Wire
    house: House


@pytest.fixture
async def far(house: House, redis_url: str) -> AsyncIterator[Far]:
    folder = tempfile.mkdtemp(prefix="gs-", dir="/tmp")
    try:
        wire = Wire.unix(redis_url, f"{folder}/wire.sock")
        async with wire.laid(), Web(settings_of(f"{wire.url}?db=5", house.web.settings.data)) as web:
            try:
                yield Far(web, wire, house)
            finally:
                wire.up()
    finally:
        shutil.rmtree(folder)


async def test_pages_say_that_the_store_is_away(far: Far) -> None:
    _, cookies = await far.house.citizen()
    async with far.web.http(cookies) as http, far.web.http() as stranger:
        far.wire.down()
        mine = await http.get("/tickets")
        assert mine.status_code == 503
        assert "Hệ thống tạm thời không trả lời." in text_of(mine.text)
        sign_in = await http.post("/sign-in", data={"login": "0912345678", "password": "x" * 8, "next": "/"})
        assert sign_in.status_code == 503
        ask = {"service": "tu-phap", "request": "a-request-id"}
        answer = await http.post(f"/api/centers/{CENTER}/tickets", json=ask)
        assert (answer.status_code, answer.json()["refusal"]["code"]) == (503, "store-away")
        for path in ("/", "/centers", f"/centers/{CENTER}/zones/tang-3", f"/api/views/services/{CENTER}/tang-3"):
            assert (await stranger.get(path)).status_code == 200, "a public page costs the store nothing"

        async def is_behind() -> bool:
            return (await stranger.get("/healthz")).status_code == 503

        await until_so("it says that it is behind", is_behind)
        far.wire.up()
        await until("it has caught up", lambda: far.web.parts.feed.behind_since is None)
        assert (await http.get("/tickets")).status_code == 200
        taken = await http.post(f"/api/centers/{CENTER}/tickets", json=ask)
        assert taken.json()["outcome"] in ("done", "repeated")


async def test_screens_keep_their_picture(far: Far) -> None:
    """A device says that it is there; that this cannot be noted is no reason to close its socket."""
    key = await far.house.device(DeviceKind.TV, "tang-1")
    device = key.partition(".")[0]
    await until("the device is known", lambda: f"device/{device}" in far.web.parts.feed.hall(CENTER).facts)
    async with live(far.web, authorization=f"Bearer {key}") as socket:
        await socket.join(f"tv/{CENTER}/tang-1")
        far.wire.down()
        for said in range(3):
            await socket.say(clock=said)
            assert (await socket.hear())["clock"] == said
        async with live(far.web, authorization=f"Bearer {key}") as another:
            assert "whole" in await another.join(f"tv/{CENTER}/tang-1")


async def test_a_socket_does_not_wait_for_a_store_that_hangs(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff come back by themselves; a device goes on being heard."""
    monkeypatch.setattr(following, "STORE_SECONDS", 0.2)
    key = await far.house.device(DeviceKind.TV, "tang-1")
    device = key.partition(".")[0]
    van = cookie_header(await far.house.staff("van"))
    await until("the device is known", lambda: f"device/{device}" in far.web.parts.feed.hall(CENTER).facts)
    async with live(far.web, authorization=f"Bearer {key}") as socket:
        far.wire.hang()
        for said in range(2):
            await socket.say(clock=said)
            assert (await socket.hear())["clock"] == said
        with pytest.raises(InvalidStatus, match="503"):
            async with live(far.web, cookie=van):
                pass


async def test_a_store_that_hangs_is_not_waited_for_without_end(far: Far) -> None:
    _, cookies = await far.house.citizen()
    impatient = Guard(far.web.app, far.web.settings.origin, patience=0.3)
    transport = httpx.ASGITransport(impatient)
    async with httpx.AsyncClient(transport=transport, base_url=far.web.settings.origin, cookies=cookies) as http:
        far.wire.hang()
        answer = await http.get("/tickets")
        assert answer.status_code == 503
        assert "Hệ thống tạm thời không trả lời." in text_of(answer.text)
