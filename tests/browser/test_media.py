"""Whoever looks after the TVs gives them pictures: added, put in order, seen on the TV, taken away."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.keeping import FOLDER
from tests.browser.running import CENTER, LAPTOP, PHONE, TV, Pages, RunningDemo, sign_in_staff
from tests.web.films import picture

pytestmark = [pytest.mark.browser, pytest.mark.redis]

SECONDS = 15_000


@pytest.fixture
def admin(demo: RunningDemo, pages: Pages) -> Page:
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/devices")
    page.get_by_role("link", name="Ảnh và phim trên TV").click()
    return page


def test_pictures_are_added_ordered_seen_and_taken_away(
    demo: RunningDemo, pages: Pages, admin: Page, tmp_path: Path
) -> None:
    tv = pages.open(TV, demo.device("tv", "tang-1")["url"])
    expect(tv.locator("#media")).to_be_hidden()
    files = []
    for name, colour in (("biển.png", "#3a7ca5"), ("rừng.jpg", "#17653a"), ("hoa.webp", "#c8553d")):
        files.append(tmp_path / name)
        files[-1].write_bytes(
            picture({".jpg": "JPEG"}.get(files[-1].suffix, files[-1].suffix[1:]), (1600, 900), colour)
        )
    admin.get_by_label("Tệp JPEG").set_input_files(files)
    admin.get_by_role("button", name="Đưa lên TV").click()
    expect(admin.locator("[data-file]")).to_have_count(3)
    first, second = [admin.locator("[data-file]").nth(at).get_attribute("data-file") for at in (0, 1)]
    expect(tv.locator(f".seen[src$='{first}']")).to_be_visible(timeout=SECONDS)
    expect(admin.locator("img.thumb").first).to_have_js_property("naturalWidth", 1600)

    admin.get_by_role("button", name="Ảnh 1: hiện muộn hơn").click()
    expect(admin.locator("[data-file]").first).to_have_attribute("data-file", second or "")
    admin.get_by_text("Sửa Ảnh 1", exact=True).click()
    card = admin.locator("[data-file]").first
    card.get_by_label("Tầng 2").check()
    card.get_by_label("Mỗi ảnh hiện (giây)").fill("30")
    expect(card.get_by_label("Tầng 1")).not_to_be_checked()
    seen = Axe().run(admin)
    assert seen.violations_count == 0, seen.generate_report()
    card.get_by_role("button", name="Lưu").click()
    expect(card).to_contain_text("Tầng 2 · 30 giây")
    tv.wait_for_function("file => !tv.rows['media/2'] && !JSON.stringify(tv.rows).includes(file)", arg=second)

    screen = admin.locator(".screens .card", has_text="Tầng 1")
    tv.wait_for_function("() => tv.media() === 'on'")
    tv.evaluate("tv.ask()")
    for _ in range(10):
        admin.reload()
        if "đang chiếu" in screen.inner_text():
            break
    expect(screen).to_contain_text("đang chiếu")
    for name, size in (("media-page", LAPTOP), ("media-page-phone", PHONE)):
        admin.set_viewport_size({"width": size[0], "height": size[1]})
        admin.screenshot(path=FOLDER / f"{name}.png", full_page=True)
        assert admin.evaluate("document.documentElement.scrollWidth") <= size[0]

    for _ in range(3):
        admin.get_by_role("button", name="Gỡ").first.click()
    expect(admin.locator("body")).to_contain_text("Chưa có ảnh hay phim nào.")
    expect(tv.locator("#media")).to_be_hidden(timeout=SECONDS)


def test_what_is_no_picture_is_refused_with_its_name(pages: Pages, admin: Page, tmp_path: Path) -> None:
    file = tmp_path / "trang.png"
    file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    admin.get_by_label("Tệp JPEG").set_input_files(file)
    admin.get_by_role("button", name="Đưa lên TV").click()
    expect(admin.locator(".notice.bad")).to_contain_text("Tệp “trang.png” không phải là ảnh")
    expect(admin.locator(".notice.bad")).to_contain_text("is neither a JPEG")
    pages.forgive("422")
