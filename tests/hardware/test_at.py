"""What modems answer, read: as the standards and makers write it, and whatever else may come."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from hardware.protocols import at
from hardware.protocols.at import Fate, Registration, Report
from hardware.simulator.reports import report_pdu

PIECES = some.sampled_from(
    [b"\r\n", b"OK", b"ERROR", b"+CREG: 0,", b"+COPS: 0,0,", b'"', b"+CSQ: ", b'+CUSD: 0,"', b"+CMGL: 1,1,,26\r\n"]
    + [b"0006", b"+CMGS: ", b"+CMS ERROR: ", b",72", b"D83D"]
)


@given(some.lists(PIECES | some.binary(max_size=12), max_size=12).map(b"".join))
@example(b"\r\n+CMGL: 1,1,,3\r\nFF\r\n")
@example(b"\r\n+CMGL: 1,1,,3\r\n000601\r\n")
def test_nothing_that_comes_raises(heard: bytes) -> None:
    at.registration(heard)
    at.reports(heard)
    dbm = at.signal(heard)
    assert dbm is None or -113 <= dbm <= -51
    for scheme in (0, 15, at.UCS2_SCHEME):
        text = at.credit(heard, scheme)
        assert len(text) <= at.LONGEST_CREDIT
        assert text.isprintable()
    assert at.operator(heard).isprintable()
    for pattern in (at.OK, at.PROMPT, at.TAKEN, at.CREDIT, at.REFUSAL):
        pattern.search(heard)


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (b"\r\n+CREG: 0,1\r\n", Registration.HOME),
        (b'\r\n+CREG: 2,5,"1A2B","01C3D4E5",7\r\n', Registration.ROAMING),
        (b"\r\n+CREG: 0,6\r\n", Registration.HOME),
        (b"\r\n+CREG: 0,0\r\n", Registration.NONE),
        (b"\r\n+CREG: 0,3\r\n", Registration.DENIED),
        (b"\r\n+CREG: 0,11\r\n", Registration.UNKNOWN),
        (b"", Registration.UNKNOWN),
    ],
)
def test_registration(heard: bytes, expected: Registration) -> None:
    assert at.registration(heard) is expected


@pytest.mark.parametrize(
    ("heard", "dbm"), [(b"0,0", -113), (b"20,99", -73), (b"31,0", -51), (b"99,99", None), (b"32,0", None)]
)
def test_signal(heard: bytes, dbm: int | None) -> None:
    assert at.signal(b"\r\n+CSQ: " + heard + b"\r\n") == dbm


def test_operator_and_credit_are_told_on_one_line() -> None:
    assert at.operator(b'\r\n+COPS: 0,0,"Viettel\x07 4G",7\r\n') == "Viettel 4G"
    assert at.operator(b"\r\n+COPS: 0\r\n") == ""
    said = at.CREDIT.search(b'\r\nOK\r\n\r\n+CUSD: 0,"TK \x1b"goc":\r\n50.000d",15\r\n')
    assert said
    assert at.credit(said[2], 15) == 'TK "goc": 50.000d'
    assert at.credit(at.ucs2("Tài khoản: 50.000đ"), at.UCS2_SCHEME) == "Tài khoản: 50.000đ"
    assert at.credit(b"D83D", at.UCS2_SCHEME).isprintable()
    assert len(at.credit(b"x" * 500, 15)) == at.LONGEST_CREDIT


def listed(pdu: str) -> bytes:
    return f"\r\n+CMGL: 3,0,,{len(pdu) // 2 - 1}\r\n{pdu}\r\n\r\nOK\r\n".encode()


@pytest.mark.parametrize(
    ("status", "fate"),
    [(0, Fate.DELIVERED), (1, Fate.DELIVERED), (0x20, Fate.TRYING), (0x46, Fate.FAILED), (0x80, Fate.FAILED)],
)
def test_a_report_says_what_became_of_a_message(status: int, fate: Fate) -> None:
    assert at.reports(listed(report_pdu(255, "+84912345678", status))) == [(3, Report(255, "+84912345678", fate))]


def test_a_report_as_it_stands_in_a_makers_manual() -> None:
    """From a number of an odd count of digits, with the number of the service center before it."""
    pdu = "07914889200026F5" + "06" + "11" + "0B91" + "4819325476F8" + "42402180000082" + "42402180500082" + "00"
    assert at.reports(listed(pdu)) == [(3, Report(17, "+84912345678", Fate.DELIVERED))]


def test_what_people_write_to_the_card_is_no_report() -> None:
    deliver = "07914889200026F5" + "040B91" + "4819325476F8" + "0000" + "42402180000082" + "05E8329BFD06"
    assert at.reports(listed(deliver)) == []
