"""The plan edited in the real browser, wide and narrow, with scripts and without; axe-core looks at every page."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import keep
from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

NARROW = (360, 740)
SECTIONS = ("center", "zones", "services", "counters", "hours", "own-hours", "order", "limits", "notices", "voice")


def look(page: Page, name: str) -> None:
    """Keep a picture of a page at both sizes."""
    for size, word in ((LAPTOP, ""), (NARROW, "-narrow")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        keep(page, f"{name}{word}", size)
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})


@pytest.fixture
def editor(demo: RunningDemo, pages: Pages) -> Page:
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/plan")
    expect(page.locator("h1")).to_contain_text("Kế hoạch")
    return page


def test_a_service_and_its_counter_are_added_and_come_into_force(
    demo: RunningDemo, pages: Pages, editor: Page
) -> None:
    page = editor
    page.get_by_role("link", name="Lĩnh vực Services").click()
    page.get_by_role("button", name="Thêm lĩnh vực").click()
    row = page.locator(".row-of").last
    row.get_by_label("Tên Name").fill("Đăng ký xe")
    row.get_by_label("Khu vực").select_option("tang-3")
    row.get_by_label("Quầy chính").select_option("86")
    row.get_by_label("Phút một lượt").fill("sáu")
    page.get_by_role("button", name="Giữ vào bản nháp").first.click()
    expect(page.locator(".fault")).to_contain_text("Cần một con số.")
    expect(row.get_by_label("Tên Name")).to_have_value("Đăng ký xe")
    page.get_by_role("link", name="Đăng ký xe: Phút một lượt").press("Enter")
    expect(row.get_by_label("Phút một lượt")).to_be_focused()
    look(page, "plan-fault")
    row.get_by_label("Phút một lượt").fill("6,5")
    page.get_by_role("button", name="Giữ vào bản nháp").first.click()
    expect(page.locator(".fault")).to_contain_text("Chưa có quầy nào phục vụ “Đăng ký xe”.")
    page.get_by_role("navigation").get_by_role("link", name="Quầy", exact=True).click()
    counter = page.locator(".row-of", has=page.locator("legend", has_text=re.compile("^86$")))
    counter.locator("summary").click()
    counter.get_by_label("Đăng ký xe").check()
    look(page, "plan-counters-open")
    page.get_by_role("button", name="Giữ vào bản nháp").first.click()
    expect(page.locator(".drafted")).to_contain_text("2 thay đổi")
    look(page, "plan-draft")
    page.get_by_role("link", name="Xem trước và áp dụng").click()
    expect(page.locator(".changes")).to_contain_text("lĩnh vực “Đăng ký xe”")
    look(page, "plan-preview")
    page.get_by_role("button", name="Áp dụng kế hoạch này").click()
    expect(page.get_by_role("status")).to_contain_text("Kế hoạch mới đã có hiệu lực.")
    look(page, "plan")
    citizen = pages.open(LAPTOP, f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    expect(citizen.locator("main")).to_contain_text("Đăng ký xe")
    page.get_by_role("link", name="Xem bản 1").click()
    expect(page.locator(".changes")).to_contain_text("bỏ")
    look(page, "plan-edition")
    pages.forgive("status of 409", "status of 422")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_can_be_used_wide_and_narrow(demo: RunningDemo, editor: Page, section: str) -> None:
    editor.goto(f"{demo.portal}/admin/{CENTER}/plan/edit/{section}")
    look(editor, f"plan-{section}")
    editor.keyboard.press("Tab")
    expect(editor.locator(":focus")).to_be_visible()


def test_without_scripts_and_with_the_enter_key(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP, java_script_enabled=False)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/plan/edit/own-hours")
    page.get_by_role("button", name="Thêm khung giờ riêng").click()
    page.get_by_label("Lĩnh vực").select_option("visa")
    page.get_by_label("Phục vụ đến").fill("16:00")
    page.get_by_label("Phục vụ đến").press("Enter")
    expect(page.locator(".fault")).to_contain_text("Không được trước giờ thôi phát số.")
    page.get_by_label("Phát số đến").fill("15:30")
    page.get_by_label("Phát số đến").press("Enter")
    expect(page.locator(".drafted")).to_contain_text("1 thay đổi")
    page.get_by_role("button", name="Bỏ bản nháp").click()
    expect(page.locator(".drafted")).to_have_count(0)
    pages.forgive("status of 409", "status of 422")


def test_two_editors_at_once(demo: RunningDemo, pages: Pages, editor: Page) -> None:
    other = pages.open(LAPTOP)
    sign_in_staff(other, demo, _second_operator(demo))
    for page, minutes, name in ((editor, "21", "Tên thứ nhất"), (other, "11", "Tên thứ hai")):
        page.goto(f"{demo.portal}/admin/{CENTER}/plan/edit/limits")
        page.get_by_label("Hẹn sớm nhất sau").fill(minutes)
        page.get_by_role("button", name="Giữ vào bản nháp").first.click()
        page.goto(f"{demo.portal}/admin/{CENTER}/plan/edit/center")
        page.get_by_label("Tên ngắn").fill(name)
        page.get_by_role("button", name="Giữ vào bản nháp").first.click()
        page.goto(f"{demo.portal}/admin/{CENTER}/plan/preview")
    editor.get_by_role("button", name="Áp dụng kế hoạch này").click()
    expect(editor.get_by_role("status")).to_contain_text("có hiệu lực")
    other.get_by_role("button", name="Áp dụng kế hoạch này").click()
    expect(other.locator(".notice.know")).to_contain_text("đã đổi kế hoạch")
    look(other, "plan-moved")
    other.get_by_role("button", name="Gộp thay đổi của tôi").click()
    expect(other.locator(".changes").last).to_contain_text("Tên thứ hai")
    other.get_by_role("button", name="Áp dụng kế hoạch này").click()
    expect(other.get_by_role("status")).to_contain_text("có hiệu lực")
    pages.forgive("status of 409", "status of 422")


def _second_operator(demo: RunningDemo) -> str:
    """Another operator, added on the command line."""
    member = {"login": "quantri-2", "password": demo.told["staff"][0]["password"]}
    subprocess.run(
        [sys.executable, "-m", "app", "staff", "add", member["login"], "--name", "Quản trị hai"]
        + ["--role", "operator", "--center", CENTER],
        env=os.environ | {"GOISO_STORE_URL": demo.told["store"], "GOISO_DATA": str(demo.data)},
        input=member["password"],
        text=True,
        check=True,
    )
    demo.told["staff"].append(member)
    return "quantri-2"
