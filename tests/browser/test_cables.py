"""The line of boards and keypads, simulated, beside the real product: a clerk without a computer, and who looks
after it all."""

import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, sign_in_staff
from tests.processes.running import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.redis]

SECONDS = 15_000
FOLDER = Path(os.environ.get("PICTURES", "var/pictures"))
PHONE = {"width": 390, "height": 844}


def sit_and_issue(demo: RunningDemo, numbers: int) -> None:
    """A supervisor opens counter 86 for a clerk; citizens take numbers there."""
    kiosk = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    keeper = next(one for one in demo.told["staff"] if one["login"] == "quantri")
    with httpx.Client(base_url=demo.portal) as http:
        http.post("/panel/sign-in", data={**keeper, "next": "/panel"})
        opened = {"turn": 1, "clerk": "hoa"}
        http.post(f"/api/centers/{CENTER}/counters/86/hand-over", json=opened).raise_for_status()
        for nth in range(numbers):
            body = {"service": "visa", "request": f"cable-{nth}-{numbers}"}
            http.post(f"/api/centers/{CENTER}/tickets", json=body, headers=kiosk).raise_for_status()


def simulated(demo: RunningDemo, kind: str, address: int) -> dict[str, Any]:
    state = httpx.get(f"{demo.told['boards']}/state.json").json()
    found: dict[str, Any] = next(one for one in state[kind] if one["address"] == address)
    return found


def row_of(admin: Page, demo: RunningDemo, kind: str) -> Any:
    return admin.locator(f"[data-device='{demo.device(kind)['device']}']")


def test_a_clerk_without_a_computer_calls_from_a_keypad(demo: RunningDemo, pages: Pages) -> None:
    sit_and_issue(demo, 2)
    page = pages.open(LAPTOP, demo.told["boards"])
    keypad = page.locator(".keypad", has_text="Bàn phím quầy 86")
    expect(keypad.locator(".waiting")).to_have_text("2 chờ")
    keypad.get_by_role("button", name="Gọi tiếp").click()
    expect(keypad.locator(".small")).to_contain_text("đã nhận phím", timeout=SECONDS)
    expect(keypad.locator(".waiting")).to_have_text("1 chờ", timeout=SECONDS)
    wait_for("its board", lambda: simulated(demo, "boards", 86)["cells"] == "86001")
    wait_for("the keypad", lambda: simulated(demo, "keypads", 86)["cells"] == "86001")
    keypad.get_by_label("Quầy", exact=True).fill("99")
    keypad.get_by_role("button", name="Chuyển").click()
    expect(keypad.locator(".small")).to_contain_text("không nhận phím", timeout=SECONDS)
    page.locator(".keypad").first.scroll_into_view_if_needed()
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    page.screenshot(path=FOLDER / "cables.png")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_who_looks_after_the_line_sees_how_it_is_and_lights_every_board(demo: RunningDemo, pages: Pages) -> None:
    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices")
    boards, keypads = row_of(admin, demo, "boards"), row_of(admin, demo, "keypads")
    many = len(httpx.get(f"{demo.told['boards']}/state.json").json()["boards"])
    expect(boards).to_contain_text(re.compile(rf"Trả lời\s*{many} trên {many}"), timeout=SECONDS)
    expect(keypads).to_contain_text(re.compile(r"Trả lời\s*3 trên 3"), timeout=SECONDS)
    expect(keypads).to_contain_text("Bàn phím gọi số")
    boards.locator("summary").click()
    boards.get_by_role("button", name="Sáng thử mọi bảng").click()
    wait_for("every segment", lambda: simulated(demo, "boards", 66)["mode"] == "test", 15)
    wait_for("what it showed", lambda: simulated(demo, "boards", 66)["mode"] == "steady", 15)
    httpx.post(f"{demo.told['boards']}/boards/66/power-off").raise_for_status()
    httpx.post(f"{demo.told['boards']}/keypads/66/mute").raise_for_status()
    expect(boards.locator(".bad")).to_contain_text("quầy 66", timeout=2 * SECONDS)
    expect(keypads.locator(".bad")).to_contain_text("quầy 66", timeout=2 * SECONDS)
    seen = Axe().run(admin)
    assert seen.violations_count == 0, seen.generate_report()
    admin.screenshot(path=FOLDER / "cables-care.png", full_page=True)
    httpx.post(f"{demo.told['boards']}/line/unplug").raise_for_status()
    expect(boards.locator(".bad")).to_contain_text("KHÔNG mở được cổng nối tiếp", timeout=2 * SECONDS)
    for path in ("boards/66/power-on", "keypads/66/unmute", "line/plug"):
        httpx.post(f"{demo.told['boards']}/{path}").raise_for_status()
    expect(boards).to_contain_text(re.compile(rf"Trả lời\s*{many} trên {many}"), timeout=2 * SECONDS)
