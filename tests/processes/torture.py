"""A center of fifty counters under torture: every request is sent up to three times to any of four web processes,
late, out of order, some cut off before their answer, while webs and Redis are killed. Used by `test_torture`."""

import asyncio
import contextlib
import random
import secrets
import time
from collections import Counter as Count
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.center import Centers
from app.domain.presses import TakeCounter
from app.store.client import connect
from app.store.journal import Store
from tests.processes.running import PASSWORD, Site

KIOSKS = 8
FEWEST = {"duplicates": 200, "presses": 100}  # of which a torture sees more; on a busy machine it lasts longer
LONGEST = 4.0  # times its time
VERBS = {  # how often a clerk presses what, with somebody there
    "next": 40,
    "finish": 15,
    "start": 10,
    "recall": 6,
    "absent": 8,
    "return": 5,
    "park": 5,
    "transfer": 6,
    "undo": 5,
    "pause": 3,
}
FREE = {"next": 60, "take-up": 10, "undo": 10, "resume": 10, "guest": 5, "call": 5}  # and with nobody there


@dataclass(slots=True)
class Answered:
    """What a web answered to one sending: the request's path and body, the status, the answer."""

    path: str
    body: dict[str, Any]
    status: int
    answer: dict[str, Any]


@dataclass(slots=True)
class Torture:
    """One run of some seconds, or of as many more as it takes to see enough; `answers` and `counted` are what it
    leaves."""

    site: Site
    seconds: float
    seed: int
    answers: list[Answered] = field(default_factory=list)
    counted: Count[str] = field(default_factory=Count)
    chance: random.Random = field(init=False)
    _began: float = 0.0
    _past: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _parked: list[str] = field(default_factory=list)
    _given: dict[str, str] = field(default_factory=dict)  # service -> its latest number
    _staff: list[httpx.AsyncClient] = field(default_factory=list)
    _machines: list[httpx.AsyncClient] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    async def run(self) -> None:
        """Torture for the time, then let every web come back."""
        await self._sit()
        self._began = time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            await self._open(stack)
            clerks = [self._clerk(counter.id) for counter in self.site.plan.counters]
            kiosks = [self._kiosk() for _ in range(KIOSKS)]
            await asyncio.gather(*clerks, *kiosks, self._kill(), self._replay())
        self.site.start_ended()
        await asyncio.to_thread(self.site.wait_ready)

    @property
    def _goes_on(self) -> bool:
        lasted = time.monotonic() - self._began
        return lasted < self.seconds or (not self.saw_enough and lasted < LONGEST * self.seconds)

    @property
    def saw_enough(self) -> bool:
        return all(self.counted[what] > few for what, few in FEWEST.items())

    async def _sit(self) -> None:
        """A clerk at every counter; the supervisor presses for them."""
        async with connect(self.site.url) as redis:
            centers = Centers(Store(redis), lambda: time.time_ns() // 1_000_000)
            for counter in self.site.plan.counters:
                await centers.do(self.site.plan.id, TakeCounter(f"staff/c{counter.id}", counter.id, 1))
            await centers.close()

    async def _open(self, stack: contextlib.AsyncExitStack) -> None:
        limits = httpx.Limits(max_connections=None)
        for web in range(len(self.site.ports)):
            base = self.site.origin(web)
            staff = await stack.enter_async_context(httpx.AsyncClient(base_url=base, limits=limits, timeout=30))
            form = {"login": "quan", "password": PASSWORD, "next": "/panel"}
            assert (await staff.post("/panel/sign-in", data=form)).status_code == 303
            self._staff.append(staff)
            key = {"authorization": f"Bearer {self.site.kiosk}"}
            machine = httpx.AsyncClient(base_url=base, limits=limits, headers=key, timeout=30)
            self._machines.append(await stack.enter_async_context(machine))

    async def _send(self, clients: list[httpx.AsyncClient], path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One to three sendings to any webs at any moments; again until one is answered. The first answer."""
        self._past.append((path, body))
        while True:
            copies = self.chance.choice((1, 1, 2, 3))
            self.counted["sent"] += copies
            self.counted["duplicates"] += copies - 1
            sent = [self._sending(self.chance.choice(clients), path, body) for _ in range(copies)]
            said = [answer for answer in await asyncio.gather(*sent) if answer is not None]
            if said:
                return said[0]
            await asyncio.sleep(0.05)

    async def _sending(self, client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        await asyncio.sleep(self.chance.choice((0, 0, 0.01, 0.05)))
        patience = 0.02 if self.chance.random() < 0.05 else 20  # some hang up before they are answered
        try:
            async with asyncio.timeout(patience):
                answer = await client.post(path, json=body)
        except (httpx.HTTPError, TimeoutError):
            self.counted["unanswered"] += 1
            return None
        if answer.status_code in (401, 503):  # away, or just started and without its picture
            self.counted["away"] += 1
            return None
        told: dict[str, Any] = answer.json()
        self.answers.append(Answered(path, body, answer.status_code, told))
        return told

    async def _kiosk(self) -> None:
        path = f"/api/centers/{self.site.plan.id}/tickets"
        while self._goes_on:
            service = self.chance.choice(self.site.plan.services).id
            body = {"service": service, "request": secrets.token_hex(8)}
            answer = await self._send(self._machines, path, body)
            assert "number" in answer, answer
            self._given[service] = answer["number"]
            await asyncio.sleep(self.chance.random() * 0.1)

    async def _clerk(self, counter: str) -> None:
        turn, number, paused = 2, "", False
        while self._goes_on:
            await asyncio.sleep(self.chance.random() * 0.6)
            weights = VERBS if number else {"resume": 1} if paused else FREE
            verb = self.chance.choices(list(weights), list(weights.values()))[0]
            body = {"turn": turn} | self._extras(verb, counter)
            answer = await self._send(self._staff, self._path(counter, verb), body)
            if "refusal" in answer:
                self.counted[f"refused {answer['refusal']['code']}"] += 1
                if answer["refusal"]["code"] not in ("nobody-waiting", "nobody-called"):
                    answer = await self._send(self._staff, self._path(counter, "recall"), {"turn": 0})
                    if "refusal" in answer:
                        continue
                else:
                    continue
            self.counted[verb] += answer["outcome"] == "done"
            self.counted["presses"] += answer["outcome"] == "done" and verb in ("next", "finish", "transfer")
            if verb == "park" and answer["outcome"] == "done":
                self._parked.append(number)
            if verb in ("pause", "resume") and answer["outcome"] == "done":
                paused = verb == "pause"
            turn, number = answer["turn"], answer["number"]

    def _path(self, counter: str, verb: str) -> str:
        return f"/api/centers/{self.site.plan.id}/counters/{counter}/{verb}"

    def _extras(self, verb: str, counter: str) -> dict[str, Any]:
        services = self.site.plan.services
        match verb:
            case "transfer":
                return {"service": self.chance.choice(services).id, "front": self.chance.random() < 0.5}
            case "return":
                return {"front": self.chance.random() < 0.5}
            case "take-up" if self._parked:
                return {"number": self.chance.choice(self._parked)}
            case "call":
                (service,) = next(one.services for one in self.site.plan.counters if one.id == counter)
                return {"number": self._given.get(service, "")}
            case "guest":
                return {"service": self.chance.choice(services).id}
            case _:
                return {}

    async def _replay(self) -> None:
        """Send what was sent long ago once more."""
        while self._goes_on:
            await asyncio.sleep(0.05)
            if self._past:
                path, body = self.chance.choice(self._past)
                clients = self._machines if path.endswith("/tickets") else self._staff
                self.counted["replayed"] += 1
                await self._sending(self.chance.choice(clients), path, body)

    async def _kill(self) -> None:
        """Kill a web every two seconds, Redis every seven; each is started again a moment later."""
        at = 0
        while self._goes_on:
            await asyncio.sleep(1 + self.chance.random() * 2)
            at += 1
            self.site.start_ended()
            if at % 4 == 2:
                self.counted["kills of redis"] += 1
                self.site.kill_redis()
                await asyncio.sleep(self.chance.random() * 0.5)
                await asyncio.to_thread(self.site.start_redis)
            else:
                self.counted["kills of a web"] += 1
                web = self.chance.randrange(len(self.site.ports))
                self.site.kill_web(web)
                await asyncio.sleep(self.chance.random() * 0.5)
                self.site.start_web(web)
