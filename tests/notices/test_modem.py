"""Notices through a modem on a pseudo-terminal, with the settings that name it."""

from pathlib import Path

import pytest

from app.settings import BadSettings, read_settings
from app.wiring import open_modem
from tests.hardware.cable import plugged
from tests.notices.post import Post, until

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


@pytest.mark.parametrize("url", ["gsm:", "gsm:ftp://x", "gsm:/dev/ttyUSB0?speed=9600"])
def test_a_port_that_is_none_is_said(url: str) -> None:
    with pytest.raises(BadSettings, match="GOISO_SMS_URL"):
        open_modem(read_settings({"GOISO_SMS_URL": url}))


def test_a_gateways_file_is_of_no_use_to_a_modem(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(BadSettings, match="GOISO_SMS_GATEWAY"):
        read_settings({"GOISO_SMS_URL": "gsm:/dev/ttyUSB0", "GOISO_SMS_GATEWAY": str(tmp_path / "x.toml")})
