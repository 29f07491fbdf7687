"""What cannot be done is said: as a page and as JSON, with the right status, in two languages, without a trace."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.accounts.staff import Role
from app.demo import plan_of
from app.domain.commands import Issue, OpenDay, SetPlan
from app.domain.plan import Channel, Window
from app.domain.refusals import Refusal, leaves
from app.web.answers import CLOSE, STATUS, nearest
from app.web.portal import TAKES
from tests.web.house import CENTER, OTHER, PASSWORD, House, Web, new_phone, settings_of, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

TICKETS = f"/api/centers/{CENTER}/tickets"
ASK = {"service": "tu-phap", "request": "a-request-id"}


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.web.http() as http:
        yield http


@pytest.fixture
async def citizen(house: House) -> AsyncIterator[httpx.AsyncClient]:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        yield http


@pytest.fixture
async def lan(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A clerk of the center."""
    async with house.web.http(await house.staff("lan")) as http:
        yield http


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, str]:
    """Check that a refusal is told as pages or programs are told; its sentences if they are JSON."""
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.headers["content-type"] == "application/json":
        told: dict[str, str] = answer.json()["refusal"]
        assert told["code"] == code
        assert told["vi"]
        assert told["en"]
        return told
    assert f"· {code}" in text_of(answer.text)
    return {}


@pytest.mark.parametrize("refusal", leaves())
def test_every_refusal_has_a_status_and_a_close_code(refusal: type[Refusal]) -> None:
    instance = refusal(**dict.fromkeys(re.findall(r"{(\w+)}", f"{refusal.vi}{refusal.hint_vi}"), "x"))
    assert 400 <= nearest(STATUS, instance) < 600
    assert nearest(CLOSE, instance) in (1009, *range(4000, 5000))


@pytest.mark.parametrize(
    ("path", "code", "sentence"),
    [
        ("/centers/mong-cai", "unknown-center", "Không có trung tâm “mong-cai”."),
        ("/centers/mong-cai/zones/tang-3", "unknown-center", "Không có trung tâm “mong-cai”."),
        (f"/centers/{CENTER}/zones/tang-9", "unknown-zone", "không có khu vực “tang-9”"),
        ("/khong-co", "unknown-page", "Không có trang này."),
        (f"/tickets/{CENTER}/2020-04-03/86001/AAAAAAAAAAAAAAAAAAAAAA", "unknown-number", "Không tìm thấy số này."),
        ("/static/x/../../app/settings.py", "unknown-page", "Không có trang này."),
        ("/static/x/portal/none.css", "unknown-page", "Không có trang này."),
    ],
)
async def test_what_is_not_there_is_a_page(
    stranger: httpx.AsyncClient, path: str, code: str, sentence: str
) -> None:
    answer = await stranger.get(path)
    refused(answer, 404, code)
    assert sentence in text_of(answer.text)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/views/services/mong-cai/tang-3", "unknown-center"),
        (f"/api/views/services/{CENTER}/tang-9", "unknown-zone"),
        (f"/api/views/ticket/{CENTER}/AAAAAAAAAAAAAAAAAAAAAA", "unknown-topic"),
        (f"/api/views/secrets/{CENTER}/all", "unknown-topic"),
        ("/api/views/services", "unknown-topic"),
        ("/api/nothing", "unknown-page"),
        ("/sound/0123456789ab/86001-86.wav", "unknown-page"),
    ],
)
async def test_what_is_not_there_is_json_for_programs(stranger: httpx.AsyncClient, path: str, code: str) -> None:
    refused(await stranger.get(path), 404, code)


async def test_unknown_service_counter_key_and_device(
    citizen: httpx.AsyncClient, lan: httpx.AsyncClient, house: House
) -> None:
    refused(await citizen.post(TICKETS, json=ASK | {"service": "bay"}), 404, "unknown-service")
    refused(await citizen.post("/api/centers/mong-cai/tickets", json=ASK), 404, "unknown-center")
    form = {"service": "bay", "zone": "tang-3", "request": "a-request-id"}
    page = await citizen.post(f"/centers/{CENTER}/tickets", data=form)
    assert page.status_code == 404
    assert "không có lĩnh vực “bay”" in text_of(page.text)
    refused(await citizen.post(f"/centers/{CENTER}/tickets", data=form | {"zone": "x"}), 404, "unknown-zone")
    counters = f"/api/centers/{CENTER}/counters"
    refused(await lan.post(f"{counters}/97/next", json={"turn": 1}), 404, "unknown-counter")
    refused(await lan.post(f"{counters}/86/open", json={"turn": 1}), 404, "unknown-page")
    async with house.web.http(await house.staff("quan", Role.OPERATOR)) as quan:
        refused(await quan.post(f"/api/centers/{CENTER}/devices/none/revoke"), 404, "unknown-device")
        refused(await quan.get(f"/api/centers/{CENTER}/pairings/000000"), 404, "unknown-code")


async def test_who_is_not_signed_in_or_may_not(
    stranger: httpx.AsyncClient, citizen: httpx.AsyncClient, lan: httpx.AsyncClient, house: House
) -> None:
    press = f"/api/centers/{CENTER}/counters/86/take"
    refused(await stranger.post(TICKETS, json=ASK), 401, "not-signed-in")
    refused(await stranger.post(press, json={"turn": 1}), 401, "not-signed-in")
    refused(await citizen.post(press, json={"turn": 1}), 401, "not-signed-in")
    refused(await lan.post(f"/api/centers/{OTHER}/counters/01/take", json={"turn": 1}), 403, "not-allowed")
    refused(await lan.post(f"/api/centers/{OTHER}/tickets", json=ASK), 403, "not-allowed")
    refused(await lan.post(f"/api/centers/{CENTER}/devices", json={}), 403, "not-allowed")
    refused(await lan.get(f"/panel/{OTHER}/01"), 403, "not-allowed")
    refused(await lan.get(f"/admin/{CENTER}/devices"), 403, "not-allowed")
    refused(await stranger.post(f"/admin/{CENTER}/devices/pair", data={}), 401, "not-signed-in")
    refused(await stranger.post("/api/device/told", json={"voice": "tang-3", "seq": 1}), 401, "not-paired")
    async with house.web.http(await house.staff("quan", Role.OPERATOR)) as quan:
        refused(await quan.post(press, json={"turn": 1}), 403, "not-allowed")
    assert (await stranger.get(f"/panel/{CENTER}/86")).headers["location"].startswith("/panel/sign-in")


async def test_a_press_by_somebody_not_at_this_counter(house: House, lan: httpx.AsyncClient) -> None:
    await house.staff("minh")
    turn = await house.sit("minh", "70")
    told = refused(
        await lan.post(f"/api/centers/{CENTER}/counters/70/next", json={"turn": turn}), 403, "not-at-this-counter"
    )
    assert told["en"] == "You are not at counter 70."
    take = await lan.post(f"/api/centers/{CENTER}/counters/70/take", json={"turn": turn})
    refused(take, 409, "counter-taken")
    await house.press(await house.staff("minh"), "70", "leave")


async def test_wrong_passwords_and_too_many(house: House, stranger: httpx.AsyncClient) -> None:
    phone = new_phone()
    await house.citizen(contact=phone)
    sent = {"login": phone, "password": "sai mật khẩu", "next": "/"}
    pages = await asyncio.gather(*(stranger.post("/sign-in", data=sent) for _ in range(30)))
    assert sorted(page.status_code for page in pages) == [401] * 10 + [429] * 20  # also side by side
    assert sum("Tài khoản hoặc mật khẩu không đúng." in text_of(page.text) for page in pages) == 10
    page = await stranger.post("/sign-in", data=sent | {"password": PASSWORD})
    assert page.status_code == 429
    assert "Mời thử lại sau 10 phút" in text_of(page.text)
    unknown = await stranger.post("/sign-in", data={"login": "x", "password": "y", "next": "/"})
    assert unknown.status_code == 401
    staff = await stranger.post("/panel/sign-in", data={"login": "nobody", "password": "y", "next": "/"})
    assert staff.status_code == 401


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"password": "ngắn"}, "Mật khẩu cần ít nhất 8 ký tự"),
        ({"password": "x" * 201}, "không quá 200"),
        ({"contact": "12345"}, "Số điện thoại hoặc địa chỉ e-mail không hợp lệ."),
        ({"contact": "hoa@"}, "Số điện thoại hoặc địa chỉ e-mail không hợp lệ."),
        ({"name": "   "}, "Họ tên cần từ 1 đến 80 ký tự."),
        ({"name": "a\x00b"}, "Họ tên cần từ 1 đến 80 ký tự."),
        ({"name": "ă" * 81}, "Họ tên cần từ 1 đến 80 ký tự."),
    ],
)
async def test_what_an_account_needs(stranger: httpx.AsyncClient, given: dict[str, str], sentence: str) -> None:
    sent = {"name": "Hoa", "contact": new_phone(), "password": PASSWORD, "next": "/"} | given
    page = await stranger.post("/register", data=sent)
    assert page.status_code == 422
    assert sentence in text_of(page.text)


async def test_an_account_is_not_made_twice(house: House, stranger: httpx.AsyncClient) -> None:
    """Who registers again learns that there is an account by the code only, which goes to its owner."""
    phone = new_phone()
    await house.citizen(contact=phone)
    again = await house.register(stranger, contact=f"+84 {phone[1:]}")
    assert again.status_code == 409
    assert "Tài khoản này đã tồn tại." in text_of(again.text)


async def test_markup_in_names_stays_text(house: House) -> None:
    evil = "<script>alert(1)</script> {{ 7*7 }} \" onload='x'"
    _, cookies = await house.citizen(evil)
    async with house.web.http(cookies) as http:
        page = (await http.get("/")).text
        assert "<script>alert(1)" not in page
        assert "{{ 7*7 }}" in text_of(page)
        sent = {"name": evil, "contact": evil, "password": "x", "next": "/"}
        for path in ("/register", "/sign-in"):
            assert "<script>alert(1)" not in (await http.post(path, data=sent | {"login": evil})).text
        assert "<script>alert(1)" not in (await http.get(f"/centers/{evil}")).text
    async with house.web.http(await house.staff("quan", Role.OPERATOR)) as quan:
        begun = await quan.post("/api/pairings", json={"kind": "kiosk"}, headers={"user-agent": evil})
        code = begun.json()["code"]
        assert "<script>alert(1)" not in (await quan.get(f"/admin/{CENTER}/devices?code={code}")).text
        form = {"code": code, "name": evil[:80], "zone": ""}
        assert (await quan.post(f"/admin/{CENTER}/devices/pair", data=form)).status_code == 303
        assert "<script>alert(1)" not in (await quan.get(f"/admin/{CENTER}/devices")).text


async def test_bodies_that_are_too_large(citizen: httpx.AsyncClient) -> None:
    async def without_length() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 8192

    refused(await citizen.post(TICKETS, content=b"x" * 70_000), 413, "too-large")
    refused(await citizen.post(TICKETS, content=without_length()), 413, "too-large")
    refused(await citizen.post("/register", content=b"x" * 70_000), 413, "too-large")
    form = {"content-type": "application/x-www-form-urlencoded"}
    refused(await citizen.post("/register", content=without_length(), headers=form), 413, "too-large")
    for length in ("x", "-1", "9" * 5000):
        answer = await citizen.post(TICKETS, content=b"{}", headers={"content-length": length})
        refused(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"service": 7, "request": "a-request-id"}', "Expected `str`, got `int` - at `$.service`"),
        (b'{"service": "tu-phap"}', "missing required field `request`"),
        (b'{"service": "tu-phap", "request": "short"}', "length >= 8 - at `$.request`"),
        (b'{"service": "tu-phap", "request": "a-request-id", "number": "86001"}', "unknown field `number`"),
        (b'\xff{"service": "\xff"}', "malformed"),
        (b'{"service": "\\ud800", "request": "a-request-id"}', ""),
        (b"[" * 5000, ""),
    ],
)
async def test_json_that_cannot_be_read(citizen: httpx.AsyncClient, body: bytes, what: str) -> None:
    told = refused(await citizen.post(TICKETS, content=body), 400, "bad-request")
    assert what in told["en"]


async def test_forms_that_cannot_be_read(citizen: httpx.AsyncClient) -> None:
    path = f"/centers/{CENTER}/tickets"
    refused(await citizen.post(path, data={"zone": "tang-3"}), 400, "bad-request")
    refused(await citizen.post(path, data={"zone": "z" * 41, "service": "tu-phap"}), 400, "bad-request")
    files = {"zone": ("zone", b"tang-3")}
    refused(await citizen.post(path, files=files), 400, "bad-request")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    refused(await citizen.post(path, content=b"nothing", headers=broken), 400, "bad-request")
    form = {"zone": "tang-3", "service": "tu-phap", "request": "short"}
    refused(await citizen.post(path, data=form), 400, "bad-request")


async def test_a_method_that_is_not_there(stranger: httpx.AsyncClient) -> None:
    page = await stranger.post("/centers")
    refused(page, 405, "wrong-method")
    assert "GET" in page.headers["allow"]
    refused(await stranger.delete(TICKETS), 405, "wrong-method")


async def test_a_fault_of_ours_is_logged_and_not_shown(
    redis_url: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(request: Request) -> Response:
        raise ValueError("a secret in a trace")

    async with Web(settings_of(f"{redis_url}?db=5", house.web.settings.data)) as web:
        web.app.routes.append(Route("/broken", broken))
        web.app.routes.append(Route("/api/broken", broken))
        async with web.http() as http:
            for path in ("/broken", "/api/broken"):
                answer = await http.get(path)
                refused(answer, 500, "broken")
                assert "secret" not in answer.text
    assert "a secret in a trace" in caplog.text


async def test_a_closed_center_names_its_opening(house: House, citizen: httpx.AsyncClient) -> None:
    plan = plan_of(OTHER)
    local = plan.local(house.parts.clock())
    closed = Window(time(3, 0), time(3, 1), time(3, 2), (local.isoweekday() % 7 + 1,))
    done = await house.parts.centers.do(OTHER, SetPlan("system", replace(plan, windows=(closed,))))
    await house.parts.feed.reach(OTHER, done.position)
    try:
        answer = await citizen.post(f"/api/centers/{OTHER}/tickets", json=ASK | {"service": "dat-dai"})
        told = refused(answer, 409, "issue-not-open")
        assert "từ 03:00 ngày" in told["vi"]
        form = {"zone": "sanh-chinh", "service": "dat-dai", "request": "a-request-id"}
        page = await citizen.post(f"/centers/{OTHER}/tickets", data=form)
        assert page.status_code == 409
        assert "Mời bạn lấy số từ 03:00" in text_of(page.text)
    finally:
        done = await house.parts.centers.do(OTHER, SetPlan("system", plan))
        await house.parts.feed.reach(OTHER, done.position)


async def test_one_account_takes_so_many_numbers(citizen: httpx.AsyncClient) -> None:
    asks = ({"service": "thue", "request": f"request-{n}"} for n in range(TAKES + 5))
    answers = await asyncio.gather(*(citizen.post(TICKETS, json=ask) for ask in asks))
    assert sorted(answer.status_code for answer in answers) == [200] * TAKES + [429] * 5


async def test_a_counter_that_has_used_up_its_numbers(house: House, citizen: httpx.AsyncClient) -> None:
    await house.parts.centers.do(CENTER, OpenDay("staff/quan"))  # whatever can be served before closing
    asked = (Issue("system", f"request-{n}", "kho-bac", Channel.DESK) for n in range(999))
    await asyncio.gather(*(house.parts.centers.do(CENTER, issue) for issue in asked))
    told = refused(await citizen.post(TICKETS, json=ASK | {"service": "kho-bac"}), 429, "numbers-used-up")
    assert "Quầy 04" in told["vi"]
