"""The page of numbers on paper: kept before an outage, entered after it, by supervisors and operators."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.accounts.staff import Role
from app.domain.states import TicketState
from tests.web.house import CENTER, House, hidden, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

PAGE = f"/admin/{CENTER}/paper"


@pytest.fixture
async def keeper(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.web.http(await house.staff("bich", Role.SUPERVISOR)) as http:
        yield http


def now(house: House) -> str:
    return f"{house.parts.feed.hall(CENTER).plan.local(house.parts.clock()):%H:%M}"


async def keep(keeper: httpx.AsyncClient, service: str, count: int) -> httpx.Response:
    request = hidden((await keeper.get(PAGE)).text, "request")
    form = {"service": service, "count": str(count), "request": request}
    first = await keeper.post(f"{PAGE}/reserve", data=form)
    again = await keeper.post(f"{PAGE}/reserve", data=form)  # a form that is sent twice keeps one range
    assert first.status_code == again.status_code
    return first


async def test_an_outage_from_end_to_end(house: House, keeper: httpx.AsyncClient) -> None:
    hall = house.parts.feed.hall(CENTER)
    issued = hall.series("76").issued
    first, second, third, fourth = (f"76{issued + at:03}" for at in range(1, 5))
    service = next(one.id for one in hall.plan.services if one.lead == "76")
    assert (await keep(keeper, service, 3)).headers["location"] == PAGE
    assert f"{first} – {third}" in text_of((await keeper.get(PAGE)).text)
    assert (await house.take(keeper, service))["number"] == fourth, "nothing else gives the numbers kept"
    form = {"first": first, "last": second, "at": now(house), "group": "", "served": "on"}
    assert (await keeper.post(f"{PAGE}/enter", data=form)).status_code == 303
    form = {"first": second, "last": third, "at": now(house), "group": "co-cong"}
    assert (await keeper.post(f"{PAGE}/enter", data=form)).status_code == 303
    hall = house.parts.feed.hall(CENTER)
    assert [hall.ticket(number).state for number in (first, second, third)] == [
        TicketState.FINISHED,
        TicketState.FINISHED,  # entered before: said again it is the same
        TicketState.WAITING,
    ]
    assert hall.ticket(third).group == "co-cong"
    assert "đã nhập 3, còn 0" in text_of((await keeper.get(PAGE)).text)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"first": "86999"}, "Số 86999 không nằm trong dải số giấy đã giữ hôm nay."),
        ({"last": "86999"}, "Số 86999 không nằm trong dải số giấy đã giữ hôm nay."),
        ({"at": "25:00"}, "Không đọc được yêu cầu: at."),
        ({"at": "00:00:00"}, "Giờ phát số giấy phải từ"),
        ({"group": "khong-co"}, "không có nhóm ưu tiên “khong-co”"),
    ],
)
async def test_what_cannot_be_entered_is_said_on_the_page(
    house: House, keeper: httpx.AsyncClient, change: dict[str, str], says: str
) -> None:
    await keep(keeper, "ngoai-vu", 2)
    kept = house.parts.feed.hall(CENTER).papers("69")[-1]
    form = {"first": f"69{kept.first:03}", "last": "", "at": now(house), "group": ""} | change
    answer = await keeper.post(f"{PAGE}/enter", data=form)
    if change.get("at") == "00:00:00" and now(house) == "00:00":
        return  # the first minute of the day is no fault then
    assert 400 <= answer.status_code < 500
    assert says in text_of(answer.text)


async def test_a_range_that_cannot_be_kept_is_said_on_the_page(keeper: httpx.AsyncClient) -> None:
    assert "Mỗi lần giữ được từ 1 đến 50 số giấy." in text_of((await keep(keeper, "visa", 51)).text)
    form = {"service": "visa", "count": "nhiều", "request": "a-request-id"}
    assert (await keeper.post(f"{PAGE}/reserve", data=form)).status_code == 400


async def test_clerks_and_strangers_keep_nothing(house: House) -> None:
    async with house.web.http() as stranger:
        assert (await stranger.get(PAGE)).headers["location"].startswith("/panel/sign-in?next=")
        assert (await stranger.post(f"{PAGE}/reserve", data={})).status_code == 401
    async with house.web.http(await house.staff("lan")) as clerk:
        assert (await clerk.get(PAGE)).status_code == 403
        body = {"service": "visa", "request": "a-request-id", "count": 3}
        assert (await clerk.post(f"/api/centers/{CENTER}/paper", json=body)).status_code == 403
