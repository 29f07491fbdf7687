"""A clerk's hundred presses while the network loses, doubles, delays and cuts: none is lost, none counts twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desk, people_wait, sit_down
from tests.browser.rough import FATES, RoughWire, rough_wire
from tests.browser.running import LAPTOP, Pages, RunningDemo, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

VISIT = ("next", "start", "finish", "undo", "finish")
KEYS = {
    "keyboard": {"next": "Space", "start": "s", "finish": "f", "undo": "z"},
    "number pad": {"next": "NumpadEnter", "start": "NumpadAdd", "finish": "NumpadDecimal", "undo": "NumpadDivide"},
    "mouse": {},
}


@pytest.mark.parametrize(
    ("counter", "hands", "visits"),
    [
        pytest.param("65", ("keyboard", "number pad"), 3, id="a few, by keyboard only"),
        pytest.param(
            "66", ("keyboard", "number pad"), 20, id="a hundred, by keyboard only", marks=pytest.mark.proof
        ),
        pytest.param("68", tuple(KEYS), 20, id="a hundred, by all that one has", marks=pytest.mark.proof),
    ],
)
def test_no_press_is_lost_or_counts_twice_on_a_rough_network(
    demo: RunningDemo, pages: Pages, counter: str, hands: tuple[str, ...], visits: int
) -> None:
    with rough_wire(seed=86) as wire:
        desk = Desk(pages.open(LAPTOP, proxy=wire.for_browser), demo, counter)
        sign_in_staff(desk.page, demo, "lan")
        people_wait(desk, visits)
        sit_down(desk)
        began = desk.rows()["counter"]["turn"]
        wire.is_rough = True
        for at in range(visits):
            serve(desk, f"{counter}{at + 1:03}", hands[at % len(hands)])
        wire.is_rough = False
        expect(desk.page.locator("#answer")).to_be_empty()
        rows = desk.rows()
        assert rows["counter"]["turn"] == began + visits * len(VISIT), "a press was lost, or counted twice"
        assert rows["counter"]["last"] == f"{counter}{visits:03}"
        assert rows["waiting"]["count"] == 0
        if visits > 10:
            all_happened(wire)
        desk.press("leave")
        desk.page.context.close()
        pages.forgive("net::ERR")


def serve(desk: Desk, number: str, hand: str) -> None:
    """A whole visit, its end taken back and pressed again. A clerk presses when the picture shows what the last
    press did."""
    for verb in VISIT:
        if hand == "mouse":
            desk.click(verb)
        else:
            desk.keys(KEYS[hand][verb])
        desk.shows("–" if verb == "finish" else number)
        if verb == "next":
            expect(desk.page.locator("#calls")).to_have_text("gọi 1 lần")
        elif verb == "start":
            expect(desk.page.locator("#now-title")).to_have_text("Đang phục vụ")


def all_happened(wire: RoughWire) -> None:
    for fate in (*FATES, "cut"):
        assert wire.met[fate] >= 3, wire.met
