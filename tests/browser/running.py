"""The demo as a program that drives it sees it, and the pages of the real browser on it."""

import asyncio
import atexit
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from app.demo import furnish
from app.store.client import connect
from app.store.journal import Store
from app.store.private import private_server
from tests.processes.running import free_port, voiced

CENTER = "quang-ninh"
CODE = re.compile(r"\b\d{6}\b")
PHONE, KIOSK, LAPTOP, TV, TV_4K = (390, 844), (1080, 1920), (1280, 720), (1920, 1080), (3840, 2160)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


@cache
def furnished() -> Path:
    """The data folder of a demo as a first start leaves it: centers, accounts, devices and the voice pack, made
    once for all the demos of this process. Its passwords are hashed as quickly as this process does it."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(voiced(), folder, dirs_exist_ok=True)

    async def make() -> None:
        async with private_server(folder) as url, connect(url) as redis:
            await furnish(Store(redis), folder, lambda: time.time_ns() // 1_000_000)

    with ThreadPoolExecutor(1) as beside:  # playwright's loop runs in this thread
        beside.submit(asyncio.run, make()).result()
    return folder


class RunningDemo:
    """`goiso demo --json`, started on a folder and on ports that no client is lent."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        self.data = data
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--json", "--port", str(free_port(3)), "--data", str(data)],
            env=inherited | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the demo did not start; its log folder says why"
        self.told: dict[str, Any] = json.loads(line)

    @property
    def portal(self) -> str:
        return str(self.told["portal"])

    def device(self, kind: str, zone: str = "") -> dict[str, str]:
        """A paired demo device."""
        devices: list[dict[str, str]] = self.told["devices"]
        return next(one for one in devices if one["kind"] == kind and zone in ("", one["zone"]))

    def outbox(self) -> list[dict[str, str]]:
        """What the notices process has sent so far."""
        path = Path(self.told["outbox"])
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        self._process.terminate()
        return self._process.wait(20)


@contextmanager
def running_demo(**environment: str) -> Iterator[RunningDemo]:
    """A demo in a furnished folder of its own, with such settings; "{folder}" in them is that folder."""
    folder = shutil.copytree(furnished(), Path(tempfile.mkdtemp(prefix="goiso-")), dirs_exist_ok=True)
    running = RunningDemo(folder, {name: value.format(folder=folder) for name, value in environment.items()})
    try:
        yield running
    finally:
        assert running.stop() == 0
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Pages:
    """Opens pages, each as a browser of its own, and keeps what went wrong in any of them."""

    browser: Browser
    contexts: list[BrowserContext]
    faults: list[str]
    meant: set[str] = field(default_factory=set)

    def forgive(self, *words: str) -> None:
        """Faults that hold one of these words are meant, whenever the browser gets to tell them: a refusal, say,
        or a cable that was out."""
        self.meant.update(words)

    @property
    def unforgiven(self) -> list[str]:
        return [fault for fault in self.faults if not any(word in fault for word in self.meant)]

    def open(self, size: tuple[int, int], url: str = "", **options: Any) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion=options.pop("reduced_motion", "no-preference"),
            **options,
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{page.url}: {fault}"))
        page.on("console", lambda said: self._console(page, said.type, said.text))
        if url:
            page.goto(url)
        return page

    def _console(self, page: Page, kind: str, text: str) -> None:
        if kind == "error":
            self.faults.append(f"{page.url}: {text}")


NEW = itertools.count(1)  # citizens
OpenPages = Callable[[], Pages]


def sign_in_citizen(page: Page, demo: RunningDemo) -> None:
    """Sign the demo citizen in."""
    page.goto(f"{demo.portal}/sign-in")
    page.fill("[name=login]", demo.told["citizen"]["login"])
    page.fill("[name=password]", demo.told["citizen"]["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/centers")


def ask_for_account(page: Page, demo: RunningDemo, name: str, contact: str) -> None:
    """Fill the form of a new account in and send it; the page of the code is open then."""
    page.goto(f"{demo.portal}/register")
    page.fill("[name=name]", name)
    page.fill("[name=contact]", contact)
    page.fill("[name=password]", "mat-khau-cua-toi")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/confirm")


def code_sent(page: Page, demo: RunningDemo, contact: str, nth: int = 1) -> str:
    """The code in the letter to a contact (a phone 09…, or an address) that is its `nth`; waits for it."""
    to = contact if "@" in contact else f"+84{contact[1:]}"
    for _ in range(300):
        codes = [found[0] for one in demo.outbox() if one["to"] == to if (found := CODE.search(one["text"]))]
        if len(codes) >= nth:
            return codes[nth - 1]
        page.wait_for_timeout(50)
    raise AssertionError(f"no code was sent to {to}")


def register(page: Page, demo: RunningDemo, by_hand: bool = False) -> None:
    """Sign a citizen in who holds no number yet; `by_hand`: the code is sent by the button, not by the page."""
    ask_for_account(page, demo, "Lê Thị Bưởi", phone := f"09120{next(NEW):05}")
    page.fill("[name=code]", code_sent(page, demo, phone))
    if by_hand:
        page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url("**/centers")


def call_first(demo: RunningDemo, counter: str) -> None:
    """A clerk sits down and presses next."""
    path = f"/api/centers/{CENTER}/counters/{counter}"
    with httpx.Client(base_url=demo.portal) as clerk:
        clerk.post("/panel/sign-in", data={**demo.told["staff"][0], "next": "/panel"})
        turn = clerk.post(f"{path}/take", json={"turn": 1}).json()["turn"]
        clerk.post(f"{path}/next", json={"turn": turn}).raise_for_status()


def sign_in_staff(page: Page, demo: RunningDemo, login: str) -> None:
    """Sign a member of the demo's staff in."""
    member = next(one for one in demo.told["staff"] if one["login"] == login)
    page.goto(f"{demo.portal}/panel/sign-in")
    page.fill("[name=login]", member["login"])
    page.fill("[name=password]", member["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/panel")
