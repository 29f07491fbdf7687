"""The modem on the page of notices in the real browser: well, without a network, silent, pulled out."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hardware.simulator.device import Pty
from hardware.simulator.modem import ModemCable, SimulatedModem
from tests.browser.keeping import keep
from tests.browser.running import CENTER, Pages, RunningDemo, running_demo, sign_in_citizen, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.proof]  # twice a minute's pause
SIZE, NARROW = (1280, 800), (360, 740)


@dataclass
class Beside:
    """A modem on a cable that runs in a thread of its own, beside the browser's loop."""

    cable: ModemCable
    device: Pty
    loop: asyncio.AbstractEventLoop

    def do(self, what: Callable[[], Any]) -> None:
        """Call it where the modem runs."""

        async def called() -> None:
            what()

        asyncio.run_coroutine_threadsafe(called(), self.loop).result(5)


@pytest.fixture(scope="module")
def modem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    cable = ModemCable(SimulatedModem(credit="TKG: 50.000d, HSD 31/12/2026. SDT 0912345678", dbm=-73))
    link: Path = tmp_path_factory.mktemp("modem") / "modem.tty"
    beside = Beside(cable, Pty(cable, link), asyncio.new_event_loop())
    thread = threading.Thread(target=beside.loop.run_forever, daemon=True)
    thread.start()
    beside.do(beside.device.plug)
    yield beside
    beside.do(beside.device.unplug)
    beside.loop.call_soon_threadsafe(beside.loop.stop)
    thread.join(5)
    beside.loop.close()


@pytest.fixture(scope="module")
def demo(modem: Beside) -> Iterator[RunningDemo]:
    """A demo whose SMS go by the modem."""
    with running_demo(GOISO_SMS_URL=f"gsm:{modem.cable.port}?baud=115200&credit=*101%23") as running:
        yield running


def until_it_says(page: Page, words: str) -> None:
    """The page says so within a minute and a half, if need be after it is loaded again: the modem is asked once a
    minute."""
    for _ in range(90):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("main")).to_contain_text(words)


def test_the_modem_is_seen_and_what_came_to_its_phone(modem: Beside, demo: RunningDemo, pages: Pages) -> None:
    phone = pages.open((390, 844))
    sign_in_citizen(phone, demo)
    phone.goto(f"{demo.portal}/centers/{CENTER}/zones/tang-3")
    phone.get_by_role("button", name="Visa").first.click()
    phone.wait_for_url("**/tickets/**")
    page = pages.open(SIZE)
    sign_in_staff(page, demo, "quantri")
    page.goto(f"{demo.portal}/admin/{CENTER}/notices")
    until_it_says(page, "73 dBm · mạnh")
    expect(page.locator("main")).to_contain_text("Đã vào mạng · Viettel")
    expect(page.locator("main")).to_contain_text("TKG: 50.000d, HSD 31/12/2026. SDT •••")
    expect(page.locator("[role=alert]")).to_have_count(0)
    delivered = page.locator("tbody tr").first.locator("td").nth(3)
    for _ in range(90):
        if delivered.count() and delivered.inner_text() == "1":
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(delivered).to_have_text("1")
    keep(page, "modem", SIZE)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    keep(page, "modem-narrow", NARROW)
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    modem.do(modem.device.unplug)
    until_it_says(page, "Modem không trả lời")
    expect(page.locator("[role=alert]")).to_contain_text("Lần cuối trả lời lúc")
    keep(page, "modem-gone", SIZE)
