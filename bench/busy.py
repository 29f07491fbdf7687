"""A busy center for the staff's pages: 60 counters, 40 services, a morning of 2,000 numbers that was worked off
before anybody looks; then `goiso serve` as a process of its own, a supervisor's session that presses on, and the
session of the clerk at the first counter.
"""

import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import time as clock_time
from pathlib import Path
from random import Random

import httpx
from playwright.async_api import Browser, Page, ViewportSize
from redis.asyncio import Redis

from app.accounts.sessions import Sessions
from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.center import Centers
from app.domain.commands import Issue
from app.domain.plan import Channel, CounterPlan, LastNumber, Limits, Plan, ServicePlan, Window, ZonePlan
from app.domain.presses import Finish, Next, Start, TakeCounter
from app.domain.refusals import Refusal
from app.store.client import connect
from app.store.journal import Store
from app.store.private import private_server
from app.web.access import COOKIES
from bench.live.machine import cpu_ns, stop
from bench.live.target import free_port, listens
from bench.ring import KEPT

CENTER, ZONES = "trung-tam", 3
SUPERVISOR, CLERK, COUNTER, SERVICE = "quan", "quay-01", "01", "linh-vuc-0"
COUNTERS, SERVICES, TICKETS = 60, 40, 2000
MORNING = 5 * 60 * 60_000  # ms; shorter where the day is younger
AFTER = {"next": "start", "start": "finish", "finish": "next"}  # a clerk's keys
VISITS = 35  # a counter has time for so many in a morning: a little more than come
NAMES = ("Đất đai", "Hộ tịch và chứng thực", "Đăng ký kinh doanh", "Lao động, người có công", "Xuất nhập cảnh")


def plan() -> Plan:
    """Services with one counter or two each, on three floors, open around the clock."""
    zones = tuple(ZonePlan(f"tang-{at + 1}", f"Tầng {at + 1}", cap=150) for at in range(ZONES))
    ids = [f"{at + 1:02}" for at in range(COUNTERS)]
    services = tuple(
        ServicePlan(f"linh-vuc-{at}", f"{NAMES[at % len(NAMES)]} {at + 1}", zones[at % ZONES].id, ids[at])
        for at in range(SERVICES)
    )
    counters = tuple(
        CounterPlan(one, services[at % SERVICES].zone, (services[at % SERVICES].id,)) for at, one in enumerate(ids)
    )
    always = Window(clock_time(0, 0), clock_time(23, 59, 58), clock_time(23, 59, 59), (1, 2, 3, 4, 5, 6, 7))
    return Plan(
        CENTER,
        "Trung tâm Phục vụ hành chính công",
        zones,
        services,
        counters,
        windows=(always,),
        limits=Limits(0, 0, 0),
        last_number=LastNumber.OFF,
        double_press_ms=0,
    )


@dataclass(slots=True)
class _Seat:
    """A counter as whoever presses there knows it; `free` is when its visit is over (ms), `next` the verb due."""

    id: str
    turn: int
    next: str = "next"
    free: int = 0


async def play_morning(store: Store) -> None:
    """Issue the morning's numbers and serve them; what is too much for a service's counters waits."""
    real = time.time_ns() // 1_000_000
    planned = plan()
    midnight = planned.moment(planned.local(real).date(), clock_time(0, 0))
    span = min(MORNING, real - midnight - 60_000)
    now = real - span
    centers = Centers(store, lambda: now)
    await centers.found(planned)
    dice = Random(6)
    seats = [_Seat(one.id, 1) for one in planned.counters]
    for seat in seats:
        seat.turn = (await centers.do(CENTER, TakeCounter(f"staff/quay-{seat.id}", seat.id, 1))).answer.turn
    for at in range(TICKETS):
        now = real - span + span * at // TICKETS
        service = planned.services[dice.randrange(SERVICES)]
        await centers.do(CENTER, Issue("device/kiosk", f"request-{at}", service.id, Channel.KIOSK))
        for seat in seats:
            if seat.free > now:
                continue
            by = f"staff/quay-{seat.id}"
            for verb in (Finish, Next, Start):
                with contextlib.suppress(Refusal):  # nobody waits, or nobody came
                    seat.turn = (await centers.do(CENTER, verb(by, seat.id, seat.turn))).answer.turn
            seat.free = now + int(dice.uniform(0.4, 1.6) * span / VISITS)
    await centers.close()


@dataclass(slots=True)
class Busy:
    """The running center: where it is, the sessions of its supervisor and of the clerk at `COUNTER`, its server's
    process."""

    address: str
    cookies: dict[str, str]
    clerk_cookies: dict[str, str]
    web: "subprocess.Popen[bytes]"
    desk: httpx.AsyncClient
    seats: list[_Seat]

    def cpu(self) -> int:
        """ns of the processor the server has used."""
        return cpu_ns(self.web.pid)

    async def press(self, dice: Random) -> tuple[str, str]:
        """The next press at some counter but the clerk's: which one, and the number it has now."""
        seat = dice.choice(self.seats)
        verb = seat.next
        path = f"/api/centers/{CENTER}/counters/{seat.id}/{verb}"
        answer = (await self.desk.post(path, json={"turn": seat.turn})).json()
        if "refusal" in answer:
            assert answer["refusal"]["code"] == "nobody-waiting", answer
            return seat.id, ""
        seat.turn, seat.next = answer["turn"], AFTER[verb]
        return seat.id, answer["number"] if verb == "next" else ""

    async def issue(self, service: str) -> None:
        """Somebody takes a number at the desk."""
        body = {"service": service, "request": secrets.token_urlsafe(9)}
        (await self.desk.post(f"/api/centers/{CENTER}/tickets", json=body)).raise_for_status()


@contextlib.asynccontextmanager
async def busy(folder: Path) -> AsyncIterator[Busy]:
    """The center after its morning, with its files in a folder."""
    async with private_server(folder) as url:
        async with connect(url) as redis:
            await play_morning(Store(redis))
            cookies = await _session(redis, SUPERVISOR, Role.SUPERVISOR)
            clerk_cookies = await _session(redis, CLERK, Role.CLERK)
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        given = {"DATA": str(folder), "STORE_URL": url, "PORT": str(port), "ORIGIN": address}
        given["SECRET"] = secrets.token_hex(16)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        with (folder / "web.log").open("wb") as log:
            web = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                env=inherited | {f"GOISO_{name}": value for name, value in given.items()},
                stdout=log,
                stderr=log,
            )
        try:
            while not listens(port):
                if web.poll() is not None:
                    raise RuntimeError((folder / "web.log").read_text())
                await asyncio.sleep(0.05)
            async with httpx.AsyncClient(base_url=address, cookies=cookies, timeout=30, limits=KEPT) as desk:
                yield Busy(address, cookies, clerk_cookies, web, desk, await _seats(desk))
        finally:
            stop(web, 8)


async def staff_page(browser: Browser, url: str, cookies: dict[str, str], size: tuple[int, int]) -> Page:
    """A page of somebody signed in, in a window of its own."""
    viewport = ViewportSize(width=size[0], height=size[1])
    context = await browser.new_context(viewport=viewport, timezone_id="Asia/Ho_Chi_Minh")
    for name, value in cookies.items():
        await context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"}])
    page = await context.new_page()
    await page.goto(url)
    return page


async def _session(redis: Redis, login: str, role: Role) -> dict[str, str]:
    """The cookie of a new member of staff who has signed in."""
    member = await Staff(redis, Tries(redis)).add(login, login, (role,), (CENTER,), "mat-khau-thu")
    return {COOKIES["staff"]: await Sessions(redis).begin("staff", login, member.proof)}


async def _seats(desk: httpx.AsyncClient) -> list[_Seat]:
    """Every counter but the clerk's as the center's view shows it."""
    answer = (await desk.get(f"/api/views/supervisor/{CENTER}/all")).raise_for_status().json()
    counters = [row for name, row in answer["whole"].items() if name.startswith("counter/")]
    others = [row for row in counters if row["counter"] != COUNTER]
    return [_Seat(row["counter"], row["turn"], "finish" if row["number"] else "next") for row in others]
