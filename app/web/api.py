"""The HTTP API: every command as JSON. `ENDPOINTS` is the one table; routes and `/openapi.json` are made of it."""

from dataclasses import fields

from starlette.requests import Request
from starlette.responses import Response

from app.accounts.pairing import LIFETIME_SECONDS
from app.accounts.staff import Role
from app.domain.commands import LoseVoice, ReadyVoice, RevokeDevice, Told
from app.domain.presses import (
    Absent,
    AnyPress,
    CallNumber,
    ChangeClerk,
    ChangeServices,
    Finish,
    LeaveCounter,
    Next,
    Park,
    Pause,
    Recall,
    Resume,
    ReturnToQueue,
    ServeGuest,
    Sit,
    Start,
    TakeCounter,
    TakeUp,
    Transfer,
    UndoLast,
)
from app.domain.refusals import BadRequest, NotPaired, UnknownPage
from app.domain.states import DeviceKind
from app.position import Position
from app.topics import TopicName
from app.web.access import (
    DEVICE_COOKIE,
    DEVICE_SECONDS,
    address,
    caller,
    find_device,
    paired,
    set_cookie,
    staff_at,
)
from app.web.admin import KEEPERS, pair_device
from app.web.answers import json_answer
from app.web.bodies import (
    BeginPairing,
    CenterInfo,
    CenterList,
    Claim,
    CommandAnswer,
    EnterKey,
    Health,
    NewDevice,
    OfferVoice,
    PairCode,
    PairedPage,
    PairingCode,
    PressKey,
    TellTold,
    WaitingDevice,
    WholeView,
    ZoneInfo,
)
from app.web.counter_api import COUNTER_ENDPOINTS
from app.web.endpoints import Endpoint, answered, read_body
from app.web.following import check_may_follow, follower_of
from app.web.keypad_api import KEYPAD_ENDPOINTS
from app.web.paper import PAPER_ENDPOINTS
from app.web.parts import Parts, parts_of
from app.web.rate import RATE_ENDPOINTS
from app.web.supervisor import SUPERVISOR_ENDPOINTS
from app.web.tickets_api import TICKET_ENDPOINTS

PRESSES: dict[str, type[AnyPress]] = {
    "take": TakeCounter,
    "sit": Sit,
    "leave": LeaveCounter,
    "next": Next,
    "call": CallNumber,
    "recall": Recall,
    "start": Start,
    "absent": Absent,
    "finish": Finish,
    "return": ReturnToQueue,
    "park": Park,
    "take-up": TakeUp,
    "transfer": Transfer,
    "guest": ServeGuest,
    "undo": UndoLast,
    "hand-over": ChangeClerk,
    "pause": Pause,
    "resume": Resume,
    "services": ChangeServices,
}
EXTRAS = ("reason", "number", "service", "to", "front", "note", "outcome", "clerk", "services", "seat")
KEYS_TRIED = 30
PAGES = {DeviceKind.TV, DeviceKind.KIOSK, DeviceKind.RATE}  # devices that are a browser's page, and get a cookie


async def list_centers(request: Request) -> Response:
    feed = parts_of(request).feed
    listed = [
        CenterInfo(
            center,
            (plan := feed.hall(center).plan).name,
            [ZoneInfo(z.id, z.name, {s.id: s.name for s in plan.services_in(z.id)}) for z in plan.zones],
        )
        for center in feed.centers()
    ]
    return json_answer(CenterList(listed))


async def read_view(request: Request) -> Response:
    """The whole view of a topic, for whoever may follow it; `at_least` waits for a position."""
    parts = parts_of(request)
    topic = TopicName.parse(request.path_params["topic"])
    check_may_follow(await follower_of(request), topic)
    if at_least := Position.parse(request.query_params.get("at_least", "")):
        await parts.feed.reach(topic.center, at_least)
    rows, position = parts.topics.paint(topic)
    return json_answer(WholeView(str(topic), str(position), dict(rows)))


async def press(request: Request) -> Response:
    """A clerk presses a key."""
    parts = parts_of(request)
    center, counter, verb = (request.path_params[name] for name in ("center", "counter", "verb"))
    member = await staff_at(request, center, Role.CLERK, Role.SUPERVISOR)
    if verb not in PRESSES:
        raise UnknownPage()
    body = await read_body(request, PressKey)
    given = {name: value for name in EXTRAS if (value := getattr(body, name)) is not None}
    key = PRESSES[verb]
    if foreign := given.keys() - {field.name for field in fields(key)}:
        raise BadRequest(what=", ".join(sorted(foreign)))
    if "clerk" in given:
        given["clerk"] = f"staff/{given['clerk']}"
    if "services" in given:
        given["services"] = tuple(given["services"])
    supervisor = member.may(center, Role.SUPERVISOR)
    command = key(f"staff/{member.login}", counter, body.turn, supervisor=supervisor, **given)
    return answered(await parts.centers.do(center, command))


async def begin_pairing(request: Request) -> Response:
    """A device asks for a code."""
    parts = parts_of(request)
    body = await read_body(request, BeginPairing)
    agent = request.headers.get("user-agent", "")
    waiting, claim = await parts.pairing.begin(body.kind, address(request), agent)
    return json_answer(PairingCode(waiting.id, waiting.code, claim, parts.clock() + LIFETIME_SECONDS * 1000))


async def claim_pairing(request: Request) -> Response:
    """A device asks whether staff have paired it; once it is, it gets its token, once."""
    parts = parts_of(request)
    body = await read_body(request, Claim)
    waiting = await parts.pairing.claim(request.path_params["pairing"], body.claim)
    if waiting is None:
        return json_answer(PairedPage(""))
    return _entered(parts, waiting.kind, waiting.id, waiting.token)


async def enter_key(request: Request) -> Response:
    """A browser that was given a device's key takes it as its cookie."""
    parts = parts_of(request)
    body = await read_body(request, EnterKey)
    device_id, _, token = body.key.partition(".")
    tried = f"key:{caller(request)}"
    await parts.tries.spend(tried, KEYS_TRIED)
    found = find_device(parts.feed, device_id, token)
    if found is None or found.device.kind is not body.kind:
        raise NotPaired()
    await parts.tries.refund(tried)
    return _entered(parts, body.kind, device_id, token)


def _entered(parts: Parts, kind: DeviceKind, device_id: str, token: str) -> Response:
    if kind not in PAGES:
        return json_answer(PairedPage("", f"{device_id}.{token}"))
    response = json_answer(PairedPage(f"/{kind.value}/{device_id}"))
    set_cookie(parts.settings, response, DEVICE_COOKIE + device_id, token, DEVICE_SECONDS)
    return response


async def find_pairing(request: Request) -> Response:
    """Staff look at the device behind a code."""
    member = await staff_at(request, request.path_params["center"], *KEEPERS)
    waiting = await parts_of(request).pairing.find(request.path_params["code"], member.login)
    return json_answer(WaitingDevice(waiting.kind, waiting.address, waiting.agent))


async def pair(request: Request) -> Response:
    """Staff let a device in."""
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    body = await read_body(request, PairCode)
    device = await pair_device(
        parts_of(request), center, member, body.code, body.name, body.zone, tuple(body.also)
    )
    return json_answer(NewDevice(device))


async def revoke(request: Request) -> Response:
    """Staff shut a device out."""
    parts = parts_of(request)
    center = request.path_params["center"]
    member = await staff_at(request, center, *KEEPERS)
    command = RevokeDevice(f"staff/{member.login}", request.path_params["device"])
    return answered(await parts.centers.do(center, command))


async def offer_voice(request: Request) -> Response:
    """A TV or speaker says that it can speak, or no more."""
    parts = parts_of(request)
    found = paired(request, DeviceKind.TV, DeviceKind.SPEAKER)
    body = await read_body(request, OfferVoice)
    kind = ReadyVoice if body.ready else LoseVoice
    if body.ready:
        await parts.presence.seen(found.device.id)
    done = await parts.centers.do(found.center, kind(f"device/{found.device.id}", found.device.id, body.voice))
    return answered(done)


async def tell(request: Request) -> Response:
    """A device says that it has shown or spoken an announcement."""
    parts = parts_of(request)
    found = paired(request, DeviceKind.TV, DeviceKind.SPEAKER, DeviceKind.BOARDS)
    body = await read_body(request, TellTold)
    command = Told(f"device/{found.device.id}", found.device.id, body.voice, body.seq)
    done = await parts.centers.do(found.center, command)
    await parts.presence.note_told(found.center, body.voice, body.seq, found.device.id, parts.clock())
    return answered(done)


async def health(request: Request) -> Response:
    """Whether this process is well: 503 when it has lost the store."""
    parts = parts_of(request)
    behind = parts.feed.behind_since is not None
    return json_answer(Health("behind" if behind else "ok", parts.clock()), 503 if behind else 200)


_CENTER = "/api/centers/{center}"
ENDPOINTS = (
    Endpoint("GET", "/healthz", "Is this process well?", "everybody", None, Health, health),
    Endpoint("GET", "/api/centers", "Centers, zones, services", "everybody", None, CenterList, list_centers),
    Endpoint("GET", "/api/views/{topic:path}", "A topic's rows", "who may follow it", None, WholeView, read_view),
    *TICKET_ENDPOINTS,
    *PAPER_ENDPOINTS,
    *SUPERVISOR_ENDPOINTS,
    *RATE_ENDPOINTS,
    *COUNTER_ENDPOINTS,
    *KEYPAD_ENDPOINTS,
    Endpoint(
        "POST",
        f"{_CENTER}/counters/{{counter}}/{{verb}}",
        "Press a key: " + ", ".join(PRESSES),
        "clerks, supervisors",
        PressKey,
        CommandAnswer,
        press,
    ),
    Endpoint(
        "GET",
        f"{_CENTER}/pairings/{{code}}",
        "Who shows a code?",
        "operators, supervisors",
        None,
        WaitingDevice,
        find_pairing,
    ),
    Endpoint("POST", f"{_CENTER}/devices", "Let a device in", "operators, supervisors", PairCode, NewDevice, pair),
    Endpoint(
        "POST",
        f"{_CENTER}/devices/{{device}}/revoke",
        "Shut a device out",
        "operators, supervisors",
        None,
        CommandAnswer,
        revoke,
    ),
    Endpoint(
        "POST", "/api/pairings", "Ask for a pairing code", "devices", BeginPairing, PairingCode, begin_pairing
    ),
    Endpoint(
        "POST", "/api/pairings/{pairing}/claim", "Am I paired?", "the device", Claim, PairedPage, claim_pairing
    ),
    Endpoint("POST", "/api/device/enter", "Enter with a key", "devices", EnterKey, PairedPage, enter_key),
    Endpoint("POST", "/api/device/voice", "Speak, or no more", "devices", OfferVoice, CommandAnswer, offer_voice),
    Endpoint(
        "POST", "/api/device/told", "An announcement was carried out", "devices", TellTold, CommandAnswer, tell
    ),
)
