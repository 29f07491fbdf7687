"""SIGKILL of the web process and of Redis between and during the presses of a morning: whatever was acknowledged
is there afterwards, and whatever was not may be asked again."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.processes.running import Site

pytestmark = pytest.mark.redis

CENTER = "quang-ninh"
SERVICES = {"visa": "86", "cong-an-pccc": "85", "thong-tin-truyen-thong": "66"}
CLERKS = {"86": "lan", "85": "minh", "66": "hoa"}


@dataclass
class Morning:
    """What the site has acknowledged so far, kept by the test alone."""

    numbers: dict[str, str] = field(default_factory=dict)  # request id -> number
    called: dict[str, str] = field(default_factory=dict)  # number -> counter that called it
    turns: dict[str, int] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)  # counter -> number


def post(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask until there is an answer: what a panel and a kiosk do when the connection breaks."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            answer = http.post(path, json=body)
        except httpx.HTTPError:
            time.sleep(0.05)  # as a kiosk does: not at once again
            continue
        if answer.status_code not in (401, 503):  # a kiosk is not known until the web has read the hall
            found: dict[str, Any] = answer.json()
            return found
    raise AssertionError(f"{path} is not answered")


def take(site: Site, morning: Morning, service: str, request: str) -> None:
    with site.machine() as kiosk:
        answer = post(kiosk, f"/api/centers/{CENTER}/tickets", {"service": service, "request": request})
    assert answer["outcome"] in ("done", "repeated"), answer
    assert morning.numbers.setdefault(request, answer["number"]) == answer["number"]


def press(clerks: dict[str, httpx.Client], morning: Morning, counter: str, verb: str) -> None:
    """Press with the last turn known. Unchanged, when the first try was lost on the way back, is right too:
    then the present state is the one that the lost answer would have told."""
    before = morning.turns.get(counter, 0)
    answer = post(clerks[counter], f"/api/centers/{CENTER}/counters/{counter}/{verb}", {"turn": before})
    if "refusal" in answer:
        assert answer["refusal"]["code"] in ("nobody-waiting", "nobody-called"), answer
        return
    assert answer["turn"] in (before, before + 1), (verb, before, answer)
    morning.turns[counter] = answer["turn"]
    number = answer["number"]
    if number and number != morning.present.get(counter):
        assert number not in morning.called, (
            f"{number} was called twice: to {morning.called[number]} and {counter}"
        )
        morning.called[number] = counter
    morning.present[counter] = number


def check(site: Site, morning: Morning, clerks: dict[str, httpx.Client]) -> None:
    """Everything acknowledged is what the site shows."""
    issued = list(morning.numbers.values())
    assert len(set(issued)) == len(issued), "a number was given twice"
    for counter in SERVICES.values():
        mine = sorted(number for number in issued if number.startswith(counter))
        assert mine == [f"{counter}{at:03}" for at in range(1, len(mine) + 1)], "numbers have a gap"
        view = clerks[counter].get(f"/api/views/panel/{CENTER}/{counter}").json()["whole"]
        assert view["counter"]["turn"] == morning.turns[counter]
        assert view["counter"]["number"] == morning.present.get(counter, "")
        waiting = [number for number in mine if number not in morning.called]
        assert view["waiting"]["count"] == len(waiting)
        assert view["waiting"]["next"] == waiting[:8]


def spend_morning(site: Site, steps: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    morning = Morning()
    clerks = {counter: site.clerk(login) for counter, login in CLERKS.items()}
    for counter, http in clerks.items():
        answer = post(http, f"/api/centers/{CENTER}/counters/{counter}/take", {"turn": 1})
        morning.turns[counter] = answer["turn"]
    kill_at = set(chance.sample(range(steps), kills))
    for step in range(steps):
        service, counter = chance.choice(list(SERVICES.items()))
        if step in kill_at:  # while something is under way
            with ThreadPoolExecutor(1) as aside:
                asked = aside.submit(take, site, morning, service, f"request-{step}")
                _kill_and_start(site, chance.choice(("web", "redis", "both")))
                asked.result()
            check(site, morning, clerks)
        elif chance.random() < 0.5:
            take(site, morning, service, f"request-{step}")
        else:
            press(clerks, morning, counter, chance.choice(("next", "next", "recall", "absent", "finish")))
    check(site, morning, clerks)
    repeated = next(iter(morning.numbers))
    service = next(s for s, c in SERVICES.items() if morning.numbers[repeated].startswith(c))
    take(site, morning, service, repeated)


def _kill_and_start(site: Site, what: str) -> None:
    if what in ("redis", "both"):
        site.kill_redis()
    if what in ("web", "both"):
        site.kill_web()
    if what in ("redis", "both"):
        site.start_redis()
    if what in ("web", "both"):
        site.start_web()
    site.wait_ready()


def test_a_morning_with_kills(site: Site) -> None:
    spend_morning(site, steps=60, kills=4, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_long_morning_with_many_kills(site: Site, seed: int) -> None:
    spend_morning(site, steps=600, kills=25, seed=seed)
