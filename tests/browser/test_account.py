"""A citizen's account on a small phone, with scripts and without: made, confirmed by a code, changed, deleted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import FOLDER, keep
from tests.browser.running import Pages, RunningDemo, ask_for_account, code_sent

pytestmark = [pytest.mark.browser, pytest.mark.redis]

SMALL = (360, 740)
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def phone_of(pages: Pages, scripts: bool) -> tuple[Page, str]:
    """A small phone, and the ending of its pictures' names."""
    return pages.open(SMALL, java_script_enabled=scripts), "" if scripts else "-plain"


def look(page: Page, name: str, ending: str) -> None:
    """Keep a picture; axe-core runs where scripts run."""
    if ending:
        page.screenshot(path=FOLDER / f"{name}{ending}.png")
    else:
        keep(page, name, SMALL)


def type_code(page: Page, code: str, scripts: bool) -> None:
    """Six digits are enough where scripts run; else the button sends them."""
    page.fill("[name=code]", code)
    if not scripts:
        page.get_by_role("button", name="Tiếp tục").click()


@SCRIPTS
def test_an_account_from_nothing_to_the_centers(demo: RunningDemo, pages: Pages, scripts: bool) -> None:
    page, ending = phone_of(pages, scripts)
    phone = "0912000101" if scripts else "0912000102"
    page.goto(f"{demo.portal}/register?next=/centers")
    look(page, "account-register", ending)
    page.get_by_label("Họ và tên").fill("Phạm Văn Tám")
    page.get_by_label("Số điện thoại").fill("0166 234 5678")
    page.get_by_label("Mật khẩu", exact=True).fill("con trâu đi trước")
    page.get_by_role("button", name="Đăng ký").click()
    expect(page.get_by_role("alert")).to_contain_text("số mới là 0362 345 678")
    expect(page.get_by_label("Họ và tên")).to_have_value("Phạm Văn Tám")
    look(page, "account-old-number", ending)
    ask_for_account(page, demo, "Phạm Văn Tám", phone)
    code = code_sent(page, demo, phone)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    type_code(page, wrong, scripts)
    expect(page.get_by_role("alert")).to_contain_text("còn nhập được 4 lần")
    look(page, "account-code", ending)
    again = page.get_by_role("button", name="Gửi lại mã")
    if scripts:
        expect(again).to_be_disabled()
    else:
        again.click()
        expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Xin đợi \d+ giây"))
    type_code(page, code, scripts)
    page.wait_for_url("**/centers")
    pages.faults[:] = [fault for fault in pages.faults if not re.search("422|429", fault)]


@SCRIPTS
def test_a_forgotten_password(demo: RunningDemo, pages: Pages, scripts: bool) -> None:
    page, ending = phone_of(pages, scripts)
    contact = "quen@vidu.vn" if scripts else "quen-nua@vidu.vn"
    ask_for_account(page, demo, "Lê Văn Quên", contact)
    type_code(page, code_sent(page, demo, contact), scripts)
    page.wait_for_url("**/centers")
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{demo.portal}/sign-in")
    look(page, "account-sign-in", ending)
    page.get_by_role("link", name="Quên mật khẩu?").click()
    page.get_by_label("Số điện thoại hoặc thư điện tử").fill(contact)
    look(page, "account-reset", ending)
    page.get_by_role("button", name="Gửi mã").click()
    type_code(page, code_sent(page, demo, contact, 2), scripts)
    page.wait_for_url("**/reset/password")
    look(page, "account-reset-password", ending)
    page.get_by_label("Mật khẩu mới", exact=True).fill("năm con mèo trắng")
    page.get_by_role("button", name="Lưu và đăng nhập").click()
    page.wait_for_url("**/centers")


def test_a_password_may_be_pasted_and_kept(demo: RunningDemo, pages: Pages) -> None:
    """What password managers go by: the kinds of the fields; and nothing stands in the way of pasting."""
    page = pages.open(SMALL, f"{demo.portal}/register")
    kinds = "els => els.map(el => [el.name, el.autocomplete])"
    assert page.eval_on_selector_all("form.form input:not([type=hidden], [type=checkbox])", kinds) == [
        ["name", "name"],
        ["contact", "username"],
        ["password", "new-password"],
    ]
    page.get_by_label("Họ và tên").fill("một câu để dán")
    page.get_by_label("Họ và tên").press("Control+A")
    page.get_by_label("Họ và tên").press("Control+C")
    page.get_by_label("Mật khẩu", exact=True).press("Control+V")
    expect(page.get_by_label("Mật khẩu", exact=True)).to_have_value("một câu để dán")
    page.goto(f"{demo.portal}/sign-in")
    assert page.eval_on_selector_all("form.form input:not([type=hidden])", kinds) == [
        ["login", "username"],
        ["password", "current-password"],
    ]
    page.goto(f"{demo.portal}/privacy")
    look(page, "account-privacy", "")


@SCRIPTS
def test_ones_own_account_changed_taken_along_and_deleted(demo: RunningDemo, pages: Pages, scripts: bool) -> None:
    page, ending = phone_of(pages, scripts)
    contact = "cua-toi@vidu.vn" if scripts else "cua-toi-nua@vidu.vn"
    ask_for_account(page, demo, "Vũ Thị Của", contact)
    type_code(page, code_sent(page, demo, contact), scripts)
    page.wait_for_url("**/centers")
    page.goto(demo.portal)
    look(page, "account-home", ending)
    page.get_by_role("link", name="Tài khoản").first.click()
    expect(page.locator("#sessions")).to_contain_text("máy này")
    look(page, "account-own", ending)
    page.get_by_text("Đổi hoặc thêm số điện thoại").click()
    phone = "0912000201" if scripts else "0912000202"
    page.get_by_label("Số điện thoại hoặc thư điện tử mới").fill(phone)
    page.locator("#old-contact").fill("mat-khau-cua-toi")
    page.get_by_role("button", name="Gửi mã").click()
    type_code(page, code_sent(page, demo, phone), scripts)
    expect(page.get_by_role("status")).to_contain_text("Đã đổi nơi liên hệ")
    expect(page.locator("#details")).to_contain_text(f"+84{phone[1:]}")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải về tất cả").click()
    assert "Vũ Thị Của" in Path(taken.value.path()).read_text()
    page.locator("summary", has_text="Xóa tài khoản").click()
    page.locator("#old-delete").fill("sai")
    page.get_by_role("button", name="Xóa tài khoản và dữ liệu").click()
    expect(page.get_by_role("alert")).to_contain_text("mật khẩu không đúng")
    page.locator("summary", has_text="Xóa tài khoản").click()
    page.locator("#old-delete").fill("mat-khau-cua-toi")
    look(page, "account-delete", ending)
    page.get_by_role("button", name="Xóa tài khoản và dữ liệu").click()
    expect(page.get_by_role("status")).to_contain_text("Đã xóa tài khoản")
    look(page, "account-deleted", ending)
    pages.faults[:] = [fault for fault in pages.faults if "401" not in fault]
