"""Accounts on their pages: first passwords, roles by center, the last operator, sessions, sockets that close."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from app.accounts.staff import Role
from app.accounts.tries import OF_ACCOUNT
from app.domain.refusals import TooManyTries
from app.web.access import COOKIES, MOST_KNOWN
from app.web.staff_words import device_words
from tests.web.house import (
    CENTER,
    OTHER,
    PASSWORD,
    House,
    text_of,
)

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

HERE = f"/admin/{CENTER}/staff"
OWN = "con voi xanh đi bộ"


def fresh(word: str = "nv") -> str:
    """A login nobody has had in this run."""
    return f"{word}-{secrets.token_hex(3)}"


async def operator(house: House, *centers: str) -> httpx.AsyncClient:
    login = fresh("quan")
    cookies = await house.staff(login, Role.OPERATOR, center=(centers or (CENTER,))[0])
    for center in centers[1:]:
        await house.parts.staff.set_roles(login, {center: [Role.OPERATOR]})
    return house.web.http(cookies)


async def sign_in(http: httpx.AsyncClient, login: str, password: str, onward: str = "/panel") -> httpx.Response:
    return await http.post("/panel/sign-in", data={"login": login, "password": password, "next": onward})


def shown_once(page: str) -> str:
    found = re.search("<code>([a-z0-9-]+)</code>", page)
    assert found
    return found[1]


async def guessed(house: House, login: str) -> None:
    """Somebody has guessed at a password from everywhere."""
    with contextlib.suppress(TooManyTries):
        for _ in range(OF_ACCOUNT + 1):
            await house.parts.tries.spend(f"staff:{login}:0", OF_ACCOUNT)


async def test_a_new_account_signs_in_once_with_its_first_password_and_chooses_its_own(house: House) -> None:
    login = fresh()
    async with await operator(house) as http:
        added = await http.post(HERE, data={"name": "Lê Thị Mơ", "login": login.upper(), "roles": "clerk"})
        first = shown_once(added.text)
        assert first not in (await http.get(f"{HERE}/{login}")).text, "shown once"
        assert "chờ đổi mật khẩu đầu" in text_of((await http.get(HERE)).text)
    async with house.web.http() as clerk:
        entered = await sign_in(clerk, login, first, f"/panel/{CENTER}/86")
        assert entered.headers["location"].startswith("/staff/first-password")
        assert COOKIES["staff"] not in clerk.cookies, "no page of staff opens before"
        assert (await clerk.get("/panel")).headers["location"] == "/panel/sign-in?next=/panel"
        assert "Lê Thị Mơ" in text_of((await clerk.get(entered.headers["location"])).text)
        for password, code in (
            (first, "same-password"),
            ("matkhau123", "common-password"),
            ("ngắn", "weak-password"),
        ):
            refused = await clerk.post("/staff/first-password", data={"password": password, "next": "/panel"})
            assert (refused.status_code, f'data-code="{code}"' in refused.text) == (422, True), password
        done = await clerk.post("/staff/first-password", data={"password": OWN, "next": f"/panel/{CENTER}/86"})
        assert done.headers["location"] == f"/panel/{CENTER}/86"
        assert (await clerk.get(f"/panel/{CENTER}/86")).status_code == 200
        again = await clerk.post("/staff/first-password", data={"password": OWN, "next": "/panel"})
        assert again.status_code == 401, "the first password's session is over"
        assert (await sign_in(clerk, login, first)).status_code == 401
        assert (await sign_in(clerk, login, OWN)).headers["location"] == "/panel"


async def test_what_is_refused_of_a_new_account_stays_to_be_put_right(house: House) -> None:
    await house.staff("da-co")
    async with await operator(house) as http:
        for login, name, status in (("da-co", "Lan", 409), ("Lấn", "Lan", 400), ("lan.moi", " ", 422)):
            sent = {"name": name, "login": login, "roles": ["clerk", "auditor"]}
            refused = await http.post(HERE, data=sent)
            assert refused.status_code == status, login
            assert f'value="{login.lower()}"' in refused.text
            assert refused.text.count("checked") == 2


async def test_roles_are_given_in_ones_own_centers_only(house: House) -> None:
    login = fresh()
    await house.staff(login, Role.CLERK, center=OTHER)
    async with await operator(house, CENTER) as http:
        page = text_of((await http.get(f"{HERE}/{login}")).text)
        assert "Còn làm việc ở trung tâm khác: cam-pha" in page
        sent = {f"roles/{CENTER}": ["supervisor", "king"], f"roles/{OTHER}": ["operator"]}
        assert (await http.post(f"{HERE}/{login}/roles", data=sent)).status_code == 303
        assert (await house.parts.staff.get(login)).holds == {OTHER: (Role.CLERK,), CENTER: (Role.SUPERVISOR,)}
        assert (await http.post(f"{HERE}/{login}/roles", data={})).status_code == 303
        assert (await house.parts.staff.get(login)).holds == {OTHER: (Role.CLERK,)}


async def test_nobody_becomes_who_works_where_he_is_no_operator(house: House) -> None:
    """Who may reset a password may sign in with the new one: so an operator of one center resets nobody of two."""
    login = fresh()
    await house.staff(login, Role.OPERATOR, center=OTHER)
    await house.parts.staff.set_roles(login, {CENTER: [Role.CLERK]})
    async with await operator(house, CENTER) as http:
        for act in ("reset", "disable", "unlock", "sign-out", f"sessions/{'0' * 64}/end"):
            refused = await http.post(f"{HERE}/{login}/{act}")
            assert (refused.status_code, 'data-code="not-over-them"' in refused.text) == (403, True), act
        assert "Cấp lại mật khẩu" not in (await http.get(f"{HERE}/{login}")).text
    assert await house.parts.staff.sign_in(login, PASSWORD, "here")
    async with await operator(house, CENTER, OTHER) as http:
        assert shown_once((await http.post(f"{HERE}/{login}/reset")).text)


async def test_reset_disabled_unlocked_signed_out(house: House) -> None:
    login = fresh()
    cookies = await house.staff(login)
    async with await operator(house) as http, house.web.http(cookies) as clerk:
        assert (await clerk.get("/panel")).status_code == 200
        await http.post(f"{HERE}/{login}/sign-out")
        assert (await clerk.get("/panel")).status_code == 303
        first = shown_once((await http.post(f"{HERE}/{login}/reset")).text)
        assert (await sign_in(clerk, login, PASSWORD)).status_code == 401
        await http.post(f"{HERE}/{login}/disable")
        assert (await sign_in(clerk, login, first)).status_code == 401
        assert "đã khóa" in text_of((await http.get(HERE)).text)
        await http.post(f"{HERE}/{login}/enable")
        await guessed(house, login)
        assert (await sign_in(clerk, login, first)).status_code == 429
        assert "có người dò mật khẩu" in text_of((await http.get(HERE)).text)
        await http.post(f"{HERE}/{login}/unlock")
        assert (await sign_in(clerk, login, first)).status_code == 303


async def test_the_owner_comes_in_where_he_was_before_while_a_stranger_guesses(house: House) -> None:
    login = fresh()
    await house.staff(login)
    async with house.web.http() as own, house.web.http(client=("203.0.113.77", 1)) as strange:
        assert (await sign_in(own, login, PASSWORD)).status_code == 303
        await own.post("/panel/sign-out")
        await guessed(house, login)
        assert (await sign_in(strange, login, "a guess")).status_code == 429
        assert (await sign_in(own, login, PASSWORD)).status_code == 303
        stolen = {name: value for name, value in own.cookies.items() if name.startswith("goiso_known_")}
    forged = {name: value[:-1] + "x" for name, value in stolen.items()}
    other = {f"goiso_known_{login}x": value for value in stolen.values()}
    for cookies in (forged, other):
        async with house.web.http(cookies, client=("203.0.113.78", 1)) as strange:
            assert (await sign_in(strange, login, PASSWORD)).status_code == 429


async def test_a_browser_of_many_knows_the_last_twenty(house: House) -> None:
    login = fresh()
    await house.staff(login)
    async with house.web.http({f"goiso_known_nguoi-{n}": "x.y" for n in range(MOST_KNOWN)}) as shared:
        set_ = (await sign_in(shared, login, PASSWORD)).headers.get_list("set-cookie")
    known = [line for line in set_ if line.startswith("goiso_known_")]
    assert [line.partition("=")[0] for line in known] == ["goiso_known_nguoi-0", f"goiso_known_{login}"]
    assert ["Max-Age=0" in line for line in known] == [True, False]


@pytest.fixture
async def two_operators(house: House) -> AsyncIterator[tuple[str, str]]:
    """Two who are the only operators of a center; those of other tests are so again afterwards."""
    logins = fresh("mot"), fresh("hai")
    for login in logins:
        await house.staff(login, Role.OPERATOR, center=OTHER)
    others = [one for one in await house.parts.staff.all() if OTHER in one.centers and one.login not in logins]
    for one in others:
        await house.parts.staff.set_roles(one.login, {OTHER: []})
    yield logins
    for one in others:
        await house.parts.staff.set_roles(one.login, {OTHER: one.holds[OTHER]})


async def test_the_last_operator_is_told_why_he_stays(house: House, two_operators: tuple[str, str]) -> None:
    here, (first, second) = f"/admin/{OTHER}/staff", two_operators
    one, two = house.web.http(await house.staff(first)), house.web.http(await house.staff(second))
    async with one, two:
        answers = await asyncio.gather(
            one.post(f"{here}/{first}/roles", data={f"roles/{OTHER}": ["supervisor"]}),
            two.post(f"{here}/{second}/disable"),
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409], "both at once"
        [left] = [member for member in await house.parts.staff.all() if member.may(OTHER, Role.OPERATOR)]
        refused = await (one if left.login == first else two).post(f"{here}/{left.login}/disable")
        assert refused.status_code == 409
        assert "Giao quyền quản trị cho người khác trước." in text_of(refused.text)


async def test_ones_own_account(house: House) -> None:
    login = fresh()
    await house.staff(login)
    async with house.web.http(headers={"user-agent": "Firefox"}) as here, house.web.http() as elsewhere:
        await sign_in(here, login, PASSWORD)
        await sign_in(elsewhere, login, PASSWORD)
        page = await here.get("/staff/account")
        assert page.text.count("máy này") == 1
        assert len(listed := re.findall(r"/staff/account/sessions/(\w{64})/end", page.text)) >= 2
        wrong = await here.post("/staff/account/password", data={"old": "x", "password": OWN})
        assert wrong.status_code == 401
        weak = await here.post("/staff/account/password", data={"old": PASSWORD, "password": login})
        assert weak.status_code == 422
        done = await here.post("/staff/account/password", data={"old": PASSWORD, "password": OWN})
        assert done.headers["location"] == "/staff/account?saved=1"
        assert (await here.get("/staff/account")).status_code == 200
        assert (await elsewhere.get("/staff/account")).status_code == 303, "signed out everywhere else"
        await sign_in(elsewhere, login, OWN)
        both = re.findall(r"/staff/account/sessions/(\w{64})/end", (await elsewhere.get("/staff/account")).text)
        assert len(both) == 2
        assert not set(both) & set(listed)
        for id in both:
            await here.post(f"/staff/account/sessions/{id}/end")
        assert (await elsewhere.get("/staff/account")).status_code == 303
        await sign_in(here, login, OWN)
        await here.post("/staff/account/sign-out")
        assert (await here.get("/staff/account")).status_code == 303
        assert await house.parts.sessions.of(login) == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
            "Chrome · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "không rõ"),
    ],
)
async def test_devices_are_told_as_people_know_them(agent: str, words: str) -> None:
    assert device_words(agent) == words
