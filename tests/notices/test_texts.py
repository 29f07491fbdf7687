"""What notices say: the notice of April 2020 word for word, in one SMS, and the e-mail with diacritics."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.facts import Ticket, TicketState
from app.domain.plan import Channel, Plan
from app.notices.texts import SMS_MOST, mail, mask, sms
from tests.conftest import FRIDAY

GSM_7 = set(  # the basic characters of 3GPP TS 23.038 that take one place each
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def ticket(plan: Plan, number: str = "86001", before: time = time(15, 17)) -> Ticket:
    taken, until = plan.moment(FRIDAY, time(15, 6)), plan.moment(FRIDAY, before)
    return Ticket(number, "visa", 1, Channel.WEB, TicketState.WAITING, taken, until)


def test_the_sample_of_the_notice_word_for_word(plan: Plan) -> None:
    sample = (
        "So giao dich 86001. Ban vui long den truoc 15:17 phut ngay 03/04/2020. "
        "Sau thoi gian tren vui long lay so khac tai trung tam"
    )
    assert sms(plan, ticket(plan), "K7Q2") == f"{sample}. Ma xac nhan K7Q2"


@given(
    number=st.from_regex(r"[0-9]{5}", fullmatch=True),
    moment=st.times(),
    code=st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=4, max_size=4),
)
def test_it_is_always_one_sms(plan: Plan, number: str, moment: time, code: str) -> None:
    text = sms(plan, ticket(plan, number, moment), code)
    assert len(text) <= SMS_MOST
    assert set(text) <= GSM_7
    assert number in text
    assert code in text


def test_the_longest_names_of_a_plan_are_not_in_the_sms(plan: Plan) -> None:
    long = replace(plan, name="Ấ" * 80, short="Ấ" * 80, sms_sender="X" * 11)
    assert sms(long, ticket(long), "K7Q2") == sms(plan, ticket(plan), "K7Q2")


def test_the_email_has_diacritics_place_and_link(plan: Plan) -> None:
    letter = mail(plan, ticket(plan), "K7Q2", "https://layso.example.vn/tickets/x")
    assert letter.subject == "Số giao dịch 86001 – Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh"
    for line in [
        "Số giao dịch của bạn: 86001",
        "Lĩnh vực: Visa, Tầng 3",
        "Bạn vui lòng đến trước 15:17 ngày 03/04/2020.",
        "Sau thời gian trên vui lòng lấy số khác tại trung tâm.",
        "Mã xác nhận: K7Q2",
        "Theo dõi số của bạn: https://layso.example.vn/tickets/x",
    ]:
        assert line in letter.text.splitlines()
    assert letter.qr[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_email_of_a_service_that_is_gone(plan: Plan) -> None:
    gone = replace(plan, services=plan.services[:1])
    assert "Số giao dịch của bạn: 86001" in mail(gone, ticket(gone), "K7Q2", "x").text


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+84912345678", "+84912•••678"),
        ("nguyen.hoa@vidu.vn", "ng•••@vidu.vn"),
        ("h@vidu.vn", "h•••@vidu.vn"),
    ],
)
def test_a_contact_as_it_may_be_shown(contact: str, shown: str) -> None:
    assert mask(contact) == shown
