"""A TV's page in the real browser before a server of this test's own: the page, its scripts and its views are the
real ones, the hall is played by hand, and time goes only when it is told to, in the hall and in the page alike.
"""

import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import lameenc
from playwright.sync_api import Page, Route, WebSocketRoute

from app.demo import ALWAYS
from app.domain.commands import SetBulletin
from app.domain.plan import Channel, CounterPlan, LastNumber, Limits, Plan, ServicePlan, ZonePlan
from app.domain.presses import Absent, Next, Pause
from app.views import tv
from app.views.rows import ALL, Rows
from app.web.static import Static, find_static, make_pages
from tests.conftest import HandClock, Played, play

ORIGIN = "http://tv.test"
DEVICE, ZONE = "tv-1", "tang-1"
NAMES = (
    "Tư pháp",
    "Thông tin & Truyền thông",
    "Công an tỉnh (PCCC)",
    "Lao động TBXH",
    "Bộ phận tư vấn pháp lý",
    "Y tế",
)
REASONS = ("Hội ý", "Đi lấy hồ sơ lưu trữ ở tầng hầm", "Nghỉ giữa giờ")


def plan_of(counters: int, zones: int = 1) -> Plan:
    """A center with so many counters, spread over so many floors, each with a service of its own."""
    floors = tuple(ZonePlan(f"tang-{at + 1}", f"Tầng {at + 1}") for at in range(zones))
    ids = [f"{at + 1:02}" for at in range(counters)]
    where = [floors[at * zones // counters].id for at in range(counters)]
    services = tuple(
        ServicePlan(f"linh-vuc-{one}", NAMES[at % len(NAMES)], where[at], one) for at, one in enumerate(ids)
    )
    return Plan(
        id="trung-tam",
        name="Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh",
        zones=floors,
        services=services,
        counters=tuple(CounterPlan(one, where[at], (services[at].id,)) for at, one in enumerate(ids)),
        windows=(ALWAYS,),
        last_number=LastNumber.OFF,
        limits=Limits(0, 0, 0),
        double_press_ms=0,
    )


@cache
def silence(seconds: int) -> bytes:
    """So many seconds of silence, 1 KB each: the browser's tools keep every file that a page has loaded,
    thousands of sounds in a day."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(8)
    encoder.set_in_sample_rate(8000)
    encoder.set_channels(1)
    return bytes(encoder.encode(bytes(2 * 8000 * seconds)) + encoder.flush())


@dataclass
class Room:
    """The hall of a room, and the TVs that hang in it."""

    played: Played
    static: Static = field(default_factory=find_static)
    files: dict[str, bytes] = field(default_factory=dict)  # pictures and films, by name
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    screens: list["Screen"] = field(default_factory=list)

    @classmethod
    def of(cls, counters: int, zones: int = 1) -> "Room":
        plan = plan_of(counters, zones)
        return cls(play(plan, HandClock(plan)))

    @property
    def counters(self) -> list[str]:
        return [counter.id for counter in self.played.hall.plan.counters]

    def now(self) -> int:
        return self.played.clock()

    def sit_everywhere(self) -> None:
        for counter in self.counters:
            self.played.sit(counter)

    def call(self, counter: str) -> str:
        """Somebody takes a number at the kiosk and is called; the number."""
        service = self.played.hall.counter_plan(counter).services[0]
        number = self.played.issue(service, channel=Channel.KIOSK)
        self.played.press(Next, counter)
        return number

    def be_busy(self) -> None:
        """Everything a TV can show: calls, one to whom nobody came, counters paused and closed, a bulletin."""
        self.sit_everywhere()
        for counter in self.counters[: len(self.counters) - len(self.counters) // 8]:
            self.call(counter)
            self.played.clock.forward(30_000)
        for at, counter in enumerate(self.counters[::3][:4]):
            self.played.press(Absent, counter)
            if at % 2 == 0:
                turn = self.played.hall.counter(counter).turn
                self.played.do(Pause(f"staff/{counter}", counter, turn, reason=REASONS[at % 3]))
            else:
                self.call(counter)
        if len(self.counters) > 4:
            self.played.press(Absent, self.counters[1])
        lines = (
            "Thứ bảy 05/12 trung tâm làm việc đến 11:30. Xin mang theo căn cước công dân bản gốc khi đến quầy.",
        )
        self.played.do(SetBulletin("staff/quan", lines))

    def hang(self, page: Page, key: str = ZONE) -> "Screen":
        """A TV that shows the zones of a topic's key, opened now."""
        screen = Screen(self, page, key)
        self.screens.append(screen)
        screen.open()
        return screen

    def push(self) -> None:
        """Send every TV that is connected what is other now."""
        for screen in self.screens:
            screen.push()

    def forward(self, ms: int) -> None:
        """Let time go by in the hall and in every page, beat by beat."""
        while ms > 0:
            step = min(ms, 1000)
            self.played.clock.forward(step)
            for screen in self.screens:
                screen.page.clock.run_for(step)
            ms -= step


class Screen:
    """One TV: answers its page as the server would."""

    def __init__(self, room: Room, page: Page, key: str) -> None:
        self.room, self.page, self.key = room, page, key
        self.topic = f"tv/{room.played.hall.plan.id}/{key}"
        self.is_reachable = True
        self.keeps_frames = True  # whether what was missed is sent as rows, or the whole view
        self.asked: list[dict[str, Any]] = []
        self._line: WebSocketRoute | None = None
        self._sent: dict[str, Rows] = {}  # by position, as the page says what it has
        self._last: Rows = {}
        page.clock.install(time=room.now() - 10_000)
        page.clock.pause_at(room.now())
        page.route("**/*", self._answer)
        page.route_web_socket("**/live**", self._connect)

    def open(self) -> None:
        self.page.goto(f"{ORIGIN}/tv/{DEVICE}")
        self.page.wait_for_function("() => tv.known() && tv.isLive()")
        self.page.clock.run_for(1000)

    def rows(self) -> Rows:
        return tv.rows(self.room.played.hall, self.key)

    def push(self) -> None:
        if self._line and self.is_reachable:
            self._send(self.rows())

    def cut(self) -> None:
        """The cable is out: nothing arrives on either side, and nobody is told."""
        self.is_reachable = False

    def mend(self) -> None:
        """The cable is in again: what a connection still holds arrives."""
        self.is_reachable = True
        self.push()

    def order(self, what: str) -> None:
        """Ask the TV to do something."""
        if self._line:
            self._line.send(json.dumps({"order": {"id": "asked", "what": what}}))

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not self.is_reachable:
            route.abort()
        elif path.startswith("/api/device/"):
            self.room.told.append((path, json.loads(route.request.post_data or "{}")))
            route.fulfill(status=200, json={})
        elif path.startswith("/static/"):
            route.fulfill(path=self.room.static.files[path.split("/", 3)[3]])
        elif path.startswith("/sound/"):
            route.fulfill(body=silence(4), content_type="audio/mpeg")
        elif path.startswith("/media/"):
            file = self.room.files.get(path.rpartition("/")[2])
            kind = "video/webm" if path.endswith(".webm") else "image/webp"
            if file is None:
                route.fulfill(status=404)
            else:
                route.fulfill(body=file, content_type=kind)
        else:
            route.fulfill(body=self._page(), content_type="text/html")

    def _page(self) -> str:
        hall = self.room.played.hall
        rows = self._note(self.rows())
        zones = [row for name, row in rows.items() if name.startswith("zone/")]
        return (
            make_pages(self.room.static)
            .get_template("tv/tv.html")
            .render(
                device={"id": DEVICE, "name": "TV", "zone": "" if self.key == ALL else self.key.split(",")[0]},
                center={"id": hall.plan.id, "name": hall.plan.name},
                title=" · ".join(str(zone["name"]) for zone in zones),
                topic=self.topic,
                position=f"a.{hall.version}",
                view=rows,
            )
        )

    def _connect(self, line: WebSocketRoute) -> None:
        if not self.is_reachable:
            line.close(code=1011)
            return
        self._line = line
        line.on_message(self._hear)

    def _hear(self, message: str | bytes) -> None:
        said = json.loads(message)
        self.asked.append(said)
        if not self.is_reachable or self._line is None:
            return
        if "clock" in said:
            self._line.send(json.dumps({"clock": said["clock"], "now": self.room.now()}))
        elif said.get("join") and self.keeps_frames and said.get("have") in self._sent:
            self._last = self._sent[said["have"]]
            self._send(self.rows())
        elif said.get("join"):
            whole = self._note(self.rows())
            self._line.send(json.dumps({"topic": self.topic, "at": self._at(), "whole": whole}))

    def _note(self, rows: Rows) -> Rows:
        self._last = self._sent[self._at()] = rows
        return rows

    def _send(self, rows: Rows) -> None:
        before = self._last
        changed = {name: row for name, row in rows.items() if before.get(name) != row}
        gone = [name for name in before if name not in rows]
        self._note(rows)
        frame = {"topic": self.topic, "at": self._at(), "rows": changed, "gone": gone}
        if self._line:
            self._line.send(json.dumps(frame))

    def _at(self) -> str:
        return f"a.{self.room.played.hall.version}"


def with_sounds(room: Room) -> None:
    """Give the center's calls sounds of 4 s."""
    hall = room.played.hall
    lengths = replace(hall.plan.voice, pack="tieng", frame=3000, places=((100,) * 10,))
    hall.apply({"plan": replace(hall.plan, voice=lengths)})
