"""The gate before every route: cross-site requests, headers, GET that changes nothing, where one may go on to."""

import asyncio
import re
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from app.accounts.sessions import hash_token
from app.accounts.staff import Role
from app.domain.states import DeviceKind
from app.web.guard import HEADERS
from app.web.panel import safe_staff_next
from app.web.portal import safe_next
from app.web.routes import ROUTES
from tests.web.house import CENTER, House, cookie_header, device_cookie, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

ORIGIN = "https://layso.example.vn"
TICKETS = f"/api/centers/{CENTER}/tickets"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://layso.example.vn"},
        {"origin": f"{ORIGIN}:8443"},
        {"origin": f"{ORIGIN}.evil.example"},
        {"origin": ""},
    ],
)
async def test_a_post_from_another_site_is_refused(house: House, headers: dict[str, str]) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies, headers=headers) as http:
        ask = {"service": "tu-phap", "request": "a-request-id"}
        answer = await http.post(TICKETS, json=ask)
        page = await http.post("/sign-out")
    assert answer.status_code == page.status_code == 403
    assert answer.json()["refusal"]["code"] == "wrong-origin"
    assert "đến từ một trang khác" in text_of(page.text)


@pytest.mark.parametrize("headers", [{}, {"origin": ORIGIN}, {"sec-fetch-site": "same-origin", "origin": ORIGIN}])
async def test_a_post_of_ours_passes(house: House, headers: dict[str, str]) -> None:
    async with house.web.http(headers=headers) as http:
        assert (await http.post("/sign-out")).status_code == 303


async def test_every_answer_carries_the_headers(house: House) -> None:
    async with house.web.http() as http:
        answers = [await http.get(path) for path in ("/", "/none", "/api/centers", "/openapi.json", "/healthz")]
        answers.append(await http.post("/sign-in", content=b"x" * 70_000))
        for answer in answers:
            assert HEADERS.items() <= dict(answer.headers).items()
            assert answer.headers["cache-control"] == "no-store"
            assert "server" not in answer.headers


async def test_pages_run_no_inline_script(house: House) -> None:
    """What the content security policy would stop is not there: no handler, style or script in the markup."""
    _, cookies = await house.citizen()
    staff = await house.staff("tong", Role.OPERATOR, Role.CLERK, Role.SUPERVISOR)
    async with house.web.http(cookies | staff) as http:
        link = (await house.take(http, "ngoai-vu"))["ticket"]["link"]
        zone = f"/centers/{CENTER}/zones/tang-3"
        staffed = ["/panel", f"/panel/{CENTER}/86", f"/admin/{CENTER}/devices"]
        for path in ["/", "/register", zone, "/tickets", link, "/tv/pair", "/kiosk/pair", *staffed]:
            page = await http.get(path)
            assert page.status_code == 200, path
            assert not re.search(r"<[^>]*\s(on\w+|style)=", page.text), path
            for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL):
                assert not body.strip() or "application/json" in attributes, path


async def test_get_changes_nothing(house: House) -> None:
    """Every route that answers GET is asked, by everybody at once, and the store is as it was."""
    _, cookies = await house.citizen()
    key = await house.device(DeviceKind.TV, "tang-3")
    everybody = (
        cookies | await house.staff("tong", Role.OPERATOR, Role.CLERK, Role.SUPERVISOR) | device_cookie(key)
    )
    redis = house.parts.sessions._redis
    async with house.web.http(everybody) as http:
        link = (await house.take(http, "noi-vu"))["ticket"]["link"]
        begun = (await http.post("/api/pairings", json={"kind": "tv"})).json()
        given = {
            "center": CENTER,
            "zone": "tang-3",
            "counter": "86",
            "device": key.partition(".")[0],
            "code": begun["code"],
            "pairing": begun["id"],
            "stamp": "x",
            "path": "look/look.css",
            "pack": "x",
            "topic": f"services/{CENTER}/tang-3",
            "number": "86001",
            "day": "2020-04-03",
            "seal": "x",
            "verb": "next",
            "clip": "digit-8",
            "file": "0.webp",
            "section": "zones",
            "login": "tong",
            "session": "x",
        }
        before = await everything(redis)
        asked = 0
        for route in ROUTES:
            if isinstance(route, Route):
                path = re.sub(r"{(\w+)(:\w+)?}", lambda place: given[place[1]], route.path)
                answer = await http.get(path, headers={"sec-fetch-site": "cross-site"})
                assert answer.status_code < 500, path
                assert (answer.status_code == 405) == ("GET" not in (route.methods or ())), path
                asked += 1
        assert (await http.get(link)).status_code == 200
        assert (await http.get(f"/admin/{CENTER}/devices?code={begun['code']}")).status_code == 200
        assert asked > 30
    assert await everything(redis) == before


async def everything(redis: Any) -> dict[bytes, object]:
    """What stands in the store, without what passes by itself: the lease of the tick, devices' marks, tries."""
    found: dict[bytes, object] = {}
    for key in await redis.keys():
        if key.startswith((b"goiso:lease", b"goiso:seen", b"goiso:tries")):
            continue
        kind = await redis.type(key)
        read = {
            b"string": redis.get,
            b"hash": redis.hgetall,
            b"set": redis.smembers,
            b"stream": redis.xlen,
            b"list": redis.llen,
            b"zset": redis.zcard,
        }
        found[key] = await read[kind](key)
    return found


@pytest.mark.parametrize(
    ("text", "onward"),
    [
        ("/tickets", "/tickets"),
        ("/centers/quang-ninh/zones/tang-3", "/centers/quang-ninh/zones/tang-3"),
        ("", "/centers"),
        ("//evil.example", "/centers"),
        ("/\\evil.example", "/centers"),
        ("/\t/evil.example", "/centers"),
        ("https://evil.example", "/centers"),
        ("javascript:alert(1)", "/centers"),
        ("\n/x", "/centers"),
        ("/x\r\nset-cookie: a=b", "/centers"),
    ],
)
async def test_one_goes_on_to_a_page_of_ours(house: House, text: str, onward: str) -> None:
    assert safe_next(text) == onward
    async with house.web.http() as http:
        answer = await house.register(http, next=text)
    assert (answer.status_code, answer.headers["location"]) == (303, onward)
    assert safe_staff_next(text) == "/panel"


async def test_cookies_are_for_this_site_and_no_script(house: House) -> None:
    async with house.web.http() as http:
        cookies = (await house.register(http)).headers.get_list("set-cookie")
    given = [cookie.lower() for cookie in cookies if "max-age=0" not in cookie.lower()]
    assert [cookie.partition("=")[0][:12] for cookie in given] == ["goiso_sessio", "goiso_known_"]
    for cookie in given:
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_a_session_is_never_the_one_that_was_brought_along(house: House) -> None:
    planted = "an attacker's token"
    _, mine = await house.citizen()
    async with house.web.http() as http:
        for given in (planted, mine["goiso_session"]):
            http.cookies.set("goiso_session", given)
            answer = await house.register(http)
            assert answer.cookies["goiso_session"] not in (planted, mine["goiso_session"])
            http.cookies.clear()
    assert await house.parts.sessions.find("citizen", planted) is None
    assert await house.parts.sessions.find("citizen", mine["goiso_session"]) is None, "the old one ended"


@pytest.mark.parametrize("forged", ["", "x", "x" * 65, "x" * 4000, "ă", "../../x"])
async def test_a_forged_cookie_is_nobody(house: House, forged: str) -> None:
    headers = [(b"cookie", f"goiso_session={forged}; goiso_staff={forged}".encode())]
    async with house.web.http() as http:
        answer = await http.get("/tickets", headers=headers)
        assert answer.headers["location"].startswith("/sign-in")
        press = await http.post(f"/api/centers/{CENTER}/counters/86/take", json={"turn": 1}, headers=headers)
        assert press.status_code == 401


async def test_a_foreign_or_expired_cookie_is_nobody(house: House) -> None:
    _, citizen = await house.citizen()
    clerk = await house.staff("lan")
    swapped = {"goiso_staff": citizen["goiso_session"], "goiso_session": clerk["goiso_staff"]}
    async with house.web.http(headers={"cookie": cookie_header(swapped)}) as http:
        assert (await http.get("/tickets")).status_code == 303
        assert (await http.get("/panel")).headers["location"] == "/panel/sign-in?next=/panel"
    await house.parts.sessions._redis.delete(f"goiso:session:{hash_token(citizen['goiso_session'])}")
    async with house.web.http(citizen) as http:
        assert (await http.get("/tickets")).status_code == 303


async def test_another_password_ends_the_sessions_of_before(house: House) -> None:
    cookies = await house.staff("doi")
    async with house.web.http(cookies) as http:
        assert (await http.get("/panel")).status_code == 200
        await house.parts.staff.set_password("doi", "another password")
        assert (await http.get("/panel")).headers["location"] == "/panel/sign-in?next=/panel"
        sent = {"login": "doi", "password": "another password", "next": "/panel"}
        assert (await http.post("/panel/sign-in", data=sent)).status_code == 303
        assert (await http.get("/panel")).status_code == 200


async def test_sign_out_ends_the_session_on_the_server(house: House) -> None:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        await http.post("/sign-out")
    async with house.web.http(cookies) as http:
        assert (await http.get("/tickets")).headers["location"].startswith("/sign-in")


async def test_a_reader_that_goes_away_is_no_fault(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """A request whose body never ends, dropped by its sender, leaves no trace in the log."""
    _, writer = await asyncio.open_connection("127.0.0.1", house.web.port)
    writer.write(b"POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nlogin=")
    await writer.drain()
    writer.close()
    async with httpx.AsyncClient(base_url=house.web.address) as http:
        assert (await http.get("/healthz")).status_code == 200
    assert "Traceback" not in caplog.text
