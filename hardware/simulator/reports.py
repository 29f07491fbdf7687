"""Reports of delivery as networks write them (3GPP TS 23.040, 9.2.2.3: SMS-STATUS-REPORT): the simulated modem's.

Written apart from what the driver reads them with, so that tests compare two readings of the standard.
"""

from __future__ import annotations

CENTER_AND_KIND = "0006"  # no number of the service center; a status report, no more messages
INTERNATIONAL = "91"
A_MOMENT = "02403051714582"  # 3 April 2020, 15:17:54, in quarters of an hour east of Greenwich


def report_pdu(reference: int, to: str, status: int) -> str:
    """The report of one message, as the hexadecimal digits that a modem lists."""
    digits = to.removeprefix("+")
    even = digits + "F" * (len(digits) % 2)
    swapped = "".join(even[at + 1] + even[at] for at in range(0, len(even), 2))
    return f"{CENTER_AND_KIND}{reference:02X}{len(digits):02X}{INTERNATIONAL}{swapped}{A_MOMENT * 2}{status:02X}"
