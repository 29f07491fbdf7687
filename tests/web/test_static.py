"""Files for browsers: their stamp, how long they are kept, and nothing outside the two folders; sounds."""

import asyncio
import re

import httpx
import pytest

from app.web.static import ROOTS, SERVED, find_static
from tests.web.house import House

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def raw(house: House, target: str) -> httpx.Response:
    """Ask for a target as it is written, which a client would tidy up first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.web.port)
    writer.write(f"GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return httpx.Response(int(head.split()[1]), content=body)


async def test_every_file_that_pages_name_is_served_with_its_stamp(house: House) -> None:
    static = house.web.app.state.static
    assert re.fullmatch("[0-9a-f]{12}", static.stamp)
    async with house.web.http() as http:
        home = (await http.get("/")).text
        named = re.findall(r'(?:href|src)="(/static/[^"]+)"', home)
        assert named
        for url in [*named, *(static.url(path) for path in static.files)]:
            answer = await http.get(url)
            assert answer.status_code == 200, url
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert url.startswith(f"/static/{static.stamp}/")
        old = await http.get(f"/static/000000000000/{next(iter(static.files))}")
        assert old.headers["cache-control"] == "no-cache", "a page of before a deploy does not keep what is new"


def test_only_what_browsers_run_is_served() -> None:
    static = find_static()
    assert all(path.suffix in SERVED for path in static.files.values())
    assert all(any(path.is_relative_to(root) for root in ROOTS) for path in static.files.values())
    assert not [path for path in static.files if path.endswith((".html", ".py"))]
    with pytest.raises(KeyError):
        static.url("none.css")


@pytest.mark.parametrize(
    "path",
    [
        "../../app/settings.py",
        "..%2f..%2fapp%2fsettings.py",
        "%2e%2e/%2e%2e/app/settings.py",
        "look/../../pyproject.toml",
        "/etc/passwd",
        "portal/home.html",
        "look",
        "",
        "look/look.css%00.js",
    ],
)
async def test_there_is_no_way_out_of_the_folders(house: House, path: str) -> None:
    stamp = house.web.app.state.static.stamp
    answer = await raw(house, f"/static/{stamp}/{path}")
    assert answer.status_code == 404
    assert "GOISO_" not in answer.text


async def test_the_sound_of_a_call(house: House) -> None:
    pack = house.lengths.pack
    async with house.web.http() as http:
        answer = await http.get(f"/sound/{pack}/86001-86.wav")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.headers["cache-control"].endswith("immutable")
        assert answer.content.startswith(b"RIFF")
        lengths = house.lengths
        frames = len(answer.content) / 2 / 22_050 * 1000
        assert abs(frames - lengths.call("86001", "86")) < 50, "as long as the plan says"
        small = await http.get(f"/sound/{pack}/86001-86.mp3")
        assert small.headers["content-type"] == "audio/mpeg"
        assert small.headers["cache-control"].endswith("immutable")
        assert len(small.content) < len(answer.content) / 6


@pytest.mark.parametrize(
    "name",
    [
        "8600-86",
        "86001-8",
        "86001-00",
        "860011234-86",
        "86001-8666",
        "8600x-86",
        "８６００１-86",
        "86001--8",
        "..-86",
    ],
)
async def test_what_is_no_call_has_no_sound(house: House, name: str) -> None:
    async with house.web.http() as http:
        for ending in ("wav", "mp3"):
            answer = await http.get(f"/sound/{house.lengths.pack}/{name}.{ending}")
            assert answer.status_code == 404
        other = await http.get(f"/sound/{'0' * 12}/86001-86.wav")
        assert other.json()["refusal"]["code"] == "unknown-page"
