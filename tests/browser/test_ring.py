"""From a pressed key to screen, board, voice and message, as people see it."""

import json
import re
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.running import (
    CENTER,
    KIOSK,
    LAPTOP,
    PHONE,
    TV,
    Pages,
    RunningDemo,
    code_sent,
    sign_in_citizen,
    sign_in_staff,
)

pytestmark = [pytest.mark.browser, pytest.mark.redis]

COUNTER = "86"


def wait_for(what: str, is_so: Callable[[], bool], limit: float = 15) -> None:
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, f"{what}: not within {limit} s"
        time.sleep(0.05)


def board_cells(demo: RunningDemo) -> str:
    boards = httpx.get(f"{demo.told['boards']}/state.json").json()["boards"]
    return str(next(board["cells"] for board in boards if board["address"] == int(COUNTER)))


def spoken(demo: RunningDemo) -> list[dict[str, object]]:
    path = demo.data / "spoken" / "played.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_the_whole_ring(demo: RunningDemo, pages: Pages) -> None:
    # The citizen's six steps.
    phone = pages.open(PHONE, demo.portal)
    phone.get_by_role("link", name="Đăng ký").first.click()
    phone.fill("[name=name]", "Trần Văn <b>An</b>")
    phone.fill("[name=contact]", "0987 654 321")
    phone.fill("[name=password]", "mat-khau-cua-toi")
    phone.press("[name=password]", "Enter")
    phone.wait_for_url("**/confirm")
    phone.fill("[name=code]", code_sent(phone, demo, "0987654321"))
    phone.wait_for_url("**/centers")
    phone.get_by_role("link", name="tỉnh Quảng Ninh").click()
    phone.get_by_role("link", name="Tầng 3").click()
    tiles = phone.locator("form[action$='/tickets'] button")
    expect(tiles).to_have_count(18)
    phone.get_by_role("button", name="Visa").click()
    phone.wait_for_url("**/tickets/**")
    expect(phone.locator("body")).to_contain_text("So giao dich 86001. Ban vui long den truoc")
    expect(phone.locator("body")).to_contain_text("86001")

    # A second number, at the kiosk.
    kiosk = pages.open(KIOSK, demo.device("kiosk")["url"])
    kiosk.get_by_role("button", name="Tầng 3").click()
    kiosk.get_by_role("button", name="Visa").click()
    expect(kiosk.locator("body")).to_contain_text("86002")

    # The room, and the grid at home.
    tv = pages.open(TV, demo.device("tv", "tang-3")["url"])
    tv.wait_for_url(f"**/tv/{demo.device('tv', 'tang-3')['device']}")
    grid = pages.open(PHONE, f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    tile = grid.locator("li", has_text="Visa")
    expect(tile).to_contain_text("86002")

    # The clerk takes the counter and presses next.
    panel = pages.open(LAPTOP)
    sign_in_staff(panel, demo, "lan")
    panel.goto(f"{demo.portal}/panel/{CENTER}/{COUNTER}")
    panel.get_by_role("button", name="Nhận quầy").click()
    next_key = panel.get_by_role("button", name="Gọi số tiếp")
    expect(next_key).to_be_enabled()
    expect(panel.locator("#panel.busy")).to_have_count(0)  # one press at a time, until it is answered
    panel.keyboard.press("Space")

    # The same call everywhere.
    expect(panel.locator("#number")).to_have_text("86001")
    expect(tv.locator("#counters")).to_contain_text("86001")
    expect(tv.locator("#now-number")).to_have_text("86001")
    expect(tile).to_contain_text("Giao dịch hiện tại: 86001")
    expect(phone.locator("body")).to_contain_text("quầy 86")
    wait_for("the board", lambda: board_cells(demo) == "86001")
    wait_for("the voice", lambda: any(played["ms"] != 20 for played in spoken(demo)))
    said = next(played for played in spoken(demo) if played["ms"] != 20)
    sound = demo.data / "spoken" / str(said["name"])
    assert said["whole"]
    assert sound.read_bytes()[:4] == b"RIFF"
    wait_for("the acknowledgement", lambda: "✓" in panel.locator("body").inner_text())
    _code, taken, called = [sent["text"] for sent in demo.outbox() if sent["to"] == "+84987654321"]
    assert taken.startswith("So giao dich 86001. Ban vui long den truoc")
    assert called.startswith("So 86001 dang duoc goi. Moi ban den quay 86 ngay")

    # The kiosk's number follows, and nobody's name is anywhere it should not be.
    panel.keyboard.press("Space")
    expect(tv.locator("#counters")).to_contain_text("86002")
    wait_for("the board", lambda: board_cells(demo) == "86002")
    for page in (tv, grid, kiosk):
        assert "Trần Văn" not in page.content()


def test_a_doubled_press_calls_once(demo: RunningDemo, pages: Pages) -> None:
    key = demo.device("kiosk")["key"]
    for at in range(3):
        body = {"service": "tu-phap", "request": f"doubled-{at}"}
        headers = {"authorization": f"Bearer {key}"}
        httpx.post(f"{demo.portal}/api/centers/{CENTER}/tickets", json=body, headers=headers).raise_for_status()
    panel = pages.open(LAPTOP)
    sign_in_staff(panel, demo, "minh")
    panel.goto(f"{demo.portal}/panel/{CENTER}/65")
    panel.get_by_role("button", name="Nhận quầy").click()
    expect(panel.get_by_role("button", name="Gọi số tiếp")).to_be_enabled()
    panel.evaluate(
        "for (let at = 0; at < 5; at++) document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {code: 'Space', key: ' ', bubbles: true}))"
    )
    expect(panel.locator("body")).to_contain_text("gọi 1 lần")
    view = panel.request.get(f"{demo.portal}/api/views/panel/{CENTER}/65").json()["whole"]
    assert view["counter"]["number"] == "65001"
    assert view["waiting"]["next"] == ["65002", "65003"]


@pytest.mark.parametrize("gap_ms", [40, 150, 450, 1000])
def test_a_finger_that_presses_twice_calls_once(demo: RunningDemo, pages: Pages, gap_ms: int) -> None:
    counter, service = {40: ("70", "cong-an-qlhc"), 150: ("71", "giao-duc-dao-tao"), 450: ("72", "du-lich"),
                        1000: ("73", "khoa-hoc-cong-nghe")}[gap_ms]  # fmt: skip
    headers = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    with httpx.Client(base_url=demo.portal, headers=headers) as kiosk:
        for at in range(3):
            body = {"service": service, "request": f"twice-{counter}-{at}"}
            kiosk.post(f"/api/centers/{CENTER}/tickets", json=body).raise_for_status()
    panel = pages.open(LAPTOP)
    sign_in_staff(panel, demo, "hoa")
    panel.goto(f"{demo.portal}/panel/{CENTER}/{counter}")
    panel.get_by_role("button", name="Nhận quầy").click()
    expect(panel.get_by_role("button", name="Gọi số tiếp")).to_be_enabled()
    expect(panel.locator("#panel.busy")).to_have_count(0)
    panel.keyboard.press("Space")
    panel.wait_for_timeout(gap_ms)
    panel.keyboard.press("Space")
    expect(panel.locator("#told")).not_to_be_empty()
    panel.wait_for_timeout(1200 - min(gap_ms, 1000))
    view = panel.request.get(f"{demo.portal}/api/views/panel/{CENTER}/{counter}").json()["whole"]
    assert view["counter"]["number"] == f"{counter}001"
    assert view["waiting"]["count"] == 2
    panel.request.post(
        f"{demo.portal}/api/centers/{CENTER}/counters/{counter}/leave", data={"turn": view["counter"]["turn"]}
    )


def test_a_tv_is_paired_by_its_code_and_shut_out_at_once(demo: RunningDemo, pages: Pages) -> None:
    tv = pages.open(TV, f"{demo.portal}/tv")
    tv.wait_for_url("**/tv/pair")
    code = tv.locator("#code")
    expect(code).to_have_text(re.compile("[0-9]{3}.?[0-9]{3}"))
    digits = "".join(filter(str.isdigit, code.inner_text()))
    assert len(digits) == 6

    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices?code={digits}")
    expect(admin.locator("body")).to_contain_text("127.0.0.1")
    admin.fill("[name=name]", "TV cửa chính")
    admin.select_option("[name=zone]", "tang-1")
    admin.locator("form[action$='/devices/pair'] button").click()
    expect(admin.locator("body")).to_contain_text("TV cửa chính")

    tv.wait_for_url(lambda url: "/tv/" in url and not url.endswith("/pair"))
    expect(tv.locator("#zone")).to_have_text("Tầng 1")
    admin.get_by_text("Chăm sóc TV cửa chính").click()
    admin.get_by_role("button", name="Gỡ TV cửa chính").click()
    tv.wait_for_url("**/tv/pair")


def test_the_portal_without_javascript(demo: RunningDemo, pages: Pages) -> None:
    phone = pages.open(PHONE, java_script_enabled=False)
    sign_in_citizen(phone, demo)
    phone.get_by_role("link", name="tỉnh Quảng Ninh").click()
    phone.get_by_role("link", name="Tầng 3").click()
    phone.get_by_role("button", name="Y tế").click()
    expect(phone.locator("body")).to_contain_text("So giao dich 75001.")
    phone.goto(f"{demo.portal}/tickets")
    expect(phone.locator("body")).to_contain_text("75001")


def test_a_tv_that_was_away_shows_what_one_that_never_left_shows(demo: RunningDemo, pages: Pages) -> None:
    url = demo.device("tv", "tang-2")["url"]
    stayed, left = pages.open(TV, url), pages.open(TV, url)
    for tv in (stayed, left):
        expect(tv.locator("#light")).to_have_text("Trực tuyến")
    left.context.set_offline(True)
    headers = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    with httpx.Client(base_url=demo.portal) as clerk:
        clerk.post("/panel/sign-in", data={**demo.told["staff"][2], "next": "/panel"})
        path = f"/api/centers/{CENTER}/counters/21"
        turn = clerk.post(f"{path}/take", json={"turn": 1}).json()["turn"]
        for at in range(3):
            body = {"service": "dat-dai", "request": f"away-{at}-{at}"}
            clerk.post(f"/api/centers/{CENTER}/tickets", json=body, headers=headers).raise_for_status()
            turn = clerk.post(f"{path}/next", json={"turn": turn}).json()["turn"]
            turn = clerk.post(f"{path}/finish", json={"turn": turn}).json()["turn"]
    expect(stayed.locator("#counters")).to_contain_text("21003")
    left.context.set_offline(False)
    expect(left.locator("#counters")).to_contain_text("21003", timeout=30_000)
    assert left.locator("#counters").inner_text() == stayed.locator("#counters").inner_text()
    expect(left.locator("#calls")).to_have_text(stayed.locator("#calls").inner_text(), use_inner_text=True)
    pages.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_tv_is_the_voice_of_a_zone_without_a_speaker(demo: RunningDemo, pages: Pages) -> None:
    device = demo.device("tv", "tang-1")
    tv = pages.open(TV, device["url"])
    expect(tv.locator("#light")).to_have_text("Trực tuyến")
    kiosk = {"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    as_tv = {"authorization": f"Bearer {device['key']}"}
    with httpx.Client(base_url=demo.portal) as clerk:

        def rows(topic: str) -> dict[str, dict[str, object]]:
            found: dict[str, dict[str, object]] = clerk.get(f"/api/views/{topic}", headers=as_tv).json()["whole"]
            return found

        wait_for("the voice", lambda: rows(f"tv/{CENTER}/tang-1")["zone/tang-1"]["holder"] == device["device"])
        clerk.post("/panel/sign-in", data={**demo.told["staff"][3], "next": "/panel"})
        path = f"/api/centers/{CENTER}/counters/05"
        turn = clerk.post(f"{path}/take", json={"turn": 1}).json()["turn"]
        body = {"service": "bao-hiem", "request": "spoken-by-a-tv"}
        clerk.post(f"/api/centers/{CENTER}/tickets", json=body, headers=kiosk).raise_for_status()
        called = clerk.post(f"{path}/next", json={"turn": turn}).json()
        assert called["number"] == "05001"
        expect(tv.locator("#now-counter")).to_have_text("05")
        wait_for("the acknowledgement", lambda: rows(f"panel/{CENTER}/05")["told"]["spoken"] is True, 20)


def test_a_kiosk_is_seen_by_staff_and_shut_out_at_once(demo: RunningDemo, pages: Pages) -> None:
    kiosk = pages.open(KIOSK, f"{demo.portal}/kiosk")
    code = kiosk.locator("#code")
    expect(code).to_have_text(re.compile("[0-9]{3}.?[0-9]{3}"))
    digits = "".join(filter(str.isdigit, code.inner_text()))
    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices?code={digits}")
    admin.fill("[name=name]", "Ki-ốt cửa sau")
    admin.locator("form[action$='/devices/pair'] button").click()
    expect(kiosk.get_by_role("button", name="Tầng 3")).to_be_visible()
    row = admin.locator("li", has_text="Ki-ốt cửa sau")

    def is_seen() -> bool:
        admin.goto(f"{demo.portal}/admin/{CENTER}/devices")
        return "Đang kết nối" in row.inner_text()

    wait_for("presence", is_seen)
    admin.get_by_text("Chăm sóc Ki-ốt cửa sau").click()
    admin.get_by_role("button", name="Gỡ Ki-ốt cửa sau").click()
    kiosk.wait_for_url("**/kiosk/pair")
