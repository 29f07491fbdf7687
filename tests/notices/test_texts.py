"""What notices say: the notice of April 2020 word for word, in one SMS, and the e-mail with diacritics."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.facts import Ticket
from app.domain.plan import Channel, CheckIn, LateRule, NumberForm, Plan
from app.domain.states import TicketState
from app.notices.steps import Kind, Step
from app.notices.texts import SMS_MOST, TWICE, mail, mask, septets, sms, sms_taken
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
    assert sms_taken(plan, ticket(plan), "K7Q2") == f"{sample}. Ma xac nhan K7Q2"


@pytest.mark.parametrize("kind", Kind)
@given(
    number=st.from_regex(r"[0-9]{5,7}", fullmatch=True),
    counter=st.from_regex(r"[0-9]{2,3}", fullmatch=True),
    moment=st.times(),
    code=st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=4, max_size=4),
    check_in=st.sampled_from(CheckIn),
    late=st.sampled_from(LateRule),
    slide=st.integers(0, 100),
    ahead=st.integers(0, 50),
    arrived=st.sampled_from([0, 1]),
    ended=st.sampled_from([0, 2**41]),
    sender=st.from_regex(r"[A-Za-z0-9]{1,11}", fullmatch=True),
)
def test_it_is_always_one_sms(
    plan: Plan,
    kind: Kind,
    number: str,
    counter: str,
    moment: time,
    code: str,
    check_in: CheckIn,
    late: LateRule,
    slide: int,
    ahead: int,
    arrived: int,
    ended: int,
    sender: str,
) -> None:
    order = replace(plan.order, slide=slide)
    form = NumberForm(3, 4)
    there = replace(plan, check_in=check_in, late=late, order=order, number=form, sms_sender=sender)
    taken = replace(ticket(plan, number, moment), arrived_at=arrived, ended_at=ended)
    text = sms(there, Step(kind, taken, counter, ahead=ahead), code)
    assert septets(text) <= SMS_MOST, text
    assert set(text) <= GSM_7 | TWICE
    assert number in text
    assert (f"Ma xac nhan {code}" in text) is (
        kind not in (Kind.EXPIRED, Kind.MISSED, Kind.CANCELLED, Kind.CLOSED)
    )
    assert any(word in text for word in ("oi ban", "oi den", "ui long")), "it says what to do now"


def test_the_longest_names_of_a_plan_are_not_in_the_sms(plan: Plan) -> None:
    long = replace(plan, name="Ấ" * 80, short="Ấ" * 80, sms_sender="X" * 11)
    for kind in Kind:
        step = Step(kind, ticket(plan), "86")
        assert sms(long, step, "K7Q2") == sms(plan, step, "K7Q2")


@pytest.mark.parametrize(
    ("slide", "said"),
    [
        (5, "Sau thoi gian tren so lui lai sau 5 so khac, chi mot lan. Ma"),
        (0, "Sau thoi gian tren so duoc xep lai vao hang, chi mot lan. Ma"),
    ],
)
def test_where_the_late_slide_the_sms_says_so(plan: Plan, slide: int, said: str) -> None:
    slides = replace(plan, late=LateRule.SLIDE, order=replace(plan.order, slide=slide))
    text = sms_taken(slides, ticket(plan), "K7Q2")
    assert said in text
    assert "lay so khac" not in text


@pytest.mark.parametrize(
    ("kind", "check_in", "said"),
    [
        (
            Kind.RAISED,
            CheckIn.OFF,
            "So 86001: hang cho cham hon du kien, nay vui long den truoc 15:17 ngay 03/04/2020 la duoc."
            " Ma xac nhan K7Q2",
        ),
        (
            Kind.ASIDE,
            CheckIn.OPTIONAL,
            "So 86001 da den luot o quay 86 khi ban chua co mat."
            " Moi den va xac nhan co mat truoc 15:17 de duoc goi lai. Ma xac nhan K7Q2",
        ),
        (
            Kind.ASIDE,
            CheckIn.OFF,
            "So 86001 da den luot o quay 86 khi ban chua co mat."
            " So duoc goi lai luc 15:17, chi mot lan, moi ban den ngay. Ma xac nhan K7Q2",
        ),
        (
            Kind.AGAIN,
            CheckIn.OFF,
            "So 86001 duoc goi lai truoc cac so khac, chi mot lan. Moi ban den trung tam ngay. Ma xac nhan K7Q2",
        ),
        (
            Kind.SLID,
            CheckIn.REQUIRED,
            "So 86001 qua gio nen lui lai sau 5 so khac, chi mot lan. Moi ban den trung tam ngay."
            " Ma xac nhan K7Q2",
        ),
        (
            Kind.NEAR,
            CheckIn.REQUIRED,
            "So 86001: con 3 so nua la den luot ban. Moi ban den trung tam va xac nhan co mat ngay."
            " Ma xac nhan K7Q2",
        ),
        (Kind.CALLED, CheckIn.OFF, "So 86001 dang duoc goi. Moi ban den quay 86 ngay. Ma xac nhan K7Q2"),
        (
            Kind.WITHDRAWN,
            CheckIn.OFF,
            "So 86001 vua duoc goi nham va van giu thu tu. Xin loi ban, moi ban cho goi lai. Ma xac nhan K7Q2",
        ),
        (
            Kind.CANCELLED,
            CheckIn.OFF,
            "Rat tiec, so 86001 da bi trung tam huy. Ban vui long lay so khac tai trung tam",
        ),
        (
            Kind.EXPIRED,
            CheckIn.REQUIRED,
            "So 86001 da het hieu luc vi ban chua co mat truoc 15:17 ngay 03/04/2020."
            " Ban vui long lay so khac tai trung tam",
        ),
        (
            Kind.MISSED,
            CheckIn.REQUIRED,
            "So 86001 da duoc goi nhung khong co ai den quay, nay het hieu luc."
            " Ban vui long lay so khac tai trung tam",
        ),
        (
            Kind.CLOSED,
            CheckIn.REQUIRED,
            "Rat tiec, trung tam da dong cua som ngay lam viec 03/04/2020, so 86001 het hieu luc."
            " Moi ban lay so vao ngay lam viec sau",
        ),
    ],
)
def test_what_each_step_says(plan: Plan, kind: Kind, check_in: CheckIn, said: str) -> None:
    step = Step(kind, ticket(plan), "86", ahead=3)
    assert sms(replace(plan, check_in=check_in), step, "K7Q2") == said


def test_a_day_that_ends_in_time_is_not_said_to_end_early(plan: Plan) -> None:
    late = replace(ticket(plan), ended_at=plan.moment(FRIDAY, time(17, 30)))
    assert "trung tam da ket thuc ngay lam viec 03/04/2020" in sms(plan, Step(Kind.CLOSED, late), "K7Q2")


def test_the_next_one_and_one_in_the_building_are_told_so(plan: Plan) -> None:
    there = replace(ticket(plan), arrived_at=1)
    text = sms(plan, Step(Kind.NEAR, there), "K7Q2")
    assert text == "So 86001: ban la nguoi tiep theo. Moi ban den gan quay. Ma xac nhan K7Q2"


def test_letters_of_the_extension_table_count_twice() -> None:
    assert septets("abc") == 3
    assert septets("[a] {€}") == 12


def test_the_email_has_diacritics_place_and_link(plan: Plan) -> None:
    letter = mail(plan, Step(Kind.TAKEN, ticket(plan)), "K7Q2", "https://layso.example.vn/tickets/x")
    assert letter.subject == "Số giao dịch 86001 – Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh"
    for line in [
        "Số giao dịch của bạn: 86001",
        "Lĩnh vực: Visa, Tầng 3",
        "Bạn vui lòng đến trước 15:17 phút ngày 03/04/2020.",
        "Sau thời gian trên vui lòng lấy số khác tại trung tâm.",
        "Mã xác nhận: K7Q2",
        "Theo dõi số của bạn: https://layso.example.vn/tickets/x",
    ]:
        assert line in letter.text.splitlines()
    assert "<b>K7Q2</b>" in letter.html
    assert "Visa, Tầng 3" in letter.html
    assert letter.qr[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_email_of_a_service_that_is_gone(plan: Plan) -> None:
    gone = replace(plan, services=plan.services[:1])
    assert "Số giao dịch của bạn: 86001" in mail(gone, Step(Kind.TAKEN, ticket(gone)), "K7Q2", "x").text


def test_the_email_of_a_later_step_says_it_with_diacritics(plan: Plan) -> None:
    letter = mail(plan, Step(Kind.SLID, ticket(plan)), "K7Q2", "https://layso.example.vn/tickets/x")
    assert letter.subject.startswith("Số giao dịch 86001: lùi lại vì quá giờ – ")
    assert "Số 86001 quá giờ nên lùi lại sau 5 số khác, chỉ một lần." in letter.text.splitlines()
    assert "Theo dõi số của bạn: https://layso.example.vn/tickets/x" in letter.text.splitlines()


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
