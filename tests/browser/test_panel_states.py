"""Every state of the panel in every window it is used in: nothing runs over sideways, the number is seen without
scrolling, axe-core finds nothing. The pictures stay in var/pictures, to be looked at."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desks import Desk, at_counter
from tests.browser.keeping import keep
from tests.browser.running import LAPTOP, Pages, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]

# Beside another program, in half a window, in a narrow one, in a small one kept above another.
WINDOWS = (LAPTOP, (640, 720), (360, 720), (360, 480))
DIALOGS = {
    "more": "k",
    "outcome": "x",
    "transfer": "c",
    "park": "g",
    "why": "v",
    "call": "n",
    "take-up": "u",
    "guest": "m",
    "issue": "i",
    "there": "e",
    "pause": "p",
    "leave": "l",
    "hand-over": "h",
    "help": "?",
}


def looked_at(page: Page, state: str, shown: str = "#number") -> None:
    """The state in every window; what must be seen there is seen whole."""
    for size in WINDOWS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        name = f"panel-{state}-{size[0]}x{size[1]}"
        assert seen_whole(page.locator(shown)), f"{shown} is not seen whole in {name}"
        assert holds_all(page.locator(".now")), f"something stands out of the number's card in {name}"
        keep(page, name, size)
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})


def seen_whole(element: Locator) -> bool:
    """Whether an element stands in the window, is not covered, and holds all that is in it."""
    seen: bool = element.evaluate("""element => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
      return inside && element.contains(over) && element.scrollWidth <= element.clientWidth;
    }""")
    return seen


def holds_all(card: Locator) -> bool:
    """Whether nothing in a card stands out of it above or below."""
    holds: bool = card.evaluate("""card => {
      const { top, bottom } = card.getBoundingClientRect();
      const within = (one) => one.top >= top && one.bottom <= bottom;
      const places = [...card.children].map((one) => one.getBoundingClientRect());
      return places.every((one) => !one.height || within(one));
    }""")
    return holds


@at_counter("86")
def test_the_states_of_a_counter(desk: Desk, pages: Pages) -> None:
    page = desk.page
    looked_at(page, "open")
    desk.call_next("86001")
    expect(page.locator("#told")).to_contain_text("TV")
    looked_at(page, "called")
    desk.keys("a")
    expect(desk.undo_key()).to_be_visible()
    looked_at(page, "absent")
    desk.call_next("86002")
    desk.press("park", note="chờ bản sao giấy khai sinh có chứng thực, hẹn quay lại trước 15 giờ 30")
    expect(page.locator("#parked")).to_contain_text("86002")
    looked_at(page, "parked")
    desk.press("take-up", number="86002")
    expect(page.locator("#note")).to_contain_text("chờ bản sao")
    expect(desk.undo_key()).to_be_visible()
    looked_at(page, "called-with-note")
    desk.press("pause", reason="Sự cố máy tính")
    expect(page.locator("#state-note")).to_contain_text("Sự cố")
    looked_at(page, "paused-with-number")
    desk.press("resume")
    desk.press("start")
    expect(page.locator("#now-title")).to_have_text("Đang phục vụ")
    looked_at(page, "serving")
    desk.keys("u")
    desk.answers("Không có số nào được gác.")
    looked_at(page, "useless-key")
    second = pages.open(LAPTOP)
    sign_in_staff(second, desk.demo, "lan")
    second.goto(page.url)
    expect(second.locator("#state-note")).to_be_visible()
    looked_at(second, "elsewhere")
    second.context.close()
    desk.keys("f")
    desk.shows("–")
    desk.keys("p", "1")
    expect(page.locator("#state-note")).to_contain_text("Đang tạm dừng")
    looked_at(page, "paused")
    desk.keys("p", "m", "1")
    desk.shows("Khách")
    looked_at(page, "guest")
    page.context.set_offline(True)
    expect(page.locator("#lost")).to_contain_text("Mất kết nối", timeout=25_000)
    looked_at(page, "offline")
    page.context.set_offline(False)
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
    desk.press("leave")
    expect(page.locator("#service")).to_have_text("Quầy đang đóng")
    looked_at(page, "closed")
    pages.forgive("ERR_INTERNET_DISCONNECTED")


@at_counter("74")
def test_what_a_counter_asks(desk: Desk) -> None:
    page = desk.page
    desk.call_next("74001")
    desk.press("park", note="chờ bản sao")
    desk.call_next("74002")
    for name, key in DIALOGS.items():
        desk.keys(key)
        dialog = page.locator("dialog[open]")
        expect(dialog).to_have_count(1)
        looked_at(page, f"ask-{name}", "dialog[open]")
        assert within_reach(dialog) == [], name
        desk.keys("Escape")
        expect(dialog).to_have_count(0)
    desk.keys("i", "NumpadEnter")
    page.locator("#given[open]").wait_for()
    looked_at(page, "ask-given", "dialog[open]")


def within_reach(dialog: Locator) -> list[Any]:
    """What can be touched in a dialog and is wider than it, in the smallest window."""
    page = dialog.page
    page.set_viewport_size({"width": WINDOWS[-1][0], "height": WINDOWS[-1][1]})
    wide: list[Any] = dialog.evaluate("""dialog => {
      const edge = dialog.getBoundingClientRect().right;
      return [...dialog.querySelectorAll("button, input, select, kbd, p, li, h2")]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().right > edge).map((one) => one.outerHTML);
    }""")
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    return wide
