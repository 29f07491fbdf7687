"""What supervisors open and ask for: their page, their topic, the devices, a number's story, and who may not."""

import re

import pytest

from app.accounts.staff import Role
from app.domain.states import DeviceKind
from tests.web.house import CENTER, OTHER, House, cookie_header, live, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PAGE = f"/supervisor/{CENTER}"
ASKED = [
    ("GET", f"/api/centers/{CENTER}/tickets/86001/story", None),
    ("POST", f"/api/centers/{CENTER}/tickets/86001/move", {"day": "2026-11-24", "changed": 1, "to": "86"}),
    ("POST", f"/api/centers/{CENTER}/issuing/stop", {}),
    ("POST", f"/api/centers/{CENTER}/issuing/reopen", {}),
]


async def test_a_supervisor_sees_the_center_or_a_zone(house: House) -> None:
    async with house.web.http(await house.staff("giam-sat", Role.SUPERVISOR)) as http:
        home = await http.get("/supervisor")
        assert (home.status_code, home.headers["location"]) == (303, PAGE)
        whole, zone = await http.get(PAGE), await http.get(f"{PAGE}/tang-3")
        assert "Điều hành" in text_of(whole.text)
        assert '"zone/tang-1"' in whole.text
        assert '"zone/tang-1"' not in zone.text
        assert (await http.get(f"{PAGE}/tang-9")).status_code == 404
        assert (await http.get(f"/supervisor/{OTHER}")).status_code == 403
        assert "/supervisor" in (await http.get("/panel")).text


@pytest.mark.parametrize("role", [Role.CLERK, Role.OPERATOR])
async def test_nobody_else_does(house: House, role: Role) -> None:
    cookies = await house.staff(f"khong-{role.value}", role)
    async with house.web.http(cookies) as http:
        assert (await http.get(PAGE)).status_code == 403
        assert (await http.get("/supervisor")).headers["location"] == "/panel"
        assert (await http.get(f"/api/views/supervisor/{CENTER}/all")).status_code == 403
        for method, path, body in ASKED:
            assert (await http.request(method, path, json=body)).status_code == 403, path
    async with live(house.web, cookie=cookie_header(cookies)) as socket:
        assert (await socket.join(f"supervisor/{CENTER}/all"))["code"] == "not-allowed"


async def test_whoever_is_not_signed_in_is_asked_to(house: House) -> None:
    async with house.web.http() as http:
        for path in (f"{PAGE}/tang-3", "/supervisor"):
            asked = await http.get(path)
            assert (asked.status_code, asked.headers["location"]) == (303, f"/panel/sign-in?next={path}")
        assert (await http.get(f"/api/views/supervisor/{CENTER}/all")).status_code == 401
        for method, path, body in ASKED:
            assert (await http.request(method, path, json=body)).status_code == 401, path


async def test_the_page_follows_what_happens(house: House) -> None:
    cookies = await house.staff("giam-sat", Role.SUPERVISOR)
    async with live(house.web, cookie=cookie_header(cookies)) as socket, house.web.http(cookies) as http:
        topic = f"supervisor/{CENTER}/tang-3"
        await socket.join(topic)
        before = socket.rows[topic]["service/visa"]["waiting"]
        number = (await house.take(http, "visa"))["number"]
        await socket.until(lambda: socket.rows[topic]["service/visa"]["waiting"] == before + 1)
        await http.post(
            f"/api/centers/{CENTER}/issuing/stop", json={"services": ["visa"], "reason": "máy in hỏng"}
        )
        await socket.until(lambda: socket.rows[topic]["service/visa"]["issuing"] == "issue-stopped")
        refused = await http.post(
            f"/api/centers/{CENTER}/tickets", json={"service": "visa", "request": "a-request-of-visa"}
        )
        assert refused.json()["refusal"]["vi"] == "Lĩnh vực Visa đang tạm dừng phát số: máy in hỏng."
        await http.post(f"/api/centers/{CENTER}/issuing/reopen", json={})
        await socket.until(lambda: socket.rows[topic]["service/visa"]["issuing"] == "")
        assert (await http.get(f"/api/centers/{CENTER}/tickets/{number}/story")).status_code == 200


async def test_the_story_of_a_number_names_no_citizen(house: House) -> None:
    citizen, signed_in = await house.citizen()
    async with house.web.http(signed_in) as http:
        number = (await house.take(http, "dien-luc"))["number"]
    async with house.web.http(await house.staff("giam-sat", Role.SUPERVISOR)) as http:
        answer = await http.get(f"/api/centers/{CENTER}/tickets/{number}/story")
        told = answer.json()
        unknown = await http.get(f"/api/centers/{CENTER}/tickets/86999/story")
        no_day = await http.get(f"/api/centers/{CENTER}/tickets/{number}/story?day=2020-01-02")
        nonsense = await http.get(f"/api/centers/{CENTER}/tickets/{number}/story?day=heute")
    assert (told["number"], told["state"], told["service_id"]) == (number, "waiting", "dien-luc")
    assert [entry["who"] for entry in told["entries"]] == ["Người giữ số"]
    assert re.match("Lấy số qua mạng, lĩnh vực ", told["entries"][0]["what"])
    assert citizen.id not in answer.text
    assert "Hoa" not in answer.text
    assert [one.json()["refusal"]["code"] for one in (unknown, no_day, nonsense)] == [
        "unknown-number",
        "day-not-kept",
        "bad-request",
    ]


async def test_how_the_devices_are(house: House) -> None:
    key = await house.device(DeviceKind.TV, "tang-2")
    device = key.partition(".")[0]
    await house.parts.presence.seen(device, 1_000, "127.0.0.1")
    async with house.web.http(await house.staff("giam-sat", Role.SUPERVISOR)) as http:
        found = (await http.get(f"/api/centers/{CENTER}/presence")).json()["devices"]
    here = next(one for one in found if one["id"] == device)
    assert (here["kind"], here["zones"], here["online"], here["mute"], here["seen"]) == (
        "tv",
        ["tang-2"],
        True,
        False,
        1_000,
    )
