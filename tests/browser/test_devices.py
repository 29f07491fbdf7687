"""Whoever looks after the devices of a center sees how each is, tries its sound, and tells the room something."""

import os
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, LAPTOP, TV, Pages, RunningDemo, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

SECONDS = 15_000
FOLDER = Path(os.environ.get("PICTURES", "var/pictures"))


def open_care(admin: Page, demo: RunningDemo, device: str) -> None:
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices")
    admin.locator(f"[data-device='{device}'] summary").click()


@pytest.fixture
def admin(demo: RunningDemo, pages: Pages) -> Page:
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/devices")
    return page


def test_a_tv_tells_how_it_is(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    device = demo.device("tv", "tang-1")
    tv = pages.open(TV, device["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    row = admin.locator(f"[data-device='{device['device']}']")
    expect(row).to_contain_text("Đang kết nối", timeout=SECONDS)  # the page asks for itself anew
    away = admin.locator("[data-device]", has_text="Không kết nối").first
    expect(away).to_be_visible()  # and says so in its own card: nothing lies over the heading
    admin.get_by_role("button", name="Đăng xuất").click(trial=True)
    expect(row).to_contain_text("127.0.0.1")
    expect(row).to_contain_text("1920x1080")
    expect(row).to_contain_text(re.compile(r"Phiên bản\s*[0-9a-f]{12}"))
    expect(row).to_contain_text("Có tiếng", timeout=SECONDS)
    row.locator("summary").click()
    seen = Axe().run(admin)
    assert seen.violations_count == 0, seen.generate_report()
    admin.screenshot(path=FOLDER / "devices.png", full_page=True)


def test_a_tone_is_asked_for_played_and_heard(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    device = demo.device("tv", "tang-1")["device"]
    tv = pages.open(TV, demo.device("tv", "tang-1")["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    open_care(admin, demo, device)
    row = admin.locator(f"[data-device='{device}']")
    row.get_by_role("button", name="Phát tiếng thử").click()
    expect(row).to_contain_text(re.compile(r"Tiếng thử\s*đã phát"), timeout=SECONDS)
    row.locator("summary").click()
    row.get_by_role("button", name="Nghe rõ").click()
    expect(row).to_contain_text(re.compile("Nghe rõ · .* · Quantri"))


def test_sound_that_the_browser_refuses_is_said_on_the_screen_and_to_the_operator(
    demo: RunningDemo, pages: Pages, admin: Page
) -> None:
    device = demo.device("tv", "tang-2")
    tv = pages.open(TV)
    tv.add_init_script("Object.defineProperty(AudioContext.prototype, 'state', {get: () => 'suspended'})")
    tv.goto(device["url"])
    expect(tv.locator("#mute")).to_contain_text("Trình duyệt chưa cho phát tiếng")
    expect(tv.locator("#mute")).to_contain_text("No sound here")
    expect(tv.get_by_role("button", name="để bật tiếng")).to_be_visible()
    row = admin.locator(f"[data-device='{device['device']}']")
    expect(row.locator(".bad")).to_contain_text("Trình duyệt chưa cho phát tiếng", timeout=SECONDS)
    open_care(admin, demo, device["device"])
    row.get_by_role("button", name="Phát tiếng thử").click()
    expect(row).to_contain_text("KHÔNG phát được", timeout=SECONDS)


def test_a_tv_is_loaded_anew_and_renamed(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    device = demo.device("tv", "tang-1")
    tv = pages.open(TV, device["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    tv.evaluate("window.marked = true")
    open_care(admin, demo, device["device"])
    row = admin.locator(f"[data-device='{device['device']}']")
    row.get_by_role("button", name="Tải lại trang").click()
    tv.wait_for_function("() => window.marked === undefined")
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    open_care(admin, demo, device["device"])
    row.get_by_label("Tên mới").fill("TV cửa chính")
    row.get_by_role("button", name="Đổi tên").click()
    expect(row.locator("b")).to_have_text("TV cửa chính")


def test_what_the_center_tells_the_room_stands_on_every_tv(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    tv = pages.open(TV, demo.device("tv", "tang-1")["url"])
    admin.get_by_label("Mỗi dòng là một thông báo").fill("Thứ bảy trung tâm nghỉ.\nQuầy 05 chuyển lên Tầng 2.")
    admin.get_by_role("button", name="Đưa lên TV").click()
    expect(tv.locator("#bulletin")).to_contain_text("Thứ bảy trung tâm nghỉ.")
    admin.get_by_label("Mỗi dòng là một thông báo").fill("")
    admin.get_by_role("button", name="Đưa lên TV").click()
    expect(tv.locator("#bulletin")).to_be_hidden()


def test_who_carried_a_call_out(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    tv = pages.open(TV, demo.device("tv", "tang-3")["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    kiosk = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    with httpx.Client(base_url=demo.portal) as clerk:
        clerk.post("/panel/sign-in", data={**demo.told["staff"][0], "next": "/panel"})
        path = f"/api/centers/{CENTER}/counters/86"
        turn = clerk.post(f"{path}/take", json={"turn": 1}).json()["turn"]
        body = {"service": "visa", "request": "carried-out-1"}
        clerk.post(f"/api/centers/{CENTER}/tickets", json=body, headers=kiosk).raise_for_status()
        clerk.post(f"{path}/next", json={"turn": turn}).raise_for_status()
    call = admin.locator(".carried tr", has_text="86001")
    expect(call).to_contain_text("1 trên 1", timeout=SECONDS)
    expect(call.locator("td").nth(4)).to_have_text("✓", timeout=SECONDS)
    expect(call.locator("td").nth(5)).to_have_text("✓", timeout=SECONDS)


def test_a_tv_of_several_floors(demo: RunningDemo, pages: Pages, admin: Page) -> None:
    tv = pages.open(TV, f"{demo.portal}/tv/pair")
    expect(tv.locator("#code")).to_have_text(re.compile("[0-9]{3}.?[0-9]{3}"))
    digits = "".join(filter(str.isdigit, tv.locator("#code").inner_text()))
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices?code={digits}")
    admin.fill("[name=name]", "TV sảnh")
    admin.select_option("[name=zone]", "tang-2")
    admin.get_by_label("Tầng 3").check()
    admin.locator("form[action$='/devices/pair'] button").click()
    expect(admin.locator("body")).to_contain_text("Tầng 2 · Tầng 3")
    tv.wait_for_url(lambda url: "/tv/" in url and not url.endswith("/pair"))
    expect(tv.locator("#zone")).to_have_text("Tầng 2 · Tầng 3")
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    expect(tv.locator("[data-counter='86'] .services")).to_contain_text("Tầng 3")
    admin.get_by_text("Chăm sóc TV sảnh").click()
    admin.get_by_role("button", name="Gỡ TV sảnh").click()
    tv.wait_for_url("**/tv/pair")


def test_a_clerk_tries_the_sound_before_the_doors_open(demo: RunningDemo, pages: Pages) -> None:
    device = demo.device("tv", "tang-1")
    tv = pages.open(TV, device["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    clerk = pages.open(LAPTOP)
    sign_in_staff(clerk, demo, demo.told["staff"][0]["login"])
    clerk.goto(f"{demo.portal}/panel")
    clerk.locator(f"a[href='/panel/{CENTER}/sound']").click()
    row = clerk.locator(f"[data-device='{device['device']}']").first
    row.get_by_role("button", name="Phát tiếng thử").click()
    expect(row).to_contain_text(re.compile(r"Tiếng thử\s*đã phát"), timeout=SECONDS)
    row.get_by_role("button", name="Không nghe thấy").click()
    expect(row).to_contain_text(re.compile("KHÔNG nghe thấy · .* · "))
    seen = Axe().run(clerk)
    assert seen.violations_count == 0, seen.generate_report()
    clerk.screenshot(path=FOLDER / "sound.png", full_page=True)


def test_a_loudspeaker_tries_its_sound_too(demo: RunningDemo, admin: Page) -> None:
    device = demo.device("speaker")["device"]
    open_care(admin, demo, device)
    row = admin.locator(f"[data-device='{device}']")
    row.get_by_role("button", name="Phát tiếng thử").click()
    expect(row).to_contain_text(re.compile(r"Tiếng thử\s*đã phát"), timeout=2 * SECONDS)
    expect(row).to_contain_text("Có tiếng")
