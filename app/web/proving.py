"""Who may check a number in or give it back, and how he proves it. Used by the API and the ticket's page.

The seal of the ticket's link (its QR) proves the holder anywhere. The check code of four letters proves him in the
building only, and its tries are counted by who tries and by number; a try that was right is given back. Staff
need neither: they see who stands there. Checking in says *I am here*, so that it counts in the building only: at
one of the center's kiosks, or from an address of theirs.
"""

from dataclasses import dataclass

from starlette.requests import Request

from app.accounts.staff import Role
from app.domain.refusals import (
    NotAllowed,
    NotAtTheCenter,
    NotPaired,
    NotSignedIn,
    UnknownNumber,
    WrongAddress,
    WrongCheckCode,
)
from app.domain.states import DeviceKind
from app.web.access import caller, check_kiosk_address, citizen_of, device_of, member_of, paired
from app.web.parts import parts_of

CALLER_TRIES = 30  # codes tried by one kiosk, member of staff or address in ten minutes
NUMBER_TRIES = 10  # codes tried for one number in ten minutes, by whomever


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows for a number of `day` (ISO): the seal of its link, its check code, or nothing."""

    day: str
    number: str
    seal: str = ""
    code: str = ""


async def may_check_in(request: Request, center: str, proof: Proof) -> str:
    """Who says that the holder is there, as commands name him; raises a Denied, UnknownNumber or TooManyTries."""
    if who := await _at_work(request, center, proof):
        return who
    if not (proof.seal or proof.code):
        raise NotAllowed() if await member_of(request) else NotSignedIn()
    _check_building(request, center)
    await _prove(request, center, proof, caller(request))
    return "citizen"


async def may_give_back(request: Request, center: str, proof: Proof) -> str:
    """Who gives a number back, as commands name him; raises a Denied, UnknownNumber or TooManyTries."""
    if who := await _at_work(request, center, proof):
        return who
    if not (proof.seal or proof.code):
        await _check_holder(request, center, proof.number)
        return "citizen"
    if not proof.seal:
        _check_building(request, center)
    await _prove(request, center, proof, caller(request))
    return "citizen"


async def may_rate(request: Request, center: str, proof: Proof) -> str:
    """Who rates a visit, as commands name him: its holder, at a kiosk or by the seal of the link. Raises a Denied,
    UnknownNumber or TooManyTries."""
    kiosk = _kiosk(request, center)
    if not (kiosk or proof.seal):
        raise NotAllowed()
    await _prove(request, center, proof, kiosk or caller(request))
    return kiosk or "citizen"


async def _at_work(request: Request, center: str, proof: Proof) -> str:
    """The kiosk, with its proof, or the member of staff who asks; "" if it is neither."""
    if kiosk := _kiosk(request, center):
        await _prove(request, center, proof, kiosk)
        return kiosk
    member = await member_of(request)
    if member is None or not member.may(center, Role.CLERK, Role.SUPERVISOR):
        return ""
    if proof.seal or proof.code:
        await _prove(request, center, proof, f"staff/{member.login}")
    return f"staff/{member.login}"


def _kiosk(request: Request, center: str) -> str:
    """The kiosk that asks, "" if none does; raises NotPaired for another device, or one of another center."""
    if device_of(request) is None:
        return ""
    found = paired(request, DeviceKind.KIOSK)
    if found.center != center:
        raise NotPaired()
    return f"device/{found.device.id}"


def _check_building(request: Request, center: str) -> None:
    try:
        check_kiosk_address(request, parts_of(request).feed.hall(center).plan)
    except WrongAddress:
        raise NotAtTheCenter() from None


async def _check_holder(request: Request, center: str, number: str) -> None:
    """Raises unless the citizen who is signed in took the number."""
    parts = parts_of(request)
    citizen = await citizen_of(request)
    if citizen is None:
        raise NotAllowed() if await member_of(request) else NotSignedIn()
    hall = parts.feed.hall(center)
    holder = await parts.day_keys.holder(center, hall.day.date, citizen.id)
    if number not in {ticket.number for ticket in hall.held_by(holder)}:
        raise UnknownNumber()


async def _prove(request: Request, center: str, proof: Proof, who: str) -> None:
    """Raises UnknownNumber for a wrong seal, WrongCheckCode for a wrong code, TooManyTries."""
    parts = parts_of(request)
    if proof.seal:
        if not parts.seals.is_link(proof.seal, center, proof.day, proof.number):
            raise UnknownNumber()
        return
    by_who, by_number = f"code:{who}", f"code:{center}/{proof.day}/{proof.number}"
    await parts.tries.spend(by_who, CALLER_TRIES)
    await parts.tries.spend(by_number, NUMBER_TRIES)
    if not parts.seals.is_check_code(proof.code, center, proof.day, proof.number):
        raise WrongCheckCode()
    await parts.tries.refund(by_who)
    await parts.tries.refund(by_number)
