"""What whoever looks after the devices of a center asks of them: a test tone, a page loaded anew, another name;
and what the TVs tell the room. Plain forms, each of which goes back to the list."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Member
from app.domain.bulletin import LINE_LENGTH, LINES
from app.domain.commands import RenameDevice, SetBulletin
from app.domain.facts import DeviceKind
from app.domain.refusals import NotAllowed
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.parts import Parts, parts_of
from app.web.portal import field

ASKED = {"tone": {DeviceKind.TV, DeviceKind.SPEAKER}, "reload": {DeviceKind.TV}}


async def rename(request: Request) -> Response:
    """POST: give a device another name."""
    name = await field(request, "name", 80)

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
        done = await parts.centers.do(center, RenameDevice(f"staff/{member.login}", device, name))
        await parts.feed.reach(center, done.position)

    return await _care(request, work)


async def ask(request: Request) -> Response:
    """POST …/tone, …/reload: ask a device to do something; what became of it is in the list."""
    what = request.url.path.rpartition("/")[2]

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
        if parts.feed.hall(center).device(device).kind not in ASKED[what]:
            raise NotAllowed()
        await parts.presence.order(device, what)

    return await _care(request, work)


async def heard(request: Request) -> Response:
    """POST: whoever stands in the room says whether the tone was heard there."""
    is_heard = await field(request, "heard", 4) == "yes"

    async def work(parts: Parts, center: str, member: Member, device: str) -> None:
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
    return _back(center)


async def _care(request: Request, work: Callable[[Parts, str, Member, str], Awaitable[None]]) -> Response:
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    await work(parts_of(request), center, member, request.path_params["device"])
    return _back(center)


def _back(center: str) -> Response:
    return RedirectResponse(f"/admin/{center}/devices", 303)
