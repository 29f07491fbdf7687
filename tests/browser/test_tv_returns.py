"""A TV that was away shows what one that never left shows, and speaks nothing that is past: after a second, half
an hour, a night, an upgrade of the server. Nobody waits for it: time goes by in hall and pages alike.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.domain import day
from tests.browser.rooms import Room, Screen, with_sounds
from tests.browser.running import TV, Pages

pytestmark = pytest.mark.browser

SECOND, MINUTE = 1_000, 60_000
AWAY = {"a second": SECOND, "ten seconds": 10 * SECOND, "half an hour": 30 * MINUTE}


@pytest.fixture
def room(pages: Pages) -> Iterator[Room]:
    made = Room.of(6)
    with_sounds(made)
    made.sit_everywhere()
    for counter in ("01", "02", "03"):
        made.call(counter)
        made.played.clock.forward(40_000)
    yield made
    pages.forgive("ERR_FAILED")  # the cable was out


def two(room: Room, pages: Pages) -> tuple[Screen, Screen]:
    """A TV that stays, and one that will go."""
    return room.hang(pages.open(TV)), room.hang(pages.open(TV))


def pass_time(room: Room, ms: int, *gone: Screen) -> None:
    """Let time go by, with calls on the way; whoever is not cut off is sent each."""
    calls = 0
    while ms > 0:
        step = min(ms, 5 * MINUTE)
        if calls < 12:
            room.call(room.counters[calls % 6])
            calls += 1
        room.push()
        room.forward(min(step, 8 * SECOND))
        if step > 8 * SECOND:
            rest = step - 8 * SECOND
            room.played.clock.forward(rest)
            for screen in room.screens:
                screen.page.clock.fast_forward(rest)
            room.forward(2 * SECOND)
        ms -= step


def come_back(room: Room, screen: Screen) -> None:
    screen.mend()
    for _ in range(30):
        room.forward(SECOND)
        if screen.page.evaluate("tv.isLive()"):
            return
    raise AssertionError("not back within 30 s")


def picture(page: Page) -> str:
    return str(page.locator("body").inner_text())


def spoken_of(screen: Screen) -> list[str]:
    return list(screen.page.evaluate("tv.played.map(one => one.number)"))


@pytest.mark.parametrize("keeps", [True, False], ids=["what was missed", "the whole view"])
@pytest.mark.parametrize("length", AWAY)
def test_after_a_cut(room: Room, pages: Pages, length: str, keeps: bool) -> None:
    stayed, left = two(room, pages)
    left.keeps_frames = keeps
    left.cut()
    pass_time(room, AWAY[length], left)
    assert picture(left.page) != picture(stayed.page)
    come_back(room, left)
    room.forward(12 * SECOND)
    assert picture(left.page) == picture(stayed.page)
    assert left.page.evaluate("tv.rows") == stayed.page.evaluate("tv.rows")


def test_what_was_called_meanwhile_is_shown_and_not_spoken(room: Room, pages: Pages) -> None:
    room.played.ready("tv-1", "tang-1")  # the TV is the voice of its zone
    tv = room.hang(pages.open(TV))
    tv.cut()
    missed = [room.call(counter) for counter in ("04", "05", "06")]
    room.forward(50 * SECOND)
    come_back(room, tv)
    expect(tv.page.locator("[data-counter='06'] .number")).to_have_text(missed[-1])
    room.forward(10 * SECOND)
    assert spoken_of(tv) == []
    assert not [body for path, body in room.told if path.endswith("told") and body["seq"] > 3]


def test_the_picture_says_when_it_is_old_and_stays(room: Room, pages: Pages) -> None:
    tv = room.hang(pages.open(TV))
    number = room.call("04")
    room.push()
    room.forward(5 * SECOND)
    tv.cut()
    room.forward(6 * SECOND)
    expect(tv.page.locator("#bar")).not_to_have_class("bar lost")
    room.forward(10 * SECOND)
    expect(tv.page.locator("#bar")).to_have_class("bar lost")
    expect(tv.page.locator("#light")).to_contain_text("Mất kết nối từ 08:0")
    expect(tv.page.locator("#light")).to_contain_text("số có thể cũ")
    expect(tv.page.locator("[data-counter='04'] .number")).to_have_text(number)
    come_back(room, tv)
    expect(tv.page.locator("#light")).to_have_text("Trực tuyến")


def test_after_a_night(room: Room, pages: Pages) -> None:
    stayed, left = two(room, pages)
    left.cut()
    night = int(timedelta(hours=14).total_seconds() * 1000)
    room.played.clock.forward(night)
    for screen in room.screens:
        screen.page.clock.fast_forward(night)
    room.played.put(day.close_day(room.played.hall, room.now(), by_midnight=True))
    room.played.put(day.open_day(room.played.hall, room.now() + 24 * 60 * MINUTE - night))
    come_back(room, stayed)
    come_back(room, left)
    room.push()
    for screen in room.screens:
        expect(screen.page.locator("#counters")).not_to_contain_text("01001")
        expect(screen.page.locator("[data-counter='01'] .number")).to_contain_text("Đóng")
    assert picture(left.page) == picture(stayed.page)


def test_after_an_upgrade_the_page_is_loaded_anew_between_two_announcements(room: Room, pages: Pages) -> None:
    tv = room.hang(pages.open(TV))
    room.forward(10 * SECOND)
    tv.page.evaluate("window.marked = true")
    room.call("05")
    room.push()
    tv.order("reload")
    room.forward(3 * SECOND)
    assert tv.page.evaluate("window.marked"), "not while a number is being called"
    tv.cut()
    room.forward(15 * SECOND)
    assert tv.page.evaluate("window.marked"), "not while the server does not answer"
    tv.mend()
    for _ in range(20):
        room.forward(SECOND)
    tv.page.wait_for_function("() => window.marked === undefined && tv.known()")
    expect(tv.page.locator("[data-counter='05'] .number")).to_contain_text("05001")


def test_the_picture_moves_a_little_and_never_leaves_the_screen(room: Room, pages: Pages) -> None:
    tv = room.hang(pages.open(TV))
    places = set()
    for _ in range(60):
        room.played.clock.forward(2 * MINUTE)
        tv.page.clock.fast_forward(2 * MINUTE)
        tv.page.clock.run_for(SECOND)
        box = tv.page.locator("#bar").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= TV[0]
        places.add((round(box["x"]), round(box["y"])))
    assert len(places) >= 20
