"""SMS through a GSM modem, by AT commands in text mode (3GPP TS 27.005, 27.007).

The port is opened for each message and closed after it, so that several programs can take turns at one modem.
Texts are plain ASCII of one SMS. A modem knows no keys: a message whose answer was lost may go twice.
"""

from __future__ import annotations

import asyncio
import re

from hardware.ports import OpenPort, PortAddress, PortFault, open_port

ANSWER_SECONDS = 5.0
SENT_SECONDS = 60.0  # the network may take so long
END = b"\x1a"
SETTINGS = ("AT", "ATE0", "AT+CMEE=1", "AT+CMGF=1", 'AT+CSCS="IRA"')
NOBODY = frozenset({1, 28, 30})  # 3GPP TS 24.011, annex E-2: unassigned, unidentified or unknown number
_ENDS = re.compile(rb"\r\n(OK|ERROR|\+CM[ES] ERROR: ?(\d+))\r\n|\r\n(> )")


class ModemFault(Exception):
    """The modem did not take the message; it may be tried again. Names no number."""


class NoSuchNumber(ModemFault):
    """The network knows no such number: it will never be taken."""


class Modem:
    """A modem at a port URL (`hardware.ports`); raises ValueError for one that is none."""

    def __init__(self, url: str) -> None:
        self.address = PortAddress.parse(url)
        self._turn = asyncio.Lock()

    async def send(self, to: str, text: str) -> None:
        """Send one SMS to a number in E.164 form. Raises ModemFault, NoSuchNumber."""
        if not (re.fullmatch(r"[ -~\n]{1,160}", text) and re.fullmatch(r"\+\d{5,15}", to)):
            raise NoSuchNumber("the text or the number cannot be sent by SMS")
        async with self._turn:
            stirred = asyncio.Event()
            try:
                port = await open_port(self.address, stirred.set)
            except PortFault as fault:
                raise ModemFault(str(fault)) from None
            try:
                talk = _Talk(port, stirred)
                for command in SETTINGS:
                    await talk.ask(command.encode() + b"\r", ANSWER_SECONDS)
                await talk.ask(f'AT+CMGS="{to}"\r'.encode(), ANSWER_SECONDS)
                await talk.ask(text.encode() + END, SENT_SECONDS)
            except PortFault as fault:
                raise ModemFault(str(fault)) from None
            finally:
                await port.close()


class _Talk:
    """Questions and answers over an open port."""

    def __init__(self, port: OpenPort, stirred: asyncio.Event) -> None:
        self._port = port
        self._stirred = stirred
        self._heard = b""

    async def ask(self, data: bytes, seconds: float) -> None:
        """Write, and wait for OK or the prompt for a text; raises ModemFault for anything else."""
        self._heard = b""
        await self._port.write(data)
        try:
            async with asyncio.timeout(seconds):
                while not (found := _ENDS.search(self._heard)):
                    await self._stirred.wait()
                    self._stirred.clear()
                    self._heard += self._port.take()
        except TimeoutError:
            raise ModemFault(f"the modem does not answer within {seconds:.0f} s") from None
        if found[1] and found[1] != b"OK":
            code = int(found[2] or 0)
            kind = NoSuchNumber if b"CMS" in found[1] and code in NOBODY else ModemFault
            raise kind(f"the modem answers {found[1].decode()}")
