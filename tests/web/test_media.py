"""Pictures and films for the TVs: who may, what is taken and what is refused, how it is kept and served."""

import io
import os
import shutil
import time
from typing import Any

import httpx
import pytest
from PIL import Image

from app.accounts.staff import Role
from app.devices.presence import Said
from app.domain.commands import HideMedium
from app.domain.media import Medium
from app.domain.states import DeviceKind
from app.web import media_files
from tests.web.films import mp4, picture, webm
from tests.web.house import CENTER, OTHER, House, text_of

HERE = f"/admin/{CENTER}/media"
pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("anyio_backend")]


@pytest.fixture(autouse=True)
async def empty(house: House) -> None:
    for medium in shown(house):
        done = await house.parts.centers.do(CENTER, HideMedium("system", medium.file))
        await house.parts.feed.reach(CENTER, done.position)
    shutil.rmtree(house.parts.media.folder(CENTER), ignore_errors=True)


def shown(house: House) -> tuple[Medium, ...]:
    return house.parts.feed.hall(CENTER).media().shown


async def add(http: httpx.AsyncClient, *files: bytes, name: str = "anh.jpg", **form: Any) -> httpx.Response:
    sent = [("files", (name, file, "image/svg+xml")) for file in files]
    return await http.post(f"{HERE}/add", files=sent, data={"seconds": "12", **form})


async def test_only_who_keeps_a_center_may(house: House) -> None:
    clerk = await house.staff("lan")
    async with house.web.http() as anybody, house.web.http(clerk) as http:
        assert (await anybody.get(HERE)).headers["location"] == f"/panel/sign-in?next={HERE}"
        assert (await http.get(HERE)).status_code == 403
        assert (await add(anybody, picture())).status_code == 401
        for answer in (await add(http, picture()), await http.post(f"{HERE}/x.webp/remove")):
            assert answer.status_code == 403
    assert shown(house) == ()


async def test_pictures_are_made_anew_with_nothing_else_in_them(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    exif = Image.Exif()
    exif[0x0112] = 6  # held on its side
    exif[0x010F] = "a maker"
    photograph = picture("JPEG", (3000, 2000), exif=exif)
    async with house.web.http(keeper) as http, house.web.http() as anybody:
        assert (await add(http, photograph, picture("PNG"), picture("WEBP", colour="red"))).status_code == 303
        files = [medium.file for medium in shown(house)]
        assert all(media_files.NAME.fullmatch(file) and file.endswith(".webp") for file in files)
        answer = await anybody.get(f"/media/{CENTER}/{files[0]}")
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "immutable" in answer.headers["cache-control"]
        kept = Image.open(io.BytesIO(answer.content))
        assert kept.size == (1280, 1920)
        assert not kept.getexif()
        assert b"a maker" not in answer.content
        part = await anybody.get(f"/media/{CENTER}/{files[0]}", headers={"range": "bytes=8-11"})
        assert (part.status_code, part.content) == (206, b"WEBP")
        page = text_of((await http.get(HERE)).text)
    assert "Ảnh 3" in page
    assert "Mọi khu vực" in page


async def test_what_is_clear_in_a_picture_is_white(house: House) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(written, "PNG")
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        await add(http, written.getvalue())
        answer = await http.get(f"/media/{CENTER}/{shown(house)[0].file}")
    assert Image.open(io.BytesIO(answer.content)).getpixel((20, 20)) == (255, 255, 255)


async def test_films_are_kept_as_they_are(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        assert (await add(http, mp4(), webm(), name="phim.avi")).status_code == 303
        [first, second] = shown(house)
        answer = await http.get(f"/media/{CENTER}/{first.file}", headers={"range": "bytes=0-"})
        assert (answer.status_code, answer.content) == (206, mp4())
        assert answer.headers["content-type"] == "video/mp4"
        assert (await http.get(f"/media/{CENTER}/{second.file}")).headers["content-type"] == "video/webm"
        assert (await add(http, mp4())).status_code == 303
    assert shown(house) == (first, second), "the same film again is the same film"


@pytest.mark.parametrize(
    ("sent", "code", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "không phải là ảnh"),
        (b"<!doctype html><script>alert(1)</script>", 422, "không phải là ảnh"),
        (b"\xff\xd8\xff<script>alert(1)</script>" + bytes(100), 422, "bị hỏng"),
        (picture()[:50], 422, "bị hỏng"),
        (mp4(b"hvc1"), 422, "H.264"),
        (picture(size=(8000, 5001)), 422, "40 triệu điểm ảnh"),
        (picture() + bytes(media_files.PICTURE_BYTES), 422, "quá lớn: ảnh tối đa 20 MB"),
    ],
    ids=["svg", "html", "a script behind a mark", "cut off", "hevc", "pixels", "bytes"],
)
async def test_what_cannot_be_shown_is_refused_and_the_rest_is_taken(
    house: House, sent: bytes, code: int, says: str
) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        answer = await add(http, sent, picture(colour="#222"))
    assert answer.status_code == code
    assert says in text_of(answer.text)
    assert "anh.jpg" in answer.text
    [kept] = shown(house)
    folder = house.parts.media.folder(CENTER)
    assert [path.name for path in folder.iterdir()] == [kept.file]


async def test_too_much_at_once_is_refused_unread(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        answer = await http.post(f"{HERE}/add", content=b"", headers={"content-length": "64000001"})
        assert answer.status_code == 413
        assert (await http.post(f"{HERE}/x.webp", content=bytes(70_000))).status_code == 413


async def test_a_long_film_comes_in_over_the_wire(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    film = mp4(length=50_000_000)
    async with httpx.AsyncClient(base_url=house.web.address, cookies=keeper, timeout=60) as http:
        assert (await add(http, film)).status_code == 303
        assert (await add(http, mp4(length=media_files.FILM_BYTES))).status_code == 422
        [kept] = shown(house)
        last = await http.get(f"/media/{CENTER}/{kept.file}", headers={"range": "bytes=-8"})
    assert last.status_code == 206
    assert last.content == film[-8:]
    assert last.headers["content-range"] == f"bytes {len(film) - 8}-{len(film) - 1}/{len(film)}"


async def test_order_zones_seconds_and_sound(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        await add(http, picture(), mp4(), zones=["tang-1", "tang-3"], seconds="20")
        [one, film] = shown(house)
        assert (one.zones, one.seconds, film.heard) == (("tang-1", "tang-3"), 20, False)
        form = {"seconds": "999", "heard": "yes", "place": "0"}
        assert (await http.post(f"{HERE}/{film.file}", data=form)).status_code == 303
        assert shown(house) == (Medium(film.file, (), 120, True), one)
        for wrong in ({"seconds": "x"}, {"seconds": "12", "place": "-1"}, {}):
            assert (await http.post(f"{HERE}/{film.file}", data=wrong)).status_code == 400
        nowhere = await http.post(f"{HERE}/{film.file}", data={"seconds": "9", "zones": "tang-9"})
        assert nowhere.status_code == 404
        assert (await http.post(f"{HERE}/{'0' * 32}.webp", data={"seconds": "9"})).status_code == 404


async def test_what_was_taken_away_goes_from_the_disk_an_hour_later(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        await add(http, picture(), picture(colour="red"))
        [one, other] = shown(house)
        await http.post(f"{HERE}/{one.file}/remove")
        assert shown(house) == (other,)
        assert (await http.get(f"/media/{CENTER}/{one.file}")).status_code == 200, "a TV may just be loading it"
        folder = house.parts.media.folder(CENTER)
        for path in folder.iterdir():
            os.utime(path, (0, time.time() - media_files.SWEPT_SECONDS - 1))
        await http.post(f"{HERE}/{one.file}/remove")
        assert [path.name for path in folder.iterdir()] == [other.file]
        (folder / other.file).unlink()
        assert "không còn trên máy chủ" in (await http.get(HERE)).text


@pytest.mark.parametrize("name", ["x.webp", "..%2f..%2fvar.webp", "0" * 32 + ".html", "0" * 32 + ".webp"])
async def test_nothing_else_is_served(house: House, name: str) -> None:
    async with house.web.http() as http:
        assert (await http.get(f"/media/{CENTER}/{name}")).status_code == 404
        assert (await http.get(f"/media/none/{name}")).status_code == 404


async def test_a_center_has_its_own(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        await add(http, picture())
        assert (await http.get(f"/media/{OTHER}/{shown(house)[0].file}")).status_code == 404
        assert (await http.get(f"/admin/{OTHER}/media")).status_code == 403


async def test_the_page_tells_which_tv_has_no_room(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    device = (await house.device(DeviceKind.TV, "tang-3")).partition(".")[0]
    await house.parts.presence.seen(device, house.parts.clock(), "10.0.0.5", Said(media="room"))
    async with house.web.http(keeper) as http:
        page = (await http.get(HERE)).text
    assert '<span class="how bad">KHÔNG đủ chỗ' in page
