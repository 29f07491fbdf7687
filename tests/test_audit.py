"""A journal that is untouched is proved so; whatever is touched is named: entries, heads, halls, whole epochs."""

import asyncio
import hashlib
import json
from typing import Any

import pytest

from app.audit import NothingKept, audit_store, head_line, not_met
from app.center import Centers
from app.domain.commands import Issue
from app.domain.plan import Channel, Plan
from app.store.days import Days
from app.store.journal import Store
from tests.conftest import HandClock
from tests.journals import QN, Tamper, kept, key, open_plan, play_days, play_hours

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
async def played(store: Store, clock: HandClock, plan: Plan) -> Store:
    """Friday in two epochs, Saturday, and a Monday that runs still."""
    centers = Centers(store, clock)
    await play_days(centers, clock, plan)
    await centers.close()
    return store


async def faults(store: Store, day: str = "", epoch: str = "") -> list[str]:
    return (await audit_store(Days(store), await kept(store), day, epoch)).told.faults


async def epochs(store: Store) -> list[str]:
    return [one.name for one in (await kept(store)).epochs]


async def test_an_untouched_journal_is_proved(played: Store) -> None:
    audit = await audit_store(Days(played), await kept(played))
    head = await played.head(QN)
    assert audit.told.faults == []
    assert (audit.last.version, audit.last.hash) == (head.version, head.hash)
    assert len(audit.spans) == len(await epochs(played)) == 4
    assert audit.told.notes == [f"{audit.spans[1].name}.10: the store came back without what was written after 9"]
    assert audit.lines()[-1].startswith(
        f"{QN}: {head.version} entries of 2020-04-03 to 2020-04-06, to {head.position}"
    )
    assert audit.lines()[-1].endswith("as they were written")


async def test_each_day_and_each_epoch_is_proved_for_itself(played: Store) -> None:
    for epoch in await epochs(played):
        assert await faults(played, epoch=epoch) == []
    for day in ("2020-04-03", "2020-04-04", "2020-04-06"):
        assert await faults(played, day) == []
    with pytest.raises(NothingKept, match="no journal of 2020-04-05"):
        await faults(played, "2020-04-05")


async def test_what_comes_while_it_looks_is_not_looked_at(played: Store, clock: HandClock, plan: Plan) -> None:
    before = await kept(played)
    centers = Centers(played, clock)
    await play_hours(centers, "later")
    audit = await audit_store(Days(played), before)
    assert audit.told.faults == []
    assert audit.last.version == before.head.version
    clock.forward(86_400_000)
    await play_hours(centers, "tuesday")
    await centers.close()
    assert (await audit_store(Days(played), before)).told.faults == []


async def test_any_byte_that_is_changed_names_its_entry(played: Store) -> None:
    for epoch in await epochs(played):
        tamper = Tamper(played, epoch)
        for version, data in (await tamper.entries()).items():
            if version % 3 and version != max(await tamper.entries()):
                continue  # every third, and the last of each epoch
            at = (version * 37) % len(data)
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            await tamper.put(version, changed)
            named = [fault for fault in await faults(played) if f"{epoch}.{version} was altered" in fault]
            assert named, f"byte {at} of {epoch}.{version}: {data[at - 9 : at + 9]!r}"
            assert (await faults(played))[0] == named[0], "it is the first that is named"
            await tamper.put(version, data)
    assert await faults(played) == []


async def test_an_entry_that_is_gone_is_named(played: Store) -> None:
    first, second, *_ = await epochs(played)
    await Tamper(played, second).drop(12)
    assert (await faults(played))[0] == f"entry 12 is missing after {second}.11"
    await Tamper(played, second).drop(13)
    assert (await faults(played))[0] == f"entries 12 to 13 are missing after {second}.11"
    await Tamper(played, first).drop(1)
    assert (await faults(played))[0] == "entry 1 is missing after the beginning"


async def test_the_end_that_is_gone_is_named(played: Store) -> None:
    head = await played.head(QN)
    tamper = Tamper(played, head.epoch)
    await tamper.drop(head.version)
    await tamper.drop(head.version - 1)
    fault = f"entries {head.version - 1} to {head.version} are missing after {head.epoch}.{head.version - 2}"
    assert (await faults(played))[0] == fault


async def test_an_entry_that_was_put_in_is_named(played: Store) -> None:
    epoch = (await epochs(played))[2]
    tamper = Tamper(played, epoch)
    version, data = list((await tamper.entries()).items())[2]
    await tamper.put(version, data, after=True)
    assert await faults(played) == [f"row {epoch}.{version} was put there: the store writes none like it"]


async def test_a_whole_epoch_that_is_gone_is_named(played: Store) -> None:
    names = await epochs(played)
    await played.redis.delete(key("journal", names[1]))
    told = await faults(played)
    assert told[0] == f"the journal of epoch {names[1]}, which follows {names[0]}, is missing"
    assert "are missing after" in told[1]
    await played.redis.delete(key("journal", names[3]))
    assert f"the journal of the running epoch {names[3]} is missing" in await faults(played)


async def test_a_beginning_that_is_gone_is_named(played: Store) -> None:
    names = await epochs(played)
    await played.redis.delete(key("journal", names[0]))
    assert (await faults(played))[0] == "entries 1 to 9 are missing after the beginning"


async def test_a_changed_head_is_named(played: Store) -> None:
    head = await played.head(QN)
    await played.redis.hset(key("head"), "hash", "0" * 64)
    assert await faults(played) == [f"entry {head.position} was altered: the head holds another hash"]
    await played.redis.hset(key("head"), mapping={"hash": head.hash, "version": head.version + 2})
    assert f"entries {head.version + 1} to {head.version + 2} are missing" in (await faults(played))[0]


async def test_a_changed_fact_of_a_hall_is_named(played: Store) -> None:
    running = (await played.head(QN)).epoch
    past = (await epochs(played))[2]
    for epoch in (past, running):
        hall = key("hall", epoch)
        data: Any = await played.redis.hget(hall, "ticket/86003")
        await played.redis.hset(hall, "ticket/86003", data.replace(b"86003", b"86004"))
        [told] = await faults(played, epoch=epoch)
        assert told.startswith(f"hall {epoch}: ticket/86003 is not what entry {epoch}.")
        await played.redis.hdel(hall, "ticket/86003")
        assert "ticket/86003 is missing; entry" in (await faults(played))[0]
        await played.redis.hset(hall, mapping={"ticket/86003": data, "ticket/86999": data})
        assert await faults(played) == [f"hall {epoch}: ticket/86999 was put there; no entry set it"]
        await played.redis.hdel(hall, "ticket/86999")
    await played.redis.delete(key("hall", past))
    assert await faults(played) == [], "halls of past days go after a while"
    await played.redis.delete(key("hall", running))
    assert "is missing; entry" in (await faults(played))[0]


async def test_whoever_writes_everything_anew_is_caught_by_a_published_head(played: Store) -> None:
    """The last entry is changed, and head and hall made to fit: nothing in the store tells."""
    published = (await played.head(QN)).hash
    early = hashlib.sha256((await Tamper(played, (await epochs(played))[0]).entries())[5]).hexdigest()
    audit = await audit_store(Days(played), await kept(played), published=(published, early[:16]))
    assert not_met([audit], (published, early[:16])) == []
    head = await played.head(QN)
    tamper = Tamper(played, head.epoch)
    entry = json.loads((await tamper.entries())[head.version])
    entry["by"] = "staff/minh"
    data = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
    await tamper.put(head.version, data)
    await played.redis.hset(key("head"), "hash", hashlib.sha256(data).hexdigest())
    audit = await audit_store(Days(played), await kept(played), published=(published, early))
    assert audit.told.faults == []
    [told] = not_met([audit], (published, early))
    assert f"no entry looked at has the published head {published}" in told


async def test_a_head_is_one_line_on_the_centers_clock(played: Store) -> None:
    head = await played.head(QN)
    assert await head_line(played, QN) == f"{QN} {head.position} {head.hash} 2020-04-06T08:00:00+07:00"
    with pytest.raises(NothingKept, match="no such center"):
        await head_line(played, "ha-long")


async def test_a_day_of_more_than_a_page_is_proved(store: Store, clock: HandClock, plan: Plan) -> None:
    centers = Centers(store, clock)
    await centers.found(open_plan(plan))
    services = ("visa", "thue", "y-te")
    crowd = [Issue("citizen", f"request-{at}", services[at % 3], Channel.WEB, f"h-{at}") for at in range(1100)]
    await asyncio.gather(*(centers.do(QN, command) for command in crowd))
    await centers.close()
    assert (await store.head(QN)).version > 1000
    assert await faults(store) == []
    epoch = (await epochs(store))[0]
    await Tamper(store, epoch).drop(777)
    assert (await faults(store))[0] == f"entry 777 is missing after {epoch}.776"
