"""Pictures of every screen at the sizes it is used at, taken from the running product after a short busy morning.

`make pictures` keeps those of the README in docs/pictures; here they go to var/pictures, to be looked at.
"""

import re
import shutil
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.keeping import FOLDER, keep
from tests.browser.running import (
    CENTER,
    KIOSK,
    LAPTOP,
    PHONE,
    TV,
    TV_4K,
    Pages,
    RunningDemo,
    sign_in_citizen,
    sign_in_staff,
)

pytestmark = [pytest.mark.browser, pytest.mark.redis]

CALLS = (
    ("lan", "66", "thong-tin-truyen-thong", 3),
    ("minh", "68", "van-hoa-the-thao", 2),
    ("hoa", "85", "cong-an-pccc", 4),
)
# Heights in px: of the call's number, and of the smallest number among the counters.
SIZES = """() => {
  const size = element => parseFloat(getComputedStyle(element).fontSize);
  const numbers = [...document.querySelectorAll('#counters .number:not(.word)')];
  return [size(document.querySelector('#now-number')), Math.min(...numbers.map(size))];
}"""


@pytest.fixture(scope="module")
def busy(demo: RunningDemo) -> RunningDemo:
    """Three clerks at work, people waiting, one counter paused, one number missed."""
    kiosk = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    for login, counter, service, people in CALLS:
        for at in range(people):
            body = {"service": service, "request": f"picture-{counter}-{at}"}
            httpx.post(f"{demo.portal}/api/centers/{CENTER}/tickets", json=body, headers=kiosk).raise_for_status()
        with httpx.Client(base_url=demo.portal) as clerk:
            member = next(one for one in demo.told["staff"] if one["login"] == login)
            clerk.post("/panel/sign-in", data={**member, "next": "/panel"})
            path = f"/api/centers/{CENTER}/counters/{counter}"
            turn = clerk.post(f"{path}/take", json={"turn": 1}).json()["turn"]
            turn = clerk.post(f"{path}/next", json={"turn": turn}).json()["turn"]
            if login == "minh":  # the first does not come
                turn = clerk.post(f"{path}/absent", json={"turn": turn}).json()["turn"]
                clerk.post(f"{path}/next", json={"turn": turn})
            if login == "hoa":
                clerk.post(f"{path}/finish", json={"turn": turn})
                clerk.post(f"{path}/pause", json={"turn": turn + 1, "reason": "Hội ý"})
    return demo


def test_portal(busy: RunningDemo, pages: Pages) -> None:
    page = pages.open(PHONE, busy.portal)
    keep(page, "home", PHONE)
    page.goto(f"{busy.portal}/register")
    keep(page, "register", PHONE)
    sign_in_citizen(page, busy)
    keep(page, "centers", PHONE)
    page.goto(f"{busy.portal}/centers/{CENTER}")
    keep(page, "zones", PHONE)
    page.goto(f"{busy.portal}/centers/{CENTER}/zones/tang-3")
    keep(page, "services", PHONE)
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**/tickets/**")
    keep(page, "ticket", PHONE)
    page.goto(f"{busy.portal}/tickets")
    keep(page, "numbers", PHONE)
    page.goto(f"{busy.portal}/centers/khong-co")
    keep(page, "refusal", PHONE)
    pages.forgive("404")
    wide = pages.open(LAPTOP, f"{busy.portal}/centers/{CENTER}/zones/tang-3")
    keep(wide, "services-wide", LAPTOP)


def test_kiosk(busy: RunningDemo, pages: Pages) -> None:
    for size, name in ((KIOSK, "kiosk"), (LAPTOP, "kiosk-wide")):
        page = pages.open(size, busy.device("kiosk")["url"])
        page.get_by_role("button", name="Tầng 3").wait_for()
        keep(page, f"{name}-zones", size)
        page.get_by_role("button", name="Báo có mặt").click()
        for key in "86001A":
            page.locator(f'.key[data-key="{key}"]').click()
        keep(page, f"{name}-check-in", size)
        page.get_by_role("button", name="Về đầu").click()
        page.get_by_role("button", name="Người từ 80 tuổi").click()
        page.get_by_role("button", name="Tầng 3").click()
        page.get_by_role("button", name="Visa").wait_for()
        keep(page, f"{name}-services", size)
        page.get_by_role("button", name="Visa").click()
        expect(page.locator("body")).to_contain_text(re.compile("86[0-9]{3}"))
        expect(page.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
        keep(page, f"{name}-ticket", size)
    slips = sorted(Path(busy.told["slips"]).glob("*.png"))
    shutil.copy(slips[-1], FOLDER / "slip.png")


@pytest.mark.parametrize(
    ("name", "size"), [("tv-720p", LAPTOP), ("tv", TV), ("tv-4k", TV_4K), ("tv-portrait", KIOSK)]
)
def test_tv(busy: RunningDemo, pages: Pages, name: str, size: tuple[int, int]) -> None:
    page = pages.open(size, busy.device("tv", "tang-3")["url"])
    expect(page.locator("#counters > *")).to_have_count(18)
    expect(page.locator("#counters")).to_contain_text("66001")
    expect(page.locator("#missed")).to_contain_text("68001Quầy 68")
    call, smallest = page.evaluate(SIZES)
    assert call >= size[1] / 8, f"the call is {call} px high"
    if size[0] > size[1]:  # eighteen counters; a screen on end has the height for more than the number
        assert smallest >= size[1] / 16, f"the numbers of the counters are {smallest} px high"
    keep(page, name, size)


def test_panel(busy: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP)
    page.goto(f"{busy.portal}/panel/sign-in")
    keep(page, "panel-sign-in", LAPTOP)
    sign_in_staff(page, busy, "lan")
    keep(page, "panel-choose", LAPTOP)
    page.goto(f"{busy.portal}/panel/{CENTER}/66")
    page.get_by_role("button", name="Gọi số tiếp").wait_for()
    keep(page, "panel", LAPTOP)
    page.set_viewport_size({"width": 360, "height": 720})
    keep(page, "panel-narrow", (360, 720))


def test_admin_and_pairing(busy: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP)
    sign_in_staff(page, busy, "quantri")
    page.goto(f"{busy.portal}/admin/{CENTER}/devices")
    keep(page, "devices", LAPTOP)
    page.get_by_role("link", name="Số giấy").click()
    page.select_option("[name=service]", "visa")
    page.get_by_role("button", name="Giữ dải số").click()
    expect(page.locator("main")).to_contain_text(re.compile("đã nhập 0, còn 20"))
    page.get_by_role("button", name="Nhập số của dải").click()
    expect(page.locator("main")).to_contain_text(re.compile("đã nhập 1, còn 19"))
    keep(page, "paper", LAPTOP)
    pairing = pages.open(TV, f"{busy.portal}/tv/pair")
    expect(pairing.locator("#code")).to_have_text(re.compile("[0-9]{3}.?[0-9]{3}"))
    keep(pairing, "tv-pairing", TV)


def test_supervisor_and_operator(busy: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP)
    sign_in_staff(page, busy, "quantri")
    for path, name in (
        (f"supervisor/{CENTER}/tang-3", "supervisor"),
        (f"admin/report?center={CENTER}", "report"),
        (f"admin/{CENTER}/plan", "plan"),
        (f"admin/{CENTER}/staff", "staff"),
    ):
        page.goto(f"{busy.portal}/{path}")
        keep(page, name, LAPTOP)


def test_boards(busy: RunningDemo, pages: Pages) -> None:
    page = pages.open(LAPTOP, busy.told["boards"])
    expect(page.locator("body")).to_contain_text("Quầy 66")
    keep(page, "boards", LAPTOP)
