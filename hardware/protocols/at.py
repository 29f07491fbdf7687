"""What a GSM modem answers to AT commands, read: network, signal, credit, messages taken, reports of delivery.

Pure: bytes in, facts out, for the driver (`hardware.modem`). Nothing here raises, whatever the bytes are: what
cannot be read is unknown. Commands and answers are those of 3GPP TS 27.007 (network) and 27.005 (messages).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

OK = re.compile(rb"\r\nOK\r\n")
PROMPT = re.compile(rb"\r\n> ")
TAKEN = re.compile(rb"\r\n\+CMGS: ?(\d{1,3})\b[^\r\n]*\r\n(?:[^\x1b]*?\r\n)?OK\r\n")
CREDIT = re.compile(rb'\r\n\+CUSD: ?(\d)(?:, ?"((?s:.*?))"(?:, ?(\d{1,3}))?)?\r\n')
REFUSAL = re.compile(rb"\r\n(ERROR|\+CM[ES] ERROR: ?([^\r\n]{1,60}))\r\n")
MORE_WANTED = b"1"
LONGEST_CREDIT = 160
LONGEST_OPERATOR = 40
UCS2_SCHEME = 0x48  # 3GPP TS 23.038, 5

_REGISTERED = re.compile(rb"\+CREG: ?\d, ?(\d{1,2})\b")
_OPERATOR = re.compile(rb'\+COPS: ?\d, ?\d, ?"([^"\r\n]*)"')
_SIGNAL = re.compile(rb"\+CSQ: ?(\d{1,2})\b")
_LISTED = re.compile(rb"\+CMGL: ?(\d{1,5}),[^\r\n]*\r\n([0-9A-Fa-f]{2,400})\r\n")


class Registration(StrEnum):
    """Whether the network has let the modem in (3GPP TS 27.007, 7.2)."""

    HOME = "home"
    ROAMING = "roaming"
    SEARCHING = "searching"
    DENIED = "denied"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def is_registered(self) -> bool:
        return self in (Registration.HOME, Registration.ROAMING)


_STATES = {
    0: Registration.NONE,
    1: Registration.HOME,
    2: Registration.SEARCHING,
    3: Registration.DENIED,
    5: Registration.ROAMING,
    6: Registration.HOME,  # for SMS alone
    7: Registration.ROAMING,
    9: Registration.HOME,
    10: Registration.ROAMING,
}


class Fate(StrEnum):
    """What a report says of a message (3GPP TS 23.040, 9.2.3.15): done, tried again, given up."""

    DELIVERED = "delivered"
    TRYING = "trying"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """A report of delivery: the reference the modem gave its message, whom that was to, what became of it."""

    reference: int
    to: str
    fate: Fate


def registration(heard: bytes) -> Registration:
    found = _REGISTERED.search(heard)
    return _STATES.get(int(found[1]), Registration.UNKNOWN) if found else Registration.UNKNOWN


def operator(heard: bytes) -> str:
    """The network's name, or ""."""
    found = _OPERATOR.search(heard)
    return printable(found[1].decode(errors="replace"), LONGEST_OPERATOR) if found else ""


def signal(heard: bytes) -> int | None:
    """How strong the network is, in dBm: -113 and 2 for each step up to 31 (3GPP TS 27.007, 8.5). 99: unknown."""
    found = _SIGNAL.search(heard)
    level = int(found[1]) if found else 99
    return -113 + 2 * level if level <= 31 else None


def credit(text: bytes, scheme: int) -> str:
    """What the network says of the card; some modems give a text in UCS-2 as hexadecimal digits."""
    said = text.decode(errors="replace")
    if scheme == UCS2_SCHEME and re.fullmatch(r"(?:[0-9A-Fa-f]{4})+", said):
        said = bytes.fromhex(said).decode("utf-16-be", errors="replace")
    return printable(said, LONGEST_CREDIT)


def reports(heard: bytes) -> list[tuple[int, Report]]:
    """The reports among the messages that a modem lists as PDUs, each with its place there."""
    found = ((int(one[1]), _report(one[2])) for one in _LISTED.finditer(heard))
    return [(place, report) for place, report in found if report]


def _report(digits: bytes) -> Report | None:
    """A report of delivery (SMS-STATUS-REPORT, 3GPP TS 23.040, 9.2.2.3); None for anything else."""
    if len(digits) % 2:
        return None
    data = bytes.fromhex(digits.decode())
    data = data[1 + data[0] :]  # without the number of the service center
    if len(data) < 4 or data[0] & 0b11 != 0b10:
        return None
    length, international = data[2], data[3] & 0x70 == 0x10
    address = data[4 : 4 + (length + 1) // 2]
    rest = data[4 + len(address) :]  # two times of 7 bytes, the status
    if len(rest) < 15:
        return None
    swapped = "".join(f"{byte & 15:X}{byte >> 4:X}" for byte in address)[:length]
    return Report(data[1], "+" * international + swapped, fate(rest[14]))


def fate(status: int) -> Fate:
    """What a status says; reserved ones mean that the network gave up."""
    if status < 0x20:
        return Fate.DELIVERED
    return Fate.TRYING if status < 0x40 else Fate.FAILED


def printable(text: str, longest: int) -> str:
    """On one line, without control characters, not too long."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:longest]


def ucs2(text: str) -> bytes:
    """A text as the hexadecimal digits of the character set UCS2 (3GPP TS 27.005, 27.007, 5.5)."""
    return text.encode("utf-16-be").hex().upper().encode()
