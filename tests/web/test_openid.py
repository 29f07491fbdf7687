"""Signing in at another portal: a real provider on loopback, and all that must not be believed."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey

from tests.web.house import PASSWORD, House, keys_about, open_house, text_of
from tests.web.other_portal import CLIENT, SECRET, OtherPortal, back, other_portal

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def portal() -> AsyncIterator[OtherPortal]:
    async with other_portal() as portal:
        yield portal


@pytest.fixture
async def home(redis_url: str, data: Path, portal: OtherPortal) -> AsyncIterator[House]:
    async with open_house(
        redis_url,
        data,
        7,
        OPENID_ISSUER=portal.origin,
        OPENID_CLIENT=CLIENT,
        OPENID_SECRET=SECRET,
        OPENID_NAME="Cổng tỉnh",
    ) as home:
        yield home


async def sent(http: httpx.AsyncClient, onward: str = "/centers") -> str:
    """The address at the other portal that a browser is led to."""
    answer = await http.get("/openid", params={"next": onward})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def sign_in(http: httpx.AsyncClient, portal: OtherPortal, **changed: str) -> httpx.Response:
    return await http.get(back(portal.authorize(await sent(http)) | changed))


async def test_one_comes_in_by_the_other_portal_and_is_the_same_again(home: House, portal: OtherPortal) -> None:
    portal.person |= {"email": "cong@vidu.vn", "email_verified": True, "phone_number": "0912 777 001"}
    async with home.web.http() as http:
        assert "Đăng nhập bằng Cổng tỉnh" in text_of((await http.get("/sign-in")).text)
        came = await sign_in(http, portal)
        assert (came.status_code, came.headers["location"]) == (303, "/centers")
        page = text_of((await http.get("/account")).text)
    assert "cong@vidu.vn" in page
    assert "912777001" not in page, "a phone number that is not verified there is not believed"
    first = await home.parts.citizens.of_contact("cong@vidu.vn")
    assert first
    assert first.name == "Bùi Thị Cổng"
    async with home.web.http() as http:
        assert (await sign_in(http, portal)).status_code == 303
        told = (await http.get("/account/data.json")).json()
    assert told["account"]["id"] == first.id
    assert await keys_about(home.parts.store.redis, "001099123456") == [], "the number of a card is kept nowhere"


async def test_who_has_an_account_here_is_not_led_into_it(home: House, portal: OtherPortal) -> None:
    mine, _ = await home.citizen(contact="chu@vidu.vn")
    portal.person |= {"email": "chu@vidu.vn", "email_verified": True}
    async with home.web.http() as http:
        came = await sign_in(http, portal)
        assert came.headers["location"] == "/account", "a contact is still to be given"
        told = (await http.get("/account/data.json")).json()
    assert told["account"]["id"] != mine.id
    assert told["account"]["email"] == ""


async def test_such_an_account_is_deleted_and_begins_anew(home: House, portal: OtherPortal) -> None:
    async with home.web.http() as http:
        await sign_in(http, portal)
        first = (await http.get("/account/data.json")).json()["account"]["id"]
        assert "Đã xóa tài khoản" in text_of((await http.post("/account/delete", data={"old": ""})).text)
        assert await keys_about(home.parts.store.redis, first) == []
        await sign_in(http, portal)
        assert (await http.get("/account/data.json")).json()["account"]["id"] != first


async def test_an_account_without_a_password_is_not_signed_in_to_by_one(home: House, portal: OtherPortal) -> None:
    portal.person |= {"email": "khong@vidu.vn", "email_verified": True}
    async with home.web.http() as http:
        await sign_in(http, portal)
    async with home.web.http() as http:
        for password in ("", PASSWORD, "nobody has this password"):
            answer = await http.post(
                "/sign-in", data={"login": "khong@vidu.vn", "password": password, "next": "/"}
            )
            assert answer.status_code == 401


def lie(**claims: Any) -> Callable[[OtherPortal], None]:
    return lambda portal: portal.claims.update(claims)


def forged(portal: OtherPortal) -> None:
    portal.signs = RSAKey.generate_key(2048, {"kid": "first"})


def signed_with_the_secret(portal: OtherPortal) -> None:
    portal.signs = OctKey.import_key(SECRET)
    portal.head = {"alg": "HS256"}


@pytest.mark.parametrize(
    "lies",
    [
        lie(iss="https://other.example"),
        lie(iss=None),
        lie(aud="another-client"),
        lie(aud=None),
        lie(aud=[CLIENT, "another"], azp="another"),
        lie(nonce="another"),
        lie(nonce=None),
        lie(exp=int(time.time()) - 3600),
        lie(exp=None),
        lie(iat=int(time.time()) + 3600),
        lie(sub=None),
        forged,
        signed_with_the_secret,
    ],
)
async def test_an_id_token_that_is_not_right_lets_nobody_in(
    home: House, portal: OtherPortal, lies: Callable[[OtherPortal], None]
) -> None:
    lies(portal)
    async with home.web.http() as http:
        came = await sign_in(http, portal)
        assert came.status_code == 403
        assert "không thành công" in text_of(came.text)
        assert (await http.get("/tickets")).status_code == 303, "nobody is signed in"


@pytest.mark.parametrize(
    "changed", [{"state": "x"}, {"code": "x"}, {"iss": "https://other.example"}, {"error": "x"}]
)
async def test_an_answer_that_was_changed_lets_nobody_in(
    home: House, portal: OtherPortal, changed: dict[str, str]
) -> None:
    async with home.web.http() as http:
        assert (await sign_in(http, portal, **changed)).status_code == 403


async def test_an_answer_is_good_once_and_in_its_own_browser(home: House, portal: OtherPortal) -> None:
    async with home.web.http() as mine, home.web.http() as theirs:
        told = portal.authorize(await sent(mine))
        assert (await theirs.get(back(told))).status_code == 403, "another browser, without the cookie"
        await sent(theirs)
        assert (await theirs.get(back(told))).status_code == 403, "with a cookie of its own"
        assert (await mine.get(back(told))).status_code == 303
        assert (await mine.get(back(told))).status_code == 403


async def test_one_goes_on_to_a_page_of_ours(home: House, portal: OtherPortal) -> None:
    portal.person |= {"email": "toi@vidu.vn", "email_verified": True}
    for asked, there in (("/tickets", "/tickets"), ("https://evil.example", "/centers")):
        async with home.web.http() as http:
            came = await http.get(back(portal.authorize(await sent(http, asked))))
            assert came.headers["location"] == there


async def test_keys_are_fetched_once_and_again_for_a_new_one(
    home: House, portal: OtherPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.accounts.openid.KEYS_PAUSE_SECONDS", 0.0)
    for kid, asked in (("first", 1), ("first", 1), ("second", 2)):
        if str(portal.key.kid) != kid:
            portal.key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})
        async with home.web.http() as http:
            assert (await sign_in(http, portal)).status_code == 303
        assert portal.asked_keys == asked


async def test_a_portal_that_is_away_is_said_so(home: House, portal: OtherPortal) -> None:
    portal.is_away = True
    async with home.web.http() as http:
        answer = await http.get("/openid")
        assert answer.status_code == 503
        assert "Cổng đăng nhập kia không trả lời" in text_of(answer.text)
        portal.is_away = False
        there = await sent(http)
        portal.is_away = True
        assert (await http.get(back(portal.authorize(there)))).status_code == 503


async def test_without_settings_there_is_no_such_page(house: House) -> None:
    async with house.web.http() as http:
        assert (await http.get("/openid")).status_code == 404
        assert "Đăng nhập bằng" not in text_of((await http.get("/sign-in")).text)
