"""A holder says that he is there, or gives his number back: at the kiosk, by a scanner, on his page."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, KIOSK, LAPTOP, PHONE, Pages, RunningDemo, register

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def take(phone: Page, demo: RunningDemo, service: str) -> tuple[str, str]:
    """A number taken online by the citizen who is signed in, and its check code; its page stays open."""
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name=service).click()
    phone.wait_for_url("**/tickets/**")
    return phone.locator("#number").inner_text(), phone.locator(".check.figure").inner_text()


def type_in(kiosk: Page, number: str, code: str) -> None:
    kiosk.get_by_role("button", name="Báo có mặt").click()
    for key in number + code:
        kiosk.locator(f'.key[data-key="{key}"]').click()


@pytest.fixture
def phone(demo: RunningDemo, pages: Pages) -> Page:
    page = pages.open(PHONE)
    register(page, demo)
    return page


@pytest.fixture
def supervisor(demo: RunningDemo) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.portal) as client:
        client.post("/panel/sign-in", data={**demo.told["staff"][-1], "next": "/panel"})
        yield client


@pytest.mark.parametrize(("size", "service"), [(KIOSK, "Y tế"), (LAPTOP, "Nội vụ")])
def test_checking_in_at_the_kiosk(
    demo: RunningDemo, pages: Pages, phone: Page, size: tuple[int, int], service: str
) -> None:
    number, code = take(phone, demo, service)
    expect(phone.locator("#ticket")).to_have_attribute("data-presence", "awaited")
    kiosk = pages.open(size, demo.device("kiosk")["url"])
    wrong = "2222" if code != "2222" else "3333"
    type_in(kiosk, number, wrong)
    expect(kiosk.locator("#refused-why [lang=vi]")).to_contain_text("Mã xác nhận không đúng với số này.")
    pages.forgive("403")
    kiosk.locator("#understood").click()
    type_in(kiosk, number, code)
    expect(kiosk.locator("#checked-number")).to_have_text(number)
    expect(kiosk.locator("#checked")).to_contain_text("Đã xác nhận có mặt")
    expect(phone.locator("#ticket")).to_have_attribute("data-presence", "there")
    expect(phone.get_by_text("Bạn đã xác nhận có mặt")).to_be_visible()
    expect(phone.get_by_role("button", name="Tôi đã có mặt")).to_be_hidden()


def test_keys_that_are_corrected(demo: RunningDemo, pages: Pages) -> None:
    kiosk = pages.open(KIOSK, demo.device("kiosk")["url"])
    kiosk.get_by_role("button", name="Báo có mặt").click()
    for key in ("8", "6", "back", "5", "0", "0", "1"):
        kiosk.locator(f'.key[data-key="{key}"]').click()
    expect(kiosk.locator("#entry-number .typed")).to_have_text("8 5 0 0 1")
    kiosk.locator('.key[data-key="A"]').click()
    expect(kiosk.locator("#entry-code .typed")).to_have_text("A")
    kiosk.locator("#entry-number").click()
    expect(kiosk.locator("#entry-number .typed")).to_have_text("")
    kiosk.get_by_role("button", name="Về đầu").click()
    expect(kiosk.get_by_role("button", name="Tầng 3")).to_be_visible()


def test_a_scanner_types_the_link_like_a_keyboard(demo: RunningDemo, pages: Pages, phone: Page) -> None:
    number, _ = take(phone, demo, "Ngoại vụ")
    kiosk = pages.open(KIOSK, demo.device("kiosk")["url"])
    kiosk.get_by_role("button", name="Tầng 3").click()  # wherever it stands
    kiosk.keyboard.type("https://example.com/menu.html")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#refused-why [lang=vi]")).to_have_text("Đây không phải mã QR của một số thứ tự.")
    kiosk.keyboard.type(phone.url.partition("?")[0])
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#checked-number")).to_have_text(number)


def test_a_number_of_a_priority_group(demo: RunningDemo, pages: Pages) -> None:
    kiosk = pages.open(KIOSK, demo.device("kiosk")["url"])
    kiosk.get_by_role("button", name="Tầng 3").click()
    kiosk.get_by_role("button", name="Ưu tiên").click()
    kiosk.get_by_role("button", name="Người có công").press("Enter")  # a second touch so soon would not count
    expect(kiosk.locator("#priority")).to_contain_text("Người có công")
    kiosk.get_by_role("button", name="Du lịch").click()
    expect(kiosk.locator("#number")).to_have_text(re.compile("72[0-9]{3}"))
    expect(kiosk.locator("#slip .group")).to_have_text("Ưu tiên: Người có công")
    kiosk.get_by_role("button", name="Xong").click()
    expect(kiosk.locator("#priority")).to_have_attribute("aria-pressed", "false")


def test_the_page_of_a_number_without_javascript(demo: RunningDemo, pages: Pages) -> None:
    phone = pages.open(PHONE, java_script_enabled=False)
    register(phone, demo, by_hand=True)
    number, _ = take(phone, demo, "Công ty điện lực")
    phone.get_by_role("button", name="Tôi đã có mặt").click()
    expect(phone.get_by_text("Bạn đã xác nhận có mặt")).to_be_visible()
    phone.get_by_text("Không cần số này nữa?").click()
    phone.get_by_role("button", name=f"Trả số {number}").click()
    expect(phone.locator("#state")).to_have_text("Đã trả lại")
    expect(phone.get_by_role("button", name="Trả số")).to_be_hidden()


def test_services_that_give_no_numbers_say_why(demo: RunningDemo, pages: Pages, supervisor: httpx.Client) -> None:
    supervisor.post(f"/api/centers/{CENTER}/day/close").raise_for_status()
    try:
        kiosk = pages.open(KIOSK, demo.device("kiosk")["url"])
        kiosk.get_by_role("button", name="Tầng 3").click()
        visa = kiosk.get_by_role("button", name="Visa")
        expect(visa).to_contain_text("Trung tâm đã kết thúc ngày làm việc.")
        expect(visa).to_be_disabled()
    finally:
        supervisor.post(f"/api/centers/{CENTER}/day/open").raise_for_status()
