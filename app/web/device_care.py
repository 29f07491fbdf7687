"""What is asked of the devices of a center: a test tone, all segments of its boards, a page loaded
anew, another name; and what the TVs tell
the room. Plain forms, each of which goes back to its list: that of whoever looks after the devices, or the short
one by which any clerk tries the sound before the doors open."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member, Role
from app.domain.bulletin import LINE_LENGTH, LINES
from app.domain.commands import RenameDevice, SetBulletin
from app.domain.refusals import NotAllowed
from app.domain.states import DeviceKind
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.answers import page
from app.web.device_list import list_devices
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.portal import field

LISTENERS = (Role.CLERK, *KEEPERS)
ASKED = {"tone": {DeviceKind.TV, DeviceKind.SPEAKER}, "reload": {DeviceKind.TV}, "test": {DeviceKind.BOARDS}}


async def sound(request: Request) -> Response:
    """GET: what can be heard in each zone of a center, to be tried before the doors open."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *LISTENERS)
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    heard = [one for one in await list_devices(parts, hall) if one.can_tone]
    zones = [
        {
            "name": zone.name,
            "holder": hall.voice(zone.voice_id).holder,
            "devices": [one for one in heard if hall.device(one.id).is_of(zone.id)],
        }
        for zone in hall.plan.zones
    ]
    return await page(
        request,
        "panel/sound.html",
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": hall.plan.name},
        zones=zones,
    )


async def rename(request: Request) -> Response:
    """POST: give a device another name."""

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
        name = await field(request, "name", 80)
        done = await parts.centers.do(center, RenameDevice(f"staff/{member.login}", device, name))
        await parts.feed.reach(center, done.position)

    return await _care(request, work)


async def ask(request: Request) -> Response:
    """POST …/tone, …/reload, …/test: ask a device to do something; what became of it is in the list."""
    what = request.url.path.rpartition("/")[2]

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
        if parts.feed.hall(center).device(device).kind not in ASKED[what]:
            raise NotAllowed()
        await parts.presence.order(device, what)

    return await _care(request, work)


async def heard(request: Request) -> Response:
    """POST: whoever stands in the room says whether the tone was heard there."""

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
        is_heard = await field(request, "heard", 4) == "yes"
        parts.feed.hall(center).device(device)
        await parts.presence.note_heard(device, parts.clock(), member.name, is_heard)

    return await _care(request, work)


async def bulletin(request: Request) -> Response:
    """POST: what the TVs tell the room, a line each."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    text = await field(request, "lines", LINES * (LINE_LENGTH + 2))
    done = await parts.centers.do(center, SetBulletin(f"staff/{member.login}", tuple(text.splitlines())))
    await parts.feed.reach(center, done.position)
    return RedirectResponse(f"/admin/{center}/devices", 303)


async def _care(request: Request, work: Callable[[Parts, str, Member, str], Awaitable[None]]) -> Response:
    """Do what was asked at `<list>/<device>/<what>`, and go back to the list; clerks use their own list only."""
    center = request.path_params["center"]
    roles = LISTENERS if request.url.path.startswith("/panel/") else KEEPERS
    member = await staff_at(request, center, *roles)
    await work(parts_of(request), center, member, request.path_params["device"])
    return RedirectResponse(request.url.path.rsplit("/", 2)[0], 303)
