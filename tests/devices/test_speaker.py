"""The speaker against a real server: each announcement once, in its slot, by one device, after anything."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from app.devices.following import NotWelcome
from app.devices.speaker import LATE, Speaker
from app.domain.commands import RevokeDevice
from app.domain.states import DeviceKind, SayKind, SayState
from audio import Player, PlayerFailed, Sound, open_player
from tests.devices.site import ZONE, announcement, call, clerk, holder, holds, played, running
from tests.web.house import CENTER, House, Web, settings_of, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


def speaker(web: Web, key: str, folder: Path) -> Speaker:
    return Speaker(web.address, key, CENTER, ZONE, open_player(f"file:{folder}?fast"))


async def test_an_announcement_is_spoken_once_in_its_slot_and_acknowledged(house: House, tmp_path: Path) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.SPEAKER, ZONE)
    async with running(speaker(house.web, key, tmp_path)):
        await holds(house, key)
        said = await call(house, lan)
        await until("it is acknowledged", lambda: key.partition(".")[0] in announcement(house, said.number).told)
    (heard,) = played(tmp_path)
    assert heard["name"].startswith(f"{said.number}-66")
    assert said.start <= heard["started_at"] * 1000 + 1 < said.start + 250
    assert heard["ms"] == pytest.approx(said.end - said.start, abs=60)
    async with house.web.http() as http:
        sound = f"/sound/{house.lengths.pack}/{said.number}-66.wav"
        assert heard["bytes"] == len((await http.get(sound)).content)


async def test_what_is_cancelled_is_not_spoken(house: House, tmp_path: Path) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.SPEAKER, ZONE)
    async with running(speaker(house.web, key, tmp_path)):
        await holds(house, key)
        taken_back = await call(house, lan)
        await house.press(lan, "66", "absent")
        assert announcement(house, taken_back.number).state is SayState.CANCELLED
        said = await call(house, lan)
        await until("the next is spoken", lambda: len(played(tmp_path)) == 1)
        await until("it is acknowledged", lambda: bool(announcement(house, said.number).told))
    assert [one["name"][:5] for one in played(tmp_path)] == [said.number]
    assert not announcement(house, taken_back.number).told


async def test_a_call_that_was_heard_is_taken_back_in_a_slot_of_its_own(house: House, tmp_path: Path) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.SPEAKER, ZONE)
    async with running(speaker(house.web, key, tmp_path)):
        await holds(house, key)
        said = await call(house, lan)
        await until("it is heard", lambda: house.parts.clock() > said.start + 100)
        await house.press(lan, "66", "undo")
        sorry = announcement(house, said.number)
        assert (sorry.kind, sorry.start) == (SayKind.RETRACT, said.end)
        await until("it is acknowledged", lambda: bool(announcement(house, said.number).told), limit=30)
    timeline = [json.loads(line) for line in (tmp_path / "played.jsonl").read_text().splitlines()]
    heard = next(line for line in timeline if line["name"] == f"{said.number}-retract.wav")
    assert sorry.start <= heard["started_at"] * 1000 + 1 < sorry.end
    async with house.web.http() as http:
        sound = f"/sound/{house.lengths.pack}/{said.number}-retract.wav"
        assert (tmp_path / heard["name"]).read_bytes() == (await http.get(sound)).content


async def two_speakers(house: House) -> tuple[str, str]:
    first, second = [await house.device(DeviceKind.SPEAKER, ZONE) for _ in range(2)]
    return first, second


async def both_are_ready(house: House) -> None:
    ready = house.parts.feed.hall(CENTER).voice
    await until("the other waits behind it", lambda: len(ready(ZONE).ready) == 2)


async def test_one_of_two_speaks(house: House, tmp_path: Path) -> None:
    lan, (first, second) = await clerk(house), await two_speakers(house)
    async with running(speaker(house.web, first, tmp_path / "one")):
        await holds(house, first)
        async with running(speaker(house.web, second, tmp_path / "other")):
            await both_are_ready(house)
            said = await call(house, lan)
            await until("it is spoken", lambda: bool(announcement(house, said.number).told))
    assert (len(played(tmp_path / "one")), len(played(tmp_path / "other"))) == (1, 0)


async def test_the_other_takes_over_when_the_holder_dies(house: House, tmp_path: Path) -> None:
    lan, (first, second) = await clerk(house), await two_speakers(house)
    async with running(speaker(house.web, first, tmp_path / "one")) as task:
        await holds(house, first)
        async with running(speaker(house.web, second, tmp_path / "other")):
            await both_are_ready(house)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await house.parts.presence.gone(first.partition(".")[0])  # fifteen seconds of silence
            await holds(house, second)
            said = await call(house, lan)
            spoken_by = second.partition(".")[0]
            await until("the other speaks", lambda: spoken_by in announcement(house, said.number).told)
    assert (len(played(tmp_path / "one")), len(played(tmp_path / "other"))) == (0, 1)


async def test_a_speaker_without_sound_does_not_hold_the_voice(house: House, tmp_path: Path) -> None:
    class Mute(Player):
        async def _play(self, sound: Sound, delay: float, begins: Callable[[], None]) -> NoReturn:
            raise PlayerFailed("there is no loudspeaker")

    lan = await clerk(house)
    mute, good = [await house.device(DeviceKind.SPEAKER, ZONE) for _ in range(2)]
    silent = Speaker(house.web.address, mute, CENTER, ZONE, Mute("none:"))
    async with running(silent), running(speaker(house.web, good, tmp_path)):
        await holds(house, good)
        said = await call(house, lan)
        await until("it is spoken", lambda: bool(announcement(house, said.number).told))
    assert mute.partition(".")[0] not in house.parts.feed.hall(CENTER).voice(ZONE).ready


async def test_what_was_called_while_nobody_listened_is_not_spoken_later(house: House, tmp_path: Path) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.SPEAKER, ZONE)
    early = await call(house, lan)
    await until("its moment is past", lambda: house.parts.clock() > early.start + LATE)
    machine = speaker(house.web, key, tmp_path)
    async with running(machine):
        await holds(house, key)
        await until("it knows of it", lambda: [say["number"] for say in machine._says()] == [early.number])
        assert not any(map(machine._is_mine, machine._says()))
    assert played(tmp_path) == []


@pytest.mark.parametrize("wrong", ["none.none", "", "{device}.wrong"])
async def test_a_wrong_key_is_not_welcome(house: House, tmp_path: Path, wrong: str) -> None:
    key = await house.device(DeviceKind.SPEAKER, ZONE)
    machine = speaker(house.web, wrong.format(device=key.partition(".")[0]), tmp_path)
    async with asyncio.timeout(10):
        with pytest.raises(ExceptionGroup) as ended:
            await machine.run()
    assert ended.group_contains(NotWelcome, match=r"does not know this device|not paired")


async def test_a_revoked_speaker_ends(house: House, tmp_path: Path) -> None:
    key = await house.device(DeviceKind.SPEAKER, ZONE)
    async with running(speaker(house.web, key, tmp_path)) as task:
        await holds(house, key)
        await house.parts.centers.do(CENTER, RevokeDevice("staff/quan", key.partition(".")[0]))
        await until("it has ended", task.done)
        with pytest.raises(ExceptionGroup, match="unhandled errors"):
            task.result()
    assert holder(house) == ""


async def test_it_comes_back_after_a_restart_of_the_server(house: House, tmp_path: Path) -> None:
    lan, key = await clerk(house), await house.device(DeviceKind.SPEAKER, ZONE)
    settings = house.web.settings
    async with Web(settings_of(settings.store_url, settings.data)) as web:
        port, machine = web.port, speaker(web, key, tmp_path)
        work = running(machine)
        await work.__aenter__()
        await holds(house, key)
    try:
        async with Web(settings_of(settings.store_url, settings.data, PORT=str(port))):
            said = await call(house, lan)
            await until("it is spoken", lambda: bool(announcement(house, said.number).told))
    finally:
        await work.__aexit__(None, None, None)
    assert [one["name"][:5] for one in played(tmp_path)] == [said.number]
