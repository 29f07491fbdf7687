"""The citizen's six steps by plain forms, as a browser without scripts walks them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.house import CENTER, House, hidden, new_phone, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PASSWORD = "một mật khẩu dài"


async def test_the_six_steps(house: House) -> None:
    phone = new_phone()
    async with house.web.http() as http:
        assert "Đăng ký" in text_of((await http.get("/")).text)
        form = (await http.get("/register?next=/centers")).text
        sent = {"name": "Trần Văn Sáu", "contact": phone, "password": PASSWORD, "next": hidden(form, "next")}
        registered = await house.register(http, **sent)
        assert (registered.status_code, registered.headers["location"]) == (303, "/centers")
        assert (await http.post("/sign-out")).status_code == 303
        assert "/sign-in" in (await http.get("/tickets")).headers["location"]
        signed_in = await http.post("/sign-in", data={"login": phone, "password": PASSWORD, "next": "/centers"})
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/centers")
        assert f'href="/centers/{CENTER}"' in (await http.get("/centers")).text
        zones = text_of((await http.get(f"/centers/{CENTER}")).text)
        assert zones.index("Tầng 1") < zones.index("Tầng 2") < zones.index("Tầng 3")
        page = (await http.get(f"/centers/{CENTER}/zones/tang-3")).text
        names = [text_of(name) for name in re.findall(r'<b class="name">(.*?)</b>', page)]
        assert names[:3] == ["Tư pháp", "Thông tin & Truyền thông", "Công an tỉnh"]
        assert len(names) == 18
        take = {"service": "tu-phap", "zone": "tang-3", "request": hidden(page, "request")}
        taken = await http.post(f"/centers/{CENTER}/tickets", data=take)
        assert taken.status_code == 303
        ticket = await http.get(taken.headers["location"])
        said = text_of(ticket.text)
        number = re.search(r"So giao dich (\d{5})\. Ban vui long den truoc \d\d:\d\d phut ngay", said)
        assert number
        assert "Lấy số thành công" in said
        again = await http.post(f"/centers/{CENTER}/tickets", data=take)
        assert again.headers["location"] == taken.headers["location"]
        assert number[1] in text_of((await http.get("/tickets")).text)
        assert number[1] in text_of((await http.get(f"/centers/{CENTER}/zones/tang-3")).text)


async def test_a_number_is_asked_for_after_signing_in_only(house: House) -> None:
    async with house.web.http() as http:
        take = {"service": "tu-phap", "zone": "tang-3", "request": "a-request-id"}
        answer = await http.post(f"/centers/{CENTER}/tickets", data=take)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/sign-in?next=/centers/{CENTER}/zones/tang-3")


async def test_the_same_request_of_two_people_gives_two_numbers(house: House) -> None:
    numbers = set()
    for _ in range(2):
        _, cookies = await house.citizen()
        async with house.web.http(cookies) as http:
            for _ in range(2):
                numbers.add((await house.take(http, "y-te", "the same request"))["number"])
    assert len(numbers) == 2


async def test_a_request_used_for_something_else_is_refused(house: House) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        await house.take(http, "y-te", "one request")
        take = {"service": "du-lich", "zone": "tang-3", "request": "one request"}
        page = await http.post(f"/centers/{CENTER}/tickets", data=take)
        answer = await http.post(
            f"/api/centers/{CENTER}/tickets", json={"service": "du-lich", "request": "one request"}
        )
    assert page.status_code == answer.status_code == 409
    assert "Mã yêu cầu này đã được dùng" in text_of(page.text)
    assert answer.json()["refusal"]["code"] == "request-reused"


async def test_a_number_of_a_priority_group(house: House) -> None:
    _, cookies = await house.citizen()
    zone = f"/centers/{CENTER}/zones/tang-3"
    async with house.web.http(cookies) as http:
        grid = (await http.get(zone)).text
        assert f'href="{zone}?group=co-cong"' in grid
        page = (await http.get(f"{zone}?group=co-cong")).text
        assert "Lấy số ưu tiên: Người có công." in text_of(page)
        take = {"service": "noi-vu", "zone": "tang-3", "request": hidden(page, "request")}
        taken = await http.post(f"/centers/{CENTER}/tickets", data=take | {"group": hidden(page, "group")})
        assert taken.status_code == 303
        number = taken.headers["location"].split("/")[4]
        assert house.parts.feed.hall(CENTER).ticket(number).group == "co-cong"
        unknown = await http.post(
            f"/centers/{CENTER}/tickets", data=take | {"request": "another-one", "group": "x"}
        )
        assert unknown.status_code == 404
        assert "không có nhóm ưu tiên “x”" in text_of(unknown.text)
        assert "Lấy số ưu tiên" not in text_of((await http.get(f"{zone}?group=x")).text)


async def test_my_numbers_are_mine(house: House) -> None:
    _, mine = await house.citizen()
    _, theirs = await house.citizen()
    async with house.web.http(mine) as http:
        number = (await house.take(http, "visa"))["number"]
        assert number in text_of((await http.get("/tickets")).text)
    async with house.web.http(theirs) as http:
        assert number not in text_of((await http.get("/tickets")).text)


async def test_a_number_of_a_past_day_is_listed_and_leads_nowhere(house: House) -> None:
    """Of a past day the contact alone is kept: the number, the center and the date."""
    citizen, cookies = await house.citizen()
    await house.parts.citizens.keep_contact("past-contact", citizen, CENTER, 30)
    await house.parts.citizens.note_number("past-contact", "86012", "2026-01-05")
    async with house.web.http(cookies) as http:
        page = (await http.get("/tickets")).text
    listed = page[page.index('<ul class="plain list mine">') :]
    assert "86012" in text_of(listed)
    assert "Ngày 05/01/2026" in text_of(listed)
    assert "Đã qua" in text_of(listed)
    assert 'href=""' not in listed
    assert "<b></b>" not in listed


async def test_who_has_to_sign_in_again_finds_his_service_chosen(house: House) -> None:
    """The session ended between grid and touch: nothing is taken, and after signing in his choice stands there."""
    async with house.web.http() as http:
        take = {"service": "visa", "zone": "tang-3", "request": "ended-session", "group": "co-cong"}
        sent = await http.post(f"/centers/{CENTER}/tickets", data=take)
        assert sent.status_code == 303
        onward = parse_qs(urlsplit(sent.headers["location"]).query)["next"][0]
    assert onward == f"/centers/{CENTER}/zones/tang-3?chosen=visa&group=co-cong"
    _, cookies = await house.citizen(contact="0912777666")
    async with house.web.http(cookies) as http:
        page = (await http.get(onward)).text
        assert "Bạn đã chọn" in text_of(page)
        assert "Lấy số ưu tiên" in text_of(page)
        assert page.count("autofocus") == 1
        assert "Bạn đã chọn" not in text_of((await http.get(f"/centers/{CENTER}/zones/tang-3?chosen=x")).text)
    async with house.web.http() as http:
        grid = (await http.get(f"/centers/{CENTER}/zones/tang-3")).text
        assert "chosen%3Dvisa" in grid, "so does who was never signed in"


async def test_a_ticket_page_shows_where_the_message_went_only_right_after(house: House) -> None:
    _, cookies = await house.citizen(contact="0912999888")
    async with house.web.http(cookies) as http:
        taken = await house.take(http, "noi-vu")
        link = taken["ticket"]["link"]
        assert "+84912•••888" in text_of((await http.get(f"{link}?taken=1")).text)
        assert "•••" not in text_of((await http.get(link)).text)
