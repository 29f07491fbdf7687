"""A citizen's own account: changed, signed out of, taken along, deleted with all that was kept of it."""

import httpx
import pytest

from app.domain.states import TicketState
from tests.notices.browser import Browser
from tests.web.house import CENTER, PASSWORD, House, keys_about, new_phone, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

OTHER = "một câu khác hẳn"


async def is_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/account")).status_code == 200


async def test_another_password_ends_all_other_sessions(house: House) -> None:
    citizen, here = await house.citizen()
    elsewhere = {"goiso_session": await house.parts.sessions.begin("citizen", citizen.id, citizen.proof)}
    async with house.web.http(here) as http, house.web.http(elsewhere) as other:
        assert await is_in(other)
        wrong = await http.post("/account/password", data={"old": "falsch und falsch", "password": OTHER})
        assert wrong.status_code == 401
        same = await http.post("/account/password", data={"old": PASSWORD, "password": PASSWORD})
        assert same.status_code == 422
        assert await is_in(other)
        done = await http.post("/account/password", data={"old": PASSWORD, "password": OTHER})
        assert done.headers["location"] == "/account?saved=password"
        assert await is_in(http)
        assert not await is_in(other)


async def test_sessions_are_listed_and_ended(house: House) -> None:
    phone = new_phone()
    await house.citizen(contact=phone)
    agent = "Mozilla/5.0 (Linux; Android 9) Chrome/120.0 Mobile"
    sent = {"login": phone, "password": PASSWORD, "next": "/"}
    async with house.web.http() as old, house.web.http(headers={"user-agent": agent}) as new:
        await old.post("/sign-in", data=sent)
        await new.post("/sign-in", data=sent)
        page = (await new.get("/account")).text
        assert "Chrome · Android" in text_of(page)
        assert "127.0.0.1" not in page, "of a citizen no address is kept"
        ended = [part.partition("/end")[0] for part in page.split("/account/sessions/")[1:]]
        for session in ended:
            await new.post(f"/account/sessions/{session}/end")
        assert not await is_in(old)
        assert await is_in(new)
        assert (await new.post("/account/sign-out")).status_code == 303
        assert not await is_in(new)


async def test_nobody_ends_another_s_session(house: House) -> None:
    _, mine = await house.citizen()
    theirs, cookies = await house.citizen()
    session = (await house.parts.sessions.of(theirs.id, "citizen"))[0].id
    async with house.web.http(mine) as http, house.web.http(cookies) as other:
        await http.post(f"/account/sessions/{session}/end")
        assert await is_in(other)


async def test_another_contact_is_proved_before_it_signs_in(house: House) -> None:
    phone, email = new_phone(), "doi-moi@vidu.vn"
    citizen, cookies = await house.citizen(contact=phone)
    async with house.web.http(cookies) as http:
        wrong = await http.post("/account/contact", data={"contact": email, "old": "not the password"})
        assert wrong.status_code == 401
        begun = await http.post("/account/contact", data={"contact": email, "old": PASSWORD})
        assert begun.headers["location"] == "/confirm"
        assert await house.parts.citizens.of_contact(email) is None
        done = await http.post("/confirm", data={"code": await house.code(email)})
        assert done.headers["location"] == "/account?saved=contact"
        both = text_of((await http.get("/account")).text)
        assert citizen.phone in both
        assert email in both
        second = "doi-nua@vidu.vn"
        await http.post("/account/contact", data={"contact": second, "old": PASSWORD})
        await http.post("/confirm", data={"code": await house.code(second)})
    found = await house.parts.citizens.of_contact(second)
    assert found
    assert (found.id, found.phone, found.email) == (citizen.id, citizen.phone, second)
    assert await house.parts.citizens.of_contact(email) is None
    assert any("vua doi noi lien he" in text for text in house.letters(citizen.phone))


async def test_another_s_contact_is_not_taken_over(house: House) -> None:
    phone = new_phone()
    owner, _ = await house.citizen(contact=phone)
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        await http.post("/account/contact", data={"contact": phone, "old": PASSWORD})
        refused = await http.post("/confirm", data={"code": await house.code(owner.phone)})
    assert refused.status_code == 409
    found = await house.parts.citizens.of_contact(owner.phone)
    assert found
    assert found.id == owner.id


async def test_name_and_organisation_are_changed(house: House) -> None:
    citizen, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        assert (await http.post("/account/details", data={"name": " "})).status_code == 422
        sent = {"name": "Công ty Hoa Sen", "organisation": "on"}
        assert (await http.post("/account/details", data=sent)).status_code == 303
        numbers = [(await house.take(http, "visa"))["number"] for _ in range(2)]
    changed = await house.parts.citizens.get(citizen.id)
    assert (changed.name, changed.organisation) == ("Công ty Hoa Sen", True)
    assert len(set(numbers)) == 2


async def test_all_that_is_kept_is_in_the_file(house: House) -> None:
    """Whatever the store has under the account's name stands in the file as well."""
    phone = new_phone()
    citizen, cookies = await house.citizen("Đỗ Thị Tải Về", phone)
    async with house.web.http(cookies) as http:
        number = (await house.take(http, "noi-vu"))["number"]
        [key] = await house.parts.citizens.contact_keys(citizen.id)
        given = Browser("https://fcm.googleapis.com/fcm/send/mine").subscription
        assert await house.parts.subscriptions.keep(key, given)
        answer = await http.get("/account/data.json")
        told = answer.json()
    assert told["browsers"] == [given.endpoint]
    assert "attachment" in answer.headers["content-disposition"]
    assert told["account"]["name"] == "Đỗ Thị Tải Về"
    assert told["account"]["phone"] == citizen.phone
    assert [one["ticket"]["number"] for one in told["numbers_of_today"]] == [number]
    assert told["contacts"][0]["phone"] == citizen.phone
    assert len(told["sessions"]) == 1
    assert citizen.password_hash not in answer.text
    known = (
        "goiso:citizen:",
        "goiso:login:",
        "goiso:session",
        "goiso:seen:session",
        "goiso:contact:",
        "goiso:tries:",
    )
    for key in await keys_about(house.parts.store.redis, citizen.id, citizen.phone):
        assert key.startswith(known), f"{key} is kept, and not in the file"


async def test_a_deleted_account_leaves_nothing_but_numbers(house: House) -> None:
    phone = new_phone()
    citizen, cookies = await house.citizen("Vũ Thị Xóa Hết", phone)
    async with house.web.http(cookies) as http:
        number = (await house.take(http, "du-lich"))["number"]
        wrong = await http.post("/account/delete", data={"old": "not the password"})
        assert wrong.status_code == 401
        done = await http.post("/account/delete", data={"old": PASSWORD})
        assert done.status_code == 200
        assert "Đã xóa tài khoản" in text_of(done.text)
        assert not await is_in(http)
        signed_in = await http.post("/sign-in", data={"login": phone, "password": PASSWORD, "next": "/"})
        assert signed_in.status_code == 401
    left = await keys_about(house.parts.store.redis, citizen.id, citizen.phone, phone, "Vũ Thị Xóa Hết", "Xóa Hết")
    assert [key for key in left if not key.startswith("goiso:tries:")] == []
    shown = await house.parts.store.fact(CENTER, house.parts.feed.shown(CENTER).head.epoch, f"ticket/{number}")
    assert getattr(shown, "state", None) is TicketState.CANCELLED
    again = await house.parts.citizens.register("Hoa", phone, PASSWORD)
    assert again.id != citizen.id, "the contact is free again"
