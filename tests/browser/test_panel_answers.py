"""What a clerk can tell whoever asks: who comes next and why, and why another was called before."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.desks import Desk, at_counter
from tests.browser.running import CENTER, LAPTOP, TV, Pages, RunningDemo, sign_in_staff

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
    pages.forgive("404")
    desk.keys("Escape")
    desk.keys("f")
    desk.shows("–")
    desk.keys("v")
    expect(desk.page.locator("#why-number")).to_be_focused()  # nobody is there: any number may be asked for


@at_counter("67")
def test_the_clerk_sees_who_has_carried_the_call_out(desk: Desk, pages: Pages) -> None:
    told = desk.page.locator("#told")
    tv = pages.open(TV, desk.demo.device("tv", "tang-3")["url"])
    expect(tv.locator("#counters > *")).to_have_count(18)
    desk.call_next("67001")
    expect(told).to_contain_text("hiện trên 1 trên 1 TV · bảng ✓")
    expect(told).to_have_text("đã đọc ✓ (speaker tang-3) · hiện trên 1 trên 1 TV · bảng ✓", timeout=20_000)
    expect(told).to_have_class("told good")
    desk.keys("f")
    expect(told).to_be_empty()


def test_where_nobody_holds_the_voice_the_panel_says_so(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "lan")
    page.goto(f"{demo.portal}/panel/{CENTER}/05")
    expect(page.locator("#told")).to_have_text("Khu vực này chưa có loa nào đọc số.")
