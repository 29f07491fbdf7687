"""The page of one number by plain forms: saying that one is there, giving it back, what is told and when."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from app.domain.commands import SetPlan
from app.domain.plan import CheckIn, LateRule, Order
from app.domain.states import TicketState
from tests.notices.browser import Browser
from tests.web.house import CENTER, House, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

FAR = ("203.0.113.77", 1)  # not an address of the center's kiosks


@pytest.fixture
async def link(house: House) -> str:
    """The page of a number just taken online."""
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        taken = await house.take(http, "lao-dong-tbxh")
    return str(taken["ticket"]["link"]).removeprefix(house.web.settings.origin)


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.web.http() as http:
        yield http


def shown(page: httpx.Response, what: str) -> str:
    found = re.search(rf'data-{what}="([^"]*)"', page.text)
    assert found, what
    return found[1]


def state(house: House, link: str) -> TicketState:
    return house.parts.feed.hall(CENTER).ticket(link.split("/")[4]).state


async def change(house: House, **more: object) -> None:
    plan = replace(house.parts.feed.hall(CENTER).plan, **more)  # type: ignore[arg-type]
    done = await house.parts.centers.do(CENTER, SetPlan("system", plan))
    await house.parts.feed.reach(CENTER, done.position)


async def test_the_holder_says_that_he_is_there(http: httpx.AsyncClient, link: str) -> None:
    before = await http.get(link)
    assert shown(before, "presence") == "awaited"
    assert f'action="{link}/check-in"' in before.text
    answer = await http.post(f"{link}/check-in")
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert shown(await http.get(link), "presence") == "there"
    assert (await http.post(f"{link}/check-in")).status_code == 303, "twice is once"


async def test_from_home_he_is_told_where_to_say_it(house: House, link: str) -> None:
    async with house.web.http(client=FAR) as home:
        page = await home.post(f"{link}/check-in")
        assert page.status_code == 403
        assert "Chỉ xác nhận được khi bạn đã có mặt tại trung tâm." in text_of(page.text)
        assert "tại ki-ốt hoặc đọc mã xác nhận cho nhân viên" in text_of(page.text)
        assert shown(page, "presence") == "awaited", "the page of the number is still there"


async def test_the_number_is_given_back_from_anywhere(house: House, link: str) -> None:
    async with house.web.http(client=FAR) as home:
        page = await home.get(link)
        assert "Trả số rồi thì không lấy lại được" in text_of(page.text)
        answer = await home.post(f"{link}/cancel")
        assert (answer.status_code, answer.headers["location"]) == (303, link)
        assert "Số này đã được trả lại." in text_of((await home.get(link)).text)
        assert (await home.post(f"{link}/cancel")).status_code == 303, "twice is once"
        late = await home.post(f"{link}/check-in")
    assert late.status_code == 403
    assert state(house, link) is TicketState.CANCELLED


async def test_what_has_ended_is_said_on_the_page(house: House, http: httpx.AsyncClient, link: str) -> None:
    await http.post(f"{link}/cancel")
    page = await http.post(f"{link}/check-in")
    assert page.status_code == 409
    assert "đã kết thúc" in text_of(page.text)


async def test_wrong_links_and_other_sites_change_nothing(
    house: House, http: httpx.AsyncClient, link: str
) -> None:
    for what in ("check-in", "cancel"):
        wrong = link[:-1] + ("A" if link[-1] != "A" else "B")
        assert (await http.post(f"{wrong}/{what}")).status_code == 404
        evil = await http.post(f"{link}/{what}", headers={"origin": "https://evil.example"})
        assert evil.status_code == 403
        assert (await http.get(f"{link}/{what}")).status_code == 405
    assert state(house, link) is TicketState.WAITING


async def test_a_link_of_another_day(house: House, http: httpx.AsyncClient, link: str) -> None:
    path = house.parts.seals.path(CENTER, "2020-04-03", link.split("/")[4])
    for answer in (await http.get(path), await http.post(f"{path}/cancel")):
        assert answer.status_code == 404
        assert "của ngày 03/04/2020, nay không còn hiệu lực" in text_of(answer.text)


async def test_when_it_is_likely_to_be_called(http: httpx.AsyncClient, link: str) -> None:
    page = await http.get(link)
    found = re.search(r'id="expected">([^<]*)<', page.text)
    assert found
    assert re.fullmatch(r"(trước )?\d\d:\d[05]|\d\d:\d[05]–\d\d:\d[05]|", found[1]), found[1]


async def test_what_the_plan_does_with_who_comes_late(house: House, http: httpx.AsyncClient, link: str) -> None:
    before = house.parts.feed.hall(CENTER).plan
    assert "vui lòng lấy số khác tại trung tâm" in text_of((await http.get(link)).text)
    try:
        await change(house, late=LateRule.SLIDE, order=Order(slide=4))
        assert "lùi lại sau 4 số khác, chỉ một lần" in text_of((await http.get(link)).text)
        await change(house, check_in=CheckIn.OFF)
        assert shown(await http.get(link), "presence") == ""
    finally:
        await change(house, late=before.late, order=before.order, check_in=before.check_in)


async def test_a_browser_is_told_of_this_number_by_push_or_no_more(
    house: House, http: httpx.AsyncClient, link: str
) -> None:
    contact = house.parts.feed.hall(CENTER).ticket(link.split("/")[4]).contact
    given = Browser("https://fcm.googleapis.com/fcm/send/abc").subscription
    ask = {"on": True, "endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}
    assert shown(await http.get(link), "push") == house.parts.push_key
    for on, is_told in ((None, False), (True, True), (True, True), (None, True)):
        answer = await http.post(f"{link}/push", json=ask | {"on": on})
        assert (answer.status_code, answer.json()) == (200, {"on": is_told})
    assert await house.parts.subscriptions.of(contact) == [given]
    for wrong in ({"endpoint": "https://10.0.0.5/"}, {"p256dh": "x"}, {"on": "yes"}):
        assert (await http.post(f"{link}/push", json=ask | wrong)).status_code == 400
    assert (await http.post(f"{link[:-1]}x/push", json=ask)).status_code == 404, "a guessed link"
    assert (await http.post(f"{link}/push", json=ask | {"on": False})).json() == {"on": False}
    assert await house.parts.subscriptions.of(contact) == []


async def test_the_portal_can_be_put_on_the_home_screen(http: httpx.AsyncClient) -> None:
    manifest = (await http.get("/app.webmanifest")).json()
    assert (manifest["start_url"], manifest["display"]) == ("/tickets", "standalone")
    [icon] = manifest["icons"]
    assert (await http.get(icon["src"])).headers["content-type"] == icon["type"]
    worker = await http.get("/worker.js")
    assert "javascript" in worker.headers["content-type"]
    assert worker.headers["cache-control"] == "no-cache"
