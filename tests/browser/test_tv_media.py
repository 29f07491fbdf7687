"""Pictures and films on the TV: where they stand, how they follow one another, that they give way to a call. How
they look is kept in var/pictures/tv-media, to be looked at."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from app.domain.commands import HideMedium, ShowMedium
from app.domain.media import Medium
from tests.browser.rooms import Room, with_sounds
from tests.browser.running import LAPTOP, TV, Pages
from tests.browser.test_tv_sizes import COUNTERS, FITTED, FOLDER, LEAST, SIZES, look

pytestmark = pytest.mark.browser

SECOND = 1_000
PICTURES = FOLDER.with_name("tv-media")
ROOM_FOR = {1, 2, 3, 5, 8, 12, 18}  # so many counters leave room at every size but the old one


def landscape(path: Path, hue: int) -> bytes:
    """A picture of a bay with islands in it, 1280 × 720."""
    picture = Image.new("HSV", (1280, 720), (hue, 90, 230))
    draw = ImageDraw.Draw(picture)
    for far in range(4):
        for at in range(7):
            x, y = at * 230 - far * 70, 420 + far * 40
            draw.ellipse(
                (x, y - 160 + (at * 53 + far * 31) % 90, x + 210, y + 200), ((hue + 20) % 255, 120, 190 - far * 40)
            )
        draw.rectangle((0, 470 + far * 45, 1280, 720), ((hue + 10) % 255, 110, 205 - far * 30))
    picture.convert("RGB").save(path, "WEBP", quality=80)
    return path.read_bytes()


def show(room: Room, *media: Medium) -> None:
    for medium in media:
        room.played.do(ShowMedium("staff/quan", medium))
    room.push()


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Iterator[Room]:
    made = Room.of(6)
    with_sounds(made)
    made.sit_everywhere()
    for at, name in enumerate("abc"):
        made.files[f"{name}.webp"] = landscape(tmp_path / f"{name}.webp", 100 + 50 * at)
    yield made
    pages.forgive("ERR_FAILED", "404")  # files that are missing, a cable that was out


def seen(page: Page) -> str:
    """The name of the file that is seen, "" of none; that not more than two are on the page."""
    files: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.medium.seen')].map(one => one.src.split('/').pop())"
    )
    assert len(files) <= 1
    assert page.locator(".medium").count() <= 2
    return "".join(files)


def until_seen(room: Room, page: Page, name: str, seconds: int = 20) -> None:
    for nth in range(seconds + 1):
        if seen(page) == name:
            return
        if nth < seconds:
            room.forward(SECOND)
        page.evaluate("() => new Promise(done => { const i = new Image(); i.onerror = done; i.src = 'data:,'; })")
    raise AssertionError(f"{name} is not seen within {seconds} s, but {seen(page)!r}")


@pytest.mark.parametrize("counters", COUNTERS)
def test_every_size(pages: Pages, tmp_path: Path, counters: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    room = Room.of(counters)
    room.files["a.webp"] = landscape(tmp_path / "a.webp", 130)
    room.be_busy()
    room.forward(20 * SECOND)  # all of it announced
    show(room, Medium("a.webp"))
    page = pages.open(SIZES["720p"])
    room.hang(page)
    for name, size in SIZES.items():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_function(FITTED, arg=size[1])
        page.clock.run_for(1000)
        has_room = page.locator("#media").is_visible()
        if has_room:
            until_seen(room, page, "a.webp")
            room.forward(2 * SECOND)
        assert page.evaluate("tv.media()") == ("on" if has_room else "room")
        assert has_room or counters not in ROOM_FOR or name == "old-4-by-3", (
            f"no room beside {counters} counters at {name}"
        )
        found = look(page, size)
        page.screenshot(path=PICTURES / f"{counters:02}-{name}.png", animations="disabled")
        faults = json.dumps(found["faults"], indent=1, ensure_ascii=False)
        assert found["faults"] == [], f"{counters} counters at {name}: {faults}"
        assert found["call"] > 0.09, f"the call at {name}: {found}"
        assert found["smallest"] > LEAST["upright" if size[0] < size[1] else "wide"] * 2 - 0.005, (
            f"{name}: {found}"
        )


def test_pictures_follow_one_another_and_give_way_where_they_are_taken_away(room: Room, pages: Pages) -> None:
    show(room, Medium("a.webp", seconds=10), Medium("b.webp", seconds=20), Medium("c.webp", ("tang-9",)[:0]))
    tv = room.hang(pages.open(TV))
    until_seen(room, tv.page, "a.webp")
    room.forward(8 * SECOND)
    assert seen(tv.page) == "a.webp"
    until_seen(room, tv.page, "b.webp", 5)
    room.forward(5 * SECOND)
    assert tv.page.locator(".medium").count() == 1
    until_seen(room, tv.page, "c.webp", 18)
    until_seen(room, tv.page, "a.webp", 18)
    for file in ("a.webp", "c.webp"):
        room.played.do(HideMedium("staff/quan", file))
    room.push()
    until_seen(room, tv.page, "b.webp", 4)
    room.played.do(HideMedium("staff/quan", "b.webp"))
    room.push()
    room.forward(5 * SECOND)
    expect(tv.page.locator("#media")).to_be_hidden()
    assert tv.page.locator(".medium").count() == 0
    assert tv.page.evaluate("tv.media()") == "none"


def test_a_file_that_does_not_load_is_passed_over_and_the_screen_is_never_blank(room: Room, pages: Pages) -> None:
    show(room, Medium("a.webp", seconds=5), Medium("gone.webp"), Medium("gone.mp4"), Medium("b.webp", seconds=5))
    tv = room.hang(pages.open(TV))
    until_seen(room, tv.page, "a.webp")
    for _ in range(14):
        room.forward(SECOND)
        if seen(tv.page) == "b.webp":
            break
    until_seen(room, tv.page, "b.webp", 10)
    assert tv.page.evaluate("tv.media()") == "failed"
    until_seen(room, tv.page, "a.webp", 10)


def test_without_any_file_that_loads_the_counters_have_the_room(room: Room, pages: Pages) -> None:
    show(room, Medium("gone.webp"))
    tv = room.hang(pages.open(TV))
    for _ in range(5):
        room.forward(SECOND)
    expect(tv.page.locator("#media")).to_be_hidden()
    room.files["gone.webp"] = room.files["a.webp"]
    room.forward(301 * SECOND)
    until_seen(room, tv.page, "gone.webp")


def test_it_dims_just_before_a_call_and_until_it_has_been_announced(room: Room, pages: Pages) -> None:
    show(room, Medium("a.webp"))
    tv = room.hang(pages.open(TV))
    until_seen(room, tv.page, "a.webp")
    media = tv.page.locator("#media")
    room.call("02")
    said = room.played.hall.announcements("tang-1")[-1]
    room.push()
    room.forward(said.start - room.now() + 50)
    expect(media).to_have_class("media dimmed")
    expect(tv.page.locator("#now")).to_have_class("now calling")
    room.forward(SECOND)
    PICTURES.mkdir(parents=True, exist_ok=True)
    tv.page.screenshot(path=PICTURES / "dimmed.png", animations="disabled")
    room.forward(said.end - int(tv.page.evaluate("tv.now()")) - 50)
    expect(media).to_have_class("media dimmed")
    room.forward(200)
    expect(media).to_have_class("media")


def test_after_a_cut_the_list_is_the_same(room: Room, pages: Pages) -> None:
    show(room, Medium("a.webp"))
    stayed, left = room.hang(pages.open(LAPTOP)), room.hang(pages.open(LAPTOP))
    until_seen(room, left.page, "a.webp")
    left.cut()
    room.played.do(HideMedium("staff/quan", "a.webp"))
    show(room, Medium("b.webp"), Medium("c.webp"))
    room.forward(40 * SECOND)
    assert seen(left.page) == "a.webp", "what stood there stands"
    left.mend()
    for _ in range(30):
        room.forward(SECOND)
    assert left.page.evaluate("tv.rows") == stayed.page.evaluate("tv.rows")
    until_seen(room, left.page, "b.webp", 30)


def test_without_motion_pictures_change_at_once_and_films_are_left_out(room: Room, pages: Pages) -> None:
    show(room, Medium("film.webm"), Medium("a.webp"))
    tv = room.hang(pages.open(TV, reduced_motion="reduce"))
    until_seen(room, tv.page, "a.webp")
    assert tv.page.locator(".medium").evaluate("one => getComputedStyle(one).opacity") == "1"
    room.played.do(HideMedium("staff/quan", "a.webp"))
    room.push()
    room.forward(3 * SECOND)
    assert tv.page.evaluate("tv.media()") == "still"


# ---- films, in the time of the real clock: nothing else plays them

# A second of film from a canvas, as base64.
RECORD = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 180});
  const draw = canvas.getContext('2d');
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: 'video/webm;codecs=vp8'});
  const parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  const done = new Promise(stop => recorder.onstop = stop);
  recorder.start();
  for (let at = 0; at < 25; at++) {
    draw.fillStyle = `hsl(${at * 14}, 60%, 40%)`;
    draw.fillRect(0, 0, 320, 180);
    await new Promise(next => setTimeout(next, 40));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


# How often the film began anew.
COUNT = """() => {
  const film = document.querySelector('video');
  let before = window.begun = 0;
  film.addEventListener('timeupdate', () => {
    if (film.currentTime < before) window.begun += 1;
    before = film.currentTime;
  });
}"""
SAYS = """says => {
  tv.says = () => says.map(ms => ({start: tv.now(), end: tv.now() + ms, state: 'planned', zone: ''}));
  tv.dim();
}"""


@pytest.fixture
def film(pages: Pages) -> bytes:
    page = pages.open(LAPTOP, "about:blank")
    return base64.b64decode(page.evaluate(RECORD))


def test_a_film_plays_alone_and_gives_way_to_the_next(room: Room, pages: Pages, film: bytes) -> None:
    room.files["film.webm"] = film
    show(room, Medium("film.webm", heard=True), Medium("a.webp", seconds=5))
    tv = room.hang(pages.open(LAPTOP))
    tv.page.clock.resume()
    tv.page.wait_for_function(
        "() => document.querySelector('video.seen') && document.querySelector('video').currentTime > 0.2"
    )
    assert tv.page.evaluate("document.querySelector('video').muted"), "another device speaks here"
    assert tv.page.locator(".medium").count() == 1
    tv.page.wait_for_function("() => document.querySelector('img.seen')")
    assert tv.page.locator("video").count() == 0
    tv.page.wait_for_function("() => document.querySelector('video.seen')")
    tv.page.wait_for_function("() => document.querySelectorAll('.medium').length === 1")


def test_a_single_film_begins_anew(room: Room, pages: Pages, film: bytes) -> None:
    room.files["film.webm"] = film
    show(room, Medium("film.webm"))
    tv = room.hang(pages.open(LAPTOP))
    tv.page.clock.resume()
    tv.page.wait_for_function("() => document.querySelector('video.seen')")
    tv.page.evaluate(COUNT)
    tv.page.wait_for_function("() => window.begun >= 2")
    assert tv.page.locator("video").count() == 1


def test_only_the_voice_of_the_zone_lets_a_film_be_heard_and_hushes_it_at_a_call(
    room: Room, pages: Pages, film: bytes
) -> None:
    room.files["film.webm"] = film
    room.played.ready("tv-1", "tang-1")
    show(room, Medium("film.webm", heard=True))
    tv = room.hang(pages.open(LAPTOP))
    tv.page.clock.resume()
    heard = "() => { const film = document.querySelector('video.seen'); return film && !film.muted && %s; }"
    tv.page.wait_for_function(heard % "Math.abs(film.volume - 0.3) < 0.01")
    tv.page.evaluate(SAYS, [4000])
    tv.page.wait_for_function(heard % "film.volume < 0.01")
    tv.page.evaluate(SAYS, [])
    tv.page.wait_for_function(heard % "Math.abs(film.volume - 0.3) < 0.01")
