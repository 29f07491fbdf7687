"""A simulated GSM modem with a network behind it, by AT commands (3GPP TS 27.005, 27.007). Nothing is really sent.

`SimulatedModem` is pure: bytes in, answers out. `ModemCable` plugs into a `Pty`, so that a program opens it like
`/dev/ttyUSB0`. Called by tests and by whoever wants to see what would be sent.

    cable = ModemCable(SimulatedModem())
    Pty(cable, Path("var/modem.tty")).plug()
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from hardware.simulator.cable import SimulatedCable
from hardware.simulator.reports import report_pdu

Fate = Literal["delivered", "trying", "failed"]
STATUS: dict[Fate, int] = {"delivered": 0x00, "trying": 0x20, "failed": 0x46}  # 3GPP TS 23.040, 9.2.3.15
HOME, SEARCHING = 1, 2  # 3GPP TS 27.007, 7.2
_ACCEPTED = r'AT|ATE[01]|AT\+(CMEE|CMGF)=[01]|AT\+CNMI=[\d,]+|AT\+CSCS="(IRA|UCS2)"|AT\+CSMP=\d+,\d+,\d+,[08]'


@dataclass(frozen=True, slots=True)
class SentSms:
    """An SMS the modem took. `at`: seconds since 1970. `fate`: what the report says, if one was asked for."""

    to: str
    text: str
    at: float
    reference: int
    fate: Fate | None


@dataclass(frozen=True, slots=True)
class ModemView:
    """The modem at one moment. `dbm`: None where no signal is known. `unread`: reports that wait to be read."""

    port: str
    plugged: bool
    registered: bool
    operator: str
    dbm: int | None
    credit: str
    muted: bool
    lost: bool
    refuse: int | None
    late: float
    fate: Fate
    report_after: float
    refused: int
    unread: int
    sent: tuple[SentSms, ...]


@dataclass(slots=True)
class SimulatedModem:
    """A modem with a SIM card. What may be changed at any time:

    `muted`: hears and does, but answers nothing. `lost`: takes messages, but their answers are lost. `refuse`: the
    number of the +CMS ERROR that each message gets. `registered`: false without a network. `dbm`: -113 to -51,
    None for no signal. `fate`, `report_after`: what reports will say, and how many seconds after the message.
    `keeps_in`: the memory (SR, SM, ME) where it keeps reports, "" for a modem that keeps none.
    `ussd`: false for a network that does not say what the credit is.
    """

    operator: str = "Viettel"
    credit: str = "TK goc: 50.000d, HSD 31/12/2026"
    dbm: int | None = -73
    registered: bool = True
    muted: bool = False
    lost: bool = False
    refuse: int | None = None
    fate: Fate = "delivered"
    report_after: float = 0.0
    keeps_in: str = "SM"
    ussd: bool = True
    clock: Callable[[], float] = time.time
    sent: list[SentSms] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    refused: int = 0
    count: int = 0
    _reports: dict[int, tuple[float, SentSms, Fate]] = field(default_factory=dict)
    _heard: bytearray = field(default_factory=bytearray)
    _to: str = ""
    _echoes: bool = True
    _settings: dict[str, str] = field(default_factory=lambda: {"CSCS": '"IRA"', "CSMP": "17,167,0,0"})
    _store: str = "SM"

    @property
    def unread(self) -> int:
        """Reports that came and were not deleted."""
        return len(self._due())

    def hear(self, data: bytes) -> bytes:
        """Take bytes from the host; return the answers, perhaps none."""
        answers = b"".join(self._hear_byte(byte) for byte in data)
        return b"" if self.muted else answers

    def report(self, fate: Fate, to: str = "") -> None:
        """Let a report about the last message come now, as if it had been to `to`."""
        sms = self.sent[-1]
        self._reports[max(self._reports, default=self.count) + 1] = (0, replace(sms, to=to or sms.to), fate)

    def _hear_byte(self, byte: int) -> bytes:
        if byte == 0x1B:
            was_typing, self._to = bool(self._to), ""
            self._heard.clear()
            return _line("OK") if was_typing else b""
        if self._to and byte == 0x1A:
            text, to = bytes(self._heard), self._to
            self._heard.clear()
            self._to = ""
            return self._take(to, text)
        if not self._to and byte == 0x0D:
            command = self._heard.decode(errors="replace").strip()
            self._heard.clear()
            if not command:
                return b""
            self.commands.append(command)
            echo = f"{command}\r".encode() if self._echoes else b""
            return echo + self._obey(command)
        self._heard.append(byte)
        return b""

    def _obey(self, command: str) -> bytes:
        if re.fullmatch(_ACCEPTED, command):
            self._echoes = {"ATE0": False, "ATE1": True}.get(command, self._echoes)
            if command.startswith("AT+CNMI") and not self.keeps_in:
                return _line("+CMS ERROR: 303")
            name, _, value = command.removeprefix("AT+").partition("=")
            self._settings |= {name: value} if value else {}
            return _line("OK")
        if found := re.fullmatch(r'AT\+CMGS="([^"]+)"', command):
            self._to = self._read(found[1].encode())
            return b"\r\n> "
        if found := re.fullmatch(r'AT\+CPMS="(\w\w)"', command):
            if found[1] not in ("SM", self.keeps_in):
                return _line("+CMS ERROR: 302")
            self._store = found[1]
            return _line("+CPMS: 0,20,0,20,0,20") + _line("OK")
        if command == "AT+CMGL=4":
            return self._list() + _line("OK")
        if found := re.fullmatch(r"AT\+CMGD=(\d+)", command):
            return _line("OK" if self._reports.pop(int(found[1]), None) else "+CMS ERROR: 321")
        return self._tell(command)

    def _tell(self, command: str) -> bytes:
        """Answer a question about modem and network."""
        if command == "AT+CREG?":
            return _line(f"+CREG: 0,{HOME if self.registered else SEARCHING}") + _line("OK")
        if command == "AT+COPS?":
            return _line(f'+COPS: 0,0,"{self.operator}"' if self.registered else "+COPS: 0") + _line("OK")
        if command == "AT+CSQ":
            level = 99 if self.dbm is None else max(0, min(31, (self.dbm + 113) // 2))
            return _line(f"+CSQ: {level},99") + _line("OK")
        if re.fullmatch(r'AT\+CUSD=1,"[*#\d]+",15', command):
            if not self.registered:
                return _line("+CME ERROR: 30")
            return _line("OK") + (_line(f'+CUSD: 0,"{self.credit}",15') if self.ussd else b"")
        return _line("OK" if command == "AT+CUSD=2" else "ERROR")

    def _take(self, to: str, text: bytes) -> bytes:
        """The network's answer to a message."""
        refuse = self.refuse if self.registered else 331  # no network service
        if refuse is not None:
            self.refused += 1
            return _line(f"+CMS ERROR: {refuse}")
        self.count += 1
        reference = self.count % 256
        wants_report = int(self._settings["CSMP"].split(",")[0]) & 0x20
        sms = SentSms(to, self._read(text), self.clock(), reference, self.fate if wants_report else None)
        self.sent.append(sms)
        if wants_report:
            self._reports[max(self._reports, default=self.count) + 1] = (
                sms.at + self.report_after,
                sms,
                self.fate,
            )
        return b"" if self.lost else _line(f"+CMGS: {reference}") + _line("OK")

    def _read(self, data: bytes) -> str:
        """What the host wrote, in the character set it has chosen."""
        if self._settings["CSCS"] == '"UCS2"':
            return bytes.fromhex(data.decode()).decode("utf-16-be")
        return data.decode(errors="replace")

    def _due(self) -> dict[int, tuple[SentSms, Fate]]:
        now = self.clock()
        return {index: (sms, fate) for index, (at, sms, fate) in self._reports.items() if at <= now}

    def _list(self) -> bytes:
        """The reports that came, in the form of PDUs."""
        lines = b""
        for index, (sms, fate) in self._due().items() if self._store == self.keeps_in else ():
            pdu = report_pdu(sms.reference, sms.to, STATUS[fate])
            lines += _line(f"+CMGL: {index},0,,{len(pdu) // 2 - 1}\r\n{pdu}")
        return lines


class ModemCable(SimulatedCable[SimulatedModem]):
    """A modem at the end of a cable; answers come `late` seconds after the question."""

    def __init__(self, modem: SimulatedModem, late: float = 0.0) -> None:
        super().__init__(modem)
        self.set_faults(late=late)

    @property
    def modem(self) -> SimulatedModem:
        return self.end

    def view(self) -> ModemView:
        """Everything at this moment."""
        modem = self.modem
        return ModemView(
            port=self.port,
            plugged=self.plugged,
            registered=modem.registered,
            operator=modem.operator,
            dbm=modem.dbm,
            credit=modem.credit,
            muted=modem.muted,
            lost=modem.lost,
            refuse=modem.refuse,
            late=self.faults.late,
            fate=modem.fate,
            report_after=modem.report_after,
            refused=modem.refused,
            unread=modem.unread,
            sent=tuple(modem.sent),
        )


def _line(text: str) -> bytes:
    return f"\r\n{text}\r\n".encode()
