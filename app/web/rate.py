"""Rating a visit: the tablet's page at a counter, and the API's part of it; `ticket_page` has a form of its own.

Who may: the tablet for whom a counter served last, the holder by the seal of the link, and at a kiosk whoever has
the link's QR or the check code. Staff may not, and no answer says what was rated.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.commands import Rate
from app.domain.hall import Hall
from app.domain.rating import RatingReason
from app.domain.refusals import NotAllowed, NotPaired
from app.domain.states import DeviceKind
from app.topics import TopicName
from app.web.access import Paired, device_of, devices_in, paired
from app.web.answers import page
from app.web.bodies import CommandAnswer, RateVisit
from app.web.endpoints import Endpoint, answered, read_body
from app.web.parts import parts_of
from app.web.proving import Proof, may_rate

FACES = {1: "Rất không hài lòng", 2: "Không hài lòng", 3: "Hài lòng", 4: "Rất hài lòng"}
REASONS = {
    RatingReason.WAIT: "Thời gian chờ",
    RatingReason.MANNER: "Thái độ phục vụ",
    RatingReason.GUIDANCE: "Hướng dẫn",
    RatingReason.RESULT: "Kết quả giải quyết",
    RatingReason.PLACE: "Nơi chờ, chỗ ngồi",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What pages show of ratings: faces by number, reasons by id."""

    faces: dict[int, str]
    reasons: dict[str, str]


WORDS = Words(FACES, {reason.value: says for reason, says in REASONS.items()})


async def tablet(request: Request) -> Response:
    """GET /rate/<device>?counter=86: the faces for whoever was served at a counter; without one, which it stands
    at."""
    device_id = request.path_params["device"]
    mine = next((one for one in devices_in(request, DeviceKind.RATE) if one.device.id == device_id), None)
    if mine is None:
        return RedirectResponse("/rate/pair", 303)
    parts = parts_of(request)
    hall = parts.feed.hall(mine.center)
    known = {"device": device_id, "center": {"id": mine.center, "name": hall.plan.name}}
    counter = request.query_params.get("counter", "")
    if not counter:
        counters = [one.id for one in hall.plan.counters if mine.device.is_of(one.zone)]
        return await page(request, "rate/choose.html", account=None, counters=counters, **known)
    topic = TopicName("rate", mine.center, hall.counter_plan(counter).id)
    rows, position = parts.topics.paint(topic)
    return await page(
        request,
        "rate/rate.html",
        account=None,
        **known,
        counter=counter,
        words=WORDS,
        topic=str(topic),
        position=str(position),
        view=rows,
    )


async def api_rate(request: Request) -> Response:
    """The tablet at a counter, a kiosk or the holder rate a visit."""
    center, number = request.path_params["center"], request.path_params["number"]
    body = await read_body(request, RateVisit)
    by = _at_counter(request, center, number) or await may_rate(
        request, center, Proof(body.day, number, body.seal, body.code)
    )
    command = Rate(by, body.day, number, body.face, body.reason)
    return answered(await parts_of(request).centers.do(center, command))


def _at_counter(request: Request, center: str, number: str) -> str:
    """The tablet that asks, "" if none does; raises NotPaired for another center's, NotAllowed for a number that
    no counter of its zone has served last."""
    found = device_of(request)
    if found is None or found.device.kind is not DeviceKind.RATE:
        return ""
    mine = paired(request, DeviceKind.RATE)
    if mine.center != center:
        raise NotPaired()
    if number not in _served(parts_of(request).feed.hall(center), mine):
        raise NotAllowed()
    return f"device/{mine.device.id}"


def _served(hall: Hall, tablet: Paired) -> set[str]:
    """Whom the counters of a tablet's zone have served last."""
    return {hall.counter(planned.id).served for planned in hall.plan.counters if tablet.device.is_of(planned.zone)}


RATE_ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/centers/{center}/tickets/{number}/rate",
        "Rate a visit",
        "tablets, kiosks, the holder",
        RateVisit,
        CommandAnswer,
        api_rate,
    ),
)
