"""A visit is rated at the counter's tablet, at a kiosk, on the number's page; no screen tells which number how."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.accounts.staff import Role
from app.domain.states import DeviceKind
from app.views import VIEWS
from tests.web.house import CENTER, House, cookie_header, device_cookie, live, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

COUNTER = "86"


@dataclass
class Visit:
    """A number taken online whose visit at counter 86 has ended."""

    number: str
    day: str
    link: str
    code: str

    @property
    def seal(self) -> str:
        return self.link.rpartition("/")[2]


async def visited(house: House, ends: bool = True) -> Visit:
    clerk = await house.staff("hoa")
    if house.parts.feed.hall(CENTER).counter(COUNTER).clerk == "":
        await house.sit("hoa", COUNTER)
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        taken = (await house.take(http, "visa"))["ticket"]
    await house.press(clerk, COUNTER, "call", number=taken["number"])
    if ends:
        await house.press(clerk, COUNTER, "finish")
    link = str(taken["link"]).removeprefix(house.web.settings.origin)
    return Visit(taken["number"], link.split("/")[3], link, taken["check_code"])


@pytest.fixture
async def tablet(house: House) -> AsyncIterator[httpx.AsyncClient]:
    key = await house.device(DeviceKind.RATE, "tang-3")
    async with house.web.http(device_cookie(key), headers={"goiso-device": key.partition(".")[0]}) as http:
        yield http


async def rate(http: httpx.AsyncClient, visit: Visit, face: int = 4, **more: Any) -> httpx.Response:
    path = f"/api/centers/{CENTER}/tickets/{visit.number}/rate"
    return await http.post(path, json={"day": visit.day, "face": face, **more})


def face_of(house: House, visit: Visit) -> int:
    rating = house.parts.feed.hall(CENTER).rating(visit.number)
    return rating.face if rating else 0


async def test_the_tablet_rates_whom_its_counter_served_last(house: House, tablet: httpx.AsyncClient) -> None:
    first, second = await visited(house), await visited(house)
    assert (await rate(tablet, first)).status_code == 403, "somebody else was served since"
    answer = await rate(tablet, second, 3)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "done")
    assert (await rate(tablet, second, 3)).json()["outcome"] == "repeated"
    assert (await rate(tablet, second, 3, reason="manner")).json()["outcome"] == "done"
    assert (await rate(tablet, second, 1)).json()["refusal"]["code"] == "already-rated"
    assert face_of(house, second) == 3


async def test_the_tablet_is_told_whom_to_ask(house: House, tablet: httpx.AsyncClient) -> None:
    device = tablet.headers["goiso-device"]
    cookies = {cookie.name: str(cookie.value) for cookie in tablet.cookies.jar}
    async with live(house.web, f"?device={device}", cookie=cookie_header(cookies)) as socket:
        topic = f"rate/{CENTER}/{COUNTER}"
        await socket.join(topic)
        visit = await visited(house)
        await socket.until(lambda: socket.rows[topic]["rate"]["number"] == visit.number)
        await rate(tablet, visit)
        await socket.until(lambda: socket.rows[topic]["rate"]["number"] == "")
        assert "code" in await socket.join(f"panel/{CENTER}/{COUNTER}"), "a tablet sees nothing else"


async def test_the_tablets_page(house: House, tablet: httpx.AsyncClient) -> None:
    device = tablet.headers["goiso-device"]
    assert "Máy này đặt ở quầy nào?" in text_of((await tablet.get(f"/rate/{device}")).text)
    page = await tablet.get(f"/rate/{device}", params={"counter": COUNTER})
    assert "Bạn thấy lần giao dịch này thế nào?" in text_of(page.text)
    assert (await tablet.get(f"/rate/{device}", params={"counter": "999"})).status_code == 404
    async with house.web.http() as stranger:
        assert (await stranger.get(f"/rate/{device}")).headers["location"] == "/rate/pair"


async def test_the_holder_rates_on_the_page_of_the_number(house: House) -> None:
    visit = await visited(house)
    async with house.web.http(client=("203.0.113.77", 1)) as home:
        assert "Bạn thấy lần giao dịch này thế nào?" in text_of((await home.get(visit.link)).text)
        answer = await home.post(f"{visit.link}/rate", data={"face": "2", "reason": ""})
        assert (answer.status_code, answer.headers["location"]) == (303, visit.link)
        assert "Cảm ơn bạn đã đánh giá." in text_of((await home.get(visit.link)).text)
        await home.post(f"{visit.link}/rate", data={"face": "2", "reason": "wait"})
        again = await home.post(f"{visit.link}/rate", data={"face": "4", "reason": ""})
        assert (again.status_code, face_of(house, visit)) == (409, 2)
        assert "đã được đánh giá" in text_of(again.text)
        for face in ("9", "x", ""):
            assert (await home.post(f"{visit.link}/rate", data={"face": face, "reason": ""})).status_code == 422
        wrong = visit.link[:-1] + ("A" if visit.link[-1] != "A" else "B")
        assert (await home.post(f"{wrong}/rate", data={"face": "2", "reason": ""})).status_code == 404


async def test_a_kiosk_rates_with_the_code_or_the_qr(house: House) -> None:
    key = await house.device(DeviceKind.KIOSK)
    async with house.web.http(device_cookie(key), headers={"goiso-device": key.partition(".")[0]}) as kiosk:
        visit = await visited(house)
        ended = await kiosk.post(
            f"/api/centers/{CENTER}/tickets/{visit.number}/check-in", json={"day": visit.day, "code": visit.code}
        )
        assert ended.json()["refusal"]["code"] == "number-ended", "then the kiosk shows the faces"
        assert (await rate(kiosk, visit)).status_code == 403
        assert (await rate(kiosk, visit, code=visit.code)).status_code == 200
        by_qr = await visited(house)
        assert (await rate(kiosk, by_qr, 1, seal=by_qr.seal)).status_code == 200


async def test_nobody_else_rates(house: House) -> None:
    visit = await visited(house)
    for cookies in ({}, await house.staff("hoa"), await house.staff("bich", Role.SUPERVISOR)):
        async with house.web.http(cookies) as http:
            assert (await rate(http, visit)).status_code == 403
            assert (await rate(http, visit, code=visit.code)).status_code == 403, "a code proves at a kiosk only"
    assert face_of(house, visit) == 0
    async with house.web.http() as http:
        waiting = await visited(house, ends=False)
        assert (await rate(http, waiting, seal=waiting.seal)).json()["refusal"]["code"] == "not-served-yet"


async def test_no_screen_of_staff_or_public_shows_a_rating(house: House) -> None:
    """The same hall with the one face and with the other: no view differs."""
    visit = await visited(house)
    async with house.web.http() as http:
        await rate(http, visit, 1, seal=visit.seal, reason="manner")
        hall = house.parts.feed.hall(CENTER)
        keys = {"panel": COUNTER, "rate": COUNTER, "ticket": visit.number, "board": "all", "queue": "visa"}
        seen = {view: VIEWS[view].rows(hall, keys.get(view, "tang-3")) for view in VIEWS}
        for view, rows in seen.items():
            for row in rows.values():
                assert not {"face", "rating", "reason_of_rating"} & row.keys(), view
                assert "manner" not in row.values(), view
        api = await http.get(
            f"/api/views/ticket/{CENTER}/{house.parts.seals.topic(CENTER, visit.day, visit.number)}"
        )
        assert "manner" not in api.text
