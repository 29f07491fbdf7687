"""Pairing: a code works once, for five minutes, for who may guess a few times; its token is the device's alone."""

import asyncio

import pytest
from redis.asyncio import Redis

from app.accounts.pairing import GUESSES, LIFETIME_SECONDS, STARTS, Pairing
from app.accounts.tries import Tries
from app.domain.refusals import NotPaired, TooManyTries, UnknownCode
from app.domain.states import DeviceKind

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


@pytest.fixture
def pairing(redis: Redis, tries: Tries) -> Pairing:
    return Pairing(redis, tries)


async def test_from_a_code_to_a_token(pairing: Pairing, redis: Redis) -> None:
    waiting, claim = await pairing.begin(DeviceKind.TV, "203.0.113.5", "a browser " * 50)
    assert len(waiting.code) == 6
    assert waiting.code.isdecimal()
    assert len(waiting.agent) == 120
    assert await pairing.claim(waiting.id, claim) is None
    assert await pairing.find(waiting.code, "quan") == waiting
    paired = await pairing.confirm(waiting.code, "quan", "qn")
    assert (paired.id, paired.kind, paired.center) == (waiting.id, DeviceKind.TV, "qn")
    assert await pairing.claim(waiting.id, claim) is None, "not before its center knows it"
    await pairing.hand_over(paired)
    claimed = await pairing.claim(waiting.id, claim)
    assert claimed
    assert claimed.token == paired.token
    assert len(paired.token) > 40
    with pytest.raises(NotPaired):
        await pairing.claim(waiting.id, claim)
    assert not await redis.keys("goiso:pairing:*"), "nothing of it is left"


async def test_a_code_works_once_also_for_two_at_a_time(pairing: Pairing) -> None:
    for _ in range(5):
        waiting, _ = await pairing.begin(DeviceKind.TV, "here", "")
        both = [pairing.confirm(waiting.code, staff, "qn") for staff in ("quan", "lan")]
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert sorted(isinstance(outcome, UnknownCode) for outcome in outcomes) == [False, True]
        with pytest.raises(UnknownCode):
            await pairing.find(waiting.code, "quan")


async def test_a_code_lasts_five_minutes(pairing: Pairing, redis: Redis) -> None:
    waiting, claim = await pairing.begin(DeviceKind.TV, "here", "")
    for key in await redis.keys("goiso:pairing:*"):
        assert LIFETIME_SECONDS - 5 <= await redis.ttl(key) <= LIFETIME_SECONDS == 300
        await redis.delete(key)
    with pytest.raises(UnknownCode):
        await pairing.find(waiting.code, "quan")
    with pytest.raises(NotPaired):
        await pairing.claim(waiting.id, claim)


async def test_only_the_device_itself_claims(pairing: Pairing, redis: Redis) -> None:
    waiting, claim = await pairing.begin(DeviceKind.TV, "here", "")
    other, others_claim = await pairing.begin(DeviceKind.TV, "here", "")
    await pairing.hand_over(await pairing.confirm(waiting.code, "quan", "qn"))
    for device, secret in [(waiting.id, others_claim), (waiting.id, ""), (waiting.id, waiting.claim_hash),
                           ("none", claim), (other.id, claim)]:  # fmt: skip
        with pytest.raises(NotPaired):
            await pairing.claim(device, secret)
    for key in await redis.keys("goiso:pairing:*"):
        assert claim.encode() not in (await redis.get(key) or b""), "the claim is kept as a hash"
    assert await pairing.claim(waiting.id, claim)
    outcomes = await asyncio.gather(*(pairing.claim(waiting.id, claim) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(outcome, NotPaired) for outcome in outcomes)


async def test_guessing_codes_is_limited_also_side_by_side(pairing: Pairing) -> None:
    waiting, _ = await pairing.begin(DeviceKind.TV, "here", "")
    wrong = f"{(int(waiting.code) + 1) % 1_000_000:06}"
    for _ in range(GUESSES * 2):
        await pairing.find(waiting.code, "quan")  # what is right costs nothing
    guesses = [pairing.find(wrong, "quan") for _ in range(40)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(outcome, UnknownCode) for outcome in outcomes) == GUESSES
    with pytest.raises(TooManyTries):
        await pairing.find(waiting.code, "quan")
    await pairing.find(waiting.code, "lan")


@pytest.mark.parametrize("wrong", ["", "12345", "{}0", " {}", "*", "٣٣٣٣٣٣", "{}\n"])
async def test_a_code_is_its_six_digits_exactly(pairing: Pairing, wrong: str) -> None:
    waiting, _ = await pairing.begin(DeviceKind.TV, "here", "")
    with pytest.raises(UnknownCode):
        await pairing.find(wrong.format(waiting.code), "quan")


async def test_an_address_asks_for_so_many_codes(pairing: Pairing) -> None:
    for _ in range(STARTS):
        await pairing.begin(DeviceKind.TV, "here", "")
    with pytest.raises(TooManyTries):
        await pairing.begin(DeviceKind.TV, "here", "")
    await pairing.begin(DeviceKind.TV, "there", "")
