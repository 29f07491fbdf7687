"""The guide with its pictures of the running product: made by `make guide`, never older than what they show."""

import json
import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from app.guide import PICTURES, STEPS
from tests.browser.running import CENTER, LAPTOP, PHONE, TV, Pages, RunningDemo, register

pytestmark = [pytest.mark.browser, pytest.mark.redis]

MAKES = "GUIDE" in os.environ  # pictures are made anew and kept
TEXTS = Path(__file__).with_name("guide-texts.json")
MOST_BYTES = 40_000


def keep(page: Page, name: str, texts: dict[str, str], code: str = "0") -> None:
    """Note what a screen says, figures and a check code left out, and keep its picture where they are made."""
    said = page.locator("main").inner_text().replace(code, "0")
    texts[name] = re.sub(r"\s*\d[\d:./+•–-]*\s*", " # ", said).strip()
    if MAKES:
        page.evaluate("document.activeElement.blur()")
        picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        picture.save(PICTURES / f"{name}.webp", quality=80, method=6)


def test_the_pictures_show_what_the_product_shows(demo: RunningDemo, pages: Pages) -> None:
    texts: dict[str, str] = {}
    phone = pages.open(PHONE, demo.portal)
    keep(phone, "home", texts)
    phone.goto(f"{demo.portal}/sign-in")
    keep(phone, "sign-in", texts)
    register(phone, demo)
    keep(phone, "centers", texts)
    phone.goto(f"{demo.portal}/centers/{CENTER}")
    keep(phone, "zones", texts)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    expect(phone.locator("#light.live")).to_be_visible()
    keep(phone, "services", texts)
    phone.get_by_role("button", name="Visa").click()
    phone.wait_for_url("**/tickets/**")
    phone.locator("#ticket").scroll_into_view_if_needed()
    phone.evaluate("document.querySelector('#ticket').scrollIntoView()")
    expect(phone.locator("#light.live")).to_be_visible()
    keep(phone, "ticket", texts, phone.locator(".check.figure").inner_text())
    assert list(texts) == [step.name for step in STEPS]
    if MAKES:
        TEXTS.write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert texts == json.loads(TEXTS.read_text(encoding="utf-8")), "make guide"
    for step in STEPS:
        file = PICTURES / f"{step.name}.webp"
        assert file.stat().st_size < MOST_BYTES
        assert Image.open(file).size == PHONE


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_page(demo: RunningDemo, pages: Pages, size: tuple[int, int], scripts: bool) -> None:
    page = pages.open(size, demo.portal, java_script_enabled=scripts)
    page.get_by_role("link", name="Hướng dẫn có hình từng bước").click()
    for step in STEPS:
        expect(page.get_by_role("heading", name=step.title)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if scripts:
        assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="Lời đọc cho loa").click()
    expect(page.locator("body")).to_contain_text("Bước sáu.")
    pages.forgive("404")  # a text has no icon


def test_it_prints_with_its_pictures_and_without_keys(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP, f"{demo.portal}/huong-dan")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Trình chiếu")).to_be_hidden()
    for picture in page.locator(".guide img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == PHONE[0]
    assert 1 < len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 4


@pytest.mark.parametrize("size", [(1280, 720), TV])
def test_the_slides_go_on_by_themselves_and_by_keys(
    demo: RunningDemo, pages: Pages, size: tuple[int, int]
) -> None:
    page = pages.open(size)
    page.clock.install()
    page.goto(f"{demo.portal}/huong-dan/chieu")
    title = page.locator(".slide.now h2")
    expect(title).to_contain_text(STEPS[0].title)
    for step in STEPS:
        expect(title).to_contain_text(step.title)
        high = page.evaluate("document.documentElement.scrollHeight")
        assert high <= size[1], step.name
        page.keyboard.press("ArrowRight")
    expect(title).to_contain_text(STEPS[0].title)
    page.clock.fast_forward(10_000)
    expect(title).to_contain_text(STEPS[1].title)
    page.keyboard.press(" ")
    page.clock.fast_forward(30_000)
    expect(title).to_contain_text(STEPS[1].title)
    page.clock.resume()
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Escape")
    page.wait_for_url("**/huong-dan")


def test_without_scripts_all_slides_stand_there(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(TV, f"{demo.portal}/huong-dan/chieu", java_script_enabled=False)
    for step in STEPS:
        expect(page.get_by_role("heading", name=step.title)).to_be_visible()
