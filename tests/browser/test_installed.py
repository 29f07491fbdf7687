"""The portal on the phone: told by push though the page is closed, honest without a network."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import CENTER, PHONE, Pages, RunningDemo, call_first, register, running_demo
from tests.notices.browser import Browser
from tests.processes.running import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.redis]

# There is no push service here: the browser is given a subscription at the test's own.
SUBSCRIBE = """given => {
  PushManager.prototype.subscribe = async () => ({ toJSON: () => given });
}"""

# It keeps what it was given, as a browser does, also for the next page.
KEPT = """given => {
  const kept = { toJSON: () => given };
  PushManager.prototype.subscribe = async () => { sessionStorage.subscribed = "yes"; return kept; };
  PushManager.prototype.getSubscription = async () => (sessionStorage.subscribed ? kept : null);
}"""

SHOWN = """navigator.serviceWorker.ready
  .then((worker) => worker.getNotifications())
  .then((all) => all.map(({ title, body, requireInteraction }) => [title, body, requireInteraction]))"""


class Service(ThreadingHTTPServer):
    """A push service: keeps what it is sent."""

    taken: list[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/push"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.taken.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Handler) as service:
        service.taken = []
        thread = Thread(target=service.serve_forever)
        thread.start()
        yield service
        service.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def telling() -> Iterator[RunningDemo]:
    """A demo that pushes to this machine."""
    with running_demo(GOISO_PUSH_HOSTS="127.0.0.1") as demo:
        yield demo


def take(pages: Pages, demo: RunningDemo, service: str) -> Page:
    phone = pages.open(PHONE)
    register(phone, demo)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name=service).click()
    phone.wait_for_url("**/tickets/**")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return phone


def shown(phone: Page, telling: RunningDemo, words: bytes) -> list[list[object]]:
    """Let the browser hand a message to the service worker, as it does once it has decrypted it, until something
    is shown: a worker that is just being started may miss it. A later one takes the place of an earlier."""
    tools, found = phone.context.new_cdp_session(phone), list[str]()

    def note(event: dict[str, list[dict[str, str]]]) -> None:
        here = f"{telling.portal}/"
        found.extend(one["registrationId"] for one in event["registrations"] if one["scopeURL"] == here)

    tools.on("ServiceWorker.workerRegistrationUpdated", note)
    tools.send("ServiceWorker.enable")
    for _ in range(30):
        if found:
            message = {"origin": telling.portal, "registrationId": found[-1], "data": words.decode()}
            tools.send("ServiceWorker.deliverPushMessage", message)
        phone.wait_for_timeout(500)  # lets the browser speak
        if all_shown := phone.evaluate(SHOWN):
            return list(all_shown)
    raise AssertionError("nothing is shown")


def test_a_call_reaches_a_phone_whose_page_is_closed(telling: RunningDemo, pages: Pages, service: Service) -> None:
    phone = take(pages, telling, "Visa")
    phone.context.grant_permissions(["notifications"], origin=telling.portal)
    browser = Browser(service.url)
    given = browser.subscription
    keys = {"p256dh": given.p256dh, "auth": given.auth}
    phone.evaluate(SUBSCRIBE, {"endpoint": given.endpoint, "keys": keys})
    phone.get_by_role("button", name="Báo cho tôi khi đã đóng trang").click()
    expect(phone.get_by_text("Điện thoại này sẽ được báo")).to_be_visible()
    number, path = phone.locator("#number").inner_text(), phone.url.partition("?")[0].removeprefix(telling.portal)
    call_first(telling, "86")
    wait_for("the call is pushed", lambda: any(json.loads(browser.read(one))["urgent"] for one in service.taken))
    words = next(words for one in service.taken if json.loads(words := browser.read(one))["urgent"])
    assert json.loads(words)["path"] == path
    assert shown(phone, telling, words) == [
        [f"Số {number}: mời đến quầy 86", f"Số {number} đang được gọi. Mời bạn đến quầy 86 ngay.", True]
    ]


def test_without_a_network_the_page_says_how_old_it_is(telling: RunningDemo, pages: Pages) -> None:
    phone = take(pages, telling, "Du lịch")
    number = phone.locator("#number").inner_text()
    phone.goto(phone.url.partition("?")[0])  # looked after by the worker from now on
    expect(phone.locator("#light.live")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#number")).to_have_text(number)
    expect(phone.locator("#light")).to_have_text(re.compile("^Mất kết nối từ [0-9]{2}:[0-9]{2} — số có thể cũ$"))
    pages.forgive("ERR_INTERNET_DISCONNECTED")
    phone.context.set_offline(False)
    expect(phone.locator("#light.live")).to_be_visible()


def test_telling_is_ended_by_a_second_touch_and_known_after_a_reload(
    telling: RunningDemo, pages: Pages, service: Service
) -> None:
    phone = take(pages, telling, "Công an tỉnh (PCCC)")
    phone.context.grant_permissions(["notifications"], origin=telling.portal)
    given = Browser(service.url).subscription
    keys = {"endpoint": given.endpoint, "keys": {"p256dh": given.p256dh, "auth": given.auth}}
    phone.add_init_script(f"({KEPT})({json.dumps(keys)})")
    phone.reload()
    key = phone.locator("#tell")
    expect(key).to_have_text("Báo cho tôi khi đã đóng trang")
    key.click()
    expect(phone.locator("#told")).to_have_text("Điện thoại này sẽ được báo, cả khi đã đóng trang.")
    phone.reload()
    expect(key).to_have_text("Thôi báo khi đã đóng trang")
    key.click()
    expect(phone.locator("#told")).to_have_text("Điện thoại này không được báo nữa khi đã đóng trang.")
    phone.reload()
    expect(key).to_have_text("Báo cho tôi khi đã đóng trang")


def test_a_phone_without_room_opens_its_number_all_the_same(telling: RunningDemo, pages: Pages) -> None:
    """Nothing can be kept, and nothing waits for it to be kept."""
    phone = take(pages, telling, "Lao động")
    number = phone.locator("#number").inner_text()
    tools = phone.context.new_cdp_session(phone)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": telling.portal, "quotaSize": 1})
    phone.goto(phone.url.partition("?")[0])
    expect(phone.locator("#number")).to_have_text(number)
    expect(phone.locator("#light.live")).to_be_visible()


def test_a_page_does_not_wait_until_it_is_kept(telling: RunningDemo, pages: Pages) -> None:
    """On a slow line an answer is kept long after its first bytes are here: here it never is."""
    phone = take(pages, telling, "Tư pháp")
    number = phone.locator("#number").inner_text()
    [worker] = phone.context.service_workers
    worker.evaluate("() => { Cache.prototype.put = () => new Promise(() => undefined); }")
    phone.goto(phone.url.partition("?")[0])
    expect(phone.locator("#number")).to_have_text(number)
    expect(phone.locator("#light.live")).to_be_visible()
