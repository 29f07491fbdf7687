"""Checking a number in and giving it back over the API: who may, what proves the holder, what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.accounts.staff import Role
from app.domain.commands import SetPlan
from app.domain.plan import CheckIn
from app.domain.states import DeviceKind, TicketState
from app.web.proving import CALLER_TRIES, NUMBER_TRIES
from tests.web.house import CENTER, OTHER, House
from tests.web.test_refusals import refused

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

FAR = ("203.0.113.77", 1)  # not an address of the center's kiosks
TICKETS = f"/api/centers/{CENTER}/tickets"


class Number:
    """A number taken online, and what its holder was given."""

    def __init__(self, house: House, taken: dict[str, Any], cookies: dict[str, str]) -> None:
        self.house = house
        self.number: str = taken["number"]
        self.day = house.parts.feed.hall(CENTER).day.date
        self.code: str = taken["ticket"]["check_code"]
        self.seal = taken["ticket"]["link"].rpartition("/")[2]
        self.cookies = cookies

    async def ask(self, what: str, cookies: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        """`what` asked for this number; `client`, `headers` and `number` may be others."""
        options = {name: sent.pop(name) for name in ("client", "headers") if name in sent}
        number = sent.pop("number", self.number)
        async with self.house.web.http(cookies, **options) as http:
            return await http.post(f"{TICKETS}/{number}/{what}", json={"day": self.day} | sent)

    @property
    def state(self) -> TicketState:
        return self.house.parts.feed.hall(CENTER).ticket(self.number).state


@pytest.fixture
async def online(house: House) -> Number:
    _, cookies = await house.citizen()
    async with house.web.http(cookies) as http:
        return Number(house, await house.take(http, "tu-phap"), cookies)


@pytest.fixture
async def kiosk(house: House) -> dict[str, str]:
    return {"authorization": f"Bearer {await house.device(DeviceKind.KIOSK)}"}


@pytest.fixture(autouse=True)
async def untried(house: House) -> AsyncIterator[None]:
    yield
    await house.parts.tries.forget("code:127.0.0.1")


def outcome(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["outcome"])


class TestCheckIn:
    async def test_at_a_kiosk_with_the_code_as_people_type_it(self, online: Number, kiosk: dict[str, str]) -> None:
        typed = f" {online.code[:2].lower()} {online.code[2:]} "
        assert outcome(await online.ask("check-in", headers=kiosk, code=typed)) == "done"
        assert outcome(await online.ask("check-in", headers=kiosk, code=online.code)) == "unchanged"

    async def test_at_a_kiosk_by_the_link_that_a_scanner_reads(
        self, online: Number, kiosk: dict[str, str]
    ) -> None:
        assert outcome(await online.ask("check-in", headers=kiosk, seal=online.seal)) == "done"

    async def test_from_a_page_in_the_building(self, online: Number) -> None:
        assert outcome(await online.ask("check-in", seal=online.seal)) == "done"

    async def test_by_staff_who_see_the_holder(self, house: House, online: Number) -> None:
        lan = await house.staff("lan")
        wrong = await online.ask("check-in", lan, code="2222", client=FAR)
        refused(wrong, 403, "wrong-check-code")
        assert outcome(await online.ask("check-in", lan, client=FAR)) == "done"

    async def test_whoever_was_passed_over_is_called_next(self, house: House, kiosk: dict[str, str]) -> None:
        _, cookies = await house.citizen()
        lan = await house.staff("lan")
        async with house.web.http(cookies) as http:
            away = Number(house, await house.take(http, "y-te"), cookies)
            await house.take(http, "y-te")
        await house.press(lan, "75", "take")
        called = await house.press(lan, "75", "next")
        assert called["number"] == away.number
        await house.press(lan, "75", "absent")
        assert away.state is TicketState.ASIDE
        checked = await away.ask("check-in", headers=kiosk, code=away.code)
        assert outcome(checked) == "done"
        assert (await house.press(lan, "75", "next"))["number"] == away.number
        await house.press(lan, "75", "leave")

    async def test_from_home_it_would_prove_nothing(self, online: Number) -> None:
        for proof in ({"seal": online.seal}, {"code": online.code}):
            told = refused(await online.ask("check-in", client=FAR, **proof), 403, "not-at-the-center")
            assert "ki-ốt" in told["hint_vi"]
        assert online.state is TicketState.WAITING

    async def test_by_nobody_and_by_staff_of_another_center(self, house: House, online: Number) -> None:
        refused(await online.ask("check-in"), 401, "not-signed-in")
        refused(await online.ask("check-in", online.cookies), 401, "not-signed-in")
        keeper = await house.staff("quan", Role.OPERATOR)
        refused(await online.ask("check-in", keeper), 403, "not-allowed")
        other = await house.staff("nga", center=OTHER)
        refused(await online.ask("check-in", other), 403, "not-allowed")

    async def test_at_other_devices_and_kiosks_elsewhere(self, house: House, online: Number) -> None:
        for key, client, code in [
            (await house.device(DeviceKind.TV, "tang-3"), ("127.0.0.1", 1), "not-paired"),
            (await house.device(DeviceKind.KIOSK, center=OTHER), ("127.0.0.1", 1), "not-paired"),
            (await house.device(DeviceKind.KIOSK), FAR, "wrong-address"),
        ]:
            headers = {"authorization": f"Bearer {key}"}
            answer = await online.ask("check-in", headers=headers, client=client, code=online.code)
            refused(answer, 401 if code == "not-paired" else 403, code)

    async def test_with_what_proves_nothing(self, online: Number, kiosk: dict[str, str]) -> None:
        refused(await online.ask("check-in", headers=kiosk), 403, "wrong-check-code")
        refused(await online.ask("check-in", headers=kiosk, code="ĂĂĂĂ"), 403, "wrong-check-code")
        refused(await online.ask("check-in", seal="ă" * 22), 404, "unknown-number")
        refused(await online.ask("check-in", headers=kiosk, number="99999", code="2222"), 403, "wrong-check-code")
        refused(await online.ask("check-in", code=online.code, day="2020-04-03"), 403, "wrong-check-code")
        refused(await online.ask("check-in", code=online.code, day="hôm nay"), 400, "bad-request")

    async def test_a_number_of_another_day(self, house: House, online: Number) -> None:
        seal = house.parts.seals.link(CENTER, "2020-04-03", online.number)
        answer = await online.ask("check-in", seal=seal, day="2020-04-03")
        assert "của ngày 03/04/2020" in refused(answer, 404, "number-over")["vi"]

    async def test_codes_are_not_guessed_for_long(
        self, house: House, online: Number, kiosk: dict[str, str]
    ) -> None:
        wrong = [await online.ask("check-in", headers=kiosk, code="2222") for _ in range(NUMBER_TRIES)]
        assert {answer.status_code for answer in wrong} == {403}
        right = await online.ask("check-in", headers=kiosk, code=online.code)
        refused(right, 429, "too-many-tries")
        assert outcome(await online.ask("check-in", headers=kiosk, seal=online.seal)) == "done", "the QR goes on"

    async def test_numbers_are_not_tried_one_after_another(self, online: Number, kiosk: dict[str, str]) -> None:
        numbers = [f"{65_900 + at}" for at in range(CALLER_TRIES)]
        for number in numbers:
            assert (await online.ask("check-in", headers=kiosk, number=number, code="2222")).status_code == 403
        refused(await online.ask("check-in", headers=kiosk, code=online.code), 429, "too-many-tries")
        assert outcome(await online.ask("check-in", code=online.code)) == "done", "elsewhere it goes on"

    async def test_right_codes_cost_no_tries(self, online: Number, kiosk: dict[str, str]) -> None:
        for _ in range(CALLER_TRIES + 5):
            assert (await online.ask("check-in", headers=kiosk, code=online.code)).status_code == 200

    async def test_where_there_is_no_check_in(self, house: House, kiosk: dict[str, str], online: Number) -> None:
        plan = house.parts.feed.hall(CENTER).plan
        done = await house.parts.centers.do(CENTER, SetPlan("system", replace(plan, check_in=CheckIn.OFF)))
        await house.parts.feed.reach(CENTER, done.position)
        try:
            refused(await online.ask("check-in", headers=kiosk, code=online.code), 409, "check-in-is-off")
        finally:
            done = await house.parts.centers.do(CENTER, SetPlan("system", plan))
            await house.parts.feed.reach(CENTER, done.position)


class TestGivingBack:
    async def test_by_the_link_from_anywhere_and_twice_is_once(self, online: Number) -> None:
        assert outcome(await online.ask("cancel", client=FAR, seal=online.seal)) == "done"
        assert outcome(await online.ask("cancel", client=FAR, seal=online.seal)) == "unchanged"

    async def test_by_who_took_it_and_by_nobody_else(self, house: House, online: Number) -> None:
        _, other = await house.citizen()
        refused(await online.ask("cancel", other), 404, "unknown-number")
        refused(await online.ask("cancel"), 401, "not-signed-in")
        refused(await online.ask("cancel", await house.staff("quan", Role.OPERATOR)), 403, "not-allowed")
        assert outcome(await online.ask("cancel", online.cookies, client=FAR)) == "done"

    async def test_by_its_code_at_the_center_only(self, online: Number, kiosk: dict[str, str]) -> None:
        refused(await online.ask("cancel", client=FAR, code=online.code), 403, "not-at-the-center")
        refused(await online.ask("cancel", headers=kiosk, code="2222"), 403, "wrong-check-code")
        assert outcome(await online.ask("cancel", headers=kiosk, code=online.code)) == "done"

    async def test_by_staff_and_not_while_it_is_called(self, house: House, online: Number) -> None:
        lan = await house.staff("lan")
        await house.press(lan, "65", "take")
        await house.press(lan, "65", "call", number=online.number)
        told = refused(await online.ask("cancel", lan), 409, "number-busy")
        assert "quầy 65" in told["vi"]
        await house.press(lan, "65", "finish")
        refused(await online.ask("cancel", seal=online.seal), 409, "number-ended")
        await house.press(lan, "65", "leave")
        async with house.web.http(lan) as http:
            taken = await house.take(http, "tu-phap")
            given = await http.post(f"{TICKETS}/{taken['number']}/cancel", json={"day": online.day})
        assert outcome(given) == "done"


class TestStaff:
    async def test_why_a_number_was_called(self, house: House, online: Number) -> None:
        lan = await house.staff("lan")
        why = f"{TICKETS}/{online.number}/why"
        async with house.web.http(lan) as http:
            before = (await http.get(why)).json()
            assert before["sentence"].startswith(f"Số {online.number} đang chờ")
            assert before["reason"] == ""
            await house.press(lan, "65", "take")
            called = await house.press(lan, "65", "next")
            path = f"{TICKETS}/{called['number']}/why?at_least={called['position']}"
            told = (await http.get(path)).json()
            assert (told["reason"], told["counter"]) == ("first-come", "65")
            assert told["candidates"][0]["service"] == "Tư pháp"
            assert told["candidates"][0]["number"] == called["number"]
            english = (await http.get(f"{path}&lang=en")).json()["sentence"]
            assert "because it had waited longest" in english
            refused(await http.get(f"{path}&lang=fr"), 400, "bad-request")
            refused(await http.get(f"{TICKETS}/99999/why"), 404, "unknown-number")
        await house.press(lan, "65", "leave")

    async def test_why_is_for_staff_of_the_center(self, house: House, online: Number) -> None:
        why = f"{TICKETS}/{online.number}/why"
        for cookies, status, code in [
            ({}, 401, "not-signed-in"),
            (online.cookies, 401, "not-signed-in"),
            (await house.staff("quan", Role.OPERATOR), 403, "not-allowed"),
            (await house.staff("nga", center=OTHER), 403, "not-allowed"),
        ]:
            async with house.web.http(cookies) as http:
                refused(await http.get(why), status, code)

    async def test_days_are_opened_and_closed_by_supervisors(self, house: House, online: Number) -> None:
        for what in ("open", "close"):
            for cookies, status, code in [
                ({}, 401, "not-signed-in"),
                (await house.staff("lan"), 403, "not-allowed"),
            ]:
                async with house.web.http(cookies) as http:
                    refused(await http.post(f"/api/centers/{CENTER}/day/{what}"), status, code)
        assert online.state is TicketState.WAITING
        async with house.web.http(await house.staff("chi", Role.SUPERVISOR)) as http:
            closed = await http.post(f"/api/centers/{CENTER}/day/close")
            assert outcome(closed) == "done"
            ask = {"service": "tu-phap", "request": "after the day"}
            refused(await http.post(TICKETS, json=ask), 409, "day-is-closed")
            assert outcome(await http.post(f"/api/centers/{CENTER}/day/open")) == "done"
            assert outcome(await http.post(TICKETS, json=ask)) == "done"


async def test_a_page_of_another_site_cannot(online: Number) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        for what in ("check-in", "cancel"):
            refused(await online.ask(what, seal=online.seal, headers=headers), 403, "wrong-origin")
    assert online.state is TicketState.WAITING


async def test_a_number_of_a_priority_group(house: House, kiosk: dict[str, str]) -> None:
    group = house.parts.feed.hall(CENTER).plan.order.groups[0].id
    async with house.web.http(headers=kiosk) as http:
        body = {"service": "noi-vu", "request": "an old woman", "group": group}
        first = (await http.post(TICKETS, json=body)).json()
        assert first["may_be_late"] is False
        assert house.parts.feed.hall(CENTER).ticket(first["number"]).group == group
        assert (await http.post(TICKETS, json=body)).json()["number"] == first["number"]
        refused(await http.post(TICKETS, json=body | {"group": ""}), 409, "request-reused")
        unknown = await http.post(TICKETS, json=body | {"group": "vip", "request": "another one"})
        assert "nhóm ưu tiên “vip”" in refused(unknown, 404, "unknown-group")["vi"]
