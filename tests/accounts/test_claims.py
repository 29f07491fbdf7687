"""Claims: a citizen's numbers counted over all centers, whatever happens between a claim and its number."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from app.accounts.claims import LEASE, Claims, Place
from app.domain.commands import Cancel, CloseDay, Issue
from app.domain.plan import Channel, Limits, Plan
from app.domain.refusals import AlreadyHeld, TooManyNumbers
from tests.conftest import HandClock, Played, play

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

TWO = Limits(citizen=2, organisation=4, service=1, across_centers=True)
END = 24 * 3_600_000


class Towns:
    """Two centers, and a citizen who takes numbers in both."""

    def __init__(self, redis: Redis, plan: Plan, clock: HandClock) -> None:
        self.clock = clock
        self.claims = Claims(redis)
        self.halls = {center: play(replace(plan, limits=TWO), clock) for center in ("qn", "cp")}

    def command(self, request: str, service: str, organisation: bool = False) -> Issue:
        return Issue("citizen", request, service, Channel.WEB, "hoa", "contact", organisation=organisation)

    async def claim(self, center: str, request: str, service: str, organisation: bool = False) -> None:
        command = self.command(request, service, organisation)
        places = {name: Place(played.hall, "hoa") for name, played in self.halls.items()}
        await self.claims.claim("hoa", center, command, TWO, places, self.clock())

    async def take(self, center: str, request: str, service: str, organisation: bool = False) -> str:
        """Claim, issue, confirm."""
        await self.claim(center, request, service, organisation)
        number = self.halls[center].do(self.command(request, service, organisation)).answer.number
        await self.claims.confirm("hoa", center, request, number, self.clock() + END)
        return number

    def here(self, center: str) -> Played:
        return self.halls[center]


@pytest.fixture
def towns(redis: Redis, plan: Plan, clock: HandClock) -> Towns:
    return Towns(redis, plan, clock)


async def test_numbers_of_all_centers_count_together(towns: Towns) -> None:
    await towns.take("qn", "r1", "visa")
    await towns.take("cp", "r2", "tu-phap")
    for center in ("qn", "cp"):
        with pytest.raises(TooManyNumbers):
            await towns.claim(center, "r3", "noi-vu")


async def test_one_number_of_a_service_wherever_it_was_taken(towns: Towns) -> None:
    number = await towns.take("qn", "r1", "visa")
    with pytest.raises(AlreadyHeld) as refused:
        await towns.claim("cp", "r2", "visa")
    assert number in refused.value.sentence("vi")


async def test_an_organisation_may_have_more(towns: Towns) -> None:
    for at, center in enumerate(("qn", "cp", "qn", "cp")):
        await towns.take(center, f"r{at}", "visa", organisation=True)
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r5", "visa", organisation=True)


async def test_of_claims_at_the_same_moment_as_many_pass_as_may(towns: Towns) -> None:
    services = [service.id for service in towns.here("qn").hall.plan.services][:12]
    asked = [towns.claim(("qn", "cp")[at % 2], f"r{at}", service) for at, service in enumerate(services)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(answer is None for answer in answers) == 2
    assert sum(isinstance(answer, TooManyNumbers) for answer in answers) == 10


async def test_two_at_the_same_moment_for_one_service(towns: Towns) -> None:
    answers = await asyncio.gather(
        towns.claim("qn", "r1", "visa"), towns.claim("cp", "r2", "visa"), return_exceptions=True
    )
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, TooManyNumbers) for answer in answers) == 1, "there is no number to name yet"


async def test_a_crash_before_the_number_leaves_the_claim_to_lapse(towns: Towns) -> None:
    await towns.claim("qn", "r1", "visa")
    await towns.claim("qn", "r2", "tu-phap")
    towns.clock.forward(LEASE - 1)
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r3", "noi-vu")
    towns.clock.forward(1)
    await towns.claim("cp", "r3", "noi-vu")


async def test_a_crash_after_the_number_loses_no_count(towns: Towns) -> None:
    """It was issued and never confirmed: the hall of its center shows it."""
    for request, service in (("r1", "visa"), ("r2", "tu-phap")):
        await towns.claim("qn", request, service)
        towns.here("qn").do(towns.command(request, service))
    for _ in range(2):
        with pytest.raises(TooManyNumbers):
            await towns.claim("cp", "r3", "noi-vu")
        towns.clock.forward(LEASE)


async def test_a_number_counts_once_while_it_is_shown_and_not_confirmed_yet(towns: Towns) -> None:
    await towns.claim("qn", "r1", "visa")
    towns.here("qn").do(towns.command("r1", "visa"))
    await towns.claim("cp", "r2", "tu-phap")


async def test_a_repeat_has_its_claim_already(towns: Towns) -> None:
    for _ in range(3):
        await towns.claim("qn", "r1", "visa")
    await towns.take("qn", "r1", "visa")
    await towns.claim("qn", "r1", "visa")
    await towns.claim("cp", "r2", "tu-phap")
    await towns.claim("cp", "r2", "tu-phap")
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r1", "noi-vu")  # the same id in another center is another request


async def test_what_was_refused_gives_its_claim_back(towns: Towns) -> None:
    await towns.take("qn", "r1", "visa")
    await towns.claim("qn", "r2", "tu-phap")
    await towns.claims.release("hoa", "qn", "r2")
    await towns.claims.release("hoa", "qn", "r1")  # a number is not given back this way
    await towns.claim("cp", "r3", "noi-vu")
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r4", "y-te")


async def test_a_number_that_ended_frees_its_claim(towns: Towns) -> None:
    first, _ = await towns.take("qn", "r1", "visa"), await towns.take("qn", "r2", "tu-phap")
    towns.here("qn").do(Cancel("citizen", towns.here("qn").hall.day.date, first))
    await towns.claim("cp", "r3", "visa")
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r4", "noi-vu")
    towns.here("qn").do(CloseDay("staff/quan"))
    await towns.claim("cp", "r4", "noi-vu")


async def test_a_number_its_center_does_not_show_yet_counts(towns: Towns) -> None:
    for request, service in (("r1", "visa"), ("r2", "tu-phap")):
        await towns.claim("qn", request, service)
        await towns.claims.confirm("hoa", "qn", request, f"8600{request[1]}", towns.clock() + END)
    with pytest.raises(TooManyNumbers):
        await towns.claim("cp", "r3", "noi-vu")
    towns.clock.forward(END)
    await towns.claim("cp", "r3", "noi-vu")


async def test_nothing_stays_for_ever(towns: Towns, redis: Redis) -> None:
    await towns.take("qn", "r1", "visa")
    [key] = await redis.keys("*")
    assert 0 < await redis.pttl(key) <= 36 * 3_600_000
    await towns.claims.release("hoa", "qn", "no such request")
