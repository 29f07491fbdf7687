"""Coming in: an account confirmed by a code, a forgotten password, guesses that do not shut the owner out."""

import re

import httpx
import pytest

from app.accounts.codes import GUESSES
from app.accounts.contacts import normal_contact
from tests.web.house import PASSWORD, House, new_phone, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

OTHER = "một câu khác hẳn"
ELSEWHERE = ("203.0.113.9", 40_000)


def e164(phone: str) -> str:
    return normal_contact(phone)[0]


async def asked(house: House, http: httpx.AsyncClient, **given: str) -> str:
    """The form of an account sent, up to its code: the contact."""
    sent = {"name": "Hoa", "contact": new_phone(), "password": PASSWORD, "next": "/centers"} | given
    await house.parts.tries.forget("register:127.0.0.1")  # all tests ask from one address
    begun = await http.post("/register", data=sent)
    assert (begun.status_code, begun.headers["location"]) == (303, "/confirm")
    return "".join(normal_contact(sent["contact"]))


async def sign_in(http: httpx.AsyncClient, login: str, password: str) -> int:
    sent = {"login": login, "password": password, "next": "/"}
    return (await http.post("/sign-in", data=sent)).status_code


async def test_there_is_no_account_before_its_code(house: House) -> None:
    async with house.web.http() as http:
        phone = await asked(house, http)
        assert await house.parts.citizens.of_contact(phone) is None
        page = text_of((await http.get("/confirm")).text)
        assert f"{phone[:6]}•••{phone[-3:]}" in page
        assert phone not in page
        done = await http.post("/confirm", data={"code": await house.code(phone)})
        assert (done.status_code, done.headers["location"]) == (303, "/centers")
        assert (await http.get("/tickets")).status_code == 200
    assert await house.parts.citizens.of_contact(phone)


async def test_an_address_gets_its_code_by_mail(house: House) -> None:
    async with house.web.http() as http:
        done = await house.register(http, contact="Moi.Den@vidu.vn")
    assert done.status_code == 303
    found = await house.parts.citizens.of_contact("Moi.Den@vidu.vn")
    assert found
    assert found.email == "Moi.Den@vidu.vn"


async def test_the_sms_with_a_code_is_one_of_plain_letters(house: House) -> None:
    async with house.web.http() as http:
        phone = await asked(house, http)
        code = await house.code(phone)
    text = house.letters(phone)[0]
    assert len(text) <= 160
    assert re.fullmatch(r"[A-Za-z0-9 .,:@#\n-]+", text)
    assert text.endswith(f"\n@layso.example.vn #{code}")


async def test_a_code_of_another_browser_is_of_no_use(house: House) -> None:
    async with house.web.http() as mine, house.web.http() as theirs:
        phone = await asked(house, mine)
        code = await house.code(phone)
        stranger = await theirs.post("/confirm", data={"code": code})
        assert stranger.status_code == 409
        await asked(house, theirs)
        assert (await theirs.post("/confirm", data={"code": code})).status_code in (303, 422)


async def test_wrong_codes_say_how_many_are_left_then_it_is_over(house: House) -> None:
    async with house.web.http() as http:
        phone = await asked(house, http)
        wrong = f"{(int(await house.code(phone)) + 1) % 1_000_000:06}"
        pages = [await http.post("/confirm", data={"code": wrong}) for _ in range(GUESSES)]
    assert [page.status_code for page in pages] == [422] * (GUESSES - 1) + [409]
    assert "còn nhập được 4 lần" in text_of(pages[0].text)
    assert "Mời bạn làm lại từ đầu" in text_of(pages[-1].text)


async def test_a_code_is_not_sent_again_at_once(house: House) -> None:
    async with house.web.http() as http:
        await asked(house, http)
        again = await http.post("/confirm/again")
    assert again.status_code == 429
    assert re.search(r"Xin đợi \d+ giây", text_of(again.text))


async def test_an_old_number_is_told_its_new_form(house: House) -> None:
    async with house.web.http() as http:
        sent = {"name": "Hoa", "contact": "0166 234 5678", "password": PASSWORD, "next": "/"}
        for path in ("/register", "/reset"):
            page = await http.post(path, data=sent)
            assert page.status_code == 422
            assert "số mới là 0362 345 678" in text_of(page.text)
        page = await http.post("/sign-in", data=sent | {"login": sent["contact"]})
        assert "số mới là 0362 345 678" in text_of(page.text)


async def test_a_common_password_is_refused(house: House) -> None:
    async with house.web.http() as http:
        for password in ("12345678", "matkhau123", "hoaHoa2026"):
            sent = {"name": "hoahoa", "contact": new_phone(), "password": password, "next": "/"}
            page = await http.post("/register", data=sent)
            assert page.status_code == 422
            assert "dễ bị đoán" in text_of(page.text)


async def test_a_forgotten_password_is_set_anew_by_code(house: House) -> None:
    phone = new_phone()
    citizen, cookies = await house.citizen(contact=phone)
    async with house.web.http() as http:
        begun = await http.post("/reset", data={"contact": phone, "next": "/tickets"})
        assert begun.headers["location"] == "/confirm"
        assert (await http.get("/reset/password")).status_code == 409, "the code comes first"
        proved = await http.post("/confirm", data={"code": await house.code(e164(phone))})
        assert proved.headers["location"] == "/reset/password"
        weak = await http.post("/reset/password", data={"password": "12345678"})
        assert weak.status_code == 422
        done = await http.post("/reset/password", data={"password": OTHER})
        assert (done.status_code, done.headers["location"]) == (303, "/tickets")
        assert (await http.post("/reset/password", data={"password": PASSWORD})).status_code == 409, "once"
    async with house.web.http(cookies) as before:
        assert (await before.get("/tickets")).status_code == 303, "signed out everywhere"
    async with house.web.http() as http:
        assert await sign_in(http, phone, PASSWORD) == 401
        assert await sign_in(http, phone, OTHER) == 303
    assert any("vua doi mat khau" in text for text in house.letters(citizen.phone))


async def test_who_has_no_account_learns_nothing(house: House) -> None:
    phone, nobody = new_phone(), new_phone()
    await house.citizen(contact=phone)
    seen = []
    for contact in (phone, nobody):
        async with house.web.http() as http:
            begun = await http.post("/reset", data={"contact": contact, "next": "/"})
            page = text_of((await http.get("/confirm")).text)
            wrong = await http.post("/confirm", data={"code": "x"})
            seen.append(
                (begun.status_code, page[: page.index("+84")], text_of(wrong.text)[:300], wrong.status_code)
            )
    assert seen[0] == seen[1]
    await house.code(e164(phone))
    assert house.letters(e164(nobody)) == []


async def test_guessing_does_not_shut_the_owner_out(house: House) -> None:
    """A run of guesses from many addresses: so many are answered; the owner's own phone still comes in, a new one
    of his by a code."""
    phone = new_phone()
    await house.citizen(contact=phone)
    async with house.web.http() as owner:
        assert await sign_in(owner, phone, PASSWORD) == 303
        await owner.post("/sign-out")
        answers = []
        for address in range(12):
            async with house.web.http(client=(f"203.0.113.{address}", 4000)) as guesser:
                answers += [await sign_in(guesser, phone, f"guess number {at}") for at in range(12)]
        assert answers.count(401) == 100
        assert answers.count(429) == len(answers) - 100
        async with house.web.http(client=("203.0.113.77", 4000)) as guesser:
            assert await sign_in(guesser, phone, PASSWORD) == 429, "not even the right one is told"
        assert await sign_in(owner, phone, PASSWORD) == 303
    async with house.web.http(client=ELSEWHERE) as new:
        await new.post("/reset", data={"contact": phone, "next": "/"})
        await new.post("/confirm", data={"code": await house.code(e164(phone))})
        assert (await new.post("/reset/password", data={"password": OTHER})).status_code == 303


async def test_one_address_tries_so_many_at_all_accounts_together(house: House) -> None:
    """One password at many accounts: after three hundred the address is shut, others are not."""
    await house.parts.tries.spend("guesses-from:203.0.113.200", 1)
    redis = house.parts.tries._redis
    await redis.incrby("goiso:tries:guesses-from:203.0.113.200", 297)
    async with house.web.http(client=("203.0.113.200", 4000)) as sprayer:
        answers = [await sign_in(sprayer, new_phone(), "mot mat khau") for _ in range(4)]
    assert answers == [401, 401, 429, 429]
    async with house.web.http(client=ELSEWHERE) as http:
        assert await sign_in(http, new_phone(), "mot mat khau") == 401


async def test_another_account_s_cookie_is_no_known_device(house: House) -> None:
    phone, theirs = new_phone(), new_phone()
    await house.citizen(contact=phone)
    await house.citizen(contact=theirs)
    async with house.web.http() as http:
        assert await sign_in(http, theirs, PASSWORD) == 303
        known = next(value for name, value in http.cookies.items() if name.startswith("goiso_known_"))
        name = house.parts.seals.login(e164(phone))
        forged = {f"goiso_known_{name}": known}
    async with house.web.http(forged) as http:
        answers = [await sign_in(http, phone, "a guess of mine") for _ in range(11)]
        assert answers == [401] * 10 + [429]
    async with house.web.http() as http:
        assert await sign_in(http, phone, "a guess of mine") == 429, "it was counted by address, as everybody"


async def test_one_address_asks_for_so_many_codes(house: House) -> None:
    """Forms that cannot be an account are not counted, for nothing is sent."""
    async with house.web.http(client=("203.0.113.50", 4000)) as http:
        sent = {"name": "Hoa", "contact": new_phone(), "password": "short", "next": "/"}
        for _ in range(35):
            assert (await http.post("/register", data=sent)).status_code == 422
        for _ in range(30):
            valid = sent | {"contact": new_phone(), "password": PASSWORD}
            assert (await http.post("/register", data=valid)).status_code == 303
        assert (await http.post("/register", data=valid)).status_code == 429
