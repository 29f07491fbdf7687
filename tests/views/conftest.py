"""Shared by the tests of views: a busy morning, with planted words that no public screen may show."""

import pytest

from app.domain.commands import Issue, Told
from app.domain.plan import Channel
from app.domain.presses import Absent, Next, Pause
from app.domain.states import DeviceKind
from tests.conftest import Played

PLANTED = ("planted-holder", "planted-contact", "planted-clerk", "planted-hash", "planted-request")


@pytest.fixture
def busy(played: Played) -> Played:
    """Counter 86 serves 86001 and 86002 waits; 85 called 85001 in vain; 68 is paused."""
    holder, contact, clerk, _, request = PLANTED
    played.ready("loa-1")
    played.pair("tv-1", DeviceKind.TV)
    for service in ("visa", "visa", "cong-an-pccc", "van-hoa-the-thao"):
        request_id = f"{request}-{played.hall.version}"
        played.do(Issue(f"citizen/{holder}", request_id, service, Channel.WEB, holder, contact))
    for counter in ("86", "85", "68"):
        played.sit(counter, f"staff/{clerk}-{counter}")
    played.press(Next, "86")
    played.press(Next, "85")
    played.press(Absent, "85")
    played.do(Pause(f"staff/{clerk}-68", "68", 2, "họp"))
    played.do(Told("device/tv-1", "tv-1", "tang-3", 1))
    return played
