"""The page of one number in its holder's hand: more time, the countdown, the bell at the call, the family."""

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, PHONE, Pages, RunningDemo, call_first, register

pytestmark = [pytest.mark.browser, pytest.mark.redis]

# What the phone was made to do: notes of the bell, buzzes, links handed on.
WATCH = """
window.did = {notes: 0, buzzes: 0, shared: []};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.did.notes += 1; return start.apply(this, when); };
navigator.vibrate = () => (window.did.buzzes += 1);
navigator.share = async (what) => void window.did.shared.push(what.url);
"""


@pytest.fixture
def kiosk(demo: RunningDemo) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=demo.portal, headers={"authorization": f"Bearer {demo.device('kiosk')['key']}"}
    ) as kiosk:
        yield kiosk


def others(kiosk: httpx.Client, service: str, count: int) -> None:
    """So many take a number at the kiosk."""
    for at in range(count):
        body = {"service": service, "request": f"others-{service}-{at}"}
        kiosk.post(f"/api/centers/{CENTER}/tickets", json=body).raise_for_status()


def take(pages: Pages, demo: RunningDemo, service: str, scripts: bool = True) -> Page:
    """A citizen's phone with the number just taken."""
    phone = pages.open(PHONE, java_script_enabled=scripts)
    phone.add_init_script(WATCH)
    register(phone, demo, by_hand=not scripts)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name=service).click()
    phone.wait_for_url("**/tickets/**")
    return phone


@pytest.mark.parametrize("scripts", [True, False])
def test_more_time(demo: RunningDemo, pages: Pages, kiosk: httpx.Client, scripts: bool) -> None:
    service, tile = ("du-lich", "Du lịch") if scripts else ("y-te", "Y tế")
    phone = take(pages, demo, tile, scripts)
    others(kiosk, service, 7)
    for nth, ahead in ((1, 5), (2, 7)):
        phone.get_by_text("Cần thêm thời gian?").click()
        if scripts and nth == 1:
            assert Axe().run(phone).violations_count == 0
        phone.get_by_role("button", name="Cho tôi thêm thời gian").click()
        expect(phone.locator("#ahead")).to_have_text(str(ahead))
    expect(phone.get_by_text("Cần thêm thời gian?")).to_have_count(0)


def test_nobody_behind(demo: RunningDemo, pages: Pages) -> None:
    phone = take(pages, demo, "Tư pháp")
    phone.get_by_text("Cần thêm thời gian?").click()
    phone.get_by_role("button", name="Cho tôi thêm thời gian").click()
    expect(phone.get_by_text("Chưa có ai chờ sau số")).to_be_visible()
    pages.forgive("409")


def test_the_phone_counts_down_rings_and_hands_the_link_on(demo: RunningDemo, pages: Pages) -> None:
    phone = take(pages, demo, "Visa")
    expect(phone.locator("#left")).to_have_text(re.compile("^còn [0-9]+ phút$"))
    expect(phone.locator("#late-rule")).to_be_visible()
    phone.get_by_role("button", name="Gửi cho người nhà").click()
    [shared] = phone.evaluate("window.did.shared")
    assert shared == phone.url.partition("?")[0]
    bell = phone.get_by_role("button", name="Bật chuông khi gọi số")
    bell.click()
    expect(phone.get_by_role("button", name="Chuông đang bật")).to_have_attribute("aria-pressed", "true")
    assert Axe().run(phone).violations_count == 0
    notes = phone.evaluate("window.did.notes")
    assert notes, "it rings as it will ring"
    call_first(demo, "86")
    expect(phone.locator("#called")).to_contain_text("Quầy 86")
    expect(phone.locator("body.alarm")).to_have_count(1)
    assert phone.evaluate("window.did.notes") == 2 * notes
    assert phone.evaluate("window.did.buzzes") == 1
    expect(phone.locator("#left")).to_be_hidden()


def test_without_scripts_nothing_is_offered_that_does_nothing(demo: RunningDemo, pages: Pages) -> None:
    phone = take(pages, demo, "Nội vụ", scripts=False)
    for key in ("#bell", "#share", "#left", "#light"):
        expect(phone.locator(key)).to_be_hidden()
    expect(phone.locator("#arrive-time")).to_be_visible()


def test_a_first_load_is_small(demo: RunningDemo, pages: Pages) -> None:
    phone = take(pages, demo, "Y tế")
    tools = phone.context.new_cdp_session(phone)
    tools.send("Network.enable")
    tools.send("Network.setBypassServiceWorker", {"bypass": True})  # nothing is kept from before
    for url in (phone.url.partition("?")[0], f"{demo.portal}/centers/{CENTER}/zones/tang-3"):
        weights: list[int] = []
        tools.send("Network.clearBrowserCache")
        tools.on(
            "Network.loadingFinished", lambda event, weights=weights: weights.append(event["encodedDataLength"])
        )
        phone.goto(url)
        expect(phone.locator("#light.live")).to_be_visible()
        assert 10_000 < sum(weights) < 60_000
