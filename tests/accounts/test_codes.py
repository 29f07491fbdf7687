"""One-time codes: good once, for ten minutes, for few tries, for whoever asked; kept as nobody can read them."""

import asyncio

import pytest
from redis.asyncio import Redis

from app.accounts.codes import (
    DAY_MINUTES,
    GUESSES,
    LIFETIME,
    PAUSE,
    SENT_A_DAY,
    SENT_IN_TEN_MINUTES,
    Codes,
    Purpose,
    Waiting,
)
from app.accounts.tries import Tries
from app.domain.refusals import CodeOver, TooManyTries, TooSoon, WrongCode
from app.seals import Seals

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

WAITING = Waiting(Purpose.REGISTER, "+84912345678", "", "/centers", "Trần Văn Sáu", "a hash")


@pytest.fixture
def codes(redis: Redis, tries: Tries) -> Codes:
    return Codes(redis, tries, Seals("a secret of the tests"))


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_code_proves_what_waited_for_it_once(codes: Codes) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    assert len(code) == 6
    assert (await codes.prove(token, f" {code[:3]} {code[3:]} ", 2000)).name == "Trần Văn Sáu"
    with pytest.raises(CodeOver):
        await codes.prove(token, code, 2000)


async def test_of_two_at_the_same_moment_one_proves_it(codes: Codes) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    outcomes = await asyncio.gather(*(codes.prove(token, code, 2000) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, Waiting) for outcome in outcomes) == 1


async def test_a_code_lives_ten_minutes(codes: Codes, redis: Redis) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    assert await codes.find(token, 1000 + LIFETIME - 1)
    with pytest.raises(CodeOver):
        await codes.prove(token, code, 1000 + LIFETIME)
    assert [0 < await redis.pttl(key) <= LIFETIME for key in await redis.keys("goiso:code:*")] == [True]


async def test_few_wrong_codes_end_it(codes: Codes) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    for left in range(GUESSES - 1, 0, -1):
        with pytest.raises(WrongCode) as refused:
            await codes.prove(token, other(code), 2000)
        assert refused.value.data["left"] == left
    with pytest.raises(CodeOver):
        await codes.prove(token, other(code), 2000)
    with pytest.raises(CodeOver):
        await codes.prove(token, code, 2000)


async def test_guesses_side_by_side_are_counted_too(codes: Codes) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    guesses = [codes.prove(token, other(code), 2000) for _ in range(30)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(outcome, WrongCode) for outcome in outcomes) < GUESSES


async def test_another_code_after_a_pause_replaces_the_first(codes: Codes) -> None:
    token, first = await codes.begin(WAITING, at=1000)
    with pytest.raises(TooSoon) as refused:
        await codes.again(token, 1000 + PAUSE - 1500)
    assert refused.value.data["seconds"] == 2
    waiting, second = await codes.again(token, 1000 + PAUSE)
    assert waiting.contact == WAITING.contact
    if first != second:
        with pytest.raises(WrongCode):
            await codes.prove(token, first, 1000 + PAUSE)
    assert await codes.prove(token, second, PAUSE + LIFETIME)


async def test_a_contact_gets_so_many_codes_whoever_asks(codes: Codes, redis: Redis) -> None:
    for _ in range(SENT_IN_TEN_MINUTES):
        await codes.begin(WAITING, at=1000)
    with pytest.raises(TooManyTries):
        await codes.begin(WAITING, at=1000)
    for _ in range(SENT_A_DAY - SENT_IN_TEN_MINUTES - 1):
        await redis.delete(*await redis.keys("goiso:tries:codes:*"))
        await codes.begin(WAITING, at=1000)
    await redis.delete(*await redis.keys("goiso:tries:codes:*"))
    with pytest.raises(TooManyTries) as refused:
        await codes.begin(WAITING, at=1000)
    assert refused.value.data["minutes"] == DAY_MINUTES


@pytest.mark.parametrize("token", ["", "x", "x" * 65, "x" * 5000])
async def test_a_token_of_nobody(codes: Codes, token: str) -> None:
    with pytest.raises(CodeOver):
        await codes.prove(token, "000000", 1000)


async def test_the_store_knows_neither_code_nor_token(codes: Codes, redis: Redis) -> None:
    token, code = await codes.begin(WAITING, at=1000)
    for key in await redis.keys("*"):
        assert token.encode() not in key
        assert WAITING.phone.encode() not in key
        assert code.encode() not in (await redis.get(key) or b"")
