"""A whole morning of a floor: three clerks and a supervisor, by keyboard only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts.staff import Role
from app.domain.states import TicketState
from tests.browser.desks import SCANNER, listens
from tests.browser.keeping import keep
from tests.browser.mornings import Morning, morning
from tests.browser.running import CENTER, LAPTOP, TV, Pages

pytestmark = [pytest.mark.browser, pytest.mark.redis]

SIZES = (LAPTOP, TV, (1024, 768), (360, 740))


@dataclass
class Clerk:
    """A clerk at a counter, with the panel open."""

    page: Page
    counter: str

    def keys(self, *names: str) -> None:
        """Press keys, each when what was pressed before is done."""
        for name in names:
            expect(self.page.locator("#panel.busy")).to_have_count(0)
            self.page.keyboard.press(name, delay=SCANNER)
        expect(self.page.locator("#panel.busy")).to_have_count(0)

    def shows(self, number: str) -> None:
        expect(self.page.locator("#number")).to_have_text(number)


@dataclass
class Watch:
    """The supervisor with the floor open."""

    page: Page

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def alert(self, words: str) -> None:
        expect(self.page.locator("#alerts")).to_contain_text(words)

    def no_alert(self, words: str) -> None:
        expect(self.page.locator("#alerts")).not_to_contain_text(words)

    def find(self, what: str, dialog: str) -> None:
        """By the search: a counter, or a number."""
        expect(self.page.locator("dialog[open]")).to_have_count(0)
        self.press("/")
        self.page.keyboard.type(what)
        self.press("Enter")
        expect(self.page.locator(f"#{dialog}[open]")).to_be_visible()

    def act(self, words: str) -> None:
        """By the digit that stands on the act."""
        button = self.page.locator("dialog[open] .ready button", has_text=words)
        self.press(button.locator("kbd").inner_text())

    def row(self, kind: str, of: str) -> Locator:
        """The row of a counter or a service."""
        return self.page.locator(f"#{kind} tr", has=self.page.locator(f"button[data-id='{of}']"))

    def answers(self, words: str) -> None:
        expect(self.page.locator("#answer")).to_contain_text(words)


@pytest.fixture
def floor(pages: Pages) -> Iterator[Morning]:
    with morning(pages) as one:
        yield one


def clerk(floor: Morning, login: str, counter: str) -> Clerk:
    one = Clerk(floor.open(login, f"/panel/{CENTER}/{counter}"), counter)
    listens(one.page)
    one.keys("t")
    expect(one.page.locator("[data-verb=take]")).to_be_hidden()
    return one


def test_a_morning_with_three_clerks_and_a_supervisor_by_keyboard_only(floor: Morning) -> None:
    lan, minh, hoa = (
        clerk(floor, login, counter) for login, counter in (("lan", "86"), ("minh", "85"), ("hoa", "75"))
    )
    watch = Watch(floor.open("quan", f"/supervisor/{CENTER}/tang-3", Role.SUPERVISOR))
    expect(watch.page.locator("#calm")).to_be_visible()
    for service in ("visa", "cong-an-pccc", "y-te"):
        floor.take(service, 2)
    for one in (lan, minh, hoa):
        one.keys("Space", "s")
        one.shows(f"{one.counter}001")
    expect(watch.page.locator("#counters tr").first).to_contain_text("Phục vụ")
    floor.forward(7)
    for one in (lan, minh, hoa):
        one.keys("Space", "s")

    # Visa grows: warned before it is too long, and a second counter helps for today.
    for _ in range(6):
        floor.take("visa")
        floor.forward(1)
    watch.alert("Visa")
    watch.press("1")
    expect(watch.page.locator("#alerts button").first).to_be_focused()
    watch.press("Enter")
    expect(watch.page.locator("#service-title")).to_have_text("Visa")
    watch.press("Escape")
    watch.find("85", "counter")
    watch.act("Đổi lĩnh vực hôm nay")
    expect(watch.page.locator("#asks-title")).to_have_text("Quầy 85 phục vụ")
    while watch.page.evaluate("document.activeElement.value") != "visa":
        watch.press("Tab")
    watch.press("Space", "Enter")
    watch.answers("Quầy 85 đã đổi lĩnh vực.")
    expect(watch.page.locator("#counters")).to_contain_text("85 ⇄")
    assert set(floor.hall.counter_plan("85").services) == {"visa", "cong-an-pccc"}
    minh.keys("Space")
    minh.shows("86003")

    # A complaint: the whole story of a number, and it comes next.
    waiting = floor.take("visa")[0]
    watch.find(waiting, "number")
    expect(watch.page.locator("#story")).to_contain_text("Lấy số tại ki-ốt, lĩnh vực Visa")
    watch.act("Lên đầu hàng")
    watch.answers(f"Đã chuyển số {waiting}.")
    floor.forward(6)
    lan.keys("Space")
    lan.shows(waiting)
    watch.find(waiting, "number")
    expect(watch.page.locator("#story")).to_contain_text("Cán bộ Quan")
    expect(watch.page.locator("#story li").last).to_contain_text("Gọi đến quầy 86 vì được xếp lên đầu")
    watch.press("Escape")

    # A pause that lasts too long, a call nobody came to.
    minh.keys("p", "1")
    hoa.keys("f")
    floor.take("y-te", 2)
    hoa.keys("Space", "r")
    floor.forward(17)
    watch.alert("Quầy 85 tạm dừng quá 15 phút (Nghỉ giải lao)")
    watch.alert("được gọi 2 lần đến quầy 75, chưa ai đến")
    watch.find("85", "counter")
    watch.act("Làm việc tiếp")
    watch.answers("Quầy 85 làm việc tiếp.")
    watch.no_alert("Quầy 85 tạm dừng")
    nobody = floor.hall.counter("75").ticket
    watch.find("75", "counter")
    watch.act("Vắng mặt")
    watch.answers(f"Đã ghi số {nobody} vắng mặt.")
    assert floor.hall.ticket(nobody).state is TicketState.ABSENT

    # Issuing is stopped and reopened; a number that nobody needs is ended.
    watch.press("2")
    for _ in range(len(floor.hall.plan.services_in("tang-3"))):
        if watch.page.evaluate("document.activeElement.dataset.id") == "y-te":
            break
        watch.press("ArrowDown")
    watch.press("Enter")
    watch.act("Dừng phát số")
    watch.page.keyboard.type("máy in hỏng")
    watch.press("Enter")
    watch.answers("Y tế: dừng phát số.")
    expect(watch.page.locator("#services")).to_contain_text("máy in hỏng")
    watch.press("Enter")  # the row has the focus again
    watch.act("Phát số lại")
    watch.answers("Y tế: phát số lại.")
    last = floor.take("y-te")[0]
    watch.find(last, "number")
    watch.act("Kết thúc số này")
    expect(watch.page.locator("#asks-title")).to_have_text(f"Kết thúc số {last}?")
    watch.press("Enter")
    watch.answers(f"Đã kết thúc số {last}.")
    assert floor.hall.ticket(last).state is TicketState.CANCELLED

    # Before noon: a counter is closed, and opened for somebody else.
    floor.forward(60)
    watch.find("75", "counter")
    watch.act("Đóng quầy")
    watch.press("Enter")
    watch.answers("Quầy 75 đã đóng.")
    expect(hoa.page.locator("#service")).to_have_text("Quầy đang đóng")
    watch.find("75", "counter")
    watch.act("Mở quầy cho")
    expect(watch.page.locator("#asks select")).to_be_focused()
    watch.press("ArrowDown", "Tab", "Enter")  # hoa is the first of the clerks
    watch.answers("Quầy 75: Hoa.")
    hoa.keys("Space")
    expect(watch.row("counters", "75")).to_have_text(re.compile("^75.*Hoa.*Đã gọi"))
    expect(watch.page.locator("#lost")).to_be_hidden()


def test_a_number_called_at_once_sends_nobody_away_who_came_meanwhile(floor: Morning) -> None:
    """The press is for the counter as it was offered; and where none is open, none is offered."""
    watch = Watch(floor.open("quan", f"/supervisor/{CENTER}/tang-3", Role.SUPERVISOR))
    first, second = floor.take("visa", 2)
    watch.find(second, "number")
    watch.act("Gọi ngay đến quầy")
    watch.answers(f"Chưa gọi được số {second}")
    lan = clerk(floor, "lan", "86")
    expect(watch.row("counters", "86")).to_contain_text("Trống")
    watch.find(second, "number")
    watch.act("Gọi ngay đến quầy")
    watch.press("ArrowDown", "Tab")
    lan.keys("Space")
    expect(watch.row("counters", "86")).to_contain_text(first)
    watch.press("Enter")
    watch.answers("Đã đổi trước đó: không làm gì.")
    assert floor.hall.counter("86").ticket == first
    watch.find(second, "number")
    watch.act("Gọi ngay đến quầy")
    watch.press("ArrowDown", "Tab", "Enter")
    watch.answers(f"Đã gọi số {second} đến quầy 86.")
    lan.shows(second)


def test_the_page_at_every_size(floor: Morning) -> None:
    watch = Watch(floor.open("quan", f"/supervisor/{CENTER}", Role.SUPERVISOR))
    floor.take("visa", 7)
    clerk(floor, "lan", "86").keys("Space")
    floor.forward(30)
    watch.alert("Visa")
    watch.page.clock.resume()  # axe-core waits by the page's clock
    for size in SIZES:
        watch.page.set_viewport_size({"width": size[0], "height": size[1]})
        keep(watch.page, f"supervisor-{size[0]}", size)
    watch.page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    for what, dialog in (("86", "counter"), ("86001", "number")):
        watch.find(what, dialog)
        keep(watch.page, f"supervisor-{dialog}", LAPTOP)
        watch.press("Escape")
    watch.find("86", "counter")
    watch.act("Đổi lĩnh vực hôm nay")
    keep(watch.page, "supervisor-services", LAPTOP)
