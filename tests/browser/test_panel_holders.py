"""What the panel does for whoever stands there: a number with its slip, and noting that a holder is there, by
number, check code or QR."""

import re
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.desks import Desk, at_counter, type_at_once
from tests.browser.running import CENTER, Pages, RunningDemo

pytestmark = [pytest.mark.browser, pytest.mark.redis]

COUNT_PRINTS = "window.printed = 0; window.print = () => { window.printed += 1; };"


def taken_online(demo: RunningDemo, service: str) -> dict[str, Any]:
    """The slip of a number that the demo's citizen has taken at home."""
    with httpx.Client(base_url=demo.portal) as citizen:
        citizen.post("/sign-in", data={**demo.told["citizen"], "next": "/centers"})
        body = {"service": service, "request": f"online-{service}"}
        answer = citizen.post(f"/api/centers/{CENTER}/tickets", json=body)
        slip: dict[str, Any] = answer.raise_for_status().json()["ticket"]
        return slip


@at_counter("65")
def test_a_citizen_without_phone_gets_a_number_and_its_slip(desk: Desk) -> None:
    desk.page.add_init_script(COUNT_PRINTS)
    desk.page.reload()
    expect(desk.page.locator("[data-verb=next]")).to_be_enabled()
    desk.keys("i")
    desk.page.locator("#ask-issue[open]").wait_for()
    expect(desk.page.locator("#issue-service option").first).to_have_text("Tư pháp")  # the counter's own first
    assert Axe().run(desk.page).violations_count == 0
    desk.page.select_option("#issue-group", label="Người có công")
    desk.page.locator("#issue-group").press("Enter")
    expect(desk.page.locator("#given-number")).to_have_text("65006")
    expect(desk.page.locator("#given-about")).to_contain_text("Tư pháp · Người có công · trước khách còn 0 số")
    expect(desk.page.locator("#given-code")).to_have_text(re.compile("^[0-9A-Z]{4}$"))
    assert Axe().run(desk.page).violations_count == 0
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_function("window.printed === 1")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator("#slip")).to_contain_text("Người có công")
    expect(desk.page.locator("#slip .qr")).to_have_attribute("src", re.compile("^(blob|data):.+"))
    expect(desk.page.locator("#panel")).to_be_hidden()
    desk.page.emulate_media(media="screen")
    desk.page.keyboard.press("Escape")
    desk.call_next("65006")


@at_counter("66")
def test_a_number_is_given_once_however_often_it_is_asked_for(desk: Desk, pages: Pages) -> None:
    lost: list[None] = []

    def lose(route: Any) -> None:
        """Let the server hear it, and lose its answer, twice."""
        route.fetch()
        if len(lost) < 2:
            lost.append(route.abort())
        else:
            route.continue_()

    desk.page.route("**/tickets", lose)
    desk.keys("i")
    desk.page.locator("#ask-issue[open]").wait_for()
    desk.page.get_by_role("button", name="Phát số", exact=True).click()
    expect(desk.page.locator("#issue-said")).to_contain_text("Chưa có trả lời từ máy chủ")
    expect(desk.page.locator("#given-number")).to_have_text("66006")
    assert desk.rows()["waiting"]["count"] == 6
    pages.forgive("ERR_FAILED")


@at_counter("68")
def test_the_holder_of_a_number_is_noted_by_the_qr_of_his_message(desk: Desk) -> None:
    slip = taken_online(desk.demo, "van-hoa-the-thao")
    number = slip["number"]
    assert desk.rows()[f"number/{number}"]["awaited"]
    assert not type_at_once(desk.page, *slip["link"], "Enter")
    desk.answers(f"Số {number}: đã ghi khách có mặt.")
    assert not desk.rows()[f"number/{number}"]["awaited"]
    type_at_once(desk.page, *slip["link"], "Enter")
    desk.answers(f"Số {number} đã được ghi có mặt từ trước.")
    type_at_once(desk.page, *"https://example.vn/something-else", "Enter")
    desk.answers("Mã vừa quét không phải của một số thứ tự.")
    type_at_once(desk.page, *slip["link"].replace(CENTER, "cam-pha"), "Enter")
    desk.answers("Số vừa quét là của một trung tâm khác.")


@at_counter("69")
def test_the_holder_of_a_number_is_noted_by_his_code_or_because_he_stands_there(desk: Desk, pages: Pages) -> None:
    slip = taken_online(desk.demo, "ngoai-vu")
    number = slip["number"]
    desk.keys("e")
    desk.page.locator("#ask-there[open]").wait_for()
    assert Axe().run(desk.page).violations_count == 0
    desk.page.fill("#there-number", number)
    desk.page.fill("#there-code", "XXXX")
    desk.page.press("#there-code", "Enter")
    expect(desk.page.locator("#there-said")).to_contain_text("Mã xác nhận không đúng với số này.")
    pages.forgive("403")
    desk.page.fill("#there-code", slip["check_code"].lower())
    desk.page.press("#there-code", "Enter")
    desk.answers(f"Số {number}: đã ghi khách có mặt.")
    desk.keys("e")
    desk.page.locator("#ask-there[open]").wait_for()
    desk.page.fill("#there-number", "69001")
    desk.page.press("#there-number", "Enter")
    desk.answers("Số 69001 đã được ghi có mặt từ trước.")  # taken at the kiosk
