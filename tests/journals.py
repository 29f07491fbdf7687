"""Days played through the real store, and ways to tamper with what it keeps of them; for the tests of the log."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from app.center import Centers
from app.domain.commands import Issue
from app.domain.plan import Channel, Plan, Window
from app.domain.presses import Next, TakeCounter
from app.store.days import Days, Kept
from app.store.journal import Store
from tests.conftest import HandClock

QN = "quang-ninh"
SATURDAY, MONDAY = date(2020, 4, 4), date(2020, 4, 6)
WHOLE_WEEK = Window(time(0), time(23, 58), time(23, 59), (1, 2, 3, 4, 5, 6, 7))


def open_plan(plan: Plan) -> Plan:
    """The plan with its center open every day, around the clock, and quick enough for a crowd."""
    quick = tuple(replace(service, minutes=0.5) for service in plan.services)
    return replace(plan, services=quick, windows=(WHOLE_WEEK,))


async def play_days(centers: Centers, clock: HandClock, plan: Plan) -> None:
    """Friday with a loss at noon, Saturday, and a Monday that runs still."""
    await centers.found(open_plan(plan))
    await play_hours(centers, "fri")
    await (await centers.door(QN))._recover()
    await play_hours(centers, "fri-pm")
    clock.set(SATURDAY, time(8))
    await play_hours(centers, "sat")
    clock.set(MONDAY, time(8))
    await play_hours(centers, "mon")


async def play_hours(centers: Centers, name: str, numbers: int = 5) -> None:
    """Some numbers are taken, a clerk calls two of them."""
    for at in range(numbers):
        contact = f"contact-{name}-{at}"
        await centers.do(
            QN, Issue("citizen", f"request-{name}-{at}", "visa", Channel.WEB, f"holder-{at}", contact)
        )
    taken = await centers.do(QN, TakeCounter("staff/lan", "86", await _turn(centers)))
    called = await centers.do(QN, Next("staff/lan", "86", taken.answer.turn))
    await centers.do(QN, Next("staff/lan", "86", called.answer.turn))


async def _turn(centers: Centers) -> int:
    hall = (await centers.door(QN))._hall
    assert hall
    return hall.counter("86").turn


async def kept(store: Store) -> Kept:
    return await Days(store).kept(QN)


def key(what: str, epoch: str = "") -> str:
    return f"goiso:{{{QN}}}:{what}" + (f":{epoch}" if epoch else "")


class Tamper:
    """Somebody who may write to the Redis. A stream takes no entry before its last, so it is written anew."""

    def __init__(self, store: Store, epoch: str) -> None:
        self._redis = store.redis
        self._key = key("journal", epoch)

    async def entries(self) -> dict[int, bytes]:
        """The bytes of the epoch's entries by version."""
        rows: Any = await self._redis.xrange(self._key)
        return {int(id_.split(b"-")[0]): fields[b"entry"] for id_, fields in rows if b"entry" in fields}

    async def put(self, version: int, entry: bytes, after: bool = False) -> None:
        """Put other bytes in an entry's place, or after it."""
        rows: Any = await self._redis.xrange(self._key)
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(self._key)
        for row_id, fields in rows:
            is_here = row_id == f"{version}-0".encode()
            pipe.xadd(self._key, {"entry": entry} if is_here and not after else fields, id=row_id)
            if is_here and after:
                pipe.xadd(self._key, {"entry": entry}, id=f"{version}-1")
        await pipe.execute()

    async def drop(self, version: int) -> None:
        await self._redis.xdel(self._key, f"{version}-0")
