"""SMS by a modem on a pseudo-terminal: taken, refused, silent, in use, not there."""

import asyncio

import pytest

from hardware import modem as at
from hardware.modem import Modem, ModemFault, NoSuchNumber
from tests.hardware.modem import FakeModem

pytestmark = pytest.mark.anyio

TO, TEXT = "+84912345678", "So giao dich 86001. Ban vui long den truoc 15:17 phut ngay 03/04/2020\n@_$ #1"


async def test_a_text_goes_as_it_is() -> None:
    with FakeModem() as fake:
        modem = Modem(f"{fake.port}?baud=115200")
        await modem.send(TO, TEXT)
        await asyncio.gather(*(modem.send(TO, f"{at}") for at in range(3)))
        assert fake.sent == [(TO, TEXT), *((TO, f"{at}") for at in range(3))]
        assert 'AT+CSCS="IRA"' in fake.commands


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("+CMS ERROR: 38", ModemFault),
        ("+CMS ERROR: 28", NoSuchNumber),
        ("+CME ERROR: 28", ModemFault),
        ("ERROR", ModemFault),
    ],
)
async def test_a_refusal_says_whether_to_try_again(said: str, kind: type[ModemFault]) -> None:
    with FakeModem(lambda count: said if count == 1 else None) as fake:
        modem = Modem(fake.port)
        with pytest.raises(ModemFault, match="the modem answers") as found:
            await modem.send(TO, TEXT)
        assert type(found.value) is kind
        assert TO not in str(found.value)
        await modem.send(TO, TEXT)
        assert fake.sent == [(TO, TEXT)]


async def test_a_silent_modem_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at, "SENT_SECONDS", 0.2)
    with FakeModem(lambda count: "") as fake, pytest.raises(ModemFault, match="does not answer"):
        await Modem(fake.port).send(TO, TEXT)


async def test_two_programs_take_turns() -> None:
    with FakeModem() as fake:
        one, other = Modem(fake.port), Modem(fake.port)
        done = await asyncio.gather(one.send(TO, "1"), other.send(TO, "2"), return_exceptions=True)
        for fault in (one for one in done if one):
            assert isinstance(fault, ModemFault)
            assert "in use" in str(fault)
        await other.send(TO, "3")
        assert len(fake.sent) == 1 + done.count(None)


async def test_a_port_that_is_not_there() -> None:
    with pytest.raises(ModemFault, match="/dev/no-such-modem"):
        await Modem("/dev/no-such-modem").send(TO, TEXT)


@pytest.mark.parametrize(
    ("to", "text"), [("0912345678", "x"), (TO, "ầ"), (TO, "x" * 161), (TO, "a\x1ab"), ('+84"', "x")]
)
async def test_what_no_modem_can_send(to: str, text: str) -> None:
    with pytest.raises(NoSuchNumber):
        await Modem("/dev/no-such-modem").send(to, text)
