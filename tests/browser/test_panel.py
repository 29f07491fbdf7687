"""Every key of the clerk's panel, pressed in the real browser: what it asks, what it does, what is taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desk, at_counter
from tests.browser.running import LAPTOP, TV, Pages, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]


@at_counter("65")
def test_who_has_come_is_served_and_the_visit_ends_with_an_outcome(desk: Desk) -> None:
    desk.call_next("65001")
    expect(desk.page.locator("#now-title")).to_have_text("Đang gọi")
    desk.keys("+")
    expect(desk.page.locator("#now-title")).to_have_text("Đang phục vụ")
    assert desk.rows()["counter"]["started"] > 0
    desk.keys("x", "2")
    desk.answers("Số 65001: Đã trả kết quả.")
    desk.shows("–")
    expect(desk.undo_key()).to_contain_text("Hoàn tác “Xong” của số 65001")
    desk.call_next("65002")
    desk.keys("s")
    expect(desk.page.locator("[data-verb=start]")).to_be_disabled()
    desk.keys(".")
    desk.shows("–")


@at_counter("85")
def test_a_key_counts_although_a_button_that_is_gone_still_has_the_focus(desk: Desk) -> None:
    """A button hidden by what it did keeps the focus until the browser draws again."""
    desk.page.evaluate("""() => {
      const gone = document.body.appendChild(document.createElement("button"));
      gone.focus();
      gone.hidden = true;
      gone.dispatchEvent(new KeyboardEvent("keydown", {key: " ", bubbles: true, cancelable: true}));
    }""")
    desk.shows("85001")


@at_counter("66")
def test_a_number_goes_back_behind_others_or_in_front(desk: Desk) -> None:
    desk.call_next("66001")
    desk.keys("b")
    desk.answers("Số 66001 đã về hàng chờ.")
    assert desk.rows()["waiting"]["next"] == ["66002", "66003", "66004", "66001", "66005"]
    desk.call_next("66002")
    desk.keys("k")
    desk.page.get_by_role("button", name="Trả lên đầu hàng").click()
    desk.answers("Số 66002 đã lên đầu hàng chờ.")
    assert desk.rows()["waiting"]["next"][0] == "66002"
    expect(desk.page.locator("#upcoming li").first).to_contain_text("66002")


@at_counter("67")
def test_a_number_is_put_away_with_a_note_and_taken_up_again(desk: Desk) -> None:
    desk.call_next("67001")
    desk.keys("g")
    desk.page.locator("#ask-park[open]").wait_for()
    desk.page.keyboard.type("chờ bản sao")
    desk.keys("Enter")
    desk.answers("Đã gác số 67001.")
    expect(desk.page.locator("#parked")).to_contain_text("67001")
    desk.keys("u")
    expect(desk.page.locator("#ask-take-up .ready")).to_contain_text("chờ bản sao")
    desk.keys("1")
    desk.shows("67001")
    expect(desk.page.locator("#note")).to_have_text("Ghi chú: chờ bản sao")
    desk.keys("v")
    expect(desk.page.locator("#why-answer")).to_contain_text("vì quầy gọi lại số đã tạm gác")


@at_counter("68")
def test_a_number_is_sent_to_a_counter_and_to_a_service(desk: Desk) -> None:
    desk.call_next("68001")
    desk.keys("c")
    desk.page.select_option("[name=whither]", label="Quầy 69")
    desk.page.fill("#ask-transfer [name=note]", "ký lại tờ khai")
    desk.page.press("#ask-transfer [name=note]", "Enter")
    desk.answers("Đã chuyển số 68001 đến quầy 69.")
    there = desk.rows("69")
    assert there["waiting"]["next"] == ["68001"]
    assert there["number/68001"]["note"] == "ký lại tờ khai"
    desk.call_next("68002")
    desk.keys("c")
    desk.page.select_option("[name=whither]", label="Ngoại vụ")
    desk.page.check("#ask-transfer [name=front]")
    desk.page.get_by_role("button", name="Chuyển", exact=True).click()
    desk.answers("Đã chuyển số 68002 sang lĩnh vực “Ngoại vụ”.")
    assert desk.rows("69")["waiting"]["next"] == ["68002", "68001"]


@at_counter("70")
def test_the_digits_of_a_number_call_it(desk: Desk, pages: Pages) -> None:
    desk.keys(*"70004", "Enter")
    desk.shows("70004")
    desk.keys("n")
    desk.page.locator("#ask-call[open]").wait_for()
    desk.page.keyboard.type("70999")
    desk.keys("Enter")
    desk.answers("Không tìm thấy số này.")
    desk.shows("70004")
    pages.forgive("404")
    desk.keys("7", "Backspace", "Backspace")  # typed by mistake, on a pad without Escape
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    desk.keys("-")
    desk.shows("–")
    desk.keys("Space")
    desk.shows("70001")


@at_counter("71")
def test_somebody_without_a_number_is_served(desk: Desk) -> None:
    desk.keys("m", "1")
    desk.shows("Khách")
    assert desk.rows()["counter"]["guest"] == "Giáo dục & Đào tạo"
    desk.keys("f")
    expect(desk.undo_key()).to_contain_text("Hoàn tác “Xong” của khách")
    desk.keys("/")
    desk.answers("Đã hoàn tác: khách lại ở quầy.")
    desk.shows("Khách")


@at_counter("72")
def test_the_counter_pauses_for_a_ready_reason_or_a_typed_one(desk: Desk) -> None:
    note = desk.page.locator("#state-note")
    desk.keys("p", "2")
    expect(note).to_have_text("Đang tạm dừng: Nghỉ trưa")
    desk.keys("p")
    expect(desk.page.locator("[data-verb=next]")).to_be_enabled()
    desk.keys("p")
    desk.page.fill("#ask-pause input", "Kiểm tra máy in")
    desk.page.press("#ask-pause input", "Enter")
    expect(note).to_have_text("Đang tạm dừng: Kiểm tra máy in")
    assert desk.rows()["counter"]["reason"] == "Kiểm tra máy in"


@at_counter("73")
def test_the_counter_is_handed_over_with_its_visit(desk: Desk, pages: Pages) -> None:
    desk.call_next("73001")
    desk.keys("h")
    desk.page.select_option("[name=clerk]", "minh")
    desk.page.get_by_role("button", name="Giao quầy", exact=True).click()
    expect(desk.page.locator("#state-note")).to_have_text("Quầy do minh phụ trách.")
    desk.answers("Đã giao quầy cho minh.")
    expect(desk.page.locator("[data-verb=next]")).to_be_hidden()
    assert (desk.rows()["counter"]["clerk"], desk.rows()["counter"]["number"]) == ("minh", "73001")
    other = pages.open(LAPTOP)
    sign_in_staff(other, desk.demo, "minh")
    Desk(other, desk.demo, "73").press("leave")


@at_counter("74")
def test_a_call_is_taken_back_within_its_time(desk: Desk) -> None:
    desk.call_next("74001")
    key = desk.undo_key()
    expect(key).to_contain_text("Hoàn tác lần gọi số 74001")
    expect(key).to_contain_text(re.compile("còn ([1-9]|10) giây"))
    desk.keys("z")
    desk.answers("Đã hoàn tác: số 74001 được mời chờ lại")
    desk.shows("–")
    expect(key).to_be_hidden()
    assert desk.rows()["waiting"]["next"][0] == "74001"
    desk.call_next("74001")
    desk.keys("a")
    expect(key).to_contain_text("Hoàn tác “Vắng mặt” của số 74001")
    desk.keys("z")
    desk.shows("74001")


@at_counter("78")
def test_the_keys_stand_still_and_nothing_scrolls_beside_another_program(desk: Desk) -> None:
    def edges() -> list[int]:
        keys: list[int] = desk.page.evaluate(
            """() => [...document.querySelectorAll('.keys .key')].filter((key) => key.offsetWidth)
              .flatMap((key) => [key.offsetLeft, key.offsetTop, key.offsetLeft + key.offsetWidth])"""
        )
        return keys

    before = edges()
    assert max(before[2::3]) > LAPTOP[0] - 40, "the keys fill the window"
    desk.call_next("78001")
    desk.keys("v")
    expect(desk.page.locator("#why-answer")).to_contain_text("Số 78001 được gọi đến quầy 78")
    desk.keys("Escape")
    desk.keys("g", "Enter")
    expect(desk.page.locator("#parked")).to_be_visible()
    assert edges() == before
    for size in (LAPTOP, (640, 720), (360, 740)):
        desk.page.set_viewport_size({"width": size[0], "height": size[1]})
        wide, high = desk.page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
        assert wide <= size[0]
        assert high <= size[1] or size != LAPTOP
        for key in desk.page.locator(".keys .key:visible").all():
            expect(key).to_be_in_viewport(ratio=1)


@at_counter("80")
def test_the_room_sees_that_a_heard_call_was_taken_back(desk: Desk, pages: Pages) -> None:
    tv = pages.open(TV, desk.demo.device("tv", "tang-3")["url"])
    there = tv.locator("[data-counter='80']")
    desk.call_next("80001")
    desk.keys("f")
    desk.call_next("80002")
    expect(there).to_have_class(re.compile("calling"), timeout=15_000)  # it is being heard
    expect(there.locator(".number")).to_have_text("80002")
    desk.keys("z")
    expect(there.locator(".number")).to_have_text("80001")
    expect(there).not_to_have_class(re.compile("calling"))
    expect(tv.locator("#calls")).not_to_contain_text("80002")
    expect(tv.locator("#sorry")).to_have_text("Xin lỗi, số 80002 vui lòng chờ", timeout=15_000)
    expect(tv.locator("#sorry")).to_be_hidden(timeout=15_000)
    boards = desk.page.request.get(f"{desk.demo.told['boards']}/state.json").json()["boards"]
    assert next(board["cells"] for board in boards if board["address"] == 80).strip() == ""


@at_counter("75")
def test_the_time_to_take_back_runs_out_by_the_clock_of_the_server(desk: Desk) -> None:
    desk.call_next("75001")
    until = desk.rows()["counter"]["undo_until"]
    key = desk.undo_key()
    expect(key).to_contain_text(re.compile("còn [1-3] giây"), timeout=15_000)
    expect(key).to_be_hidden(timeout=15_000)
    now = desk.page.request.get(f"{desk.demo.portal}/healthz").json()["now"]
    assert now >= until - 250
    desk.keys("z")  # no key any more
    desk.shows("75001")
    while desk.page.request.get(f"{desk.demo.portal}/healthz").json()["now"] < until:
        pass
    assert desk.press("undo")["refusal"]["code"] == "too-late-to-undo"
    assert desk.rows()["counter"]["number"] == "75001"


@at_counter("76")
def test_what_was_asked_of_one_number_never_falls_on_the_next(desk: Desk) -> None:
    desk.call_next("76001")
    desk.keys("c")
    desk.page.locator("#ask-transfer[open]").wait_for()
    desk.press("finish")
    desk.press("next")
    desk.shows("76002")
    desk.page.select_option("[name=whither]", label="Quầy 77")
    desk.page.get_by_role("button", name="Chuyển", exact=True).click()
    desk.answers("Quầy đã đổi trước đó, lần bấm này không làm gì.")
    assert desk.rows()["counter"]["number"] == "76002"


@at_counter("77")
def test_a_press_while_the_network_is_away_is_said_so_and_counts_once(desk: Desk, pages: Pages) -> None:
    desk.call_next("77001")
    desk.page.context.set_offline(True)
    desk.keys("f")
    desk.answers("Chưa có trả lời từ máy chủ")
    expect(desk.page.locator("#lost")).to_contain_text("Mất kết nối", timeout=25_000)
    desk.page.context.set_offline(False)
    desk.shows("–")
    expect(desk.page.locator("#lost")).to_be_hidden(timeout=15_000)
    expect(desk.page.locator("#answer")).to_be_empty()
    assert desk.rows()["waiting"]["count"] == 4
    pages.forgive("ERR_INTERNET_DISCONNECTED")
