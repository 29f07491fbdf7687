"""What supervisors open: the whole center live, or one zone of it; and what they ask for there."""

from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.accounts.staff import Role
from app.domain.commands import MoveTicket, ReopenIssuing, StopIssuing
from app.domain.hall import Hall
from app.domain.refusals import BadRequest
from app.domain.states import DeviceKind
from app.domain.why import why
from app.topics import TopicName
from app.views.rows import ALL
from app.web.access import staff_at, staff_of
from app.web.answers import json_answer, page
from app.web.bodies import CommandAnswer
from app.web.endpoints import Endpoint, answered, read_body
from app.web.panel import staff_context
from app.web.parts import parts_of
from app.web.supervisor_bodies import ChangeIssuing, DeviceNow, DeviceStates, MoveNumber, Story, StoryStep


async def home(request: Request) -> Response:
    """GET /supervisor: the first center where the member is a supervisor."""
    member = await staff_of(request)
    for center in member.centers:
        if member.may(center, Role.SUPERVISOR):
            return RedirectResponse(f"/supervisor/{center}", 303)
    return RedirectResponse("/panel", 303)


async def show(request: Request) -> Response:
    """A center, or one of its zones, painted and then live."""
    parts = parts_of(request)
    center, zone = request.path_params["center"], request.path_params.get("zone", ALL)
    member = await staff_at(request, center, Role.SUPERVISOR)
    hall = parts.feed.hall(center)
    topic = TopicName("supervisor", center, zone)
    rows, position = parts.topics.paint(topic)
    others = await parts.staff.all()
    return await page(
        request,
        "supervisor/supervisor.html",
        account=None,
        staff=staff_context(member),
        center={"id": center, "name": hall.plan.name},
        centers=[
            {"id": one, "name": parts.feed.hall(one).plan.name}
            for one in parts.feed.centers()
            if member.may(one, Role.SUPERVISOR)
        ],
        zone=zone,
        zones=[{"id": one.id, "name": one.name} for one in hall.plan.zones],
        view={
            "center": center,
            "zone": zone,
            "topic": str(topic),
            "position": str(position),
            "rows": rows,
            "clerks": [staff_context(one) for one in others if one.may(center, Role.CLERK, Role.SUPERVISOR)],
            "pauses": list(hall.plan.pause_reasons),
            **_choices(hall),
        },
    )


def _choices(hall: Hall) -> dict[str, object]:
    """What a supervisor can name: every service and every counter of the plan."""
    return {
        "services": [{"id": one.id, "name": one.name, "zone": one.zone} for one in hall.plan.services],
        "counters": [{"id": one.id, "zone": one.zone} for one in hall.plan.counters],
    }


async def device_states(request: Request) -> Response:
    """How the devices of a center are at this moment."""
    parts = parts_of(request)
    center = request.path_params["center"]
    await staff_at(request, center, Role.SUPERVISOR, Role.OPERATOR)
    devices = parts.feed.hall(center).devices()
    ids = [device.id for device in devices]
    there, seen = await parts.presence.present(ids), await parts.presence.states(ids)
    found = []
    for device in devices:
        state = seen.get(device.id)
        sounds = device.kind in (DeviceKind.TV, DeviceKind.SPEAKER) and state is not None
        found.append(
            DeviceNow(
                device.id,
                device.kind,
                device.name,
                [zone for zone in (device.zone, *device.also) if zone],
                device.id in there,
                sounds and state is not None and state.said.sound not in ("", "on"),
                state.at if state else 0,
            )
        )
    return json_answer(DeviceStates(found))


async def stop_issuing(request: Request) -> Response:
    """No more numbers of some services, or of all, for now."""
    center, by = await _supervisor(request)
    body = await read_body(request, ChangeIssuing)
    return answered(await parts_of(request).centers.do(center, StopIssuing(by, tuple(body.services), body.reason)))


async def reopen_issuing(request: Request) -> Response:
    """Numbers of some services, or of all, again."""
    center, by = await _supervisor(request)
    body = await read_body(request, ChangeIssuing)
    return answered(await parts_of(request).centers.do(center, ReopenIssuing(by, tuple(body.services))))


async def move(request: Request) -> Response:
    """A number that is at no counter goes to another service or to a counter."""
    center, by = await _supervisor(request)
    body = await read_body(request, MoveNumber)
    number = request.path_params["number"]
    command = MoveTicket(by, body.day, number, body.changed, body.service, body.to, body.front)
    return answered(await parts_of(request).centers.do(center, command))


async def tell_story(request: Request) -> Response:
    """All that happened to a number of today, or of another `day` (ISO)."""
    parts = parts_of(request)
    center, _ = await _supervisor(request)
    number = request.path_params["number"]
    hall = parts.feed.hall(center)
    day = request.query_params.get("day") or hall.day.date
    try:
        is_day = date.fromisoformat(day).isoformat() == day
    except ValueError:
        is_day = False
    if not is_day or not number.isdigit():
        raise BadRequest(what="day" if number.isdigit() else "number")
    found = await parts.stories.of(hall.plan, number, day)
    names = {member.login: member.name for member in await parts.staff.all()}
    story = Story(
        number, day, [StoryStep(step.at, _who(hall, names, step.by), step.vi, step.en) for step in found]
    )
    if day == hall.day.date and f"ticket/{number}" in hall.facts:
        ticket = hall.ticket(number)
        story.state, story.counter, story.changed = ticket.state.value, ticket.counter, ticket.changed
        story.service_id, story.service = ticket.service, hall.service(ticket.service).name
        story.sentence = why(hall, number, "vi")
    return json_answer(story)


def _who(hall: Hall, names: Mapping[str, str], by: str) -> str:
    """Who did something, staff by their `names` (by login), without naming a citizen."""
    kind, _, name = by.partition("/")
    match kind:
        case "staff":
            return f"Cán bộ {names.get(name, name)}"
        case "device":
            device = next((one for one in hall.devices() if one.id == name), None)
            return device.name if device else "Thiết bị"
        case "citizen":
            return "Người giữ số"
        case _:
            return "Hệ thống"


async def _supervisor(request: Request) -> tuple[str, str]:
    """The center asked for, and who asks."""
    center = request.path_params["center"]
    member = await staff_at(request, center, Role.SUPERVISOR)
    return center, f"staff/{member.login}"


_CENTER = "/api/centers/{center}"
_WHO = "supervisors"
SUPERVISOR_ENDPOINTS = (
    Endpoint(
        "GET",
        f"{_CENTER}/presence",
        "How are the devices?",
        "operators, supervisors",
        None,
        DeviceStates,
        device_states,
    ),
    Endpoint("GET", f"{_CENTER}/tickets/{{number}}/story", "What happened to it?", _WHO, None, Story, tell_story),
    Endpoint(
        "POST", f"{_CENTER}/issuing/stop", "Give no numbers", _WHO, ChangeIssuing, CommandAnswer, stop_issuing
    ),
    Endpoint(
        "POST", f"{_CENTER}/issuing/reopen", "Give them again", _WHO, ChangeIssuing, CommandAnswer, reopen_issuing
    ),
    Endpoint(
        "POST",
        f"{_CENTER}/tickets/{{number}}/move",
        "Send a waiting number on",
        _WHO,
        MoveNumber,
        CommandAnswer,
        move,
    ),
)
