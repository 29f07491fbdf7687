"""The store's promises: compare and append, follow, load at one moment."""

import asyncio
from dataclasses import replace

import pytest

from app.domain.change import Change
from app.domain.facts import Counter, Facts
from app.store.entry import UnreadableEntry, write_entry
from app.store.journal import CENTERS, Behind, Head, Store, new_epoch

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


def after(head: Head, sets: Facts, epoch: str = "", batch: str = "b") -> tuple[Head, bytes]:
    data, hash_ = write_entry(Change(sets=sets), "staff/lan", head.at + 1, batch, head.hash)
    return Head(epoch or head.epoch, head.version + 1, hash_, head.at + 1), data


async def put(store: Store, head: Head, sets: Facts, epoch: str = "") -> Head:
    then, data = after(head, sets, epoch)
    assert await store.append("qn", head, then, [data], sets) is None
    return then


async def test_a_center_is_begun_appended_to_and_loaded(store: Store) -> None:
    assert await store.centers() == []
    assert await store.load("qn") is None
    assert await store.head("qn") == Head()
    head = await put(store, Head(), {"counter/86": Counter("86"), "counter/85": Counter("85")}, "e1")
    head = await put(store, head, {"counter/86": Counter("86", 2), "counter/85": None})
    assert await store.centers() == ["qn"]
    assert await store.load("qn") == (head, {"counter/86": Counter("86", 2)})
    assert str(head.position) == "e1.2"


async def test_whoever_is_behind_writes_nothing_and_gets_what_it_missed(store: Store) -> None:
    first = await put(store, Head(), {"counter/86": Counter("86")}, "e1")
    second = await put(store, first, {"counter/86": Counter("86", 2)})
    third = await put(store, second, {"counter/86": Counter("86", 3)})
    mine, data = after(first, {"counter/86": Counter("86", 9)})
    behind = await store.append("qn", first, mine, [data], {"counter/86": Counter("86", 9)})
    assert isinstance(behind, Behind)
    assert (behind.epoch, behind.version, behind.hash) == ("e1", 3, third.hash)
    assert [entry.version for entry in behind.missed] == [2, 3]
    assert [entry.prev for entry in behind.missed] == [first.hash, second.hash]
    assert await store.load("qn") == (third, {"counter/86": Counter("86", 3)})


@pytest.mark.parametrize("wrong", [{"epoch": "e0"}, {"version": 0}, {"version": 2}, {"hash": "0" * 64}])
async def test_epoch_version_and_hash_must_all_be_known(store: Store, wrong: dict[str, str | int]) -> None:
    head = await put(store, Head(), {"counter/86": Counter("86")}, "e1")
    known = replace(head, **wrong)  # type: ignore[arg-type]
    then, data = after(known, {})
    assert isinstance(await store.append("qn", known, then, [data], {}), Behind)
    assert await store.head("qn") == head


async def test_an_append_of_nothing_only_asks_whether_the_head_is_known(store: Store) -> None:
    head = await put(store, Head(), {"counter/86": Counter("86")}, "e1")
    assert await store.append("qn", head, head, [], {}) is None
    assert isinstance(await store.append("qn", Head("e1", 0), Head("e1", 0), [], {}), Behind)
    assert await store.head("qn") == head


async def test_a_center_is_begun_once(store: Store) -> None:
    head = await put(store, Head(), {}, "e1")
    then, data = after(Head(), {}, "e2")
    behind = await store.append("qn", Head(), then, [data], {})
    assert isinstance(behind, Behind)
    assert (behind.epoch, behind.missed) == ("e1", ())
    assert await store.head("qn") == head


async def test_a_new_epoch_starts_with_its_own_facts_and_is_marked_in_the_old_journal(store: Store) -> None:
    old = await put(store, Head(), {"counter/86": Counter("86"), "counter/85": Counter("85")}, "e1")
    new = await put(store, old, {"counter/86": Counter("86", 2)}, "e2")
    assert await store.load("qn") == (new, {"counter/86": Counter("86", 2)})
    assert str(new.position) == "e2.2"
    assert await store.follow({"qn": old}, 10) == ({"qn": []}, {"qn": "e2"})
    assert await store.after("qn", old) == []
    [entry] = await store.after("qn", Head("e2", 1))
    assert (entry.version, entry.prev) == (2, old.hash)
    behind = await store.append("qn", old, old, [], {})
    assert isinstance(behind, Behind)
    assert (behind.epoch, behind.missed) == ("e2", ())


async def test_following_waits_for_the_next_entry_of_any_center(store: Store) -> None:
    head = await put(store, Head(), {}, "e1")
    assert await store.follow({"qn": head}, 10) == ({}, {})
    waiting = asyncio.create_task(store.follow({"qn": head, "cp": Head("e9")}, 5000))
    await put(store, head, {"counter/86": Counter("86")})
    came, ended = await asyncio.wait_for(waiting, 5)
    assert ended == {}
    assert {center: [entry.version for entry in entries] for center, entries in came.items()} == {"qn": [2]}


async def test_what_is_read_at_a_time_is_bounded(store: Store) -> None:
    head = await put(store, Head(), {}, "e1")
    entries: list[bytes] = []
    then = head
    for _ in range(1100):
        then, data = after(then, {})
        entries.append(data)
    await store.append("qn", head, then, entries, {})
    behind = await store.append("qn", head, head, [], {})
    assert isinstance(behind, Behind)
    assert (len(behind.missed), behind.version) == (1000, 1101)
    assert len(await store.after("qn", head)) == 1000
    came, _ = await store.follow({"qn": head}, 10)
    assert len(came["qn"]) == 1000


async def test_a_hall_is_loaded_at_one_moment(store: Store) -> None:
    """While facts change together, and epochs pass, every load sees them together."""
    head = await put(store, Head(), {"counter/86": Counter("86"), "counter/85": Counter("85")}, "e0")
    seen: set[int] = set()

    async def watch() -> None:
        while (head_now := await store.load("qn")) is not None:
            now, facts = head_now
            turns = {fact.turn for fact in facts.values() if isinstance(fact, Counter)}
            assert len(facts) == 2
            assert turns == {now.version}
            seen.add(now.version)
            if now.version > 300:
                return

    watching = asyncio.create_task(watch())
    for turn in range(2, 302):
        epoch = f"e{turn}" if turn % 10 == 0 else ""
        head = await put(store, head, {f"counter/{c}": Counter(c, turn) for c in ("86", "85")}, epoch)
    await asyncio.wait_for(watching, 5)
    assert len(seen) > 10


async def test_the_keys_of_a_center_carry_its_hash_tag(store: Store) -> None:
    await put(store, Head(), {"counter/86": Counter("86")}, "e1")
    assert set(await store.redis.keys()) == {
        CENTERS.encode(),
        b"goiso:{qn}:head",
        b"goiso:{qn}:hall:e1",
        b"goiso:{qn}:journal:e1",
    }


async def test_what_cannot_be_read_names_its_center(store: Store) -> None:
    head = await put(store, Head(), {"counter/86": Counter("86")}, "e1")
    await store.redis.xadd("goiso:{qn}:journal:e1", {"entry": '{"schema":2}'}, id="2-0")
    with pytest.raises(UnreadableEntry) as refused:
        await store.follow({"qn": head}, 10)
    assert refused.value.center == "qn"
    await store.redis.hset("goiso:{qn}:hall:e1", "balloon/1", "{}")
    with pytest.raises(UnreadableEntry, match="balloon/1") as refused:
        await store.load("qn")
    assert refused.value.center == "qn"


async def test_whether_answers_are_on_disk(store: Store) -> None:
    assert await store.durable()
    await store.redis.config_set("appendfsync", "everysec")
    try:
        assert not await store.durable()
    finally:
        await store.redis.config_set("appendfsync", "always")
    assert await store.durable()


def test_epochs_are_named_for_their_day_and_never_twice() -> None:
    names = {new_epoch("2020-04-03") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("20200403-") for name in names)
