"""The API's part for keypads: one key, pressed at the counter that the plan gives the keypad."""

from starlette.requests import Request
from starlette.responses import Response

from app.domain.hall import Hall
from app.domain.plan import CounterPlan
from app.domain.presses import Absent, AnyPress, Next, Pause, Recall, Resume, Transfer
from app.domain.refusals import UnknownCounter, UnknownKeypad
from app.domain.states import CounterState, DeviceKind
from app.web.access import paired
from app.web.bodies import CommandAnswer, PressKeypad
from app.web.endpoints import Endpoint, answered, read_body
from app.web.parts import parts_of


async def press_keypad(request: Request) -> Response:
    """The keypads of a center, or of the zone they are paired for, hand over a key; the same one twice presses
    once, by its turn."""
    parts = parts_of(request)
    found = paired(request, DeviceKind.KEYPADS)
    body = await read_body(request, PressKeypad)
    hall = parts.feed.hall(found.center)
    planned = next((one for one in hall.plan.counters if one.keypad == body.keypad), None)
    if planned is None or not found.device.is_of(planned.zone):
        raise UnknownKeypad(keypad=body.keypad)
    return answered(await parts.centers.do(found.center, _press(hall, planned, body, found.device.id)))


def _press(hall: Hall, planned: CounterPlan, body: PressKeypad, device: str) -> AnyPress:
    by, counter = f"device/{device}", planned.id
    match body.key:
        case "next":
            return Next(by, counter, body.turn, keypad=True)
        case "recall":
            return Recall(by, counter, body.turn, keypad=True)
        case "absent":
            return Absent(by, counter, body.turn, keypad=True)
        case "pause":
            if hall.counter(counter).state is CounterState.PAUSED:
                return Resume(by, counter, body.turn, keypad=True)
            return Pause(by, counter, body.turn, keypad=True)
        case "transfer":
            return Transfer(by, counter, body.turn, to=_counter(hall, body.to), keypad=True)


def _counter(hall: Hall, typed: int) -> str:
    """The counter whose digits somebody typed, with or without zeros before them."""
    for one in hall.plan.counters:
        if int(one.id) == typed:
            return one.id
    raise UnknownCounter(counter=str(typed))


KEYPAD_ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/device/press",
        "A key of a keypad",
        "keypads",
        PressKeypad,
        CommandAnswer,
        press_keypad,
    ),
)
