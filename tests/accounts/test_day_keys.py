"""The key of a day: one for all processes, found again, and gone with all that it tells."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from app.accounts import day_keys
from app.accounts.citizens import Citizen, Citizens
from app.accounts.day_keys import KEPT_DAYS, DayKeys, forget
from app.accounts.tries import Tries
from app.seals import Seals
from app.store.days import key_of_day

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

DAY = ("qn", "2020-04-03")
SEALS = Seals("a secret of the tests")


async def test_processes_that_ask_at_once_agree(redis: Redis) -> None:
    asked = [DayKeys(redis, SEALS).holder(*DAY, "hoa") for _ in range(20)]
    assert len(set(await asyncio.gather(*asked))) == 1


async def test_a_holder_is_of_one_account_day_and_center(redis: Redis) -> None:
    keys = DayKeys(redis, SEALS)
    places = [("qn", "2020-04-03"), ("qn", "2020-04-04"), ("cp", "2020-04-03")]
    holders = [await keys.holder(*place, account) for place in places for account in ("hoa", "lan")]
    assert len(set(holders)) == 6
    assert [await keys.holder(*place, account) for place in places for account in ("hoa", "lan")] == holders
    assert await DayKeys(redis, Seals("another secret")).holder(*DAY, "hoa") not in holders


async def test_it_is_asked_of_the_store_once(redis: Redis) -> None:
    keys = DayKeys(redis, SEALS)
    holder = await keys.holder(*DAY, "hoa")
    before = (await redis.info("commandstats")).get("cmdstat_get", {"calls": 0})["calls"]
    assert [await keys.holder(*DAY, "hoa") for _ in range(5)] == [holder] * 5
    assert (await redis.info("commandstats")).get("cmdstat_get", {"calls": 0})["calls"] == before


async def test_without_its_key_nobody_can_make_a_holder_again(redis: Redis) -> None:
    holder = await DayKeys(redis, SEALS).holder(*DAY, "hoa")
    await redis.delete(key_of_day(*DAY))
    assert await DayKeys(redis, SEALS).holder(*DAY, "hoa") != holder


async def test_it_goes_by_itself(redis: Redis) -> None:
    await DayKeys(redis, SEALS).holder(*DAY, "hoa")
    assert KEPT_DAYS * 86_400 - 60 < await redis.ttl(key_of_day(*DAY)) <= KEPT_DAYS * 86_400


async def test_one_that_a_failover_lost_is_put_back_by_who_knows_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_keys, "OFFER_SECONDS", 0.0)
    keys = DayKeys(redis, SEALS)
    holder = await keys.holder(*DAY, "hoa")
    await redis.delete(key_of_day(*DAY))
    assert await keys.holder(*DAY, "hoa") == holder
    assert await DayKeys(redis, SEALS).holder(*DAY, "hoa") == holder


async def test_forgetting_a_day_takes_the_contacts_of_its_numbers_from_their_accounts(redis: Redis) -> None:
    citizens = Citizens(redis, Tries(redis))
    hoa = Citizen("hoa", "Hoa", "+84912345678", "", "")
    for contact in ("of-the-day", "of-another"):
        await citizens.keep_contact(contact, hoa, "qn", 30)
        await citizens.note_number(contact, contact, "2020-04-03")
    await DayKeys(redis, SEALS).holder(*DAY, "hoa")

    async def contacts() -> AsyncIterator[str]:
        for key in ("of-the-day", "never-kept"):
            yield key

    assert await forget(redis, citizens, *DAY, contacts()) == 1
    assert await redis.exists(key_of_day(*DAY)) == 0
    assert await citizens.contact("of-the-day") is None
    assert [contact.number for contact in await citizens.contacts_of("hoa")] == ["of-another"]
    keys: Any = await redis.keys()
    for key in keys:
        kind: Any = await redis.type(key)
        content = await redis.zrange(key, 0, -1) if kind == b"zset" else await redis.get(key)
        assert b"of-the-day" not in key + repr(content).encode(), key


async def test_an_account_does_not_list_keys_that_outlived_their_contacts(redis: Redis) -> None:
    citizens = Citizens(redis, Tries(redis))
    hoa = Citizen("hoa", "Hoa", "+84912345678", "", "")
    await citizens.keep_contact("old", hoa, "qn", 30)
    [listed] = await redis.keys("goiso:citizen:*")
    await redis.zincrby(listed, -31 * 86_400, "old")
    await citizens.keep_contact("new", hoa, "qn", 30)
    assert await redis.zrange(listed, 0, -1) == [b"new"]
