"""The pictures and films of a center's TVs, as whoever looks after them sees them: added, ordered, given zones,
taken away. Plain forms; and which TVs have no room, or cannot play them."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from app.accounts.staff import Member
from app.domain.commands import HideMedium, ShowMedium
from app.domain.hall import Hall
from app.domain.media import MOST, SECONDS, Medium
from app.domain.refusals import BadRequest, Refusal, UnknownPage
from app.domain.states import DeviceKind
from app.web.access import staff_at
from app.web.admin import KEEPERS
from app.web.answers import page
from app.web.media_files import TYPES
from app.web.panel import staff_context
from app.web.parts import Parts, parts_of
from app.web.sound import FOR_EVER

AT_ONCE = 10  # files sent together
STANDS = {
    "": "chưa báo",
    "on": "đang chiếu",
    "none": "không có tệp nào cho TV này",
    "room": "KHÔNG đủ chỗ: màn hình này hiện nhiều quầy, chữ số được ưu tiên",
    "still": "TV này đặt chế độ ít chuyển động nên không chiếu phim",
    "failed": "có tệp KHÔNG phát được",
}
WELL = ("", "on", "none")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or film as it is listed; `zones` by id, `is_there` whether this server has the file."""

    file: str
    url: str
    is_film: bool
    zones: tuple[str, ...]
    where: str
    seconds: int
    heard: bool
    is_there: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """A TV, and how it does with them."""

    name: str
    where: str
    how: str
    is_well: bool


async def serve(request: Request) -> Response:
    """GET /media/<center>/<file>: a picture or film, the whole or a range of it."""
    center, parts = request.path_params["center"], parts_of(request)
    parts.feed.hall(center)
    path = parts.media.find(center, request.path_params["file"])
    if path is None:
        raise UnknownPage()
    return FileResponse(path, media_type=TYPES[path.suffix], headers=FOR_EVER)


async def show(request: Request) -> Response:
    """GET: the list, the form to add, how each TV does."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    return await _page(request, center, member)


async def add(request: Request) -> Response:
    """POST: one file or several; those that cannot be shown are refused, the others are taken."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    refused: Refusal | None = None
    async with request.form(max_files=AT_ONCE, max_fields=30) as form:
        for sent in form.getlist("files"):
            if not isinstance(sent, UploadFile) or not sent.filename:
                continue
            try:
                file = await asyncio.to_thread(parts.media.keep, center, Path(sent.filename).name, sent.file)
                await _show(parts, center, member, file, form.getlist("zones"), form.get("seconds"))
            except Refusal as refusal:
                refused = refusal
    if refused:
        return await _page(request, center, member, refused)
    return RedirectResponse(f"/admin/{center}/media", 303)


async def change(request: Request) -> Response:
    """POST: zones, seconds, sound and place of one of them."""
    center, file = request.path_params["center"], request.path_params["file"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    if parts.feed.hall(center).media().medium(file) is None:
        raise UnknownPage()
    form = await request.form(max_files=0, max_fields=40)
    place = _figure(form.get("place"), "place", MOST) if form.get("place") else None
    heard = form.get("heard") == "yes"
    await _show(parts, center, member, file, form.getlist("zones"), form.get("seconds"), heard, place)
    return RedirectResponse(f"/admin/{center}/media#f-{file[:8]}", 303)


async def remove(request: Request) -> Response:
    """POST: no TV shows it any more; the file goes an hour later, with the next that comes or goes."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    parts = parts_of(request)
    done = await parts.centers.do(center, HideMedium(f"staff/{member.login}", request.path_params["file"]))
    await parts.feed.reach(center, done.position)
    await _sweep(parts, center)
    return RedirectResponse(f"/admin/{center}/media", 303)


async def _show(
    parts: Parts,
    center: str,
    member: Member,
    file: str,
    zones: Sequence[object],
    seconds: object,
    heard: bool = False,
    place: int | None = None,
) -> None:
    medium = Medium(
        file, tuple(dict.fromkeys(str(one)[:80] for one in zones)), _figure(seconds, "seconds", SECONDS[1]), heard
    )
    done = await parts.centers.do(center, ShowMedium(f"staff/{member.login}", medium, place))
    await parts.feed.reach(center, done.position)
    await _sweep(parts, center)


def _figure(text: object, name: str, most: int) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadRequest(what=name)
    return min(int(text), most)


async def _sweep(parts: Parts, center: str) -> None:
    named = {medium.file for medium in parts.feed.hall(center).media().shown}
    with contextlib.suppress(OSError):  # it is tried again at the next chance
        await asyncio.to_thread(parts.media.sweep, center, named)


async def _page(request: Request, center: str, member: Member, refusal: Refusal | None = None) -> Response:
    parts = parts_of(request)
    hall = parts.feed.hall(center)
    return await page(
        request,
        "admin/media.html",
        refusal,
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": hall.plan.name},
        zones=[{"id": zone.id, "name": zone.name} for zone in hall.plan.zones],
        media=[_shown(parts, hall, medium) for medium in hall.media().shown],
        screens=await _screens(parts, hall),
        most=MOST,
        least_seconds=SECONDS[0],
        most_seconds=SECONDS[1],
    )


def _shown(parts: Parts, hall: Hall, medium: Medium) -> Shown:
    names = [zone.name for zone in hall.plan.zones if zone.id in medium.zones]
    return Shown(
        file=medium.file,
        url=f"/media/{hall.plan.id}/{medium.file}",
        is_film=medium.is_film,
        zones=medium.zones,
        where=" · ".join(names) if medium.zones else "Mọi khu vực",
        seconds=medium.seconds,
        heard=medium.heard,
        is_there=parts.media.find(hall.plan.id, medium.file) is not None,
    )


async def _screens(parts: Parts, hall: Hall) -> list[Screen]:
    tvs = sorted((d for d in hall.devices() if d.kind is DeviceKind.TV), key=lambda device: device.name)
    seen = await parts.presence.states([device.id for device in tvs])
    screens = []
    for device in tvs:
        how = seen[device.id].said.media if device.id in seen else ""
        where = " · ".join(zone.name for zone in hall.plan.zones if device.is_of(zone.id))
        screens.append(Screen(device.name, where, STANDS.get(how, ""), how in WELL))
    return screens
