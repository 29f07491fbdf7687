"""The page of notices in the real browser: a gateway refuses, the operator sees why and sends again."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import keep
from tests.browser.running import CENTER, LAPTOP, Pages, RunningDemo, running_demo, sign_in_citizen, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis]
NARROW = (360, 740)


class Gateway(BaseHTTPRequestHandler):
    """Refuses every message for good until it is told otherwise."""

    status = 422

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(Gateway.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    """A demo whose SMS go to a gateway that refuses them."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with running_demo(GOISO_SMS_URL=f"http://127.0.0.1:{server.server_port}/") as running:
            yield running
        server.shutdown()


def until_it_says(page: Page, words: str) -> None:
    """The page says so, if need be after it is loaded again."""
    for _ in range(40):
        if words in page.locator("main").inner_text():
            return
        page.reload()
    expect(page.locator("main")).to_contain_text(words)


def test_what_was_refused_is_seen_and_sent_again(demo: RunningDemo, pages: Pages) -> None:
    phone = pages.open((390, 844))
    sign_in_citizen(phone, demo)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name="Visa").first.click()
    phone.wait_for_url("**/tickets/**")
    page = pages.open(LAPTOP)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/devices")
    page.get_by_role("link", name="Tin nhắn").click()
    until_it_says(page, "Không gửi được (1)")
    expect(page.locator("main")).to_contain_text("the gateway answers 422")
    expect(page.locator("main")).to_contain_text("•••")
    keep(page, "notices", LAPTOP)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "notices-narrow", NARROW)
    Gateway.status = 200
    page.get_by_role("button", name="Gửi lại tất cả").click()
    until_it_says(page, "Không gửi được (0)")
