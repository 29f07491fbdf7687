"""The real product: `goiso serve` as a process on the server's core, a real redis-server that keeps every answer
on disk on the load's core, and clerks who press real keys over HTTP.

What a press shows is a counter paused or resumed: the row of its service changes, so every viewer of the zone gets
a frame of the usual length, as often as one likes. `call` presses *next*.
"""

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from redis import Redis

from app.accounts.sessions import hash_token
from app.accounts.staff import Role, Staff
from app.accounts.tries import Tries
from app.center import Centers
from app.domain.commands import Issue, PairDevice
from app.domain.plan import Channel
from app.domain.states import DeviceKind
from app.seals import Seals
from app.settings import TABLE
from app.store.client import connect
from app.store.journal import Store
from app.store.private import server_path
from bench.live.machine import LOAD_CORE, SERVER_CORE, Missing, cpu_ns, resident, start, stop, wait_until
from bench.live.plans import CENTER, COUNTERS, SERVICES, TOPIC, ZONE, plan
from bench.live.presser import Answer, Presser
from bench.live.target import Shown, free_port, listens
from bench.live.viewers import Joins, Viewers

SECRET = "a secret of the bench that is long enough"
PASSWORD = "mat-khau-thu"
OURS = "Gọi Số"
# Limits that many viewers on one machine would meet: set where the product has them.
LIMITS: dict[str, str] = {}


@dataclass(slots=True)
class _Counter:
    """A counter and who presses there; `open`: it is not paused."""

    name: str
    cookie: str
    presser: Presser
    turn: int
    open: bool = True


class Product:
    """The product with its store, in a folder of its own. `waiting` numbers of the first service are issued before
    it starts; their ticket topics are in `tickets`, in the order of their calls. Several `workers` run on all
    cores."""

    name = OURS
    firsts = 1

    def __init__(self, waiting: int = 0, running: int = 3, module: str = "app", workers: int = 1) -> None:
        self._module = module
        self._workers = workers
        self.joins: Joins | None = Joins.topics([TOPIC])
        self.tickets: list[str] = []
        self.keys: dict[str, str] = {}  # device kind -> its bearer key
        self._folder = Path(tempfile.mkdtemp(prefix="goiso-bench-"))
        self._url = f"unix://{self._folder}/r.sock"
        self.port = free_port()
        arguments = f"--port 0 --unixsocket {self._folder}/r.sock --dir {self._folder} --appendonly yes"
        self._redis = start(
            [server_path(), *arguments.split(), "--appendfsync", "always", "--save", ""], LOAD_CORE, pipes=False
        )
        self.redis = Redis.from_url(self._url)
        try:
            wait_until("redis answers", self._redis_answers)
            asyncio.run(self._furnish(waiting, running))
            self.start_web()
            self.wait_ready()
            self.viewers = Viewers(self.port, "/live")
            self._counters = self._sit_down()
        except BaseException:
            self.stop()
            raise

    def start_web(self) -> None:
        """Start `goiso serve`; it may not listen yet."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GOISO_")}
        known = {setting.name for setting in TABLE}
        environment |= {f"GOISO_{name}": value for name, value in LIMITS.items() if name in known}
        environment |= {
            "GOISO_DATA": str(self._folder),
            "GOISO_STORE_URL": self._url,
            "GOISO_PORT": str(self.port),
            "GOISO_ORIGIN": f"http://127.0.0.1:{self.port}",
            "GOISO_SECRET": SECRET,
        }
        with (self._folder / "web.log").open("ab") as log:
            self.web = start(
                [sys.executable, "-m", self._module, "serve", "--workers", str(self._workers)],
                SERVER_CORE if self._workers == 1 else None,
                environment=environment,
                pipes=False,
                log=log,
            )

    def wait_ready(self) -> None:
        wait_until("the product listens", self._is_there, 60)

    def _is_there(self) -> bool:
        if self.web.poll() is not None:
            raise Missing(f"goiso serve ended: {(self._folder / 'web.log').read_text()[-2000:]}")
        return listens(self.port)

    def show(self) -> Shown:
        """Pause or resume the first counter."""
        answer = self.press()
        return Shown(answer.version, answer.pressed)

    def press(self, counter: int = 0) -> Answer:
        """Pause or resume a counter."""
        self.write(counter)
        return self.read(counter)

    def write(self, counter: int) -> None:
        """Send a press; `read` gives its answer."""
        here = self._counters[counter]
        here.open = not here.open
        verb = "resume" if here.open else "pause"
        here.presser.write(_key(here.name, verb), {"turn": here.turn} | ({} if here.open else {"reason": "nghỉ"}))

    def read(self, counter: int) -> Answer:
        answer = self._counters[counter].presser.read()
        self._counters[counter].turn = answer.turn
        return answer

    def call(self) -> Answer:
        """Press *next* at the first counter."""
        here = self._counters[0]
        answer = here.presser.post(_key(here.name, "next"), {"turn": here.turn})
        here.turn = answer.turn
        return answer

    def cpu(self) -> int:
        return cpu_ns(self.web.pid)

    def memory(self) -> int:
        return resident(self.web.pid)

    def kill(self) -> None:
        """Kill the web server as a crash would."""
        self.web.kill()
        self.web.wait()

    def reconnect(self) -> None:
        """New connections for the clerks, after the server was killed."""
        for here in self._counters:
            here.presser.close()
            here.presser = Presser(self.port, {"cookie": here.cookie})

    def stop(self) -> None:
        if hasattr(self, "viewers"):
            self.viewers.stop()
        for here in getattr(self, "_counters", []):
            here.presser.close()
        if hasattr(self, "web"):
            stop(self.web, 8)
        self.redis.close()
        stop(self._redis, 8)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _redis_answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except Exception:  # no socket yet
            return False

    async def _furnish(self, waiting: int, running: int) -> None:
        """Found the center; clerks, a TV and boards; numbers that wait."""
        async with connect(self._url) as redis:
            store = Store(redis)
            centers = Centers(store, lambda: time.time_ns() // 1_000_000)
            await centers.found(plan(running))
            staff = Staff(redis, Tries(redis))
            for login in map(_login, COUNTERS):
                await staff.add(login, login, (Role.CLERK,), (CENTER,), PASSWORD)
            for kind, zone in ((DeviceKind.TV, ZONE), (DeviceKind.BOARDS, "")):
                token = secrets.token_urlsafe(24)
                device = f"{kind.value}-1"
                await centers.do(CENTER, PairDevice("system", device, kind, device, zone, hash_token(token)))
                self.keys[kind.value] = f"{device}.{token}"
            issued = await asyncio.gather(
                *(
                    centers.do(CENTER, Issue("kiosk", f"request-{at}", SERVICES[0], Channel.KIOSK))
                    for at in range(waiting)
                )
            )
            seals = Seals(SECRET)
            for number, epoch in sorted((done.answer.number, done.position.epoch) for done in issued):
                day = date.fromisoformat(epoch[:8]).isoformat()
                self.tickets.append(f"ticket/{CENTER}/{seals.topic(CENTER, day, number)}")
            await centers.close()

    def _sit_down(self) -> list[_Counter]:
        """A clerk takes each counter, with a connection that stays."""
        counters = []
        for name in COUNTERS:
            signed = httpx.post(
                f"http://127.0.0.1:{self.port}/panel/sign-in",
                data={"login": _login(name), "password": PASSWORD, "next": "/panel"},
                timeout=30,
            )
            cookie = "; ".join(f"{name}={value}" for name, value in signed.cookies.items())
            presser = Presser(self.port, {"cookie": cookie})
            turn = presser.post(_key(name, "take"), {"turn": 1}).turn
            counters.append(_Counter(name, cookie, presser, turn))
        return counters


def _login(counter: str) -> str:
    return f"quay-{counter}"


def _key(counter: str, verb: str) -> str:
    return f"/api/centers/{CENTER}/counters/{counter}/{verb}"
