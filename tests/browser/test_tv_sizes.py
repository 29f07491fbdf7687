"""The TV at every size and with every number of counters: nothing scrolls, is cut off, lies over another, or is
too small to be read from the back of the hall. The pictures are kept in var/pictures/tv, to be looked at.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.rooms import Room
from tests.browser.running import Pages

pytestmark = pytest.mark.browser

FOLDER = Path(os.environ.get("PICTURES", "var/pictures")) / "tv"
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160), "720p-upright": (720, 1280),
         "1080p-upright": (1080, 1920), "4k-upright": (2160, 3840), "old-4-by-3": (1024, 768)}  # fmt: skip
COUNTERS = (1, 2, 3, 5, 8, 12, 18, 25, 33, 40)
LEAST = {"wide": 0.02, "upright": 0.0125}  # of the screen's height

# Whether the page has taken notice of its new height.
FITTED = """tall => innerHeight === tall &&
  parseFloat(document.documentElement.style.getPropertyValue('--tall')) === tall"""
# What is wrong with the picture, a sentence each: text that is cut off (a name too long for its line may end in
# dots), text smaller than allowed, boxes that leave the screen or lie over one another.
LOOK = """least => {
  const faults = [], wide = innerWidth, tall = innerHeight, shift = 0.005 * Math.min(wide, tall) + 1;
  const seen = element => element.getClientRects().length > 0;
  const find = (...names) => [...document.querySelectorAll(names.join())].filter(seen);
  const name = element =>
    `${element.tagName}#${element.id}.${element.className} '${element.textContent.slice(0, 24)}'`;
  const page = document.documentElement;
  if (page.scrollWidth > wide || page.scrollHeight > tall) faults.push('the page scrolls');
  const texts = [...document.body.querySelectorAll('*')].filter(element => seen(element) &&
    element.tagName !== 'SCRIPT' && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  for (const element of texts) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (parseFloat(style.fontSize) < least * tall - 0.5) faults.push(`${name(element)} is ${style.fontSize} high`);
    if (box.left < -shift || box.top < -shift || box.right > wide + shift || box.bottom > tall + shift)
      faults.push(`${name(element)} leaves the screen`);
    const dots = style.textOverflow === 'ellipsis' || element.className === 'services';
    for (let box = element; box !== document.body; box = box.parentElement) {
      const hides = getComputedStyle(box).overflowX !== 'visible' || getComputedStyle(box).display !== 'inline';
      if (hides && !dots && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 4) &&
          getComputedStyle(box).overflow === 'hidden' && box.clientWidth)
        faults.push(`${name(element)} is cut off in ${name(box)}`);
    }
  }
  const boxes = find('.bar', '.mute', '.now', '.calls', '.missed', '.counter', '.bulletin');
  const lines = find('.calls h2', '.calls li', '.missed li', '.counter > p', '.now > p');
  for (const group of [boxes, lines]) group.forEach((one, at) => group.slice(at + 1).forEach(other => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
      faults.push(`${name(one)} lies over ${name(other)}`);
  }));
  const figures = find('.number:not(.word)');
  const smallest = Math.min(...figures.map(element => parseFloat(getComputedStyle(element).fontSize)));
  const call = parseFloat(getComputedStyle(document.querySelector('#now-number')).fontSize);
  return {faults, smallest: smallest / tall, call: call / tall};
}"""


def look(page: Any, size: tuple[int, int]) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(LOOK, LEAST["upright" if size[0] < size[1] else "wide"])
    return found


@pytest.mark.parametrize("counters", COUNTERS)
def test_every_size(pages: Pages, counters: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    room = Room.of(counters)
    room.be_busy()
    page = pages.open(SIZES["720p"])
    room.hang(page)
    for name, size in SIZES.items():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_function(FITTED, arg=size[1])
        page.clock.run_for(1000)
        found = look(page, size)
        page.screenshot(path=FOLDER / f"{counters:02}-{name}.png")
        faults = json.dumps(found["faults"], indent=1, ensure_ascii=False)
        assert found["faults"] == [], f"{counters} counters at {name}: {faults}"
        assert found["call"] > 0.09, f"the call at {name}: {found}"
        assert found["smallest"] > (0.02 if size[0] < size[1] else 0.04), (
            f"the counters' numbers at {name}: {found}"
        )
    page.clock.resume()  # axe-core waits by the page's clock
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
