"""SMS through a GSM modem, by AT commands (3GPP TS 27.005, 27.007): sent, what became of them, how the modem is.

The port is opened for each message and closed after it, so that several programs can take turns at one modem. A
modem knows no keys: a message whose answer was lost may go twice.

Reports of delivery come when the port is long closed. So the modem is told to keep them (27.005, 3.4.1: AT+CNMI
with `ds` 2) instead of handing them on as they come; they are read, and deleted, when it is asked for them. They
are listed as PDUs (AT+CMGF=0): whatever else is kept there, such as what people write to the card's number, cannot
be taken for the end of the list and is never decoded. A modem that keeps no reports is asked for none.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from hardware.ports import OpenPort, PortAddress, PortFault, open_port
from hardware.protocols import at
from hardware.protocols.at import Registration, Report

ANSWER_SECONDS = 5.0
SENT_SECONDS = 60.0  # the network may take so long
CREDIT_SECONDS = 20.0
LIST_SECONDS = 30.0  # a full memory over a slow line
QUIET_SECONDS = 0.1
GIVE_UP, END = b"\x1b", b"\x1a"
SETTINGS = ("AT", "ATE0", "AT+CMEE=1", "AT+CMGF=1", 'AT+CSCS="IRA"')
KEEP_REPORTS = "AT+CNMI=2,1,0,2,0"
MEMORIES = ("SR", "SM", "ME")  # where modems keep reports: a memory of their own, the card's, the modem's
SUBMIT, WITH_REPORT, ONE_DAY, UCS2 = 0x11, 0x20, 167, 8  # 3GPP TS 23.040, 9.2.2.2; 23.038, 4
NOBODY = frozenset({1, 28, 30})  # 3GPP TS 24.011, annex E-2: unassigned, unidentified or unknown number
_PLAIN = re.compile(r"[ -~\n]{1,160}")
_ANY = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]{1,70}")


class ModemFault(Exception):
    """The modem did not take the message, or does not answer; it may be tried again. Names no number."""


class Refused(ModemFault):
    """The modem answers, and says no."""


class NoSuchNumber(Refused):
    """The network knows no such number: it will never be taken."""


@dataclass(frozen=True, slots=True)
class State:
    """How modem and network are. `dbm`: None where it is not known. `credit`: what the network says of it, "" when
    it says nothing; None: not asked."""

    registration: Registration
    operator: str
    dbm: int | None
    credit: str | None


class Modem:
    """A modem at a port URL (`hardware.ports`), which may say `credit=`: the code that is dialled to hear what is
    left on the card, such as *101#. Raises ValueError for one that is none."""

    def __init__(self, url: str) -> None:
        port, _, query = url.partition("?")
        options = dict(parse_qsl(query, keep_blank_values=True))
        self._credit = options.pop("credit", "")
        if self._credit and not re.fullmatch(r"[*#][*#\d]{1,20}#", self._credit):
            raise ValueError(f"found credit={self._credit!r} in {url!r}, expected a code such as *101%23")
        self.address = PortAddress.parse(f"{port}?{urlencode(options)}" if options else port)
        self._turn = asyncio.Lock()

    @property
    def is_busy(self) -> bool:
        """Whether this program is talking with it."""
        return self._turn.locked()

    async def send(self, to: str, text: str, *, report: bool = True) -> int:
        """Send one SMS to a number in E.164 form: up to 160 characters of ASCII, or up to 70 of any. Return the
        reference by which a report of delivery, if one is wanted, will name it. Raises ModemFault, NoSuchNumber.
        """
        is_plain = bool(_PLAIN.fullmatch(text))
        if not (re.fullmatch(r"\+\d{5,15}", to) and (is_plain or _fits_ucs2(text))):
            raise NoSuchNumber("the text or the number cannot be sent by SMS")
        async with self._talk() as talk:
            kept = report and await talk.agrees(KEEP_REPORTS)
            if not is_plain:
                await talk.ask('AT+CSCS="UCS2"')
            first = SUBMIT | WITH_REPORT if kept else SUBMIT
            await talk.ask(f"AT+CSMP={first},{ONE_DAY},0,{0 if is_plain else UCS2}")
            number = to if is_plain else at.ucs2(to).decode()
            await talk.ask(f'AT+CMGS="{number}"', until=at.PROMPT)
            body = text.encode() if is_plain else at.ucs2(text)
            taken = await talk.say(body + END, SENT_SECONDS, at.TAKEN)
            return int(taken[1])

    async def state(self, *, credit: bool = True) -> State:
        """Ask modem and network how they are; for the credit only if wanted, and if it is known how. What they do
        not tell is unknown. Raises ModemFault when the modem does not answer."""
        async with self._talk() as talk:
            registration = at.registration(await talk.tell("AT+CREG?"))
            operator = at.operator(await talk.tell("AT+COPS?"))
            dbm = at.signal(await talk.tell("AT+CSQ"))
            asks = credit and self._credit and registration.is_registered
            return State(registration, operator, dbm, await self._ask_credit(talk) if asks else None)

    async def reports(self) -> list[Report]:
        """The reports of delivery that came since; the modem keeps them no longer. Raises ModemFault where none
        could be read; those that it gave before a fault are not lost."""
        found: list[Report] = []
        try:
            async with self._talk() as talk:
                await talk.ask("AT+CMGF=0")
                for memory in MEMORIES:
                    if not await talk.agrees(f'AT+CPMS="{memory}"'):
                        continue
                    for place, report in at.reports(await talk.tell("AT+CMGL=4", LIST_SECONDS)):
                        if await talk.agrees(f"AT+CMGD={place}"):
                            found.append(report)
        except ModemFault:
            if not found:
                raise
        return found

    async def _ask_credit(self, talk: _Talk) -> str:
        """Dial the code; the network's answer comes after the modem's."""
        try:
            said = await talk.say(f'AT+CUSD=1,"{self._credit}",15\r'.encode(), CREDIT_SECONDS, at.CREDIT)
            if said[1] == at.MORE_WANTED:  # a menu
                await talk.agrees("AT+CUSD=2")
        except ModemFault:
            return ""
        return at.credit(said[2] or b"", int(said[3] or 0))

    @contextlib.asynccontextmanager
    async def _talk(self) -> AsyncIterator[_Talk]:
        """The port open, the modem in text mode; one at a time."""
        async with self._turn:
            stirred = asyncio.Event()
            try:
                port = await open_port(self.address, stirred.set)
                try:
                    talk = _Talk(port, stirred)
                    await talk.wake()
                    for command in SETTINGS:
                        await talk.ask(command)
                    yield talk
                finally:
                    await port.close()
            except PortFault as fault:
                raise ModemFault(str(fault)) from None


class _Talk:
    """Questions and answers over an open port."""

    def __init__(self, port: OpenPort, stirred: asyncio.Event) -> None:
        self._port = port
        self._stirred = stirred
        self._heard = b""

    async def wake(self) -> None:
        """End a text that a program left half written, and forget what the modem still had to say."""
        await self._port.write(GIVE_UP)
        await asyncio.sleep(QUIET_SECONDS)
        self._port.take()

    async def ask(self, command: str, seconds: float = 0, until: re.Pattern[bytes] = at.OK) -> re.Match[bytes]:
        """Give a command; raises ModemFault, Refused."""
        return await self.say(command.encode() + b"\r", seconds or ANSWER_SECONDS, until)

    async def agrees(self, command: str) -> bool:
        """Give a command that a modem may refuse; whether it did not. Raises ModemFault."""
        try:
            await self.ask(command)
        except Refused:
            return False
        return True

    async def tell(self, command: str, seconds: float = 0) -> bytes:
        """What it answers to a question, nothing when it refuses; raises ModemFault."""
        try:
            return (await self.ask(command, seconds)).string
        except Refused:
            return b""

    async def say(self, data: bytes, seconds: float, until: re.Pattern[bytes]) -> re.Match[bytes]:
        """Write, and wait for what is expected; raises ModemFault for anything else."""
        self._heard = b""
        await self._port.write(data)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if refusal := at.REFUSAL.search(self._heard):
                        raise _refused(refusal)
                    if found := until.search(self._heard):
                        return found
                    await self._stirred.wait()
                    self._stirred.clear()
                    self._heard += self._port.take()
        except TimeoutError:
            raise ModemFault(f"the modem does not answer within {seconds:.0f} s") from None


def _refused(refusal: re.Match[bytes]) -> ModemFault:
    """What a refusal means for the message."""
    said = at.printable(refusal[1].decode(errors="replace"), 60)
    is_final = said.startswith("+CMS") and (refusal[2] or b"").isdigit() and int(refusal[2]) in NOBODY
    return (NoSuchNumber if is_final else Refused)(f"the modem answers {said}")


def _fits_ucs2(text: str) -> bool:
    return bool(_ANY.fullmatch(text)) and len(at.ucs2(text)) <= 4 * 70
