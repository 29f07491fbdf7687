"""Notices through a modem on a pseudo-terminal, with the settings that name it; how the modem is, and which
messages came to their phones, as the process keeps it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from app.domain.plan import Millis
from app.notices.cable import CREDIT_PAUSE, Care, Kept, Look, read_kept
from app.notices.notices import Notices
from app.notices.record import Record
from app.settings import BadSettings, read_settings
from app.wiring import now, open_modem
from hardware import modem as driver
from hardware.simulator.modem import ModemCable
from tests.hardware.cable import plugged
from tests.notices.killed import Runner
from tests.notices.post import CENTER, Post, until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]


async def test_a_notice_goes_by_the_modem_that_the_settings_name(post: Post, tmp_path: Path) -> None:
    with plugged(tmp_path, refuse=38) as cable:
        sms = open_modem(read_settings({"GOISO_SMS_URL": f"gsm:{cable.port}?baud=115200"}))
        assert sms
        async with post.running(sms):
            number = await post.take(post.by_phone)
            await until("it is refused", lambda: cable.modem.refused > 0)
            cable.modem.refuse = None
            await until("it is sent once the network is there", lambda: bool(cable.modem.sent))
            await until("all is done", post.idle)
        [sms_sent] = cable.modem.sent
        assert sms_sent.to == post.by_phone.phone
        assert sms_sent.text.startswith(f"So giao dich {number}. Ban vui long den truoc")


async def test_a_number_nobody_has_is_given_up_at_once(post: Post, tmp_path: Path) -> None:
    with plugged(tmp_path, refuse=28) as cable:
        async with post.running(open_modem(read_settings({"GOISO_SMS_URL": f"gsm:{cable.port}"}))):
            await post.take(post.by_phone)
            await until("all is done", post.idle)
        [dead] = await post.dead()
        assert dead.endswith("-sms")


def cared_for(post: Post, cable: ModemCable) -> AbstractAsyncContextManager[Notices]:
    """The process with a modem that wants reports and knows how to ask for its credit."""
    sms = open_modem(read_settings({"GOISO_SMS_URL": f"gsm:{cable.port}?credit=*101%23"}), wants_reports=True)
    assert sms
    return post.running(sms, care_pause=0.05)


def keeps(post: Post, is_so: Callable[[Kept], bool]) -> Callable[[], Awaitable[bool]]:
    """Whether what is kept of the modem is so."""

    async def asked() -> bool:
        kept = await read_kept(post.store.redis)
        return kept is not None and is_so(kept)

    return asked


async def ends(post: Post) -> Counter[str]:
    """How the SMS of today ended."""
    counted: Counter[str] = Counter()
    days: Any = await post.store.redis.keys(f"goiso:notices:day:{CENTER}:*")
    for key in days:
        day = key.decode().rpartition(":")[2]
        for (_, _, outcome), count in (await Record(post.store.redis).day(CENTER, day)).items():
            counted[outcome] += count
    return counted


async def test_how_the_modem_is_can_be_read(post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    said = "0912345678. TKG: 50.000d, HSD 31.12.2026 08:00. Goi 84 912 345 678"
    with plugged(tmp_path, credit=said, dbm=-95) as cable:
        async with cared_for(post, cable):
            credit = "•••. TKG: 50.000d, HSD 31.12.2026 08:00. Goi •••"
            expected = Look("home", "Viettel", -95, credit)
            await until("it is kept", keeps(post, lambda kept: kept.look == expected and not kept.fault))
            cable.modem.registered = False
            await until("it is seen", keeps(post, lambda kept: bool(kept.look and not kept.look.is_registered)))
            cable.modem.registered = True
            await until("it is seen", keeps(post, lambda kept: kept.look == expected))
            ttl: Any = await post.store.redis.ttl("goiso:notices:modem")
            assert 0 < ttl <= 600
    assert cable.modem.commands.count('AT+CUSD=1,"*101#",15') == 1, "seldom"
    assert caplog.text.count("no network (searching)") == 1
    assert caplog.text.count("the modem is well again") == 1
    assert "50.000" not in caplog.text


async def test_credit_is_asked_again_after_a_while(post: Post, tmp_path: Path) -> None:
    ahead: Millis = 0
    post.clock = lambda: now() + ahead
    with plugged(tmp_path) as cable:
        async with cared_for(post, cable):
            await until("it is kept", keeps(post, lambda kept: bool(kept.look and kept.look.credit)))
            cable.modem.credit = "TK goc: 700d"
            ahead = CREDIT_PAUSE
            await until(
                "it is new", keeps(post, lambda kept: bool(kept.look and kept.look.credit == "TK goc: 700d"))
            )


async def test_a_modem_that_is_gone_is_said_once(
    post: Post, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 1)
    with plugged(tmp_path) as cable:
        async with cared_for(post, cable):
            await until("it is kept", keeps(post, lambda kept: kept.look is not None))
            cable.modem.muted = True
            await until("it is said", keeps(post, lambda kept: "does not answer" in kept.fault))
            await until("it is asked again", keeps(post, lambda kept: kept.asked_at > kept.answered_at + 2_000))
            kept = await read_kept(post.store.redis)
            assert kept
            assert kept.look, "what it said last stays"
    assert caplog.text.count("! the modem: the modem does not answer within 1 s") == 1


async def test_what_came_to_its_phone_is_counted(post: Post, tmp_path: Path) -> None:
    with plugged(tmp_path, fate="trying") as cable:
        async with cared_for(post, cable):
            number = await post.take(post.by_phone)
            await until("all is done", post.idle)
            await until("the report is read", lambda: cable.modem.unread == 0)
            assert await ends(post) == {"sent": 1}
            cable.modem.report("delivered")
            await until("it came", lambda: counts(post, sent=1, delivered=1))
            cable.modem.report("failed")
            await until("that is read", lambda: cable.modem.unread == 0)
            cable.modem.fate = "failed"
            await post.take(post.by_phone)
            await until("it is counted", lambda: counts(post, sent=2, delivered=1, undelivered=1))
        [dead] = await Record(post.store.redis).dead(CENTER)
        assert dead.notice.ticket.number != number
        assert dead.reason == "the network could not deliver it"
        assert all(b"912345678" not in value for value in await everything_of_modems(post))


async def test_a_report_about_another_number_counts_for_nobody(post: Post, tmp_path: Path) -> None:
    with plugged(tmp_path, fate="trying") as cable:
        async with cared_for(post, cable):
            await post.take(post.by_phone)
            await until("all is done", post.idle)
            cable.modem.report("delivered", to="+84987654321")
            await until("it is read", lambda: cable.modem.unread == 0)
            cable.modem.report("delivered", to="84912345678")
            await until("it came", lambda: counts(post, sent=1, delivered=1))


async def test_reports_outlive_the_process(redis_url: str, post: Post, tmp_path: Path) -> None:
    """`goiso notices` with the real settings: a report that comes when it is down is counted when it is back."""
    with plugged(tmp_path, report_after=0.0) as cable:
        runner = Runner(f"{redis_url}?db=7", f"gsm:{cable.port}?baud=115200&credit=*101%23", tmp_path)
        async with runner.running():
            await until("it is looked after", keeps(post, lambda kept: kept.look is not None))
            await post.take(post.by_phone)
            await until("all is done", post.idle)
            assert cable.modem.unread == 1
        async with runner.running():
            await until("it came", lambda: counts(post, sent=1, delivered=1))
            await until("it is written", lambda: runner.said(" is delivered") == 1)
        log = (tmp_path / "notices.log").read_text()
    for personal in ("912345678", "TK goc", "Hoa"):
        assert personal not in log


async def test_messages_go_first(post: Post, tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        cable.set_faults(late=0.1)
        sms = open_modem(read_settings({"GOISO_SMS_URL": f"gsm:{cable.port}"}))
        assert sms
        care = Care(post.store.redis, sms, post.citizens, now)
        sending = asyncio.create_task(sms.send("key", "", "+84912345678", "one"))
        await asyncio.sleep(0.1)
        caring = asyncio.create_task(care.run())
        await sending
        assert "AT+CSQ" not in cable.modem.commands
        await until("then it is asked", keeps(post, lambda kept: kept.look is not None))
        caring.cancel()


async def counts(post: Post, **expected: int) -> bool:
    return await ends(post) == expected


async def everything_of_modems(post: Post) -> list[bytes]:
    """What is kept of the modem and of its messages."""
    referred: Any = await post.store.redis.keys("goiso:notices:reference:*")
    kept: Any = await post.store.redis.mget("goiso:notices:modem", *referred)
    return [value for value in kept if value]


@pytest.mark.parametrize("url", ["gsm:", "gsm:ftp://x", "gsm:/dev/ttyUSB0?speed=9600", "gsm:/dev/x?credit=1"])
def test_a_port_that_is_none_is_said(url: str) -> None:
    with pytest.raises(BadSettings, match="GOISO_SMS_URL"):
        open_modem(read_settings({"GOISO_SMS_URL": url}))


def test_a_gateways_file_is_of_no_use_to_a_modem(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(BadSettings, match="GOISO_SMS_GATEWAY"):
        read_settings({"GOISO_SMS_URL": "gsm:/dev/ttyUSB0", "GOISO_SMS_GATEWAY": str(tmp_path / "x.toml")})
