"""A center as processes: a redis-server and web servers of their own, which may be killed and started again."""

import asyncio
import atexit
import contextlib
import os
import random
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import httpx

from app.accounts.sessions import hash_token
from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.center import Centers
from app.demo import plan_of
from app.domain.commands import PairDevice
from app.domain.plan import Plan
from app.domain.states import DeviceKind
from app.sounds import FALLBACK, prepared_pack
from app.store.client import connect
from app.store.journal import Store
from app.store.private import server_path

CENTER = "quang-ninh"
PASSWORD = "mat-khau-thu"
LIMIT_SECONDS = 30


def wait_for(what: str, is_so: Callable[[], bool], limit: float = LIMIT_SECONDS) -> None:
    """Wait until something is so; fails when it is not within the limit."""
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, f"{what}: not within {limit} s"
        time.sleep(0.02)


def free_port(count: int = 1) -> int:
    """The first of so many ports in a row that nobody listens on, below those that the kernel lends to clients:
    one of them could have taken it while its server was killed and started again."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for each in range(count):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + each))
            return port


@cache
def voiced() -> Path:
    """A data folder with the voice pack that a first start makes, made once for all servers of this process."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepared_pack(folder, FALLBACK)
    return folder


class Site:
    """One Redis and `webs` web processes over one store, with a center (the demo's if none is named), three
    clerks, a supervisor and a kiosk. Each web server may have several `workers`, and settings of its own."""

    def __init__(
        self, folder: Path, webs: int, plan: Plan | None = None, workers: int = 1, **settings: str
    ) -> None:
        self.folder = shutil.copytree(voiced(), folder, dirs_exist_ok=True)
        self._workers = workers
        self._settings = {f"GOISO_{name}": value for name, value in settings.items()}
        self.trusts: ssl.SSLContext | bool = True  # whose certificates clients believe
        self.plan = plan or replace(plan_of(CENTER), double_press_ms=0)  # the tests press faster than people
        self.socket = folder / "r.sock"
        self.url = f"unix://{self.socket}"
        self.ports = [free_port() for _ in range(webs)]
        self.webs: list[subprocess.Popen[bytes]] = []
        self._clients: list[httpx.Client] = []
        self.redis = self._redis()
        self.kiosk = asyncio.run(self._furnish())
        self.webs = [self._web(port) for port in self.ports]
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def address(self, web: int = 0) -> str:
        """Where a web server listens itself."""
        return f"http://127.0.0.1:{self.ports[web]}"

    def origin(self, web: int = 0) -> str:
        """Where its clients reach it."""
        return self._settings.get("GOISO_ORIGIN", self.address(web))

    def wait_ready(self) -> None:
        for web in range(len(self.ports)):
            wait_for(f"web {web}", partial(self._is_well, web))

    def kill_redis(self) -> None:
        self.redis.kill()
        self.redis.wait()

    def start_redis(self) -> None:
        self.redis = self._redis()

    def kill_web(self, web: int = 0) -> None:
        self.webs[web].kill()
        self.webs[web].wait()

    def start_web(self, web: int = 0) -> None:
        self.webs[web] = self._web(self.ports[web])

    def start_ended(self) -> None:
        """Start those anew that have ended, as systemd does: one that finds no store when it starts gives up."""
        for web, process in enumerate(self.webs):
            if process.poll() is not None:
                self.start_web(web)

    def stop_web(self, web: int = 0) -> int:
        """A planned stop; the exit status."""
        self.webs[web].terminate()
        return self.webs[web].wait(LIMIT_SECONDS)

    def log(self, web: int = 0) -> str:
        """What a web server has said so far."""
        return (self.folder / f"web-{self.ports[web]}.log").read_text()

    def clerk(self, login: str, web: int = 0) -> httpx.Client:
        """A signed-in member of staff."""
        http = self._client(web)
        answer = http.post("/panel/sign-in", data={"login": login, "password": PASSWORD, "next": "/panel"})
        assert answer.status_code == 303, answer.text
        return http

    def machine(self, web: int = 0) -> httpx.Client:
        """The kiosk."""
        headers = {"authorization": f"Bearer {self.kiosk}"}
        return self._client(web, headers)

    def visitor(
        self, comes_from: str | None = None, headers: dict[str, str] | None = None, at: str = ""
    ) -> httpx.Client:
        """Anybody, from an address of this machine; `at` is where, if not at the origin."""
        transport = httpx.HTTPTransport(verify=self.trusts, local_address=comes_from)
        return httpx.Client(
            transport=transport, base_url=at or self.origin(), headers=headers, timeout=LIMIT_SECONDS
        )

    def _client(self, web: int, headers: dict[str, str] | None = None) -> httpx.Client:
        http = httpx.Client(base_url=self.origin(web), headers=headers, timeout=LIMIT_SECONDS, verify=self.trusts)
        self._clients.append(http)
        return http

    def stop(self) -> None:
        for http in self._clients:
            http.close()
        for process in [*self.webs, self.redis]:
            process.kill()  # workers end with their keeper
            process.wait()

    def _is_well(self, web: int) -> bool:
        try:
            return httpx.get(f"{self.address(web)}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def _redis(self) -> subprocess.Popen[bytes]:
        arguments = (
            f"--port 0 --unixsocket {self.socket} --dir {self.folder} --appendonly yes --appendfsync always"
        )
        started = subprocess.Popen(
            [server_path(), *arguments.split(), "--save", ""], stdout=subprocess.DEVNULL, cwd=self.folder
        )
        wait_for("redis", lambda: asyncio.run(self._answers()))
        return started

    async def _answers(self) -> bool:
        try:
            async with connect(self.url) as redis:
                return bool(await redis.ping())
        except Exception:  # still loading, or no socket yet
            return False

    async def _furnish(self) -> str:
        async with connect(self.url) as redis:
            store = Store(redis)
            centers = Centers(store, lambda: time.time_ns() // 1_000_000)
            await centers.found(self.plan)
            staff = Staff(redis, Tries(redis))
            for login in ("lan", "minh", "hoa", "quan"):
                role = Role.SUPERVISOR if login == "quan" else Role.CLERK
                await staff.add(login, login, (role,), (self.plan.id,), PASSWORD)
            token = secrets.token_urlsafe(24)
            pair = PairDevice("system", "kiosk1", DeviceKind.KIOSK, "Ki-ốt", "", hash_token(token))
            await centers.do(self.plan.id, pair)
            await centers.close()
            return f"kiosk1.{token}"

    def _web(self, port: int) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        environment |= {
            "GOISO_DATA": str(self.folder),
            "GOISO_STORE_URL": self.url,
            "GOISO_PORT": str(port),
            "GOISO_ORIGIN": f"http://127.0.0.1:{port}",
            "GOISO_SECRET": "a secret of the tests that is long enough",
            **self._settings,
        }
        command = [sys.executable, "-m", "app", "serve", "--workers", str(self._workers)]
        with (self.folder / f"web-{port}.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


@contextlib.contextmanager
def open_site(webs: int = 1, plan: Plan | None = None, workers: int = 1, **settings: str) -> Iterator[Site]:
    """A running site in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="goiso-"))
    site = Site(folder, webs, plan, workers, **settings)
    try:
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)
