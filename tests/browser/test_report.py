"""The report in the real browser: on a laptop, on a phone, on paper; and a visit that is rated by one touch at the
counter's tablet and counts in it.
"""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import FOLDER, keep
from tests.browser.running import CENTER, LAPTOP, PHONE, Pages, RunningDemo, sign_in_citizen, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

NARROW, TABLET = (360, 740), (1024, 768)
COUNTER, SERVICE, CALLED = "77", "tu-van-phap-ly", "Bộ phận tư vấn pháp lý"


@pytest.fixture
def staff(demo: RunningDemo) -> Iterator[httpx.Client]:
    """Whoever may do everything in the demo, over the API."""
    with httpx.Client(base_url=demo.portal, headers={"origin": demo.portal}, follow_redirects=True) as http:
        member = next(one for one in demo.told["staff"] if one["login"] == "quantri")
        form = {"login": "quantri", "password": member["password"], "next": "/panel"}
        assert http.post("/panel/sign-in", data=form).status_code == 200
        yield http


@pytest.fixture
def tablet(pages: Pages, demo: RunningDemo, staff: httpx.Client) -> Page:
    """A tablet just paired, at counter 77."""
    page = pages.open(TABLET, f"{demo.portal}/rate")
    expect(page.locator("#code")).to_have_text(re.compile(r"^\d{6}$"))
    body = {"code": page.locator("#code").inner_text().replace("\n", ""), "name": "Máy đánh giá", "zone": "tang-3"}
    assert staff.post(f"/api/centers/{CENTER}/devices", json=body).status_code == 200
    page.get_by_role("link", name=COUNTER, exact=True).click()
    expect(page.locator("#rest")).to_be_visible()
    return page


def serve(staff: httpx.Client, number: str) -> None:
    """Counter 77 calls a number and ends its visit."""

    def press(verb: str, **more: object) -> None:
        turn = staff.get(f"/api/views/panel/{CENTER}/{COUNTER}").json()["whole"]["counter"]["turn"]
        answer = staff.post(f"/api/centers/{CENTER}/counters/{COUNTER}/{verb}", json={"turn": turn, **more})
        assert answer.status_code == 200, answer.text

    press("take")
    press("call", number=number)
    press("finish")
    press("leave")


def test_one_touch_at_the_tablet(tablet: Page, staff: httpx.Client) -> None:
    body = {"service": SERVICE, "request": "a-visit-to-rate"}
    number = str(staff.post(f"/api/centers/{CENTER}/tickets", json=body).json()["number"])
    serve(staff, number)
    expect(tablet.locator("#number")).to_have_text(number)
    keep(tablet, "rate", TABLET)
    tablet.get_by_role("button", name="Hài lòng", exact=True).click()
    tablet.get_by_role("button", name="Thái độ phục vụ").click()
    expect(tablet.locator("#rest")).to_be_visible()
    expect(tablet.locator("#trouble")).to_be_empty()


def test_one_touch_on_the_page_of_a_number_and_never_a_second(
    demo: RunningDemo, pages: Pages, staff: httpx.Client
) -> None:
    phone = pages.open(PHONE)
    sign_in_citizen(phone, demo)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name=CALLED).click()
    phone.wait_for_url("**/tickets/**")
    serve(staff, phone.locator("#number").inner_text())
    phone.reload()
    phone.get_by_role("button", name="Không hài lòng", exact=True).click()
    expect(phone.locator("#rate-ask")).to_contain_text("Cảm ơn bạn đã đánh giá")
    keep(phone, "rate-ticket", PHONE)
    phone.reload()
    expect(phone.get_by_role("button", name="Rất hài lòng")).to_have_count(0)


def test_the_report_on_a_laptop_a_phone_and_paper(demo: RunningDemo, pages: Pages) -> None:
    for size, name in ((LAPTOP, "report"), (NARROW, "report-narrow")):
        page = pages.open(size)
        sign_in_staff(page, demo, "quantri")
        page.goto(f"{demo.portal}/admin/report?center={CENTER}")
        expect(page.get_by_role("heading", name="Tổng quan")).to_be_visible()
        keep(page, name, size)
    printed = page.pdf(path=FOLDER / "report.pdf", prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 841\.\d+ 59[45]\.\d+\]", printed), "A4, landscape"


def test_days_are_chosen_by_keyboard(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/report?center={CENTER}")
    page.get_by_role("link", name="Hôm nay").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Hôm nay")).to_have_attribute("aria-current", "true")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải Excel").press("Enter")
    assert download.value.suggested_filename.endswith(".xlsx")
