"""The pages of paired devices: kiosk, TV, and the pairing page each shows until it is paired."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.facts import Device
from app.domain.hall import Hall
from app.domain.plan import CheckIn, Group, ServicePlan, ZonePlan
from app.domain.refusals import BadRequest, UnknownZone
from app.domain.states import DeviceKind
from app.seals import CODE_LETTERS
from app.web.access import Paired, check_kiosk_address, devices_in
from app.web.answers import page
from app.web.following import topic_of_tv
from app.web.guard import POLICY
from app.web.parts import parts_of

TITLES = {
    DeviceKind.TV: "Màn hình khu vực",
    DeviceKind.KIOSK: "Ki-ốt lấy số",
    DeviceKind.RATE: "Máy đánh giá ở quầy",
}


async def pair(request: Request) -> Response:
    """GET /tv/pair, /kiosk/pair: shows the code that staff type in."""
    kind = _kind(request)
    return await page(request, "pairing/pair.html", account=None, kind=kind.value, title=TITLES[kind])


async def find(request: Request) -> Response:
    """GET /tv, /kiosk: the device this browser is, else the pairing page."""
    kind = _kind(request)
    mine = devices_in(request, kind)
    return _to(request, f"/{kind.value}/{mine[0].device.id if mine else 'pair'}")


async def tv(request: Request) -> Response:
    """GET /tv/<device>: the TV of its zone, of several, or of the whole center."""
    if not (mine := _mine(request)):
        return RedirectResponse("/tv/pair", 303)
    parts = parts_of(request)
    hall = parts.feed.hall(mine.center)
    topic = topic_of_tv(mine)
    rows, position = parts.topics.paint(topic)
    names = [zone.name for zone in hall.plan.zones if mine.device.is_of(zone.id)]
    return await page(
        request,
        "tv/tv.html",
        account=None,
        device=_device(mine.device),
        center={"id": mine.center, "name": hall.plan.name},
        title=" · ".join(names),
        topic=str(topic),
        position=str(position),
        view=rows,
    )


async def kiosk(request: Request) -> Response:
    """GET /kiosk/<device>: zones and services of the center, or of the kiosk's own zone."""
    if not (mine := _mine(request)):
        return _to(request, "/kiosk/pair")
    hall = parts_of(request).feed.hall(mine.center)
    check_kiosk_address(request, hall.plan)
    printer = _printer(request)
    response = await page(
        request,
        "kiosk/kiosk.html",
        account=None,
        device=_device(mine.device),
        center={"id": mine.center, "name": hall.plan.name},
        zones=_zones(hall, mine.device.zone),
        groups=[_named(group) for group in hall.plan.order.groups],
        checks_in=hall.plan.check_in is not CheckIn.OFF,
        digits=hall.plan.number.counter + hall.plan.number.running,
        letters=CODE_LETTERS,
        printer=printer,
    )
    if printer:
        response.headers["content-security-policy"] = f"{POLICY}; connect-src 'self' {printer}"
    return response


def _printer(request: Request) -> str:
    """Where `goiso printer` listens on the machine of the kiosk, by the port in `?printer=`; "" without one."""
    port = request.query_params.get("printer", "")
    if not port:
        return ""
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise BadRequest(what="printer")
    return f"http://127.0.0.1:{int(port)}"


def _to(request: Request, path: str) -> Response:
    """On to another page of the device, with what its address says of the machine it runs on."""
    query = request.url.query
    return RedirectResponse(f"{path}?{query}" if query else path, 303)


def _zones(hall: Hall, only: str) -> list[dict[str, object]]:
    zones = [zone for zone in hall.plan.zones if only in ("", zone.id)]
    if not zones:
        raise UnknownZone(zone=only)
    return [
        {**_named(zone), "services": [_named(service) for service in hall.plan.services_in(zone.id)]}
        for zone in zones
    ]


def _named(one: ZonePlan | ServicePlan | Group) -> dict[str, str]:
    """What can be touched, in both languages."""
    return {"id": one.id, "name": one.name, "name_en": one.name_en or one.name}


def _kind(request: Request) -> DeviceKind:
    return DeviceKind(request.url.path.split("/")[1])


def _mine(request: Request) -> Paired | None:
    """The device named in the path, if this browser is it."""
    for mine in devices_in(request, _kind(request)):
        if mine.device.id == request.path_params["device"]:
            return mine
    return None


def _device(device: Device) -> dict[str, str]:
    return {"id": device.id, "name": device.name, "zone": device.zone}
