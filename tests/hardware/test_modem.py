"""SMS by a modem on a pseudo-terminal: taken, refused, silent, in use, not there; how it is; reports."""

import asyncio
import os
from pathlib import Path

import pytest

from hardware import modem as driver
from hardware.modem import Modem, ModemFault, NoSuchNumber, Refused, State
from hardware.protocols.at import Fate, Registration, Report
from hardware.simulator.device import Pty
from hardware.simulator.modem import ModemCable, SentSms, SimulatedModem
from tests.hardware.cable import plugged

pytestmark = pytest.mark.anyio

TO, TEXT = "+84912345678", "So giao dich 86001. Ban vui long den truoc 15:17 phut ngay 03/04/2020\n@_$ #1"


async def test_a_text_goes_as_it_is(tmp_path: Path) -> None:
    with plugged(tmp_path, clock=lambda: 12.5) as cable:
        modem = Modem(f"{cable.port}?baud=115200")
        assert await modem.send(TO, TEXT) == 1
        assert await asyncio.gather(*(modem.send(TO, f"{at}", report=False) for at in range(3))) == [2, 3, 4]
        assert cable.view().sent[0] == SentSms(TO, TEXT, 12.5, 1, "delivered")
        assert [(sms.to, sms.text, sms.fate) for sms in cable.view().sent[1:]] == [
            (TO, f"{at}", None) for at in range(3)
        ]
        assert 'AT+CSCS="IRA"' in cable.modem.commands


async def test_a_text_that_is_not_ascii_goes_in_ucs2(tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        modem = Modem(cable.port)
        text = ("Số giao dịch 86001 của bạn đã đến lượt, mời vào quầy 66.\n" * 2)[:70]
        await modem.send(TO, text)
        assert 'AT+CMGS="002B00380034003900310032003300340035003600370038"' in cable.modem.commands
        assert "AT+CSMP=49,167,0,8" in cable.modem.commands
        await modem.send(TO, TEXT)
        assert [(sms.to, sms.text) for sms in cable.view().sent] == [(TO, text), (TO, TEXT)]
        assert await modem.state()
        assert (await modem.reports())[0].to == TO


@pytest.mark.parametrize(("code", "kind"), [(38, Refused), (28, NoSuchNumber), (500, Refused)])
async def test_a_refusal_says_whether_to_try_again(code: int, kind: type[ModemFault], tmp_path: Path) -> None:
    with plugged(tmp_path, refuse=code) as cable:
        modem = Modem(cable.port)
        with pytest.raises(ModemFault, match=f"the modem answers .CMS ERROR: {code}") as found:
            await modem.send(TO, TEXT)
        assert type(found.value) is kind
        assert TO not in str(found.value)
        cable.modem.refuse = None
        await modem.send(TO, TEXT)
        assert [(sms.to, sms.text) for sms in cable.view().sent] == [(TO, TEXT)]


async def test_without_a_network_nothing_goes(tmp_path: Path) -> None:
    with plugged(tmp_path, registered=False, dbm=None) as cable:
        modem = Modem(f"{cable.port}?credit=*101%23")
        with pytest.raises(Refused, match="331"):
            await modem.send(TO, TEXT)
        assert await modem.state() == State(Registration.SEARCHING, "", None, None)


async def test_a_silent_modem_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 0.2)
    with plugged(tmp_path, muted=True) as cable:
        for asked in (Modem(cable.port).send(TO, TEXT), Modem(cable.port).state(), Modem(cable.port).reports()):
            with pytest.raises(ModemFault, match="does not answer"):
                await asked


async def test_whose_answer_is_lost_may_go_twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(driver, "SENT_SECONDS", 0.2)
    with plugged(tmp_path, lost=True) as cable:
        with pytest.raises(ModemFault, match="does not answer"):
            await Modem(cable.port).send(TO, TEXT)
        cable.modem.lost = False
        assert await Modem(cable.port).send(TO, TEXT) == 2
        assert [(sms.to, sms.text) for sms in cable.view().sent] == [(TO, TEXT), (TO, TEXT)]


async def test_late_answers_are_waited_for(tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        cable.set_faults(late=0.15)
        modem = Modem(cable.port)
        assert await modem.send(TO, "1") == 1
        assert (await modem.state()).dbm == -73


async def test_a_text_left_half_written_does_not_swallow_the_next(tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        cable.modem.hear(f'AT+CMGS="{TO}"\rhalf a te'.encode())
        await Modem(cable.port).send(TO, TEXT)
        assert [sms.text for sms in cable.view().sent] == [TEXT]


async def test_two_programs_take_turns(tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        one, other = Modem(cable.port), Modem(cable.port)
        done = await asyncio.gather(one.send(TO, "1"), other.send(TO, "2"), return_exceptions=True)
        for fault in (one for one in done if isinstance(one, BaseException)):
            assert isinstance(fault, ModemFault)
            assert "in use" in str(fault)
        await other.send(TO, "3")
        assert len(cable.view().sent) == 1 + sum(isinstance(one, int) for one in done)


async def test_how_the_modem_is(tmp_path: Path) -> None:
    with plugged(tmp_path, dbm=-95, credit="TK goc: 7.000d\r\nHSD 31/12/2026") as cable:
        modem = Modem(f"{cable.port}?baud=115200&credit=*101%23")
        expected = State(Registration.HOME, "Viettel", -95, "TK goc: 7.000d HSD 31/12/2026")
        assert await modem.state() == expected
        assert (await modem.state(credit=False)).credit is None
        assert (await Modem(cable.port).state()).credit is None
        assert cable.modem.commands.count('AT+CUSD=1,"*101#",15') == 1


async def test_a_network_that_tells_no_credit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(driver, "CREDIT_SECONDS", 0.2)
    with plugged(tmp_path, ussd=False) as cable:
        state = await Modem(f"{cable.port}?credit=*101%23").state()
        assert state == State(Registration.HOME, "Viettel", -73, "")


@pytest.mark.parametrize("memory", ["SR", "SM", "ME"])
async def test_reports_are_read_once_and_deleted(memory: str, tmp_path: Path) -> None:
    with plugged(tmp_path, keeps_in=memory) as cable:
        modem = Modem(cable.port)
        for fate in ("delivered", "trying", "failed"):
            cable.modem.fate = fate
            await modem.send(TO, fate)
        assert cable.view().unread == 3
        assert await modem.reports() == [
            Report(1, TO, Fate.DELIVERED),
            Report(2, TO, Fate.TRYING),
            Report(3, TO, Fate.FAILED),
        ]
        assert await modem.reports() == []
        assert cable.view().unread == 0


async def test_a_report_comes_when_the_phone_is_on_again(tmp_path: Path) -> None:
    now = 100.0
    with plugged(tmp_path, report_after=60, clock=lambda: now) as cable:
        modem = Modem(cable.port)
        await modem.send(TO, TEXT)
        assert await modem.reports() == []
        now += 61
        assert await modem.reports() == [Report(1, TO, Fate.DELIVERED)]


async def test_a_modem_that_keeps_no_reports_is_asked_for_none(tmp_path: Path) -> None:
    with plugged(tmp_path, keeps_in="") as cable:
        modem = Modem(cable.port)
        await modem.send(TO, TEXT)
        assert [sms.fate for sms in cable.view().sent] == [None]
        assert await modem.reports() == []


async def test_references_begin_anew_after_255(tmp_path: Path) -> None:
    with plugged(tmp_path) as cable:
        cable.modem.count = 255
        assert await Modem(cable.port).send(TO, TEXT) == 0


async def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModemFault, match="/dev/no-such-modem"):
        await Modem("/dev/no-such-modem").send(TO, TEXT)
    cable = ModemCable(SimulatedModem())
    device = Pty(cable, tmp_path / "modem.tty")
    device.plug()
    cable.set_faults(late=5)
    asked = asyncio.create_task(Modem(cable.port).state())
    await asyncio.sleep(0.3)
    device.unplug()
    with pytest.raises(ModemFault, match="port "):
        await asked
    assert not os.path.lexists(cable.port)
    assert not cable.view().plugged


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("0912345678", "x"),
        (TO, ""),
        (TO, "x" * 161),
        (TO, "ầ" * 71),
        (TO, "😀" * 36),
        (TO, "a\x1ab"),
        (TO, "ầ\x1a"),
    ]
    + [(TO, "\ud800"), ('+84"', "x")],
)
async def test_what_no_modem_can_send(to: str, text: str) -> None:
    with pytest.raises(NoSuchNumber):
        await Modem("/dev/no-such-modem").send(to, text)


@pytest.mark.parametrize(
    "url", ["", "?credit=*101%23", "/dev/x?credit=101", '/dev/x?credit=*1"%23', "/dev/x?speed=9"]
)
def test_what_names_no_modem(url: str) -> None:
    with pytest.raises(ValueError, match="found"):
        Modem(url)
