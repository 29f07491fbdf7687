"""What a clerk does while a press is still under way: the server is held back, the hand is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.browser.desks import Desk, at_counter, desk, type_at_once
from tests.browser.running import CENTER, Pages

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.redis]

ANOTHER_DAY = f"http://127.0.0.1/tickets/{CENTER}/2020-01-02/66001/abcdefghijklmnop"


@contextmanager
def held(desk: Desk, verb: str) -> Iterator[None]:
    """The presses of a verb are on their way for as long as this lasts; the page's clock stands still, be the
    machine as slow as it may."""
    waiting: list[Route] = []
    desk.page.clock.install()
    desk.page.clock.pause_at(datetime.now() + timedelta(seconds=1))
    desk.page.route(f"**/{verb}", lambda route: waiting.append(route))
    yield
    for route in waiting:
        route.continue_()
    desk.page.unroute(f"**/{verb}")


@at_counter("65")
def test_a_key_goes_with_the_turn_that_the_press_before_it_led_to(desk: Desk) -> None:
    with held(desk, "next"):
        desk.page.keyboard.press("Space")
        expect(desk.page.locator("#panel.busy")).to_have_count(1)
        desk.page.keyboard.press("+")
    expect(desk.page.locator("#now-title")).to_have_text("Đang phục vụ")
    desk.shows("65001")
    assert desk.rows()["counter"]["started"] > 0


@at_counter("66")
def test_what_was_asked_during_a_press_is_asked_of_whom_it_led_to(desk: Desk) -> None:
    heading = desk.page.locator("#ask-outcome .about")
    with held(desk, "next"):
        desk.page.keyboard.press("Space")
        expect(desk.page.locator("#panel.busy")).to_have_count(1)
        desk.page.keyboard.press("Numpad0")
        desk.page.keyboard.press("Numpad1")
        expect(heading).to_have_text("…")  # nobody knows yet who comes
    expect(heading).to_have_text("số 66001")
    desk.page.keyboard.press("2")
    desk.answers("Số 66001: Đã trả kết quả.")


@at_counter("68")
def test_what_was_asked_during_a_press_is_put_away_if_nobody_is_left(desk: Desk) -> None:
    desk.call_next("68001")
    with held(desk, "finish"):
        desk.page.keyboard.press(".")  # a letter would wait for the clock, which stands still
        expect(desk.page.locator("#panel.busy")).to_have_count(1)
        desk.page.keyboard.press("Numpad0")
        desk.page.keyboard.press("Numpad1")
        expect(desk.page.locator("#ask-outcome")).to_be_visible()
    expect(desk.page.locator("#ask-outcome")).to_be_hidden()
    desk.answers("“Xong, kèm kết quả”: Chưa có ai ở quầy.")


@at_counter("69")
def test_a_number_put_away_keeps_the_focus_while_others_come(desk: Desk) -> None:
    desk.call_next("69001")
    desk.press("park")
    chip = desk.page.locator("#parked [data-number='69001']")
    chip.focus()
    service = next(name for name in desk.rows() if name.startswith("service/")).removeprefix("service/")
    url = f"{desk.demo.portal}/api/centers/{CENTER}/tickets"
    desk.page.request.post(url, data={"service": service, "request": "one-more"})
    expect(desk.page.locator("#count")).to_have_text("5")
    expect(chip).to_be_focused()
    desk.keys("Enter")
    expect(desk.page.locator("#ask-call [name=number]")).to_have_value("69001")


@at_counter("67")
def test_what_was_scanned_during_a_press_is_said_behind_it(desk: Desk, pages: Pages) -> None:
    with held(desk, "next"):
        desk.page.keyboard.press("Space")
        expect(desk.page.locator("#panel.busy")).to_have_count(1)
        with desk.page.expect_response("**/check-in"):
            type_at_once(desk.page, *ANOTHER_DAY, "Enter")
    desk.shows("67001")
    desk.answers("Không tìm thấy số này.")
    pages.forgive("404")
