"""`goiso demo --bots`: a simulated morning over the HTTP API, so that a newcomer sees everything move."""

import asyncio
import contextlib
import random
import secrets
from collections.abc import Iterator

import httpx

from app.demo import BOTS, CENTER, PASSWORD, Demo, plan_of

COUNTERS = ("66", "68", "85")
TAKE_SECONDS = (2.0, 7.0)
SERVE_SECONDS = (8.0, 20.0)
GROUPS = [group.id for group in plan_of(CENTER).order.groups]
PRIORITY = 0.2  # how many belong to one of the groups


async def run_bots(demo: Demo) -> None:
    """Clerks of their own at three counters of Tầng 3, and a kiosk where people take numbers; until cancelled."""
    async with asyncio.TaskGroup() as bots:
        bots.create_task(_kiosk(demo))
        for login, counter in zip(BOTS, COUNTERS, strict=True):
            bots.create_task(_clerk(demo, login, counter))


async def _kiosk(demo: Demo) -> None:
    key = next(key.key for key in demo.devices if key.kind == "kiosk")
    services = ("thong-tin-truyen-thong", "van-hoa-the-thao", "cong-an-pccc")
    async with httpx.AsyncClient(base_url=demo.portal, headers={"authorization": f"Bearer {key}"}) as http:
        while True:
            group = random.choice(GROUPS) if random.random() < PRIORITY else ""
            body = {"service": random.choice(services), "request": secrets.token_urlsafe(12), "group": group}
            with contextlib.suppress(httpx.HTTPError):
                await http.post(f"/api/centers/{CENTER}/tickets", json=body)
            await asyncio.sleep(random.uniform(*TAKE_SECONDS))


async def _clerk(demo: Demo, login: str, counter: str) -> None:
    """Take the counter, then press next for ever; a refusal (nobody waits) is waited out."""
    path = f"/api/centers/{CENTER}/counters/{counter}"
    async with httpx.AsyncClient(base_url=demo.portal) as http:
        await http.post("/panel/sign-in", data={"login": login, "password": PASSWORD, "next": "/panel"})
        turn = 0
        for verb in _verbs():
            with contextlib.suppress(httpx.HTTPError):
                answer = (await http.post(f"{path}/{verb}", json={"turn": turn})).json()
                if answer.get("outcome") == "unchanged":
                    turn = answer["turn"]
                    answer = (await http.post(f"{path}/{verb}", json={"turn": turn})).json()
                turn = answer.get("turn", turn)
            await asyncio.sleep(0 if verb == "take" else random.uniform(*SERVE_SECONDS))


def _verbs() -> Iterator[str]:
    yield "take"
    while True:
        yield random.choices(("next", "recall", "absent"), (8, 1, 1))[0]
