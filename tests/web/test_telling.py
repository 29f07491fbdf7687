"""Letters that belong to no ticket, by a real SMTP server: tried again, given up, naming nobody in the log."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.notices.meter import Meter
from app.notices.senders import open_mail, open_sms
from app.store.client import connect
from app.web import telling
from app.web.telling import Teller, changed_letter, code_letter
from tests.notices.mailbox import Mailbox
from tests.web.house import until

pytestmark = [pytest.mark.redis, pytest.mark.anyio]

DAY = "2020-04-03"
LETTER = code_letter("012345", "https://layso.example.vn")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def meter(redis_url: str) -> AsyncIterator[Meter]:
    async with connect(redis_url) as redis:
        yield Meter(redis, most=1)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "sms.log"


@pytest.fixture
async def teller(
    mailbox: Mailbox, meter: Meter, log: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Teller]:
    monkeypatch.setattr(telling, "PAUSES_SECONDS", (0.0, *[0.02] * 30))
    teller = Teller(open_sms(f"log:{log}"), open_mail(mailbox.url, "layso@vidu.vn"), meter)
    yield teller
    await teller.close()


async def test_a_code_goes_by_mail_with_diacritics_and_without_a_picture(teller: Teller, mailbox: Mailbox) -> None:
    teller.tell("", "hoa@vidu.vn", LETTER, "X", DAY)
    await until("the letter is there", lambda: bool(mailbox.taken))
    [letter] = mailbox.taken
    assert letter["Subject"] == "Mã xác nhận 012345 – Gọi Số"
    assert "Mã Gọi Số: 012345, có hiệu lực 10 phút." in letter.get_content()
    assert list(letter.iter_attachments()) == []


async def test_a_server_that_will_not_now_is_asked_again(teller: Teller, mailbox: Mailbox) -> None:
    mailbox.answer["hoa@vidu.vn"] = "451 later"
    teller.tell("", "hoa@vidu.vn", LETTER, "X", DAY)
    await until("it was tried", lambda: mailbox.tries > 0)
    mailbox.answer.clear()
    await until("the letter is there", lambda: bool(mailbox.taken))


@pytest.mark.parametrize("answer", ["550 no such person", "451 later"])
async def test_what_is_given_up_names_nobody_in_the_log(
    teller: Teller, mailbox: Mailbox, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    mailbox.answer["hoa@vidu.vn"] = f"{answer} hoa@vidu.vn"
    teller.tell("", "hoa@vidu.vn", LETTER, "X", DAY)
    await until("it is given up", lambda: "was not taken by the sender" in caplog.text)
    assert "hoa@vidu.vn" not in caplog.text
    assert "012345" not in caplog.text


async def test_sms_count_for_the_limit_of_the_day(
    teller: Teller, meter: Meter, log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    teller.tell("+84912345678", "", LETTER, "X", DAY)
    await until("the SMS went", log.exists)
    teller.tell("+84912345678", "", LETTER, "X", DAY)
    await until("it is given up", lambda: "was not taken by the sender" in caplog.text)
    assert (await meter.read(DAY)).used == 1
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


def test_every_letter_fits_one_sms() -> None:
    longest = code_letter("012345", "https://lay-so-truc-tuyen.tinh-ba-ria-vung-tau.gov.vn")
    for letter in (longest, changed_letter("đổi mật khẩu"), changed_letter("đổi nơi liên hệ")):
        assert len(letter.sms) <= 160
        assert letter.sms.isascii()
