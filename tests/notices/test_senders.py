"""Senders: a log that only we may read, and a real SMTP server."""

import json
import stat
from pathlib import Path

import pytest

from app.notices.senders import Log, LogMail, NotSent, Smtp, Undeliverable, open_mail, open_sms
from app.notices.texts import Mail
from tests.notices.mailbox import Mailbox

pytestmark = pytest.mark.anyio


async def test_the_log_is_a_line_each_and_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "outbox.jsonl"
    sms, mail = open_sms(f"log:{file}"), open_mail(f"log:{file}", "x@y")
    assert (type(sms), type(mail)) == (Log, LogMail)
    await sms.send("k1", "TTHCCQN", "+84912345678", "So giao dich\n86001")
    await mail.send("k2", "hoa@vidu.vn", Mail("Số", "Số giao dịch", b"", "so.png"))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines == [
        {"kind": "sms", "key": "k1", "sender": "TTHCCQN", "to": "+84912345678", "text": "So giao dich\n86001"},
        {"kind": "mail", "key": "k2", "to": "hoa@vidu.vn", "subject": "Số", "text": "Số giao dịch"},
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotSent):
        await open_sms(f"log:{tmp_path}/file/outbox").send("k", "X", "+84", "x")


async def test_the_log_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    await open_sms("log:").send("k", "X", "+84912345678", "số")
    assert json.loads(capsys.readouterr().err)["text"] == "số"


LETTER = Mail("x", "x", b"x", "x.png")


async def test_a_mail_arrives_whole() -> None:
    async with Mailbox() as box:
        smtp = open_mail(box.url, "Gọi Số <so@layso.example.vn>")
        assert isinstance(smtp, Smtp)
        for _ in range(2):
            letter = Mail("Số giao dịch 86001 – Quảng Ninh", "Bạn vui lòng\n", b"\x89PNG picture", "so-86001.png")
            await smtp.send("qn-2020-04-03-86001", "hoa@vidu.vn", letter)
        first, again = box.taken
        assert first["Subject"] == "Số giao dịch 86001 – Quảng Ninh"
        assert first["To"] == "hoa@vidu.vn"
        assert first["From"] == "Gọi Số <so@layso.example.vn>"
        text, qr = first.iter_parts()
        assert text.get_content().strip() == "Bạn vui lòng"
        assert (qr.get_content_type(), qr.get_filename()) == ("image/png", "so-86001.png")
        assert qr.get_content() == b"\x89PNG picture"
        assert first["Message-ID"] == again["Message-ID"] == "<qn-2020-04-03-86001@layso.example.vn>"


async def test_what_may_be_tried_again_and_what_not() -> None:
    async with Mailbox() as box:
        smtp = Smtp(box.url, "so@layso.example.vn")
        box.answer = {"gone@vidu.vn": "550 no such user", "later@vidu.vn": "451 come back"}
        with pytest.raises(Undeliverable, match="no such user"):
            await smtp.send("k", "gone@vidu.vn", LETTER)
        with pytest.raises(NotSent, match="come back"):
            await smtp.send("k", "later@vidu.vn", LETTER)
        await box.down()
        with pytest.raises(NotSent):
            await smtp.send("k", "hoa@vidu.vn", LETTER)


def test_a_url_says_where_and_who() -> None:
    smtp = Smtp("smtps://us%40er:p%3Aw@mail.example.vn", "so@layso.example.vn")
    assert (smtp._host, smtp._port, smtp._tls) == ("mail.example.vn", 465, True)
    assert (smtp._user, smtp._password) == ("us@er", "p:w")
    assert Smtp("smtp://mail.example.vn", "x@y")._port == 25
