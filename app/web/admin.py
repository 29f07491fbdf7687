"""What operators and supervisors open: the devices of a center, paired and shut out."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.pairing import Waiting
from app.accounts.sessions import hash_token
from app.accounts.staff import Member, Role
from app.domain.commands import PairDevice, RevokeDevice
from app.domain.refusals import Refusal
from app.domain.states import DeviceKind
from app.web.access import staff_at, staff_of
from app.web.answers import page
from app.web.device_list import list_calls, list_devices
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.portal import field

KEEPERS = (Role.OPERATOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Found:
    """A device that waits to be paired, as staff see it before they agree."""

    code: str
    kind: str
    address: str
    agent: str


async def home(request: Request) -> Response:
    """GET /admin/devices: the first center where the member may look after devices."""
    member = await staff_of(request)
    for center in member.centers:
        if member.may(center, *KEEPERS):
            return RedirectResponse(f"/admin/{center}/devices", 303)
    return RedirectResponse("/panel", 303)


async def devices(request: Request) -> Response:
    """GET: the devices of a center; `?code=` looks for one that waits to be paired."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    code = "".join(request.query_params.get("code", "").split())[:12]
    if not code:
        return await _devices(request, center, member)
    try:
        waiting = await parts_of(request).pairing.find(code, member.login)
    except Refusal as refusal:
        return await _devices(request, center, member, refusal, code=code)
    return await _devices(request, center, member, found=waiting, code=code)


async def pair(request: Request) -> Response:
    """POST: let the device of a code in, with a name and a zone."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    code, name, zone = [await field(request, which, 80) for which in ("code", "name", "zone")]
    also = tuple(str(one)[:80] for one in (await request.form()).getlist("also"))
    try:
        await pair_device(parts_of(request), center, member, code, name, zone, also)
    except Refusal as refusal:
        return await _devices(request, center, member, refusal, code=code)
    return RedirectResponse(f"/admin/{center}/devices", 303)


async def pair_device(
    parts: Parts, center: str, member: Member, code: str, name: str, zone: str, also: tuple[str, ...] = ()
) -> str:
    """Confirm a pairing code for a center; the id of the device. It stands in a zone, or for the whole center when
    `zone` is ""; a TV may show other zones `also`."""
    hall = parts.feed.hall(center)
    waiting = await parts.pairing.find(code, member.login)
    also = also if zone and waiting.kind is DeviceKind.TV else ()
    for one in (zone, *also) if zone else ():
        hall.zone(one)
    paired = await parts.pairing.confirm(code, member.login, center)
    command = PairDevice(
        by=f"staff/{member.login}",
        device=paired.id,
        kind=paired.kind,
        name=name.strip() or paired.kind.value,
        zone=zone,
        token_hash=hash_token(paired.token),
        also=also,
    )
    done = await parts.centers.do(center, command)
    await parts.feed.reach(center, done.position)
    await parts.pairing.hand_over(paired)
    return paired.id


async def revoke(request: Request) -> Response:
    """POST: shut a device out; its sockets close at once."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    done = await parts.centers.do(center, RevokeDevice(f"staff/{member.login}", request.path_params["device"]))
    await parts.feed.reach(center, done.position)
    return RedirectResponse(f"/admin/{center}/devices", 303)


async def _devices(
    request: Request,
    center: str,
    member: Member,
    refusal: Refusal | None = None,
    found: Waiting | None = None,
    code: str = "",
) -> Response:
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    mine = [c for c in parts.feed.centers() if member.may(c, *KEEPERS)]
    return await page(
        request,
        "admin/devices.html",
        refusal,
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": hall.plan.name},
        centers=[{"id": c, "name": parts.feed.hall(c).plan.name} for c in mine],
        zones=[{"id": zone.id, "name": zone.name} for zone in hall.plan.zones],
        devices=await list_devices(parts, hall),
        calls=await list_calls(parts, hall),
        bulletin=hall.bulletin().lines,
        found=Found(found.code, found.kind.value, found.address, found.agent) if found else None,
        code=code,
    )
