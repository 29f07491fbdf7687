"""Public pages, topics and the journal carry numbers only; links and codes are of their ticket and day alone."""

import json
import logging
import re
from typing import Any

import pytest

from app.accounts.staff import Role
from app.domain.states import DeviceKind
from app.views import VIEWS
from tests.web.house import CENTER, House, cookie_header, keys_about, live, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

NAME, PHONE, LOCAL = "Zuzana Đặng Thị Kín", "+84987123456", "0987123456"


async def test_nothing_public_names_a_person(house: House) -> None:
    """Plant a person with a number, call it, and look for them wherever the public or the journal looks."""
    citizen, cookies = await house.citizen(NAME, LOCAL)
    staff = await house.staff("hoa")
    await house.sit("hoa", "86")
    async with house.web.http(cookies) as http:
        service = house.parts.feed.hall(CENTER).plan.services
        served = next(s.id for s in service if s.lead == "86")
        ticket = (await house.take(http, served))["ticket"]
        await house.press(staff, "86", "next")
    hall = house.parts.feed.hall(CENTER)
    here = hall.ticket(ticket["number"])
    assert here.contact
    assert here.holder
    keys = {"panel": "86", "rate": "86", "ticket": ticket["number"], "board": "all", "queue": served}
    seen = {view: json.dumps(VIEWS[view].rows(hall, keys.get(view, "tang-3")), default=str) for view in VIEWS}
    async with house.web.http() as stranger:
        for path in ("/", "/centers", f"/centers/{CENTER}", f"/centers/{CENTER}/zones/tang-3", "/api/centers",
                     f"/api/views/services/{CENTER}/tang-3", ticket["link"]):  # fmt: skip
            answer = await stranger.get(path)
            assert answer.status_code == 200
            seen[path] = answer.text
    secrets = [NAME, "Zuzana", PHONE, LOCAL, PHONE[3:], citizen.id]
    opaque = [here.contact, here.holder]
    for where, text in seen.items():
        assert not [secret for secret in (*secrets, *opaque) if secret in text], where
    redis: Any = house.parts.sessions._redis
    for key in await redis.keys("goiso:{*}*"):
        read = {b"stream": redis.xrange, b"hash": redis.hgetall, b"string": redis.get}[await redis.type(key)]
        content = repr(await read(key))
        assert not [secret for secret in secrets if secret in content], key
        assert ticket["link"].rpartition("/")[2] not in content, "the link's secret is written nowhere"
        assert f"{ticket['check_code']!r}" not in content
    await house.press(staff, "86", "leave")


async def test_what_is_planted_in_an_account_is_found_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A person comes in by the pages, takes a number at home and one at the kiosk with his card, is called, and
    asks for a code. Then the whole store, every frame pushed meanwhile and the log are searched for him: he stands
    under his account and the contacts of his numbers, and nowhere else."""
    caplog.set_level(logging.DEBUG)
    name, phone, email, card, password = (
        "Quách Xuân Tìm",
        "0987654301",
        "quach.tim@vidu.vn",
        "001099123456",
        "mậtkhẩubímật",
    )
    staff, kiosk = await house.staff("hoa", Role.CLERK, Role.SUPERVISOR), await house.device(DeviceKind.KIOSK)
    hall = house.parts.feed.hall(CENTER)
    served = next(s.id for s in hall.plan.services if s.lead == "85")
    await house.sit("hoa", "85")
    topics = ["services/{}/tang-3", f"queue/{{}}/{served}", "panel/{}/85", "tv/{}/tang-3", "supervisor/{}/all"]
    heard: list[str] = []
    async with live(house.web, cookie=cookie_header(staff)) as socket, house.web.http() as http:
        for topic in topics:
            heard.append(json.dumps(await socket.join(topic.format(CENTER))))
        await http.post("/sign-in", data={"login": phone, "password": password, "next": "/"})
        await house.register(http, name=name, contact=phone, password=password)
        await http.post("/account/contact", data={"contact": email, "old": password})
        await http.post("/confirm", data={"code": await house.code(email)})
        ticket = (await house.take(http, served))["ticket"]
        await http.post("/reset", data={"contact": email, "next": "/"})
        async with house.web.http(headers={"authorization": f"Bearer {kiosk}"}) as machine:
            body = {"service": served, "request": "with-a-card-1", "identity": card}
            assert (await machine.post(f"/api/centers/{CENTER}/tickets", json=body)).status_code == 200
        await house.press(staff, "85", "next")
        while f'"{ticket["number"]}"' not in heard[-1] or '"called"' not in heard[-1]:
            heard.append(json.dumps(await socket.hear()))
    citizen = await house.parts.citizens.of_contact(email)
    assert citizen
    secrets = [name, "Quách", "+84987654301", phone, phone[1:], email, "quach.tim", card, password]
    kept_in = ("goiso:citizen:", "goiso:login:", "goiso:contact:", "goiso:code:")
    found = await keys_about(house.parts.store.redis, *secrets)
    assert found, "it is searched for what is there"
    assert [key for key in found if not key.startswith(kept_in)] == []
    assert await keys_about(house.parts.store.redis, card, password) == []
    assert [secret for secret in (*secrets, citizen.id) if any(secret in frame for frame in heard)] == []
    assert [secret for secret in secrets if secret in caplog.text] == []
    await house.press(staff, "85", "leave")


async def test_a_ticket_topic_is_not_named_by_its_link(house: House) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        ticket = (await house.take(http, "du-lich"))["ticket"]
        page = (await http.get(ticket["link"])).text
    seal = ticket["link"].rpartition("/")[2]
    found = re.search(r'data-topic="([^"]+)"', page)
    assert found
    topic = found[1]
    assert topic.startswith(f"ticket/{CENTER}/")
    assert seal not in topic
    assert ticket["number"] not in topic
    async with live(house.web) as socket:
        assert (await socket.join(topic))["whole"]["ticket"]["number"] == ticket["number"]
        for wrong in (f"ticket/{CENTER}/{ticket['number']}", f"ticket/{CENTER}/{seal}", topic.lower() + "x"):
            assert (await socket.join(wrong))["code"] == "unknown-topic"


async def test_a_link_is_of_one_number_center_and_day(house: House) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        ticket = (await house.take(http, "du-lich"))["ticket"]
        path = ticket["link"].removeprefix(house.web.settings.origin)
        _, _, center, day, number, seal = path.split("/")
        assert (await http.get(path)).status_code == 200
        other = f"{number[:2]}{int(number[2:]) % 999 + 1:03}"
        swapped = seal[:-1] + ("A" if seal[-1] != "A" else "Q")
        for changed in [
            f"/tickets/{center}/{day}/{other}/{seal}",
            f"/tickets/cam-pha/{day}/{number}/{seal}",
            f"/tickets/{center}/2020-04-03/{number}/{seal}",
            f"/tickets/{center}/{day}/{number}/{swapped}",
            f"/tickets/{center}/{day}/{number}/{seal}A",
            f"/tickets/{center}/{day}/{number}/%E1%BA%A1",
        ]:
            answer = await http.get(changed)
            assert answer.status_code == 404, changed
            assert number not in text_of(answer.text)


async def test_a_link_of_another_day_says_that_it_is_over(house: House) -> None:
    path = house.parts.seals.path(CENTER, "2020-04-03", "86001")
    async with house.web.http() as http:
        answer = await http.get(path)
    assert answer.status_code == 404
    assert "Số 86001 là của ngày 03/04/2020, nay không còn hiệu lực." in text_of(answer.text)


async def test_the_check_code_is_on_slip_page_and_message(house: House) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        ticket = (await house.take(http, "khoa-hoc-cong-nghe"))["ticket"]
        page = text_of((await http.get(f"{ticket['link']}?taken=1")).text)
    assert re.fullmatch("[2-9A-HJ-NP-Z]{4}", ticket["check_code"])
    assert f"Ma xac nhan {ticket['check_code']}" in page
    day = house.parts.feed.hall(CENTER).day.date
    assert ticket["check_code"] == house.parts.seals.check_code(CENTER, day, ticket["number"])


async def test_a_kiosk_slip_has_nobody_to_tell(house: House) -> None:
    key = await house.device(DeviceKind.KIOSK)
    async with house.web.http(headers={"authorization": f"Bearer {key}"}) as kiosk:
        slip = (await house.take(kiosk, "du-lich"))["ticket"]
        assert slip["link"].startswith(house.web.settings.origin)
        assert slip["qr"].startswith("<svg")
        page = text_of((await kiosk.get(f"{slip['link']}?taken=1")).text)
    assert "Xin chụp lại màn hình này" in page
