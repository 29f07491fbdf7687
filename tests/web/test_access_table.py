"""Every route and every verb against every role, a citizen, the devices and nobody: the table is complete, and
each of its cells is proven by a real request. No verb is carried out: it is noted on its way, and refused."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, get_args

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute

from app.accounts.staff import Role
from app.domain.commands import Command, Issue, PairDevice, SetPlan
from app.domain.editions import digest_of
from app.domain.plan import Channel, VoiceLengths
from app.domain.presses import AnyPress
from app.domain.refusals import UnknownNumber
from app.domain.states import DeviceKind
from app.views import VIEWS
from app.web.access import COOKIES
from app.web.plan_drafts import Draft
from app.web.routes import ROUTES
from tests.web.access_table import COLUMNS, NOBODYS, PLACES, TABLE, TOPICS, Row
from tests.web.house import CENTER, OTHER, House, cookie_header, device_cookie, live

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("anyio_backend")]

DENIALS = {"not-signed-in", "not-allowed", "not-paired", "wrong-address", "not-at-the-center"}
ENTRANCES = ("/panel/sign-in?next=", "/sign-in?next=", "/tv/pair", "/kiosk/pair", "/rate/pair")
LOGINS = {one: f"bang-{one}" for one in ("newcomer", "clerk", "supervisor", "operator", "auditor", "elsewhere")}


@dataclass
class Cast:
    """One for each column, and what words in braces stand for."""

    house: House
    citizen: str
    keys: dict[str, str]  # of devices
    given: dict[str, str]
    done: list[Any]  # commands that came through
    draft: Draft

    async def cookies(self, column: str) -> dict[str, str]:
        """Signed in anew for each request: some end the session they are asked in."""
        if column in self.keys:
            return device_cookie(self.keys[column])
        if column in LOGINS:
            member = await self.house.parts.staff.get(LOGINS[column])
            kind = "first" if member.is_first else "staff"
            return {COOKIES[kind]: await self.house.parts.sessions.begin(kind, member.login, member.proof)}
        if column == "citizen":
            citizen = await self.house.parts.citizens.get(self.citizen)
            return {COOKIES[column]: await self.house.parts.sessions.begin(column, citizen.id, citizen.proof)}
        return {}

    async def prepare(self, row: Row, column: str) -> None:
        """What a verb needs to come to it: a device that waits, a draft of the plan."""
        parts = self.house.parts
        if row.does is PairDevice:
            self.given["code"] = (await parts.pairing.begin(DeviceKind.TV, "127.0.0.1", ""))[0].code
        if row.does is SetPlan and column in LOGINS:
            await parts.drafts.keep(CENTER, LOGINS[column], self.draft)

    def device(self, column: str) -> str:
        return self.keys.get(column, "").partition(".")[0]

    async def ask(self, row: Row, column: str) -> httpx.Response:
        method, _, path = row.asked.partition(" ")
        places = PLACES | dict(row.at)
        path = re.sub(r"{(\w+)(:\w+)?}", lambda place: self.filled(places[place[1]]), path)
        headers = {"goiso-device": self.device(column)} if self.device(column) else {}
        async with self.house.web.http(await self.cookies(column), headers=headers) as http:
            return await http.request(
                method,
                path,
                json=self.filled(row.json),
                data=self.filled(row.form),
                files={"files": ("x.png", row.files)} if row.files else None,
            )

    def filled(self, sent: Any) -> Any:
        """What is sent, with the words in braces filled in."""
        if isinstance(sent, dict):
            return {name: self.filled(value) for name, value in sent.items()}
        if isinstance(sent, str):
            return re.sub(r"{(\w+)}", lambda word: self.given[word[1]], sent)
        return sent


@pytest.fixture(scope="module")
async def cast(house: House) -> AsyncIterator[Cast]:
    parts = house.parts
    citizen, _ = await house.citizen()
    for role in Role:
        await house.staff(LOGINS[role], role)
    await house.staff(LOGINS["elsewhere"], *Role, center=OTHER)
    await parts.staff.add(LOGINS["newcomer"], "Mới", (Role.OPERATOR,), (CENTER,), "một hai ba bốn", is_first=True)
    keys = {}
    for kind in DeviceKind:
        keys[kind.value] = await house.device(kind, "" if kind is DeviceKind.KIOSK else "tang-3")
    taken = await parts.centers.do(CENTER, Issue("system", "of-the-table", "tu-phap", Channel.DESK))
    await parts.feed.reach(CENTER, taken.position)
    hall = parts.feed.hall(CENTER)
    place = (CENTER, hall.day.date, taken.answer.number)
    base = replace(hall.plan, voice=VoiceLengths())
    draft = Draft(base, replace(base, name="Trung tâm khác"))
    given = {
        "center": CENTER,
        "day": hall.day.date,
        "number": taken.answer.number,
        "seal": parts.seals.link(*place),
        "check": parts.seals.check_code(*place),
        "topic": parts.seals.topic(*place),
        "seen": digest_of(draft.plan),
    } | {kind: key.partition(".")[0] for kind, key in keys.items()}
    cast = Cast(house, citizen.id, keys, given, [], draft)
    carry_out = parts.centers.do

    async def note(center: str, command: Any) -> Any:
        if command.by == "system":
            return await carry_out(center, command)
        cast.done.append(command)
        raise UnknownNumber()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts.centers, "do", note)
        yield cast
    for login in LOGINS.values():
        await parts.drafts.drop(CENTER, login)


def test_every_route_has_its_row() -> None:
    asked = {f"{m} {r.path}" for r in ROUTES if isinstance(r, Route) for m in (r.methods or set()) - {"HEAD"}}
    listed = {row.asked for row in TABLE}
    assert not asked - listed, "routes without a row: who may?"
    assert not listed - asked, "rows of no route"
    assert [route.path for route in ROUTES if isinstance(route, WebSocketRoute)] == ["/live"]


def test_every_verb_has_its_row() -> None:
    presses = set(get_args(AnyPress))
    verbs = {verb for verb in get_args(Command) if verb not in presses} | presses
    done = {row.does for row in TABLE if row.does}
    assert not verbs - done - NOBODYS, "verbs without a row: who may?"
    assert not done & NOBODYS


def test_every_view_has_its_row() -> None:
    assert sorted(topic.partition("/")[0] for topic in TOPICS) == sorted(VIEWS)


def test_rows_name_columns() -> None:
    for who in (*(row.who for row in TABLE), *TOPICS.values()):
        assert set(who.split()) <= set(COLUMNS)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.asked} {row.does.__name__ if row.does else ''}")
async def test_who_may_and_who_may_not(cast: Cast, row: Row) -> None:
    may = []
    for column in COLUMNS:
        cast.done.clear()
        await cast.prepare(row, column)
        answer = await cast.ask(row, column)
        assert answer.status_code not in (405, 500, 503), (column, answer.text)
        if row.does is None:
            assert not cast.done, column
            is_in = not is_denial(answer)
        else:
            assert [type(one) for one in cast.done] in ([], [row.does]), column
            is_in = bool(cast.done)
            assert is_in or answer.status_code >= 400 or is_denial(answer), column
        if is_in:
            may.append(column)
        for command in cast.done:
            if isinstance(command, AnyPress):
                device = cast.device(column)
                assert command.by == (f"device/{device}" if device else f"staff/{LOGINS[column]}")
                assert command.supervisor == (column == "supervisor")
    assert " ".join(may) == " ".join(sorted(row.who.split(), key=COLUMNS.index))


def is_denial(answer: httpx.Response) -> bool:
    """Whether somebody was shown the door: refused for who he is, or led to where he can say who he is."""
    onward = answer.headers.get("location", "")
    if onward.startswith(ENTRANCES):
        return True
    if onward == "/panel" and answer.request.method == "GET":
        return True  # a page that begins with the first center of one's own: there is none
    code = re.search(r'data-code="([a-z-]+)"|"code":"([a-z-]+)"', answer.text)
    return code is not None and (code[1] or code[2]) in DENIALS


@pytest.mark.parametrize("column", COLUMNS)
async def test_who_may_follow_and_read(cast: Cast, column: str) -> None:
    cookies, device = await cast.cookies(column), cast.device(column)
    headers = {"goiso-device": device} if device else {}
    may = {topic for topic, who in TOPICS.items() if column in who.split()}
    followed, read = set(), set()
    asked = live(cast.house.web, f"?device={device}" if device else "", cookie=cookie_header(cookies))
    async with asked as socket, cast.house.web.http(cookies, headers=headers) as http:
        for topic in TOPICS:
            joined = await socket.join(cast.filled(topic))
            if "whole" in joined:
                followed.add(topic)
            else:
                assert joined["code"] in DENIALS
            answer = await http.get(f"/api/views/{cast.filled(topic)}")
            if not is_denial(answer):
                assert answer.status_code == 200
                read.add(topic)
    assert followed == read == may
