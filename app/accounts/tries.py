"""Limited tries: a count with a lifetime, per what is tried and by whom."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis

from app.domain.refusals import TooManyTries

MINUTES = 10
OF_ADDRESS = 10  # wrong passwords of one account from one address or known device
OF_ACCOUNT = 100  # of one account from everywhere, known devices not counted


@dataclass(frozen=True, slots=True)
class Guess:
    """A password that is being tried: what its tries are counted under."""

    own: str
    shared: tuple[str, ...] = ()


class Tries:
    """Counts of tries in Redis, forgotten `MINUTES` (or so many as are named) after the first."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._count = redis.register_script(files("app.accounts").joinpath("spend.lua").read_text())

    async def spend(self, what: str, most: int, minutes: int = MINUTES) -> None:
        """Count a try before it is made, so that tries side by side cannot pass together; raises TooManyTries
        when `what` was tried `most` times. Give a try that was right back with `refund` or `forget`."""
        spent: Any = await self._count(keys=[f"goiso:tries:{what}"], args=[minutes * 60])
        if spent > most:
            raise TooManyTries(minutes=minutes)

    async def guess(self, account: str, address: str, known: str, of_address: int = 0) -> Guess:
        """Count a password tried at an account (its name here; there may be none); raises TooManyTries. `known`
        names a device its owner has signed in from: it has an allowance of its own, so guesses made elsewhere lock
        nobody out there. `of_address`: how many may be tried from one address at all accounts, 0 for any."""
        if known:
            await self.spend(own := f"{account}:known:{known}", OF_ADDRESS)
            return Guess(own)
        await self.spend(own := f"{account}:{address}", OF_ADDRESS)
        shared = {account: OF_ACCOUNT} | ({f"guesses-from:{address}": of_address} if of_address else {})
        for what, most in shared.items():
            await self.spend(what, most)
        return Guess(own, tuple(shared))

    async def was_right(self, guess: Guess) -> None:
        """A guess was none: the password was right."""
        await self.forget(guess.own)
        for what in guess.shared:
            await self.refund(what)

    async def refund(self, what: str) -> None:
        """Take one try back: it was right."""
        if await self._redis.exists(f"goiso:tries:{what}"):
            await self._redis.decr(f"goiso:tries:{what}")

    async def spent(self, what: str) -> int:
        """How many tries of `what` are counted now."""
        return int(await self._redis.get(f"goiso:tries:{what}") or 0)

    async def forget(self, what: str) -> None:
        await self._redis.delete(f"goiso:tries:{what}")
