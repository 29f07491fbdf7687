"""The grid of a zone's services."""

import pytest

from app.domain.refusals import UnknownZone
from app.views import services
from tests.conftest import Played


def test_an_empty_hall_shows_every_service_in_the_order_of_the_notice_with_zeros(played: Played) -> None:
    rows = services.rows(played.hall, "tang-3")
    names = [row["name"] for row in rows.values()]
    assert len(names) == 18
    assert names[:3] == ["Tư pháp", "Thông tin & Truyền thông", "Công an tỉnh"]
    assert names[-1] == "Lao động TBXH"
    figures = [{name: value for name, value in row.items() if name != "name"} for row in rows.values()]
    assert figures == [{"latest": "0", "current": "0", "waiting": 0, "open": 0}] * 18


def test_a_busy_hall_shows_the_latest_and_the_current_number(busy: Played) -> None:
    rows = services.rows(busy.hall, "tang-3")
    assert rows["service/visa"] == {
        "name": "Visa",
        "latest": "86002",
        "current": "86001",
        "waiting": 1,
        "open": 1,
    }
    assert rows["service/cong-an-pccc"]["current"] == "85001"
    assert (rows["service/van-hoa-the-thao"]["waiting"], rows["service/van-hoa-the-thao"]["open"]) == (1, 0)


def test_an_unknown_zone_is_refused(played: Played) -> None:
    with pytest.raises(UnknownZone):
        services.rows(played.hall, "tang-9")
