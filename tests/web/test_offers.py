"""What each service gives now: how long one would wait in steps, whether it may be too late, or why none."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from app.demo import plan_of
from app.domain.commands import SetPlan
from app.domain.estimate import Range
from app.domain.plan import MINUTE, Channel, LastNumber, Plan, Quota, Window
from app.domain.states import DeviceKind
from app.views.waits import wait_words
from app.web.bodies import ServiceNow
from app.web.offers import offers
from tests.conftest import Played
from tests.web.house import OTHER, House, text_of

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 0, "dưới 5 phút"),
        (0, 4.9, "dưới 5 phút"),
        (4.9, 5.1, "dưới 10 phút"),
        (5, 12, "5–15 phút"),
        (61, 90, "60–90 phút"),
        (61, 91, "1–2 giờ"),
        (20, 100, "dưới 2 giờ"),
        (100, 550, "1,5–9,5 giờ"),
        (300, 601, ""),
    ],
)
def test_a_wait_is_told_in_steps(low: float, high: float, words: str) -> None:
    assert wait_words(Range(int(low * MINUTE), int(low * MINUTE), int(high * MINUTE))) == words


def test_of_a_busy_service_near_closing(played: Played) -> None:
    """At 16:25 a dozen wait for half an hour's work: more is given with a warning, or refused."""
    played.sit("86")
    for _ in range(12):
        played.issue("visa", channel=Channel.KIOSK)
    late = played.hall.plan.moment(date(2020, 4, 3), time(16, 25))

    def visa(rule: LastNumber) -> ServiceNow:
        played.hall.apply({"plan": replace(played.hall.plan, last_number=rule)})
        return next(one for one in offers(played.hall, Channel.WEB, late, "tang-3") if one.id == "visa")

    assert (visa(LastNumber.WARN).may_be_late, visa(LastNumber.WARN).refused) == (True, None)
    assert visa(LastNumber.OFF).may_be_late is False
    refused = visa(LastNumber.REFUSE)
    assert refused.refused
    assert refused.refused["code"] == "last-number-gone"
    assert (refused.wait, refused.waiting) == ("", 12)


async def change(house: House, plan: Plan) -> None:
    done = await house.parts.centers.do(OTHER, SetPlan("system", plan))
    await house.parts.feed.reach(OTHER, done.position)


async def told(house: House, headers: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    async with house.web.http(headers=headers) as http:
        answer = await http.get(f"/api/centers/{OTHER}/services?zone=sanh-chinh")
    assert answer.status_code == 200
    assert answer.json()["day"] == house.parts.feed.hall(OTHER).day.date
    return {service["id"]: service for service in answer.json()["services"]}


@pytest.mark.redis
@pytest.mark.anyio
class TestServices:
    async def test_of_a_center_with_nobody_waiting(self, house: House) -> None:
        now = await told(house)
        assert list(now) == [service.id for service in plan_of(OTHER).services_in("sanh-chinh")]
        assert now["ho-tich"]["refused"] is None
        assert now["ho-tich"]["wait"] == "dưới 5 phút"
        assert now["ho-tich"]["may_be_late"] is False

    async def test_a_quota_that_is_used_up_at_the_kiosk_only(self, house: House) -> None:
        before = house.parts.feed.hall(OTHER).plan
        window = Window(time(0, 0), time(23, 59, 58), time(23, 59, 59), EVERY_DAY, Quota(kiosk=1))
        kiosk = {"authorization": f"Bearer {await house.device(DeviceKind.KIOSK, center=OTHER)}"}
        _, citizen = await house.citizen()
        try:
            await change(house, replace(before, windows=(window,)))
            async with house.web.http(headers=kiosk) as http:
                body = {"service": "dat-dai", "request": "the only one"}
                taken = await http.post(f"/api/centers/{OTHER}/tickets", json=body)
                assert taken.status_code == 200
            assert (await told(house, kiosk))["dat-dai"]["refused"]["code"] == "quota-used-up"
            assert (await told(house))["dat-dai"]["refused"] is None, "there are still some online"
            async with house.web.http(citizen) as http:
                page = await http.get(f"/centers/{OTHER}/zones/sanh-chinh")
            assert page.text.count('<button class="tile service" disabled') == 0
        finally:
            await change(house, before)

    async def test_the_grid_says_why_a_service_gives_none(self, house: House) -> None:
        before = house.parts.feed.hall(OTHER).plan
        another = (before.local(house.parts.clock()).isoweekday() + 1) % 7 + 1  # the day after tomorrow
        services = tuple(
            replace(service, windows=(Window(days=(another,)),)) if service.id == "dat-dai" else service
            for service in before.services
        )
        _, citizen = await house.citizen()
        try:
            await change(house, replace(before, services=services))
            assert (await told(house))["dat-dai"]["refused"]["code"] == "issue-not-open"
            async with house.web.http(citizen) as http:
                page = await http.get(f"/centers/{OTHER}/zones/sanh-chinh")
            assert "Mời bạn lấy số từ 07:00" in text_of(page.text)
            assert page.text.count('<button class="tile service" disabled') == 1
        finally:
            await change(house, before)

    async def test_an_unknown_zone_or_center(self, house: House) -> None:
        async with house.web.http() as http:
            assert (await http.get(f"/api/centers/{OTHER}/services?zone=x")).status_code == 404
            assert (await http.get("/api/centers/x/services")).status_code == 404
