"""The plan edited on its pages: draft, faults beside fields, preview, two editors, history, TOML."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from app.accounts.staff import Role
from app.domain.commands import Issue, SetPlan
from app.domain.plan import Channel, Plan, VoiceLengths
from app.domain.presses import TakeCounter
from app.plans import parse_plan
from tests.web.forms import Fields, fields_of
from tests.web.house import OTHER, House, hidden, text_of

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

HERE = f"/admin/{OTHER}/plan"


@pytest.fixture
async def plan(house: House) -> AsyncIterator[Plan]:
    """The plan of a center, which is put back afterwards; nobody has a draft of it."""
    before = house.parts.feed.hall(OTHER).plan
    yield before
    for login in ("ke-hoach", "ke-hoach-2"):
        await house.parts.drafts.drop(OTHER, login)
    await put(house, before)


async def put(house: House, plan: Plan) -> None:
    done = await house.parts.centers.do(OTHER, SetPlan("system", plan))
    await house.parts.feed.reach(OTHER, done.position)


def edited(house: House, plan: Plan | None = None) -> Plan:
    """A plan, or the one in force, as editors know it: the lengths of the voice are the server's, which sets them
    whenever a pack is ready."""
    return replace(plan or house.parts.feed.hall(OTHER).plan, voice=VoiceLengths())


async def editor(house: House, login: str = "ke-hoach", *roles: Role) -> httpx.AsyncClient:
    return house.web.http(await house.staff(login, *(roles or (Role.OPERATOR,)), center=OTHER))


async def form(http: httpx.AsyncClient, section: str) -> Fields:
    return fields_of((await http.get(f"{HERE}/edit/{section}")).text, f"{HERE}/edit/{section}")


async def edit(http: httpx.AsyncClient, section: str, **changes: str) -> httpx.Response:
    """Send a section's form with some fields changed; `services[0].minutes` is written `services_0__minutes`."""
    fields = await form(http, section)
    for name, value in changes.items():
        fields[name] = [value]
    return await http.post(f"{HERE}/edit/{section}", data=fields)


async def save(http: httpx.AsyncClient) -> httpx.Response:
    page = await http.get(f"{HERE}/preview")
    return await http.post(f"{HERE}/save", data={"seen": hidden(page.text, "seen")})


async def test_a_plan_is_edited_seen_before_and_put_in_force(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        kept = await edit(http, "limits", **{"lead_minutes": "25"})
        assert (kept.status_code, kept.headers["location"]) == (303, f"{HERE}#limits")
        assert edited(house) == edited(house, plan), "a draft is not in force"
        assert "Bản nháp của bạn · 1 thay đổi" in text_of((await http.get(HERE)).text)
        preview = text_of((await http.get(f"{HERE}/preview")).text)
        assert "Hẹn sớm nhất sau (phút) Trước: 10 Sau: 25" in preview
        assert "Không ai đang chờ bị ảnh hưởng." in preview
        assert (await save(http)).headers["location"] == f"{HERE}?saved=1"
        assert edited(house) == edited(house, replace(plan, lead_minutes=25))
        page = text_of((await http.get(f"{HERE}?saved=1")).text)
        assert "Kế hoạch mới đã có hiệu lực." in page
        assert "Ke-Hoach (ke-hoach)" in page, "who changed it"
        assert "Bản nháp" not in page


@pytest.mark.parametrize("section", ["center", "zones", "services", "counters", "hours", "order", "voice"])
async def test_a_form_sent_as_it_is_leaves_no_draft(house: House, plan: Plan, section: str) -> None:
    async with await editor(house) as http:
        assert (await edit(http, section)).status_code == 303
        assert await house.parts.drafts.find(OTHER, "ke-hoach") is None


async def test_a_fault_stands_beside_its_field_and_is_kept_in_the_draft(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        page = await edit(http, "limits", lead_minutes="999")
        assert page.status_code == 422
        assert 'id="f-lead_minutes" name="lead_minutes" value="999"' in page.text
        assert 'aria-invalid="true" aria-describedby="f-lead_minutes-faults f-lead_minutes-hint"' in page.text
        assert "Phải từ 1 đến 240. must be from 1 to 240" in text_of(page.text)
        assert "1 chỗ cần sửa" in text_of((await http.get(HERE)).text)
        refused = await save(http)
        assert refused.status_code == 422
        assert "Chưa áp dụng được: còn 1 chỗ cần sửa." in text_of(refused.text)


async def test_what_cannot_be_read_is_not_kept_and_nothing_typed_is_lost(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        changed = {"services[0].minutes": "tám", "services[0].name": "Tên <mới>", "services[1].name": "Đất"}
        page = await edit(http, "services", **changed)
        assert page.status_code == 422
        assert await house.parts.drafts.find(OTHER, "ke-hoach") is None
        again = fields_of(page.text, f"{HERE}/edit/services")
        assert {name: again[name] for name in changed} == {name: [value] for name, value in changed.items()}


async def test_rows_are_added_moved_and_taken_away_without_a_script(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        fields = await form(http, "zones")
        page = await http.post(f"{HERE}/edit/zones", data=fields | {"do": ["add"]})
        fields = fields_of(page.text, f"{HERE}/edit/zones")
        fields["zones[1].name"] = ["Sảnh phụ"]
        page = await http.post(f"{HERE}/edit/zones", data=fields | {"do": ["up:1"]})
        fields = fields_of(page.text, f"{HERE}/edit/zones")
        assert [fields["zones[0].name"], fields["zones[1].name"]] == [["Sảnh phụ"], ["Sảnh chính"]]
        assert (await http.post(f"{HERE}/edit/zones", data=fields)).status_code == 303
        draft = await house.parts.drafts.find(OTHER, "ke-hoach")
        assert draft
        assert [zone.id for zone in draft.plan.zones] == ["sanh-phu", "sanh-chinh"]


async def test_the_preview_tells_of_those_who_wait(house: House, plan: Plan) -> None:
    at_work = TakeCounter("staff/ngoi-day", "06", house.parts.feed.hall(OTHER).counter("06").turn)
    await house.parts.centers.do(OTHER, at_work)
    issue = Issue("system", "somebody-waits", "cong-an", Channel.KIOSK)
    done = await house.parts.centers.do(OTHER, issue)
    await house.parts.feed.reach(OTHER, done.position)
    async with await editor(house) as http:
        fields = await form(http, "counters")
        moved = {"counters[5].services": ["dat-dai"], "counters[1].services": ["dat-dai", "cong-an"]}
        await http.post(f"{HERE}/edit/counters", data=fields | moved)
        told = text_of((await http.get(f"{HERE}/preview")).text)
        assert f"1 người đang chờ: {done.answer.number}" in told
        fields = await form(http, "services")
        await http.post(
            f"{HERE}/edit/services", data={n: v for n, v in fields.items() if not n.startswith("services[5]")}
        )
        assert "Chưa áp dụng được hôm nay" in (page := text_of((await http.get(f"{HERE}/preview")).text))
        assert f"Công an thành phố ({done.answer.number})" in page
        assert (await save(http)).status_code == 409


async def test_the_second_of_two_editors_is_told_and_sees_what(house: House, plan: Plan) -> None:
    async with await editor(house) as one, await editor(house, "ke-hoach-2", Role.SUPERVISOR) as two:
        await edit(one, "limits", lead_minutes="25")
        await edit(two, "center", name="Tên của người thứ hai")
        seen = hidden((await two.get(f"{HERE}/preview")).text, "seen")
        assert (await save(one)).status_code == 303
        refused = await two.post(f"{HERE}/save", data={"seen": seen})
        assert refused.status_code == 409
        page = text_of(refused.text)
        assert "Trong lúc bạn sửa, Ke-Hoach (ke-hoach) đã đổi kế hoạch" in page
        assert "Hẹn sớm nhất sau (phút) Trước: 10 Sau: 25" in page
        assert house.parts.feed.hall(OTHER).plan.name == plan.name
        assert (await two.post(f"{HERE}/merge")).status_code == 303
        assert (await save(two)).status_code == 303
        now = house.parts.feed.hall(OTHER).plan
        assert (now.name, now.lead_minutes) == ("Tên của người thứ hai", 25)


async def test_what_was_seen_is_what_comes_into_force(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        await edit(http, "limits", lead_minutes="25")
        seen = hidden((await http.get(f"{HERE}/preview")).text, "seen")
        await edit(http, "limits", lead_minutes="30")
        refused = await http.post(f"{HERE}/save", data={"seen": seen})
        assert refused.status_code == 409
        assert "Bản nháp đã đổi từ lúc bạn xem trước." in text_of(refused.text)
        assert edited(house) == edited(house, plan)


async def test_an_older_edition_is_looked_at_and_brought_back(house: House, plan: Plan) -> None:
    number = house.parts.feed.hall(OTHER).editions().kept[-1].number
    await put(house, replace(plan, lead_minutes=25))
    async with await editor(house) as http:
        page = await http.get(f"{HERE}/editions/{number}")
        assert "Hẹn sớm nhất sau (phút) Trước: 25 Sau: 10" in text_of(page.text)
        assert parse_plan((await http.get(f"{HERE}.toml?edition={number}")).content)[0].lead_minutes == 10
        await http.post(f"{HERE}/editions/{number}/bring-back")
        assert (await save(http)).status_code == 303
        assert edited(house) == edited(house, plan)
        for nothing in ("0", "9999", "x"):
            assert (await http.get(f"{HERE}/editions/{nothing}")).status_code == 404


async def test_toml_is_taken_away_and_brought_in(house: House, plan: Plan) -> None:
    async with await editor(house) as http:
        away = await http.get(f"{HERE}.toml")
        assert away.headers["content-disposition"] == f'attachment; filename="{OTHER}.toml"'
        other = away.text.replace('name = "Đất đai"', 'name = "Đất đai và nhà ở"')
        sent = await http.post(f"{HERE}/import", files={"file": ("plan.toml", other.encode())})
        assert sent.headers["location"] == f"{HERE}/preview"
        preview = text_of((await http.get(f"{HERE}/preview")).text)
        assert "lĩnh vực “Đất đai” · Tên Trước: Đất đai Sau: Đất đai và nhà ở" in preview
        faulty = other.replace('lead = "02"', 'lead = "77"')
        assert (await http.post(f"{HERE}/import", data={"text": faulty})).status_code == 303
        assert "Không có quầy “77”" in text_of((await http.get(f"{HERE}/edit/services")).text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file"),
        ("id = ", "Kế hoạch có lỗi"),
        ('id = "x"', "missing required field"),
        ("TOML\nspeed = 3", "no plan knows this word"),
        ("ELSEWHERE", "id: 'quang-ninh' ≠ 'cam-pha'"),
    ],
)
async def test_what_is_no_plan_of_this_center_is_refused_and_stays_to_be_put_right(
    house: House, plan: Plan, text: str, said: str
) -> None:
    async with await editor(house) as http:
        toml = (await http.get(f"{HERE}.toml")).text
        text = text.replace("ELSEWHERE", toml.replace('"cam-pha"', '"quang-ninh"'))
        text = f"speed = 3\n{toml}" if text.startswith("TOML") else text
        refused = await http.post(f"{HERE}/import", data={"text": text})
        assert refused.status_code in (400, 422)
        assert said in text_of(refused.text)
        given = fields_of(refused.text, f"{HERE}/import")["text"][0]
        assert given.strip() == text.strip()


async def test_an_auditor_looks_and_changes_nothing(house: House, plan: Plan) -> None:
    async with await editor(house, "kiem-toan", Role.AUDITOR) as http:
        page = await http.get(HERE)
        assert page.status_code == 200
        assert "/plan/edit/" not in page.text
        assert (await http.get(f"{HERE}.toml")).status_code == 200
        assert (await http.get(f"{HERE}/edit/limits")).status_code == 403
        assert (await http.post(f"{HERE}/edit/limits", data={"lead_minutes": "25"})).status_code == 403
        assert (await http.post(f"{HERE}/save", data={"seen": "x"})).status_code == 403


async def test_who_is_not_signed_in_is_asked_to(house: House) -> None:
    async with house.web.http() as http:
        for path in ("", "/edit/limits", "/preview", "/editions/1", ".toml"):
            answer = await http.get(f"{HERE}{path}")
            assert (answer.status_code, answer.headers["location"][:14]) == (303, "/panel/sign-in")
        assert (await http.post(f"{HERE}/edit/limits")).status_code == 401
