"""Issuing to a citizen where the plan counts the numbers of all centers together: claimed, issued, confirmed.

Called by `portal.take_number`, for pages and API alike. A crash between two steps leaves the claim to lapse.
"""

import logging
from datetime import date, time, timedelta

from app.accounts.claims import Place
from app.center import Done
from app.domain.commands import Issue
from app.domain.refusals import Refusal, StoreAway
from app.store.journal import LOST
from app.web.parts import Parts

log = logging.getLogger(__name__)


async def issue_to(parts: Parts, account: str, center: str, command: Issue) -> Done:
    """Issue a number to the citizen of an account; raises a Refusal."""
    hall = parts.feed.hall(center)
    limits = hall.plan.limits
    if not limits.across_centers or hall.request(command.by, command.request):
        return await parts.centers.do(center, command)  # a request answered before is answered so again
    places = await _places(parts, account)
    try:
        await parts.claims.claim(account, center, command, limits, places, parts.clock())
    except LOST:
        raise StoreAway() from None
    try:
        done = await parts.centers.do(center, command)
    except StoreAway:
        raise  # perhaps it was issued: the claim lapses, and the halls will tell
    except Refusal:
        await _settle(parts, account, center, command, "")
        raise
    await _settle(parts, account, center, command, done.answer.number)
    return done


async def _settle(parts: Parts, account: str, center: str, command: Issue, number: str) -> None:
    """Confirm or release a claim. A store that is away changes nothing of the answer: the claim lapses."""
    try:
        if number:
            hall = parts.feed.hall(center)
            midnight = hall.plan.moment(date.fromisoformat(hall.day.date) + timedelta(1), time())
            await parts.claims.confirm(account, center, command.request, number, midnight)
        else:
            await parts.claims.release(account, center, command.request)
    except LOST as fault:
        log.warning("! a claim of %s is left to lapse: %s", center, fault)


async def _places(parts: Parts, account: str) -> dict[str, Place]:
    """All centers, each with the account's opaque key of its day."""
    halls = {center: parts.feed.hall(center) for center in parts.feed.centers()}
    return {
        center: Place(hall, await parts.day_keys.holder(center, hall.day.date, account))
        for center, hall in halls.items()
    }
