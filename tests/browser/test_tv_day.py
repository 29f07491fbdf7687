"""A day of twenty-four hours on one TV's page, run in minutes, with pictures that follow one another: it stays
live, right, and as small as it was."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from app.domain.commands import SetBulletin, ShowMedium
from app.domain.media import Medium
from app.domain.presses import Absent
from tests.browser.rooms import Room, with_sounds
from tests.browser.running import LAPTOP, Pages
from tests.web.films import picture

pytestmark = [pytest.mark.browser, pytest.mark.proof]

HOURS, SECOND = 24, 1_000
STEP = 20 * SECOND  # a call every twenty seconds: 4,320 in the day
MOST_GROWTH = 1.5  # of the heap after an hour, and of the number of the page's elements
MOST_MEGABYTES = 4.0  # of the heap's growth from the second hour to the last
# MB; of the memory of what draws the page, in the same time. The page itself takes next to none of it: the tools
# of the browser, through which the test looks, keep a record of every request of the day (a memory dump names
# them: blink::NetworkResourcesData, 5 MB of living objects that hold 45 MB of pages after half a day).
MOST_RESIDENT = 120.0
PICTURES = 4
# How many pictures have come.
COUNT = """() => {
  window.seen = 0;
  new MutationObserver(changes => changes.forEach(change => (window.seen += change.addedNodes.length)))
    .observe(document.getElementById('media'), {childList: true});
}"""


def measure(session: CDPSession, browser: CDPSession) -> dict[str, float]:
    """The page's heap in MB after a collection, elements, listeners, and the memory of what draws it."""
    session.send("HeapProfiler.collectGarbage")
    told: dict[str, Any] = session.send("Performance.getMetrics")
    by_name = {one["name"]: one["value"] for one in told["metrics"]}
    return {
        "heap_mb": by_name["JSHeapUsedSize"] / 1e6,
        "elements": by_name["Nodes"],
        "listeners": by_name["JSEventListeners"],
        "resident_mb": resident(browser),
    }


def resident(browser: CDPSession) -> float:
    """MB that the browser's drawing processes hold of their own and share, decoded pictures among it."""
    told: dict[str, Any] = browser.send("SystemInfo.getProcessInfo")
    drawing = [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]
    held = [Path(f"/proc/{process}/status").read_text() for process in drawing]
    return sum(int(kb) for text in held for kb in re.findall(r"Rss(?:Anon|Shmem):\s+(\d+)", text)) / 1000


def test_a_day(pages: Pages) -> None:
    room = Room.of(12)
    with_sounds(room)
    room.sit_everywhere()
    for at in range(PICTURES):
        room.files[f"{at}.webp"] = picture("WEBP", (1920, 1080), f"hsl({at * 90}, 40%, 40%)")
        room.played.do(ShowMedium("staff/quan", Medium(f"{at}.webp", seconds=15)))
    pages.forgive("ERR_FAILED")  # while the cable is out
    tv = room.hang(pages.open(LAPTOP))
    session = tv.page.context.new_cdp_session(tv.page)
    session.send("Performance.enable")
    browser = pages.browser.new_browser_cdp_session()
    tv.page.evaluate(COUNT)
    hours = []
    for hour in range(HOURS):
        for step in range(3600 * SECOND // STEP):
            counter = room.counters[(hour * 7 + step) % 12]
            called = room.call(counter)
            room.push()
            if step % 10 == 9:
                room.played.press(Absent, counter)
                room.push()
            if step == 90:
                room.played.do(SetBulletin("staff/quan", (f"Bây giờ là {hour} giờ.", "Xin giữ trật tự.")))
            if step == 100 and hour % 4 == 3:
                tv.cut()
            if step == 103:
                tv.mend()
            room.played.clock.forward(STEP)
            tv.page.clock.run_for(STEP)
        expect(tv.page.locator(f"[data-counter='{counter}'] .number")).to_contain_text(called)
        expect(tv.page.locator("#light")).to_have_text("Trực tuyến")
        hours.append(measure(session, browser))
        assert tv.page.locator(".medium").count() <= 2
        print(hour + 1, {name: round(value, 2) for name, value in hours[-1].items()}, flush=True)
        for_tomorrow(room)
    seen = tv.page.evaluate("window.seen")
    print("pictures shown", seen)
    assert seen > HOURS * 60, "one a minute or more"
    first, last = hours[1], hours[-1]
    assert last["heap_mb"] - first["heap_mb"] < MOST_MEGABYTES, hours
    assert last["resident_mb"] - first["resident_mb"] < MOST_RESIDENT, hours
    for name in ("elements", "listeners"):
        assert last[name] <= first[name] * MOST_GROWTH, (name, hours)


def for_tomorrow(room: Room) -> None:
    """Forget the numbers that ended, so that 999 a counter are enough for this day and the hall stays small."""
    hall = room.played.hall
    at_counters = {counter.ticket for counter in hall.counters()}
    shown = {call.number for zone in hall.plan.zones for call in hall.zone_calls(zone.id).calls}
    shown |= {call.number for zone in hall.plan.zones for call in hall.zone_calls(zone.id).missed}
    gone = [ticket.number for ticket in hall.tickets() if ticket.number not in at_counters | shown]
    hall.apply({f"ticket/{number}": None for number in gone})
    room.played.changes.clear()
