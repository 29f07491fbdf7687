"""The portal's lists on a small phone without scripts: centers looked for, numbers of today and of past days."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.accounts.citizens import Citizens
from app.accounts.contacts import normal_contact
from app.accounts.tries import Tries
from app.store.client import connect
from tests.browser.running import CENTER, Pages, RunningDemo, register

pytestmark = [pytest.mark.browser, pytest.mark.redis]

FOLDER = Path(os.environ.get("PICTURES", "var/pictures"))
SMALL = (360, 640)


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


async def note_past_number(store: str, login: str) -> None:
    """What is left of a past day: whom its contact is of, and the number."""
    async with connect(store) as redis:
        citizens = Citizens(redis, Tries(redis))
        citizen = await citizens.of_contact("".join(normal_contact(login)))
        assert citizen
        await citizens.keep_contact("past-contact", citizen, CENTER, 30)
        await citizens.note_number("past-contact", "86012", "2026-01-05")


def test_numbers_of_today_lead_to_their_pages_and_past_ones_nowhere(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(SMALL, java_script_enabled=False)
    page.goto(f"{demo.portal}/sign-in")
    citizen = demo.told["citizen"]
    page.fill("[name=login]", citizen["login"])
    page.fill("[name=password]", citizen["password"])
    page.locator("main form button").first.click()
    page.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**/tickets/**")
    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs here
        beside.submit(asyncio.run, note_past_number(demo.told["store"], citizen["login"])).result()
    page.goto(f"{demo.portal}/tickets")
    expect(page.locator(".mine a")).to_have_count(1)
    past = page.locator(".mine .tile.past")
    expect(past).to_contain_text("86012")
    expect(past).to_contain_text("Ngày 05/01/2026")
    expect(past).to_contain_text("Đã qua")
    assert width_of(page) == SMALL[0]
    page.screenshot(path=FOLDER / "numbers.png", full_page=True)
    page.locator(".mine a").click()
    expect(page.locator("#number")).to_have_text("86001")


def test_a_center_is_looked_for(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(SMALL, java_script_enabled=False)
    page.goto(f"{demo.portal}/centers?q=cam pha")
    expect(page.get_by_role("link", name="Cẩm Phả")).to_be_visible()
    expect(page.get_by_role("link", name="tỉnh Quảng Ninh")).to_have_count(0)
    assert width_of(page) == SMALL[0]
    page.goto(f"{demo.portal}/centers?q=hanoi")
    assert width_of(page) == SMALL[0]
    with_scripts = pages.open(SMALL)
    for query in ("", "?q=cam", "?q=hanoi"):
        with_scripts.goto(f"{demo.portal}/centers{query}")
        seen = Axe().run(with_scripts)
        assert seen.violations_count == 0, seen.generate_report()


def test_an_organisation_takes_several_numbers_for_one_service(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(SMALL)
    register(page, demo)
    first = take(page, demo)
    page.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    page.get_by_role("button", name="Du lịch").click()
    expect(page.get_by_role("alert")).to_contain_text(first)
    pages.forgive("409", "429")
    page.goto(f"{demo.portal}/account")
    page.get_by_label("Tôi lấy số cho tổ chức, doanh nghiệp").check()
    page.get_by_role("button", name="Lưu tên").click()
    expect(page.get_by_role("status")).to_be_visible()
    numbers = [first, *(take(page, demo) for _ in range(3))]
    page.goto(f"{demo.portal}/tickets")
    expect(page.locator(".mine > li .number")).to_have_text(numbers[::-1])
    assert width_of(page) == SMALL[0]


def take(page: Page, demo: RunningDemo) -> str:
    """A number for tourism: which one."""
    page.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    page.get_by_role("button", name="Du lịch").click()
    page.wait_for_url("**/tickets/**")
    return page.locator("#number").inner_text()
