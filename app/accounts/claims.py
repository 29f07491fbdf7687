"""Claims: how a citizen's numbers are counted over all centers, where a plan says so (`limits.across_centers`).

No two centers share a lock, so a number is claimed under the citizen's own key before it is issued. A claim lapses
by itself after `LEASE`, unless it is confirmed with its number; then it counts while that number lives. What the
centers' halls show of the citizen's numbers counts as well, claimed or not. Called by `app.web.claiming`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis

from app.domain.commands import Issue
from app.domain.hall import Hall
from app.domain.issuing import Held, check_held
from app.domain.plan import Limits, Millis

LEASE: Millis = 30_000  # longer than a door waits for the store
KEPT: Millis = 36 * 3_600_000  # claims are looked through at every one; this only clears what is left


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on a number of a center's day for a request, until a moment; with its number, once it has one."""

    center: str
    day: str
    request: str
    service: str
    until: Millis
    number: str = ""

    def is_of(self, center: str, request: str) -> bool:
        return (self.center, self.request) == (center, request)


@dataclass(frozen=True, slots=True)
class Place:
    """A center as it is shown at this moment, and the citizen's opaque key in it."""

    hall: Hall
    holder: str


_decode = msgspec.json.Decoder(tuple[Claim, ...]).decode


def live(claims: tuple[Claim, ...], places: Mapping[str, Place], now: Millis) -> tuple[Claim, ...]:
    """The claims that still count: neither lapsed, nor of a number that its center shows to have ended. One that
    the center does not show yet counts."""
    return tuple(
        claim for claim in claims if claim.until > now and not _has_ended(claim, places.get(claim.center))
    )


def _has_ended(claim: Claim, place: Place | None) -> bool:
    if place is None or not claim.number:
        return False
    if place.hall.day.date > claim.day:
        return True
    is_shown = f"ticket/{claim.number}" in place.hall.facts
    return is_shown and all(ticket.number != claim.number for ticket in place.hall.lives(place.holder))


def held(claims: tuple[Claim, ...], places: Mapping[str, Place]) -> list[Held]:
    """What counts of a citizen, each once: claims that are under way first, then numbers."""
    shown = {
        (center, ticket.number): ticket.service
        for center, place in places.items()
        for ticket in place.hall.lives(place.holder)
    }
    shown |= {(claim.center, claim.number): claim.service for claim in claims if claim.number}
    # A number issued this very moment is shown and still claimed: it is one.
    asked = {
        (claim.center, claim.request): claim.service
        for claim in claims
        if not claim.number and not _is_issued(claim, places.get(claim.center))
    }
    under_way = [Held("", service) for service in asked.values()]
    return under_way + [Held(number, service) for (_, number), service in shown.items()]


def _is_issued(claim: Claim, place: Place | None) -> bool:
    return place is not None and place.hall.request("citizen", claim.request) is not None


class Claims:
    """The claims of all citizens."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._write = redis.register_script(files("app.accounts").joinpath("claims.lua").read_text())

    async def claim(
        self, account: str, center: str, command: Issue, limits: Limits, places: Mapping[str, Place], now: Millis
    ) -> None:
        """Claim a number before it is issued; a repeat has its claim already. Raises AlreadyHeld or
        TooManyNumbers."""
        while True:
            known, claims = await self._read(account)
            claims = live(claims, places, now)
            if any(claim.is_of(center, command.request) and claim.number for claim in claims):
                return
            others = tuple(claim for claim in claims if not claim.is_of(center, command.request))
            check_held(limits, command, held(others, places))
            mine = Claim(center, places[center].hall.day.date, command.request, command.service, now + LEASE)
            if await self._put(account, known, (*others, mine)):
                return

    async def confirm(self, account: str, center: str, request: str, number: str, until: Millis) -> None:
        """The claim has become a number, of a day that lasts until a moment."""
        while True:
            known, claims = await self._read(account)
            kept = tuple(
                replace(claim, number=number, until=until) if claim.is_of(center, request) else claim
                for claim in claims
            )
            if kept == claims or await self._put(account, known, kept):
                return

    async def release(self, account: str, center: str, request: str) -> None:
        """Nothing came of the claim: the number was refused."""
        while True:
            known, claims = await self._read(account)
            kept = tuple(claim for claim in claims if claim.number or not claim.is_of(center, request))
            if kept == claims or await self._put(account, known, kept):
                return

    async def of(self, account: str) -> tuple[Claim, ...]:
        """The claims kept of an account, those that have lapsed too."""
        return (await self._read(account))[1]

    async def forget(self, account: str) -> None:
        await self._redis.delete(_key(account))

    async def _read(self, account: str) -> tuple[bytes, tuple[Claim, ...]]:
        data: Any = await self._redis.get(_key(account))
        return data or b"", _decode(data) if data else ()

    async def _put(self, account: str, known: bytes, claims: tuple[Claim, ...]) -> bool:
        """Write the claims if nobody else has since they were read."""
        data = msgspec.json.encode(claims) if claims else b""
        return bool(await self._write(keys=[_key(account)], args=[known, data, KEPT]))


def _key(account: str) -> str:
    return f"goiso:citizen:{account}:claims"
