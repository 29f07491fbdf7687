"""Any ASGI server serves everything: pages, what they load, commands; `test_socket` sees it serve websockets."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.domain.states import DeviceKind
from app.web.guard import HEADERS, MOST_BYTES
from tests.web.house import CENTER, LIMIT_SECONDS, House, Web, cookie_header, live, open_house, text_of
from tests.web.servers import PLAIN

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture(scope="module", params=PLAIN)
async def house(request: pytest.FixtureRequest, redis_url: str, data: Path) -> AsyncIterator[House]:
    async with open_house(redis_url, data, 6, PLAIN[request.param]) as house:
        yield house


def visitor(web: Web, **headers: str) -> httpx.AsyncClient:
    """Somebody at the server's own port."""
    return httpx.AsyncClient(base_url=web.address, headers=headers, timeout=LIMIT_SECONDS)


async def test_pages_and_what_they_load(house: House) -> None:
    async with visitor(house.web) as http:
        page = await http.get("/")
        assert "Đăng ký" in text_of(page.text)
        assert HEADERS.items() <= dict(page.headers).items()
        style = re.search(r'href="(/[^"]+\.css[^"]*)"', page.text)
        assert style
        loaded = await http.get(style[1])
        assert loaded.headers["content-type"].startswith("text/css")
        again = await http.get(style[1], headers={"if-none-match": loaded.headers.get("etag", "")})
        assert again.status_code in (200, 304)
        assert (await http.get("/nowhere")).status_code == 404
        assert (await http.get("/healthz")).status_code == 200
        _, cookies = await house.citizen()
        zone = f"/centers/{CENTER}/zones/tang-3"
        assert "Tư pháp" in text_of((await http.get(zone, headers={"cookie": cookie_header(cookies)})).text)


async def test_commands_and_refusals(house: House) -> None:
    kiosk = await house.device(DeviceKind.KIOSK)
    async with visitor(house.web, authorization=f"Bearer {kiosk}") as http:
        number = (await house.take(http, "nuoc-sach", "asked-once"))["number"]
        assert (await house.take(http, "nuoc-sach", "asked-once"))["number"] == number
        path = f"/api/centers/{CENTER}/tickets"
        assert (await http.post(path, content=b"x" * (MOST_BYTES + 1))).status_code == 413
        assert (await http.post(path, json={}, headers={"origin": "https://evil.example"})).status_code == 403
        assert (await http.post(path, json={})).status_code == 400


async def test_a_clerk_signs_in_by_the_form_and_presses(house: House) -> None:
    await house.staff("hoa")
    async with visitor(house.web) as http:
        form = {"login": "hoa", "password": "mat-khau-thu", "next": "/panel"}
        answer = await http.post("/panel/sign-in", data=form)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].partition(";")[0]
        turn = house.parts.feed.hall(CENTER).counter("66").turn
        path = f"/api/centers/{CENTER}/counters/66/take"
        pressed = await http.post(path, json={"turn": turn}, headers={"cookie": cookie})
        assert pressed.json()["outcome"] == "done"


@pytest.mark.parametrize("house", ["uvicorn by itself"], indirect=True)
async def test_a_stop_is_told(house: House) -> None:
    """By uvicorn; others may just cut a socket, and its client comes back as after any cut."""
    async with Web(house.web.settings, house.web.serve) as web:
        opened = live(web)
        socket = await opened.__aenter__()
        await socket.join(f"services/{CENTER}/tang-3")
    async with asyncio.timeout(LIMIT_SECONDS):
        await socket.connection.wait_closed()
    assert socket.connection.close_code == 1012
