"""Two windows at one counter: the second is told, takes over only knowingly, and the first is told then."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desks import Desk, at_counter
from tests.browser.running import LAPTOP, Pages, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

ELSEWHERE = "Quầy này đang được làm việc ở một cửa sổ hoặc máy khác."


def opened(pages: Pages, desk: Desk) -> Page:
    """The same counter's panel on another machine, the same clerk signed in."""
    page = pages.open(LAPTOP)
    sign_in_staff(page, desk.demo, "lan")
    page.goto(desk.page.url)
    expect(page.locator("#state-note")).to_have_text(ELSEWHERE)  # it is drawn: keys count from now on
    return page


@at_counter("65")
def test_the_second_window_is_told_and_takes_over_only_knowingly(desk: Desk, pages: Pages) -> None:
    desk.call_next("65001")
    second = opened(pages, desk)
    expect(second.locator("[data-verb=next]")).to_be_hidden()
    assert Axe().run(second).violations_count == 0
    second.keyboard.press("Space")
    expect(second.locator("#answer")).to_contain_text("bấm T để làm việc ở đây")
    turn = desk.rows()["counter"]["turn"]
    second.keyboard.press("t")
    expect(second.locator("#answer")).to_have_text("Quầy được làm việc ở đây; cửa sổ kia đã được báo.")
    expect(second.locator("[data-verb=next]")).to_be_visible()
    expect(second.locator("[data-verb=undo]")).to_be_visible()  # what could be taken back still can
    desk.answers("Quầy vừa được chuyển sang làm việc ở cửa sổ khác.")
    expect(desk.page.locator("#state-note")).to_have_text(ELSEWHERE)
    expect(desk.page.locator("[data-verb=next]")).to_be_hidden()
    assert desk.rows()["counter"]["turn"] == turn + 1
    second.keyboard.press("f")
    desk.shows("–")
    desk.keys("t")
    expect(desk.page.locator("[data-verb=next]")).to_be_visible()
    expect(second.locator("#state-note")).to_have_text(ELSEWHERE)


@at_counter("66")
def test_what_the_first_window_presses_before_it_is_told_is_refused_clearly(desk: Desk, pages: Pages) -> None:
    desk.call_next("66001")
    desk.page.route_web_socket("**/live**", lambda line: None)  # after the reload nothing is heard any more
    desk.page.reload()
    expect(desk.page.locator("[data-verb=next]")).to_be_visible()
    second = opened(pages, desk)
    second.keyboard.press("t")
    expect(second.locator("[data-verb=next]")).to_be_visible()
    desk.keys("f")
    desk.answers("Quầy 66 đang được làm việc ở một cửa sổ hoặc máy khác, nên phím này không có tác dụng.")
    assert desk.rows()["counter"]["number"] == "66001"
    pages.forgive("403", "409")


@at_counter("67")
def test_a_reload_and_a_window_that_was_closed_ask_nothing(desk: Desk, pages: Pages) -> None:
    seat = desk.rows()["counter"]["seat"]
    desk.page.reload()
    desk.call_next("67001")
    assert desk.rows()["counter"]["seat"] == seat
    copied = desk.page.context.new_page()  # a tab with the same storage of its own
    copied.add_init_script(f"sessionStorage.setItem('goiso-seat', '{seat}')")
    copied.goto(desk.page.url)
    expect(copied.locator("#state-note")).to_have_text(ELSEWHERE)
    copied.close()
    desk.press("hand-over", clerk="lan")  # as whoever comes from another counter's panel: nobody has said where
    expect(desk.page.locator("[data-verb=next]")).to_be_visible()
    desk.keys("f")
    desk.shows("–")
