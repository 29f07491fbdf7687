"""Accounts in the real browser: made, signed in to for the first time, changed, shut out; wide and narrow."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import keep
from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

NARROW = (360, 740)
SECONDS = 15_000


def look(page: Page, name: str) -> None:
    """Keep a picture of a page at both sizes."""
    for size, word in ((NARROW, "-narrow"), (LAPTOP, "")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        keep(page, f"{name}{word}", size)


def test_an_account_from_its_first_day_to_its_last(demo: RunningDemo, pages: Pages) -> None:
    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.get_by_role("link", name="Tài khoản nhân viên").click()
    admin.get_by_label("Họ tên").fill("Lê Thị Mơ")
    admin.get_by_label("Tên đăng nhập").fill("mo")
    admin.get_by_role("button", name="Tạo tài khoản").click()
    first = admin.locator(".first code").inner_text()
    look(admin, "staff-first-shown")

    clerk = pages.open(LAPTOP, f"{demo.portal}/panel/sign-in")
    clerk.fill("[name=login]", "mo")
    clerk.fill("[name=password]", first)
    clerk.press("[name=password]", "Enter")
    clerk.get_by_label("Mật khẩu mới").fill("matkhau123")
    clerk.get_by_role("button", name="Bắt đầu làm việc").click()
    expect(clerk.get_by_role("alert")).to_contain_text("quá phổ biến")
    look(clerk, "staff-first")
    clerk.get_by_label("Mật khẩu mới").fill("con voi xanh đi bộ")
    clerk.get_by_role("button", name="Bắt đầu làm việc").click()
    clerk.wait_for_url("**/panel")
    clerk.goto(f"{demo.portal}/staff/account")
    expect(clerk.locator(".sessions")).to_contain_text("máy này")
    look(clerk, "staff-own")
    clerk.goto(f"{demo.portal}/panel/{CENTER}/86")
    expect(clerk.locator("body")).to_contain_text("86")

    admin.goto(f"{demo.portal}/admin/{CENTER}/staff")
    expect(admin.locator(".people")).to_contain_text("Lê Thị Mơ")
    look(admin, "staff")
    admin.get_by_role("link", name="Lê Thị Mơ").click()
    expect(admin.locator(".sessions")).to_contain_text("Chrome")
    look(admin, "staff-member")
    admin.get_by_role("button", name="Khóa tài khoản").click()
    expect(admin.locator(".notice.bad")).to_contain_text("không đăng nhập được")
    clerk.wait_for_url(re.compile("/panel/sign-in"), timeout=SECONDS)  # by itself: its socket was closed
    pages.forgive("422")


def test_the_last_operator_of_a_center_cannot_leave(demo: RunningDemo, pages: Pages) -> None:
    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.goto(f"{demo.portal}/admin/{CENTER}/staff/quantri")
    admin.get_by_role("button", name="Khóa tài khoản").click()
    expect(admin.get_by_role("alert")).to_contain_text("Đây là người quản trị cuối cùng")
    look(admin, "staff-last")
    pages.forgive("409")
