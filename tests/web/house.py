"""A web server on the real Redis, run as `goiso serve` runs it, with the demo's centers, staff and helpers."""

import asyncio
import contextlib
import html
import itertools
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect

from app.accounts.citizens import Citizen
from app.accounts.contacts import normal_contact
from app.accounts.sessions import hash_token
from app.accounts.staff import Role
from app.demo import plan_of
from app.domain.commands import PairDevice, SetVoice
from app.domain.plan import Limits, VoiceLengths
from app.domain.presses import TakeCounter
from app.domain.states import DeviceKind
from app.settings import Settings, read_settings
from app.store.client import connect as connect_store
from app.web.access import COOKIES, DEVICE_COOKIE
from app.web.parts import Parts
from app.wiring import listen, make_web
from tests.web.servers import Serve, as_goiso_serves

CENTER, OTHER = "quang-ninh", "cam-pha"
SECRET = "a secret of the tests, and long enough"
PASSWORD = "mat-khau-thu"
LIMIT_SECONDS = 10.0
HERE = ("127.0.0.1", 40_000)  # the demo's registered kiosk address

_phones = itertools.count(0)


class Web:
    """One web process's worth: its application, its port, and its parts; served as `goiso serve` does it, or by
    another ASGI server."""

    def __init__(self, settings: Settings, serve: Serve = as_goiso_serves) -> None:
        self.settings = settings
        self.serve = serve
        self.app: Starlette = make_web(settings)
        self.port = 0
        self._serving = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "Web":
        listening = listen(self.settings)
        self.port = listening.getsockname()[1]
        await self._serving.enter_async_context(self.serve(self.app, self.settings, listening))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._serving.aclose()

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.state.parts
        return parts

    @property
    def address(self) -> str:
        """Where the server listens (its origin is another name)."""
        return f"http://127.0.0.1:{self.port}"

    def http(self, cookies: dict[str, str] | None = None, **options: Any) -> httpx.AsyncClient:
        """A client inside this process, from the registered address unless `client` names another."""
        transport = httpx.ASGITransport(self.app, client=options.pop("client", HERE))
        return httpx.AsyncClient(
            transport=transport, base_url=self.settings.origin, cookies=cookies, timeout=LIMIT_SECONDS, **options
        )


@dataclass
class House:
    """A web process with the demo's two centers; whoever is needed in it is made by its methods."""

    web: Web
    _staff: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def parts(self) -> Parts:
        return self.web.parts

    @property
    def lengths(self) -> VoiceLengths:
        """The voice pack as the first center's plan has it."""
        return self.parts.sounds.lengths(self.parts.feed.hall(CENTER).plan)

    async def citizen(self, name: str = "Nguyễn Thị Hoa", contact: str = "") -> tuple[Citizen, dict[str, str]]:
        """A citizen, and the cookie of their session."""
        citizen = await self.parts.citizens.register(name, contact or new_phone(), PASSWORD)
        return citizen, {COOKIES["citizen"]: await self.parts.sessions.begin("citizen", citizen.id, citizen.proof)}

    def letters(self, to: str) -> list[str]:
        """The texts sent to a contact so far, by SMS (to its form +84…) or e-mail."""
        sent = self.web.settings.data / "sent.jsonl"
        lines = [json.loads(line) for line in sent.read_text().splitlines()] if sent.exists() else []
        return [line["text"] for line in lines if line["to"] == to]

    async def code(self, to: str, nth: int = 1) -> str:
        """The code in the letter to a contact that is its `nth`; waits for it."""
        await until("the code is sent", lambda: len(self.letters(to)) >= nth)
        found = re.search(r"\b\d{6}\b", self.letters(to)[nth - 1])
        assert found
        return found[0]

    async def register(self, http: httpx.AsyncClient, **given: str) -> httpx.Response:
        """An account made over the pages, its contact confirmed by the code that was sent: the last answer."""
        sent = {"name": "Hoa", "contact": new_phone(), "password": PASSWORD, "next": "/centers"} | given
        await self.parts.tries.forget(f"register:{HERE[0]}")  # all tests ask from one address
        begun = await http.post("/register", data=sent)
        assert begun.status_code == 303, begun.text
        phone, email = normal_contact(sent["contact"])
        return await http.post("/confirm", data={"code": await self.code(phone or email)})

    async def staff(self, login: str, *roles: Role, center: str = CENTER) -> dict[str, str]:
        """The cookie of a member of staff with these roles (a clerk) at one center; made once."""
        if login not in self._staff:
            member = await self.parts.staff.add(login, login.title(), roles or (Role.CLERK,), (center,), PASSWORD)
            token = await self.parts.sessions.begin("staff", login, member.proof)
            self._staff[login] = {COOKIES["staff"]: token}
        return dict(self._staff[login])

    async def device(self, kind: DeviceKind, zone: str = "", center: str = CENTER) -> str:
        """The key (`<id>.<token>`) of a device just paired."""
        device, token = secrets.token_hex(6), secrets.token_urlsafe(24)
        command = PairDevice("system", device, kind, kind.value, zone, hash_token(token))
        done = await self.parts.centers.do(center, command)
        await self.parts.feed.reach(center, done.position)
        return f"{device}.{token}"

    async def sit(self, login: str, counter: str) -> int:
        """Let a clerk take a counter; its turn afterwards."""
        turn = self.parts.feed.hall(CENTER).counter(counter).turn
        done = await self.parts.centers.do(CENTER, TakeCounter(f"staff/{login}", counter, turn))
        await self.parts.feed.reach(CENTER, done.position)
        return done.answer.turn

    async def take(self, http: httpx.AsyncClient, service: str, request: str = "") -> dict[str, Any]:
        """A number taken over the API."""
        body = {"service": service, "request": request or secrets.token_urlsafe(9)}
        answer = await http.post(f"/api/centers/{CENTER}/tickets", json=body)
        assert answer.status_code == 200, answer.text
        taken: dict[str, Any] = answer.json()
        return taken

    async def press(self, cookies: dict[str, str], counter: str, verb: str, **extra: object) -> dict[str, Any]:
        """A key pressed with the counter's present turn."""
        turn = self.parts.feed.hall(CENTER).counter(counter).turn
        async with self.web.http(cookies) as http:
            path = f"/api/centers/{CENTER}/counters/{counter}/{verb}"
            answer = await http.post(path, json={"turn": turn, **extra})
        assert answer.status_code == 200, answer.text
        pressed: dict[str, Any] = answer.json()
        version = int(pressed["position"].rpartition(".")[2])
        await until("the press is shown", lambda: self.parts.feed.shown(CENTER).head.version >= version)
        return pressed


class Socket:
    """A websocket client that keeps each topic's rows as a page would."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.rows: dict[str, dict[str, Any]] = {}
        self.at: dict[str, str] = {}

    async def say(self, **message: Any) -> None:
        await self.connection.send(msgspec.json.encode(message).decode())

    async def hear(self) -> dict[str, Any]:
        """The next message, put in place if it is a frame."""
        async with asyncio.timeout(LIMIT_SECONDS):
            frame: dict[str, Any] = msgspec.json.decode(await self.connection.recv())
        if "at" in frame:
            topic = frame["topic"]
            rows = self.rows.setdefault(topic, {})
            if "whole" in frame:
                rows.clear()
            rows |= frame["whole"] if "whole" in frame else frame["rows"]
            for name in frame.get("gone", ()):
                rows.pop(name, None)
            self.at[topic] = frame["at"]
        return frame

    async def join(self, topic: str, have: str = "") -> dict[str, Any]:
        await self.say(join=topic, have=have)
        return await self.hear()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Hear until something is so."""
        while not is_so():
            await self.hear()


@contextlib.asynccontextmanager
async def live(web: Web, query: str = "", **headers: str) -> AsyncIterator[Socket]:
    """An open websocket; headers as keywords, `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"ws://127.0.0.1:{web.port}/live{query}"
    async with connect(url, additional_headers=given, max_size=2**22, proxy=None) as connection:
        yield Socket(connection)


def cookie_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def device_cookie(key: str) -> dict[str, str]:
    device, _, token = key.partition(".")
    return {DEVICE_COOKIE + device: token}


async def until(what: str, is_so: Callable[[], bool], limit: float = LIMIT_SECONDS) -> None:
    """Wait until something is so; fails when it is not within the limit."""
    try:
        async with asyncio.timeout(limit):
            while not is_so():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {limit} s") from None


async def until_so(what: str, is_so: Callable[[], Awaitable[bool]], limit: float = LIMIT_SECONDS) -> None:
    """`until` for a question that must be waited for itself."""
    try:
        async with asyncio.timeout(limit):
            while not await is_so():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {limit} s") from None


async def keys_about(redis: Any, *words: str) -> list[str]:
    """The keys of the store, whatever their kind, whose name or content has one of the words."""
    read = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"stream": redis.xrange,
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"list": lambda key: redis.lrange(key, 0, -1),
    }
    found = []
    for key in await redis.keys("*"):
        content = repr(await read[await redis.type(key)](key)) + repr(key)
        found += [key.decode()] if any(word in content for word in words) else []
    return found


def new_phone() -> str:
    """A Vietnamese mobile number nobody has had in this run."""
    return f"09120{next(_phones):05}"


def text_of(page: str) -> str:
    """What is read on a page: without markup, entities as letters."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def hidden(page: str, name: str) -> str:
    """The value of the first hidden field of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def settings_of(store_url: str, data: Path, **more: str) -> Settings:
    given = {
        "GOISO_STORE_URL": store_url,
        "GOISO_DATA": str(data),
        "GOISO_ORIGIN": "https://layso.example.vn",
        "GOISO_SECRET": SECRET,
        "GOISO_PORT": "0",
        "GOISO_SMS_URL": f"log:{data / 'sent.jsonl'}",
        "GOISO_MAIL_URL": f"log:{data / 'sent.jsonl'}",
    }
    return read_settings(given | {f"GOISO_{name}": value for name, value in more.items()})


@contextlib.asynccontextmanager
async def open_house(
    redis_url: str, data: Path, database: int, serve: Serve = as_goiso_serves, **more: str
) -> AsyncIterator[House]:
    """A house on an empty database of its own."""
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    url = f"{redis_url}?db={database}"
    async with connect_store(url) as redis:
        await redis.flushdb()
        async with Web(settings_of(url, data, **more), serve) as web:
            for center in (CENTER, OTHER):
                await web.parts.centers.found(replace(plan_of(center), double_press_ms=0, limits=Limits(0, 0, 0)))
            await until("the centers are shown", lambda: web.parts.feed.centers() == sorted([CENTER, OTHER]))
            for center in (CENTER, OTHER):  # the ticker would tell it within a second, amid a test
                lengths = web.parts.sounds.lengths(web.parts.feed.hall(center).plan)
                done = await web.parts.centers.do(center, SetVoice("system", lengths))
                await web.parts.feed.reach(center, done.position)
            yield House(web)
