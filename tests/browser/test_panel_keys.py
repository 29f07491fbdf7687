"""The panel's keys beyond the plain ones: a number pad with NumLock on and off, one key for an outcome, what a
scanner types, keys that are of no use now, and the sheet of all keys."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desks import Desk, at_counter, type_at_once
from tests.browser.running import Pages

pytestmark = [pytest.mark.browser, pytest.mark.redis]

ON, OFF = True, False
OPERATORS = {"Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "Enter": "Enter"}
LINK = "https://layso.example.vn/tickets/quang-ninh/2026-11-26/86001/kRafl-pnthcsxzg"

CARD = "022063001234||Nguyễn Văn A|01011963|Nam|Hạ Long, Quảng Ninh|02052021"


class NumberPad:
    """The keys of a number pad as the browser sees them, with NumLock on or off."""

    def __init__(self, page: Page, is_on: bool) -> None:
        self.page, self.is_on = page, is_on
        self.wire = page.context.new_cdp_session(page)

    def keys(self, *names: str) -> None:
        for name in names:
            expect(self.page.locator("#panel.busy")).to_have_count(0)
            if self.is_on and (name.isdigit() or name == "Decimal"):
                self._digit(name)
            else:
                self.page.keyboard.press(f"Numpad{name}")

    def _digit(self, name: str) -> None:
        key = "." if name == "Decimal" else name
        said = {"key": key, "code": f"Numpad{name}", "text": key, "location": 3, "isKeypad": True}
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyDown", **said})
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **said})


@pytest.mark.parametrize(
    ("desk", "is_on"), [("65", ON), ("66", OFF)], indirect=["desk"], ids=["NumLock on", "NumLock off"]
)
def test_a_clerk_works_with_the_number_pad_alone(desk: Desk, is_on: bool) -> None:
    pad, at = NumberPad(desk.page, is_on), desk.counter
    pad.keys("Enter")
    desk.shows(f"{at}001")
    pad.keys("Add")
    expect(desk.page.locator("#now-title")).to_have_text("Đang phục vụ")
    pad.keys("0", "1", "2")
    desk.answers(f"Số {at}001: Đã trả kết quả.")
    pad.keys("Divide")
    desk.shows(f"{at}001")
    pad.keys("Decimal")
    desk.shows("–")
    pad.keys(*f"{at}004", "Enter")
    desk.shows(f"{at}004")
    pad.keys("Multiply")
    expect(desk.page.locator("#calls")).to_have_text("gọi 1 lần")  # the same finger: within a second and a half
    pad.keys("0", "3", "Enter")  # put away, without a note
    desk.answers(f"Đã gác số {at}004.")
    pad.keys("0", "7", "1")
    desk.shows(f"{at}004")
    pad.keys("Subtract")
    desk.shows("–")
    pad.keys("0", "8", "Add", "Enter")  # the second reason
    expect(desk.page.locator("#state-note")).to_have_text("Đang tạm dừng: Nghỉ trưa")
    pad.keys("Enter")
    expect(desk.page.locator("[data-verb=next]")).to_be_visible()
    pad.keys("Enter")
    desk.shows(f"{at}002")
    pad.keys("0", "2", *"69", "Enter")  # to counter 69
    desk.answers(f"Đã chuyển số {at}002 đến quầy 69.")
    assert f"{at}002" in desk.rows("69")["waiting"]["next"]
    assert desk.rows("69")[f"number/{at}002"]["sent"]
    pad.keys("0", "0", "9", "Decimal")  # a number begun by mistake: the point leaves only when nothing is typed
    expect(desk.page.locator("#ask-call[open]")).to_have_count(1)
    desk.page.keyboard.press("Escape")
    pad.keys("0", "9", "Decimal")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    pad.keys("0", "9", "Subtract", "Enter")  # whoever leaves by mistake stays
    expect(desk.page.locator("[data-verb=take]")).to_be_visible()
    pad.keys("Enter")
    expect(desk.page.locator("[data-verb=next]")).to_be_visible()


@at_counter("67")
def test_one_key_ends_a_visit_with_its_outcome(desk: Desk) -> None:
    desk.call_next("67001")
    expect(desk.page.locator("#outcomes button")).to_have_text(
        ["F1Đã tiếp nhận hồ sơ", "F2Đã trả kết quả", "F3Cần bổ sung giấy tờ", "F4Không thuộc thẩm quyền"]
    )
    desk.keys("F3")
    desk.answers("Số 67001: Cần bổ sung giấy tờ.")
    desk.call_next("67002")
    desk.page.get_by_role("button", name="F1 Đã tiếp nhận hồ sơ").click()
    desk.answers("Số 67002: Đã tiếp nhận hồ sơ.")
    desk.keys("F1")
    desk.shows("–")
    desk.answers("“Đã tiếp nhận hồ sơ”: Chưa có ai ở quầy.")


@at_counter("68")
def test_a_key_that_is_of_no_use_now_says_why(desk: Desk) -> None:
    desk.keys("a")
    desk.answers("“Vắng mặt”: Chưa có số nào ở quầy.")
    desk.keys("z")
    desk.answers("“Hoàn tác”: Không còn gì để hoàn tác.")
    desk.keys("u")
    desk.answers("“Gọi số đã gác”: Không có số nào được gác.")
    desk.call_next("68001")
    desk.keys("s")
    expect(desk.page.locator("#now-title")).to_have_text("Đang phục vụ")
    desk.keys("s")
    desk.answers("“Đã đến”: Số 68001 đã được ghi là đã đến.")
    desk.keys("p", "1", "Space")
    desk.answers("“Gọi số tiếp”: Quầy đang tạm dừng: bấm P để làm việc tiếp.")


@at_counter("71")
def test_what_a_scanner_types_presses_nothing_and_a_hand_loses_nothing(desk: Desk, pages: Pages) -> None:
    desk.call_next("71001")
    turn = desk.rows()["counter"]["turn"]
    assert not type_at_once(desk.page, *LINK, "Enter")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    desk.keys("p")
    desk.page.locator("#ask-pause[open]").wait_for()
    assert not type_at_once(desk.page, *LINK, "Enter")  # digits choose here, but not a scanner's
    desk.page.keyboard.press("Escape")
    assert desk.rows()["counter"]["turn"] == turn
    desk.answers("Không tìm thấy số này.")  # it was a scanner's, and the number is another day's
    pages.forgive("404")
    type_at_once(desk.page, "f", " ")  # two hands in one moment, each in its order
    desk.shows("71002")
    type_at_once(desk.page, ".")
    expect(desk.page.locator("#panel.busy")).to_have_count(0)
    type_at_once(desk.page, " ")
    desk.shows("71003")
    desk.page.evaluate(
        """() => document.body.dispatchEvent(
            new KeyboardEvent('keydown', {key: 'Process', code: 'KeyR', bubbles: true}))"""
    )
    desk.answers("Quầy đã đổi trước đó")  # a recall at once: an input method kept the letter, the key is known


@at_counter("73")
def test_nothing_of_a_citizen_card_stays_on_the_page(desk: Desk) -> None:
    type_at_once(desk.page, *CARD, "Enter")
    desk.answers("Đây là mã của thẻ căn cước.")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)
    assert desk.page.locator("#ask-call input").input_value() == ""


@at_counter("72")
def test_the_sheet_of_keys_names_every_key(desk: Desk) -> None:
    desk.keys("?")
    sheet = desk.page.locator("#help-keys li")
    verbs = desk.page.locator("[data-verb]").count()
    expect(sheet).to_have_count(verbs + 1)  # and the outcomes
    expect(sheet.filter(has_text="Chuyển đi")).to_have_text(re.compile("Chuyển điC02"))
    assert Axe().run(desk.page).violations_count == 0
    desk.page.keyboard.press("Escape")
    desk.keys("k", "?")
    expect(desk.page.locator("#help")).to_be_visible()
