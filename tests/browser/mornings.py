"""The real web server in a thread of the test's own, with a clock that is set by hand: hours go by in a moment, in
the hall and in every page alike."""

import asyncio
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from playwright.sync_api import Page

from app.accounts.staff import Role
from app.demo import plan_of
from app.domain.commands import Issue
from app.domain.hall import Hall
from app.domain.plan import Channel, Limits
from app.wiring import make_web
from tests.browser.running import CENTER, Pages
from tests.conftest import HandClock
from tests.processes.running import free_port
from tests.web.house import House, Web, settings_of

Given = TypeVar("Given")


@dataclass
class Morning:
    """A center with its server; its clock stands still until `forward`."""

    clock: HandClock
    folder: Path
    port: int
    pages: Pages
    opened: list[Page] = field(default_factory=list)
    taken: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _house: House | None = None
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def house(self) -> House:
        assert self._house
        return self._house

    @property
    def hall(self) -> Hall:
        return self.house.parts.feed.hall(CENTER)

    def ask(self, work: Coroutine[Any, Any, Given]) -> Given:
        """Let the server's thread do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def take(self, service: str, count: int = 1) -> list[str]:
        """Somebody takes numbers at a kiosk."""
        done = [self.house.parts.centers.do(CENTER, self._issue(service)) for _ in range(count)]
        return [self.ask(one).answer.number for one in done]

    def _issue(self, service: str) -> Issue:
        self.taken += 1
        return Issue("device/kiosk", f"morning-{self.taken}", service, Channel.KIOSK)

    def open(self, login: str, path: str, *roles: Role, size: tuple[int, int] = (1280, 720)) -> Page:
        """A page of a member of staff, whose clock is the morning's."""
        page = self.pages.open(size)
        cookies = self.ask(self.house.staff(login, *roles))
        page.context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in cookies.items()])
        page.clock.install(time=self.clock())
        self.opened.append(page)
        page.goto(self.address + path)
        return page

    def forward(self, minutes: float) -> None:
        """Let time go by, for everybody at once."""
        self.clock.forward(int(minutes * 60_000))
        for page in self.opened:
            page.clock.fast_forward(int(minutes * 60_000))

    def run(self) -> None:
        """The thread's work: serve until told to stop."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        more = {"ORIGIN": self.address, "PORT": str(self.port), "STORE_URL": ""}
        web = Web(settings_of("", self.folder, **more))
        web.app = make_web(web.settings)
        async with web:
            plan = replace(plan_of(CENTER), double_press_ms=0, limits=Limits(0, 0, 0))
            await web.parts.centers.found(plan)
            while CENTER not in web.parts.feed.centers():
                await asyncio.sleep(0.01)
            self._house = House(web)
            await self._over.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)


@contextmanager
def morning(pages: Pages) -> Iterator[Morning]:
    """The demo's center on a Friday."""
    clock = HandClock(plan_of(CENTER))
    with tempfile.TemporaryDirectory(prefix="goiso-") as folder, patch("app.wiring.now", clock):
        one = Morning(clock, Path(folder), free_port(), pages)
        thread = threading.Thread(target=one.run)
        thread.start()
        try:
            while one._house is None:
                assert thread.is_alive()
                thread.join(0.02)
            yield one
        finally:
            for page in one.opened:
                page.context.close()  # before its server is gone: that is no fault of a page
            one.stop()
            thread.join(20)
