"""What a clerk can tell whoever asks: who comes next and why, and why another was called before."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.desks import Desk, at_counter
from tests.browser.running import Pages

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@at_counter("65")
def test_the_next_number_says_why_it_is_next(desk: Desk) -> None:
    why = desk.page.locator("#next-why")
    expect(why).to_have_text("Tiếp theo 65001: chờ lâu nhất trong 5 số")
    desk.call_next("65001")
    desk.keys("d")
    expect(why).to_have_text("Tiếp theo 65001: được xếp lên đầu hàng")


@at_counter("66")
def test_why_was_he_called_before_me(desk: Desk, pages: Pages) -> None:
    answer = desk.page.locator("#why-answer")
    desk.call_next("66001")
    desk.keys("v")
    expect(answer).to_contain_text("Số 66001 được gọi đến quầy 66")
    assert Axe().run(desk.page).violations_count == 0
    desk.page.keyboard.type("66003")
    desk.keys("Enter")
    expect(answer).to_contain_text(", trước số 66003 (")
    desk.page.fill("#why-number", "66004")
    desk.page.fill("#why-before", "")
    desk.page.get_by_role("button", name="Hỏi").click()
    expect(answer).to_have_text("Số 66004 đang chờ, còn 2 số phía trước.")
    desk.page.fill("#why-number", "66999")
    desk.page.press("#why-number", "Enter")
    expect(answer).to_have_text("Không tìm thấy số này.")
    pages.faults.clear()  # the refusal
    desk.keys("Escape")
    desk.keys("f")
    desk.shows("–")
    desk.keys("v")
    expect(desk.page.locator("#why-number")).to_be_focused()  # nobody is there: any number may be asked for
