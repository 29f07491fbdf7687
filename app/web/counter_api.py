"""The API's part on one counter beside its keys: who has carried out its present call."""

from starlette.requests import Request
from starlette.responses import Response

from app.accounts.staff import Role
from app.position import Position
from app.web.access import staff_at
from app.web.answers import json_answer
from app.web.bodies import CallCarried
from app.web.device_list import carried_out
from app.web.endpoints import Endpoint
from app.web.parts import parts_of


async def tell_carried(request: Request) -> Response:
    """Staff ask who has carried out the present call of a counter; `at_least` waits for a position."""
    parts = parts_of(request)
    center, counter_id = request.path_params["center"], request.path_params["counter"]
    await staff_at(request, center, Role.CLERK, Role.SUPERVISOR)
    if at_least := Position.parse(request.query_params.get("at_least", "")):
        await parts.feed.reach(center, at_least)
    hall = parts.feed.hall(center)
    zone, number = hall.zone(hall.counter_plan(counter_id).zone), hall.counter(counter_id).ticket
    calls = [(zone, call) for call in hall.zone_calls(zone.id).calls if call.number == number]
    for one in await carried_out(parts, hall, calls[:1]):
        return json_answer(CallCarried(number, one.tvs, one.of_tvs, one.board, one.spoken))
    return json_answer(CallCarried())


COUNTER_ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/centers/{center}/counters/{counter}/told",
        "Who has carried out its call?",
        "clerks, supervisors",
        None,
        CallCarried,
        tell_carried,
    ),
)
