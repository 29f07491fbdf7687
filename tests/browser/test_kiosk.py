"""The kiosk as a citizen meets it, at the two sizes it is built in, with its printer, its faults and its helps."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import zxingcpp
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.keeping import keep
from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, running_demo, sign_in_staff
from tests.hardware.paper import Paper, network_printer

pytestmark = [pytest.mark.browser, pytest.mark.redis]

# CSS px, and mm a px: the screen's diagonal in mm over its diagonal in px.
STANDING, TABLET = (1080, 1920), (1280, 800)
MM = {STANDING: 32 * 25.4 / (1080**2 + 1920**2) ** 0.5, TABLET: 10 * 25.4 / (1280**2 + 800**2) ** 0.5}
SIZES = {STANDING: "kiosk-32", TABLET: "kiosk-10"}
CARD = "022090012345|012345678|Nguyễn Văn An|01011990|Nam|Cẩm Đông, Cẩm Phả, Quảng Ninh|01012021"
TARGETS = """() => [...document.querySelectorAll("button")]
  .filter(button => button.checkVisibility())
  .map(button => [button.innerText.trim() || button.id, button.offsetWidth, button.offsetHeight])"""
SPOKEN = """
window.spoken = [];
window.voices = [{ lang: "vi-VN", localService: true, name: "Lan" }];
speechSynthesis.getVoices = () => window.voices;
speechSynthesis.speak = said => window.spoken.push(said.text);
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


@pytest.fixture(scope="module")
def paper() -> Paper:
    return Paper()


@pytest.fixture(scope="module")
def demo(paper: Paper) -> Iterator[RunningDemo]:
    """A demo whose kiosk has a network printer."""
    with network_printer(paper) as port:
        url = f"escpos+tcp://127.0.0.1:{port}"
        with running_demo(GOISO_SPEAKER_OUT="none:", GOISO_PRINTER_URL=url) as running:
            yield running


@pytest.fixture
def kiosk(demo: RunningDemo, pages: Pages, paper: Paper) -> Page:
    """The standing kiosk, with a printer in order."""
    paper.empty = paper.cover_open = paper.low = False
    paper.slips.clear()
    return opened(pages, demo, STANDING)


def opened(pages: Pages, demo: RunningDemo, size: tuple[int, int]) -> Page:
    page = pages.open(size, demo.device("kiosk")["url"])
    expect(page.get_by_role("button", name="Tầng 3")).to_be_visible()
    return page


def touch(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name).click()


def latest(demo: RunningDemo, service: str) -> str:
    """The latest number of a service of Tầng 3, as the portal shows it."""
    rows = httpx.get(f"{demo.portal}/api/views/services/{CENTER}/tang-3").json()["whole"]
    return str(rows[f"service/{service}"]["latest"])


def taken(page: Page) -> str:
    """The number on the screen, once there is one and its slip is out, or said not to be."""
    expect(page.locator("#number")).to_be_visible()
    expect(page.locator("#again")).to_be_enabled()
    return page.locator("#number").inner_text()


def check_targets(page: Page, size: tuple[int, int]) -> None:
    """Whatever can be touched is 20 mm and more, both ways."""
    for name, wide, high in page.evaluate(TARGETS):
        assert min(wide, high) * MM[size] >= 20, f"{name!r} is {wide * MM[size]:.0f} x {high * MM[size]:.0f} mm"


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_at_both_sizes(demo: RunningDemo, pages: Pages, paper: Paper, size: tuple[int, int]) -> None:
    paper.empty = False
    page = opened(pages, demo, size)

    def look(name: str) -> None:
        check_targets(page, size)
        keep(page, f"{SIZES[size]}-{name}", size)

    look("zones")
    touch(page, "Tầng 3")
    expect(page.locator("#choices > *")).to_have_count(18)
    look("services")
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1], "eighteen services, and no scrolling"
    touch(page, "Visa")
    expect(page.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    look("number")
    touch(page, "Xong", "Báo có mặt")
    look("check-in")
    for key in "86001":
        page.locator(f'.key[data-key="{key}"]').click()
    look("check-code")
    assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    touch(page, "Về đầu", "English", "Large type")
    expect(page.locator("#ask")).to_contain_text("Choose a zone")
    look("large-english")
    touch(page, "Floor 3", "Health")
    taken(page)
    look("number-large-english")


def test_two_touches_to_a_number_and_three_in_a_priority_group(kiosk: Page, demo: RunningDemo) -> None:
    touch(kiosk, "Tầng 3", "Nội vụ")
    first = taken(kiosk)
    touch(kiosk, "Xong")
    touch(kiosk, "Người có công", "Tầng 3", "Nội vụ")
    assert taken(kiosk) != first
    expect(kiosk.locator("#slip .group")).to_have_text("Ưu tiên: Người có công")


def test_who_looks_after_the_kiosk_sees_how_its_printer_is(
    kiosk: Page, demo: RunningDemo, pages: Pages, paper: Paper
) -> None:
    admin = pages.open(LAPTOP)
    sign_in_staff(admin, demo, "quantri")
    admin.goto(f"{demo.portal}/admin/{CENTER}/devices")
    row = admin.locator(f"[data-device='{demo.device('kiosk')['device']}']")
    expect(row).to_contain_text(re.compile(r"Máy in\s*sẵn sàng"), timeout=30_000)
    paper.empty = True
    expect(row.locator(".bad")).to_contain_text("HẾT GIẤY", timeout=40_000)


def test_the_slip_on_paper_is_of_the_number_on_the_screen(kiosk: Page, paper: Paper) -> None:
    touch(kiosk, "Tầng 3", "Du lịch")
    number = taken(kiosk)
    expect(kiosk.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    [slip] = paper.slips
    [code] = zxingcpp.read_barcodes(slip.convert("L"))
    assert f"/{number}/" in code.text
    touch(kiosk, "In lại")
    expect(kiosk.locator("#again")).to_be_enabled()
    assert len(paper.slips) == 2


def test_the_end_of_the_paper_is_said_before_a_number_is_taken(
    kiosk: Page, demo: RunningDemo, pages: Pages, paper: Paper
) -> None:
    before = latest(demo, "ngoai-vu")
    touch(kiosk, "Tầng 3")
    paper.empty = True
    touch(kiosk, "Ngoại vụ")
    expect(kiosk.locator("#paperless-why")).to_contain_text("Máy in đã hết giấy.")
    keep(kiosk, "kiosk-32-paper-end", STANDING)
    check_targets(kiosk, STANDING)
    assert latest(demo, "ngoai-vu") == before, "nothing is taken before he agrees"
    kiosk.locator("#no-number").click()
    expect(kiosk.locator("#paper")).to_contain_text("Máy in đã hết giấy. Số sẽ hiện trên màn hình kèm mã QR.")
    touch(kiosk, "Tầng 3", "Ngoại vụ")  # he was told: two touches again
    number = taken(kiosk)
    expect(kiosk.locator("#slip-hint")).to_contain_text("Phiếu chưa in được: xin chụp lại màn hình này")
    keep(kiosk, "kiosk-32-unprinted", STANDING)
    assert not paper.slips
    paper.empty = False
    touch(kiosk, "In lại")
    expect(kiosk.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    assert len(paper.slips) == 1
    assert latest(demo, "ngoai-vu") == number, "one press, one number"
    pages.forgive("503")


def test_a_printer_process_that_is_away(kiosk: Page, pages: Pages, demo: RunningDemo) -> None:
    kiosk.route(re.compile(r"//127\.0\.0\.1:\d+/(state|slips)$"), lambda route: route.abort())
    touch(kiosk, "Tầng 3", "Tư pháp")
    expect(kiosk.locator("#paperless-why")).to_contain_text("Máy in không trả lời.")
    touch(kiosk, "Lấy số không in phiếu")
    taken(kiosk)
    expect(kiosk.locator("#slip-hint")).to_contain_text("Máy in không trả lời.")
    pages.forgive("ERR_FAILED")


def test_an_answer_that_is_lost_gives_one_number(
    kiosk: Page, demo: RunningDemo, pages: Pages, paper: Paper
) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        stored = route.fetch()  # the server does its part
        lost.append(stored.json()["number"])
        route.abort()

    kiosk.route("**/tickets", lose, times=2)
    touch(kiosk, "Tầng 3", "Công ty nước sạch")
    assert taken(kiosk) == lost[0] == lost[1] == latest(demo, "nuoc-sach")
    expect(kiosk.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    assert len(paper.slips) == 1
    pages.forgive("ERR_FAILED")


def test_a_kiosk_that_starts_anew_before_the_answer_shows_the_number_that_was_stored(
    kiosk: Page, demo: RunningDemo, pages: Pages, paper: Paper
) -> None:
    stored: list[str] = []

    def hang(route: Route) -> None:
        stored.append(route.fetch().json()["number"])  # and no answer comes

    kiosk.route("**/tickets", hang, times=1)
    touch(kiosk, "Tầng 3", "Lao động TBXH")
    expect(kiosk.locator("#wait-title")).to_contain_text("Đang lấy số…")
    kiosk.wait_for_function("() => localStorage.length > 0")
    while not stored:
        kiosk.wait_for_timeout(20)
    kiosk.unroute("**/tickets")
    kiosk.reload()
    assert taken(kiosk) == stored[0] == latest(demo, "lao-dong-tbxh")
    expect(kiosk.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    kiosk.reload()  # once more: the same number, and no second slip
    assert taken(kiosk) == stored[0]
    expect(kiosk.locator("#slip-hint")).to_contain_text("Xin nhận phiếu đã in.")
    assert len(paper.slips) == 1
    touch(kiosk, "Xong")
    kiosk.reload()
    expect(kiosk.get_by_role("button", name="Tầng 3")).to_be_visible()


def test_a_server_that_is_away_is_said_and_comes_back_by_itself(
    kiosk: Page, demo: RunningDemo, pages: Pages
) -> None:
    before = latest(demo, "giao-duc-dao-tao")
    touch(kiosk, "Tầng 3")
    expect(kiosk.locator("#choices > *")).to_have_count(18)
    kiosk.route(f"{demo.portal}/**", lambda route: route.abort())
    touch(kiosk, "Giáo dục & Đào tạo")
    expect(kiosk.locator("#down")).to_contain_text("Lúc này ki-ốt không phát số.")
    expect(kiosk.locator("#wait-title")).to_contain_text("Máy chủ chưa trả lời, đang thử lại…")
    keep(kiosk, "kiosk-32-server-away", STANDING)
    check_targets(kiosk, STANDING)
    expect(kiosk.locator("#number")).to_be_hidden()
    kiosk.unroute(f"{demo.portal}/**")
    assert taken(kiosk) != before
    expect(kiosk.locator("#down")).to_be_hidden()
    pages.forgive("ERR_FAILED")


def scan(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_citizen_card_is_scanned_and_only_its_number_goes_to_the_server(kiosk: Page, demo: RunningDemo) -> None:
    sent: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.post_data:
            sent.append(json.loads(request.post_data))

    kiosk.on("request", note)
    kiosk.locator("#large").click()  # has the focus: the spaces of the name must not press it
    scan(kiosk, CARD)
    expect(kiosk.locator("#known")).to_contain_text("Đã đọc thẻ căn cước ••••2345.")
    expect(kiosk.locator("#large")).to_have_attribute("aria-pressed", "true")
    touch(kiosk, "Tầng 3", "Khoa học và Công nghệ")
    taken(kiosk)
    bodies = [body for body in sent if "service" in body]
    assert [body["identity"] for body in bodies] == ["022090012345"]
    assert not any("Nguyễn" in json.dumps(body, ensure_ascii=False) for body in sent)
    assert "022090012345" not in kiosk.evaluate("JSON.stringify(localStorage)")
    touch(kiosk, "Xong")
    expect(kiosk.locator("#known")).to_be_hidden()
    touch(kiosk, "Tầng 3", "Khoa học và Công nghệ")
    taken(kiosk)
    assert "identity" not in next(body for body in reversed(sent) if "service" in body), (
        "the next one is somebody else"
    )


def test_whoever_comes_next_finds_nothing_of_who_was_here(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(STANDING)
    page.clock.install()
    page.goto(demo.device("kiosk")["url"])
    expect(page.get_by_role("button", name="Tầng 3")).to_be_visible()
    touch(page, "English", "Large type")
    scan(page, CARD)
    touch(page, "Person of merit", "Floor 3")
    expect(page.locator("#ask")).to_contain_text("Choose a service")
    page.clock.run_for(29_000)
    expect(page.locator("#known")).to_be_visible()
    page.clock.run_for(3_000)
    expect(page.locator("#known")).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("html")).not_to_have_class(re.compile("large"))
    expect(page.get_by_role("button", name="Người có công")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Tầng 1")).to_be_visible()


def test_the_screen_is_read_aloud_where_the_machine_has_a_voice(demo: RunningDemo, pages: Pages) -> None:
    page = pages.open(TABLET)
    page.add_init_script(SPOKEN)
    page.goto(demo.device("kiosk")["url"])
    expect(page.get_by_role("button", name="Đọc to")).to_be_visible()
    check_targets(page, TABLET)
    touch(page, "Đọc to")
    first = page.evaluate("spoken.at(-1)")
    assert first.startswith("Chọn khu vực")
    assert "Tầng 3" in first
    assert "Choose" not in first
    touch(page, "Tầng 3", "Bộ phận tư vấn pháp lý")
    number = taken(page)
    page.wait_for_function("number => spoken.at(-1).includes(number)", arg=" ".join(number))
    touch(page, "Xong")
    page.evaluate("voices.length = 0; speechSynthesis.dispatchEvent(new Event('voiceschanged'))")
    expect(page.locator("#aloud")).to_be_hidden()
    expect(page.locator("#aloud")).to_have_attribute("aria-pressed", "false")
