"""Recording a voice at the microphone: who may, what is kept, what comes of it."""

import pytest

from app.accounts.staff import Role
from app.web.recording import SHORT, WORDS
from audio import Pack
from audio.recording import TakeFault
from tests.audio.test_recording import spoken
from tests.web.house import CENTER, House

HERE = f"/admin/{CENTER}/voice"
pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("anyio_backend")]


async def test_only_who_keeps_a_center_may(house: House) -> None:
    clerk = await house.staff("lan")
    async with house.web.http() as anybody, house.web.http(clerk) as http:
        assert (await anybody.get(HERE)).headers["location"] == f"/panel/sign-in?next={HERE}"
        assert (await anybody.post(f"{HERE}/digit-8", content=spoken())).status_code == 401
        assert (await http.get(HERE)).status_code == 403
        assert (await http.post(f"{HERE}/digit-8", content=spoken())).status_code == 403
        assert (await http.get(f"{HERE}/digit-8.wav")).status_code == 403
        assert (await http.post(f"{HERE}/make")).status_code == 403


async def test_a_clip_is_kept_heard_and_asked_for_no_more(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        assert 'data-clip="digit-8" aria-pressed="false">tám' in (await http.get(HERE)).text
        assert (await http.get(f"{HERE}/digit-8.wav")).status_code == 404
        assert (await http.post(f"{HERE}/digit-8", content=spoken())).json() == {"kept": "digit-8"}
        assert (await http.get(f"{HERE}/digit-8.wav")).content == spoken()
        assert 'data-clip="digit-8" aria-pressed="false" data-done>tám' in (await http.get(HERE)).text


async def test_a_bad_recording_is_refused_with_what_to_do_better(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        answer = await http.post(f"{HERE}/digit-7", content=spoken(before=0))
        assert answer.status_code == 422
        assert answer.json()["again"].startswith("bị cắt ở đầu hoặc cuối")
        too_large = await http.post(f"{HERE}/digit-7", content=bytes(600_000))
        assert too_large.status_code == 413
        assert (await http.get(f"{HERE}/digit-7.wav")).status_code == 404
    assert set(WORDS) == set(TakeFault)


@pytest.mark.parametrize("name", ["digit-x", "song", "..", "%2e%2e%2fevil", "digit-8.new"])
async def test_only_clips_of_the_short_set_are_kept(house: House, name: str) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        assert (await http.post(f"{HERE}/{name}", content=spoken())).status_code in (404, 405)


async def test_the_whole_set_becomes_a_pack(house: House) -> None:
    keeper = await house.staff("quan", Role.OPERATOR)
    async with house.web.http(keeper) as http:
        assert (await http.post(f"{HERE}/make")).status_code == 303
        begun = (house.parts.settings.data / "voice").glob("recorded-*")
        assert {path.suffix for path in begun} == {".part"}, "not all of it is there"
        for name in SHORT:
            await http.post(f"{HERE}/{name}", content=spoken())
        assert (await http.post(f"{HERE}/make")).status_code == 303
        told = (await http.get(HERE)).text
    folder = house.parts.settings.data.absolute() / "recordings" / CENTER
    assert f"GOISO_VOICE=&#39;recorded:{folder}&#39;" in told.replace("'", "&#39;")
    [made] = (house.parts.settings.data / "voice").glob("recorded-*")
    assert len(Pack.open(made).clips) == len(SHORT) + 1
