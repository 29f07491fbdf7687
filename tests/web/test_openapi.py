"""`/openapi.json` is the API: every route is described, nothing else is, and what is said of them is so."""

import re
from typing import Any

import msgspec
import pytest
from starlette.routing import Route

from app.accounts.staff import Role
from app.domain.states import DeviceKind
from app.web.api import ENDPOINTS, PRESSES
from app.web.openapi import document
from app.web.routes import ROUTES
from tests.web.house import CENTER, House

METHODS = {"get", "post", "put", "delete", "patch"}
BODIES: dict[str, dict[str, Any]] = {
    "TakeNumber": {"service": "tu-phap", "request": "a-request-id", "group": "cao-tuoi", "identity": ""},
    "ReserveNumbers": {"service": "tu-phap", "request": "a-request-id", "count": 20},
    "EnterNumber": {"number": "65002", "at": 1, "group": "cao-tuoi", "served": True},
    "ProveHolder": {"day": "2026-11-24", "code": "A2B3", "seal": "x"},
    "RateVisit": {"day": "2026-11-24", "face": 3, "reason": "wait", "code": "A2B3", "seal": "x"},
    "PressKeypad": {"keypad": 66, "turn": 1, "key": "transfer", "to": 85},
    "PressKey": {
        "seat": "a-panel",
        "turn": 3,
        "reason": "nghỉ trưa",
        "number": "86001",
        "service": "visa",
        "to": "86",
        "front": True,
        "note": "thiếu giấy tờ",
        "outcome": "xong",
        "clerk": "lan",
        "services": ["visa", "y-te"],
    },
    "ChangeIssuing": {"services": ["visa"], "reason": "máy in hỏng"},
    "MoveNumber": {"day": "2026-11-24", "changed": 7, "service": "visa", "to": "86", "front": True},
    "BeginPairing": {"kind": "tv"},
    "Claim": {"claim": "x"},
    "EnterKey": {"kind": "tv", "key": "a.b"},
    "PairCode": {"code": "012345", "name": "TV", "zone": "tang-3", "also": ["tang-1"]},
    "OfferVoice": {"voice": "tang-3", "ready": True},
    "TellTold": {"voice": "tang-3", "seq": 1},
}


def told() -> dict[str, Any]:
    """The document as it is sent."""
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document()))
    return decoded


def schema(document: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    """A schema, or the one it refers to."""
    while "$ref" in of:
        of = document["components"]["schemas"][of["$ref"].removeprefix("#/components/schemas/")]
    return of


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for value in part.values() for ref in references(value)]
    return [ref for value in part for ref in references(value)] if isinstance(part, list) else []


def test_it_is_a_valid_document() -> None:
    """The rules of OpenAPI 3.1 that a reader of it trips over."""
    whole = told()
    assert whole["openapi"] == "3.1.0"
    assert {"title", "version"} <= whole["info"].keys()
    names = []
    for path, item in whole["paths"].items():
        assert path.startswith("/")
        assert item.keys() <= METHODS
        for operation in item.values():
            names.append(operation["operationId"])
            places = {p["name"] for p in operation["parameters"] if p["in"] == "path" and p["required"] is True}
            assert places == set(re.findall(r"{(\w+)}", path)), "each place in the path is a parameter"
            assert all("schema" in parameter for parameter in operation["parameters"])
            assert {"200", "default"} <= operation["responses"].keys()
            for response in operation["responses"].values():
                assert response["description"]
                assert response["content"]["application/json"]["schema"]
    assert len(names) == len(set(names))
    for reference in references(whole):
        assert schema(whole, {"$ref": reference})
    for described in whole["components"]["schemas"].values():
        assert "type" in described or "enum" in described


def test_it_describes_every_route_of_the_api_and_no_other() -> None:
    described = {(method.upper(), path) for path, item in told()["paths"].items() for method in item}
    routed = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in ROUTES
        if isinstance(route, Route) and route.path.startswith(("/api/", "/healthz"))
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert described == routed == {(e.method, re.sub(r":\w+}", "}", e.path)) for e in ENDPOINTS}


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.body], ids=lambda endpoint: endpoint.path)
def test_the_described_body_is_the_body_read(endpoint: Any) -> None:
    whole = told()
    path = re.sub(r":\w+}", "}", endpoint.path)
    content = whole["paths"][path][endpoint.method.lower()]["requestBody"]["content"]["application/json"]
    described = schema(whole, content["schema"])
    example = BODIES[endpoint.body.__name__]
    assert example.keys() == described["properties"].keys()
    msgspec.convert(example, endpoint.body)
    assert described["additionalProperties"] is False
    with pytest.raises(msgspec.ValidationError, match="unknown field `more`"):
        msgspec.convert(example | {"more": 1}, endpoint.body)
    for name in described["required"]:
        with pytest.raises(msgspec.ValidationError, match=f"missing required field `{name}`"):
            msgspec.convert({k: v for k, v in example.items() if k != name}, endpoint.body)
    for name in example:
        with pytest.raises(msgspec.ValidationError, match=re.escape(f"at `$.{name}")):
            msgspec.convert(example | {name: [None]}, endpoint.body)


@pytest.mark.redis
@pytest.mark.anyio
async def test_every_answer_is_of_the_type_described(house: House) -> None:
    """Each endpoint is called once as it should be; its answer decodes strictly as its type."""
    _, citizen = await house.citizen()
    await house.staff("thu")
    clerk = await house.staff("thu")
    keeper = await house.staff("dieu-hanh", Role.OPERATOR, Role.SUPERVISOR)
    turn = await house.sit("thu", "72")
    async with house.web.http(clerk) as http:
        number = (await house.take(http, "du-lich"))["number"]
        other = (await house.take(http, "noi-vu"))["number"]
    day = house.parts.feed.hall(CENTER).day.date
    changed = house.parts.feed.hall(CENTER).ticket(other).changed
    moved = {"day": day, "changed": changed, "service": "du-lich"}
    paper = {"service": "du-lich", "request": "a-range-of-paper", "count": 1}
    kept = f"72{int(number[2:]) + 1:03}"
    entered = {"number": kept, "at": house.parts.clock(), "served": True}
    seal = house.parts.seals.link(CENTER, day, kept)
    speaker, keypads = await house.device(DeviceKind.SPEAKER, "tang-2"), await house.device(DeviceKind.KEYPADS)
    await house.staff("ban-phim")
    pressed = {"keypad": 66, "turn": await house.sit("ban-phim", "66"), "key": "pause"}
    tv = await house.device(DeviceKind.TV, "tang-2")
    async with house.web.http() as http:
        begun = (await http.post("/api/pairings", json={"kind": "boards"})).json()
    bearer = {"authorization": f"Bearer {speaker}"}
    calls: list[tuple[str, str, dict[str, str], dict[str, str], dict[str, Any] | None]] = [
        ("GET", "/healthz", {}, {}, None),
        ("GET", "/api/centers", {}, {}, None),
        ("GET", f"/api/centers/{CENTER}/services?zone=tang-3", {}, {}, None),
        ("GET", f"/api/views/services/{CENTER}/tang-3", {}, {}, None),
        ("POST", f"/api/centers/{CENTER}/tickets", citizen, {}, {"service": "tu-phap", "request": "a-request-id"}),
        ("POST", f"/api/centers/{CENTER}/tickets/{number}/check-in", clerk, {}, {"day": day}),
        ("GET", f"/api/centers/{CENTER}/tickets/{number}/why?lang=en", clerk, {}, None),
        ("POST", f"/api/centers/{CENTER}/tickets/{number}/cancel", clerk, {}, {"day": day}),
        ("POST", f"/api/centers/{CENTER}/paper", keeper, {}, paper),
        ("POST", f"/api/centers/{CENTER}/paper/enter", keeper, {}, entered),
        ("POST", f"/api/centers/{CENTER}/tickets/{kept}/rate", {}, {}, {"day": day, "face": 4, "seal": seal}),
        ("GET", f"/api/centers/{CENTER}/counters/72/told", clerk, {}, None),
        ("POST", f"/api/centers/{CENTER}/counters/72/pause", clerk, {}, {"turn": turn}),
        ("GET", f"/api/centers/{CENTER}/pairings/{begun['code']}", keeper, {}, None),
        ("POST", f"/api/centers/{CENTER}/devices", keeper, {}, {"code": begun["code"], "name": "Bảng"}),
        ("POST", f"/api/pairings/{begun['id']}/claim", {}, {}, {"claim": begun["claim"]}),
        ("POST", f"/api/centers/{CENTER}/devices/{begun['id']}/revoke", keeper, {}, None),
        ("POST", "/api/pairings", {}, {}, BODIES["BeginPairing"]),
        ("POST", "/api/device/enter", {}, {}, {"kind": "tv", "key": tv}),
        ("POST", "/api/device/voice", {}, bearer, {"voice": "tang-2", "ready": False}),
        ("POST", "/api/device/press", {}, {"authorization": f"Bearer {keypads}"}, pressed),
        ("POST", "/api/device/told", {}, bearer, {"voice": "tang-2", "seq": 1}),
        ("GET", f"/api/centers/{CENTER}/presence", keeper, {}, None),
        ("GET", f"/api/centers/{CENTER}/tickets/{number}/story", keeper, {}, None),
        ("POST", f"/api/centers/{CENTER}/tickets/{other}/move", keeper, {}, moved),
        ("POST", f"/api/centers/{CENTER}/issuing/stop", keeper, {}, {"reason": "máy in hỏng"}),
        ("POST", f"/api/centers/{CENTER}/issuing/reopen", keeper, {}, {}),
        ("POST", f"/api/centers/{CENTER}/day/close", keeper, {}, None),
        ("POST", f"/api/centers/{CENTER}/day/open", keeper, {}, None),
    ]
    called = set()
    for method, path, cookies, headers, body in calls:
        endpoint = next(e for e in ENDPOINTS if e.method == method and is_path(e.path, path.partition("?")[0]))
        called.add(endpoint.handler)
        async with house.web.http(cookies, headers=headers) as http:
            answer = await http.request(method, path, json=body)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["content-type"] == "application/json"
        decoded: Any = msgspec.json.decode(answer.content, type=endpoint.answer, strict=True)
        assert msgspec.to_builtins(decoded) == answer.json(), "nothing is sent that is not described"
    assert called == {endpoint.handler for endpoint in ENDPOINTS}
    await house.press(clerk, "72", "leave")


def is_path(pattern: str, path: str) -> bool:
    return bool(re.fullmatch(re.sub(r"{\w+}", "[^/]+", re.sub(r"{\w+:path}", ".+", pattern)), path))


@pytest.mark.redis
@pytest.mark.anyio
async def test_every_key_can_be_pressed(house: House) -> None:
    clerk = await house.staff("ca-truong", Role.CLERK, Role.SUPERVISOR)
    _, citizen = await house.citizen()
    async with house.web.http(citizen) as http:
        numbers = [(await house.take(http, "van-hoa-the-thao"))["number"] for _ in range(7)]
    order: list[tuple[str, dict[str, object]]] = [
        ("take", {}), ("sit", {"seat": "a-panel"}),
        ("next", {}), ("recall", {}), ("absent", {}), ("undo", {}), ("start", {}), ("finish", {}),
        ("call", {"number": numbers[3]}), ("park", {"note": "thiếu giấy"}), ("take-up", {"number": numbers[3]}),
        ("return", {"front": True}), ("next", {}), ("transfer", {"service": "du-lich"}),
        ("guest", {"service": "du-lich"}), ("finish", {}), ("hand-over", {"clerk": "ca-truong"}),
        ("services", {"services": ["van-hoa-the-thao", "du-lich"]}),
        ("pause", {"reason": "nghỉ trưa"}), ("resume", {}), ("leave", {}),
    ]  # fmt: skip
    assert {verb for verb, _ in order} == set(PRESSES)
    for verb, extra in order:
        assert (await house.press(clerk, "68", verb, **extra))["outcome"] == "done", verb
    async with house.web.http(clerk) as http:
        foreign = await http.post(f"/api/centers/{CENTER}/counters/68/take", json={"turn": 1, "number": "68001"})
        assert (foreign.status_code, foreign.json()["refusal"]["code"]) == (400, "bad-request")
        late = await http.post(f"/api/centers/{CENTER}/counters/68/take", json={"turn": 1})
    assert late.json()["outcome"] == "unchanged", "a press with an old turn changes nothing"
